import { describe, expect, test } from 'vitest';
import analyzer from '../../src/analyzers/job.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { CronJob, Job } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event, ownedBy, type Raw } from '../support/cluster.ts';

interface Given {
  name?: string;
  metadata?: Raw;
  spec?: Raw;
  status?: Raw;
}

function job({ name = 'import', metadata, spec, status }: Given = {}) {
  return build(Job, {
    metadata: { name, ...metadata },
    spec: { completions: 1, parallelism: 1, backoffLimit: 6, ...spec },
    status: { startTime: ago('3h'), ...status },
  });
}

const condition = (type: string, reason = '', message = '', since = '1h') => ({
  type,
  status: 'True',
  reason,
  message,
  lastTransitionTime: ago(since),
});
const failed = (reason: string, message = '') => ({ failed: 1, conditions: [condition('Failed', reason, message)] });
const nightly = build(CronJob, { metadata: { name: 'nightly' } });
const rollout: KubernetesObject = { kind: 'Workflow', metadata: { name: 'etl', uid: 'etl' } };
const pod = (phase: string) =>
  build(Pod, { metadata: { name: 'import-x', ownerReferences: ownedBy(job()) }, status: { phase } });

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['a Job that runs', [job({ status: { active: 1 } })]],
    [
      'a Job of which a part is done',
      [job({ spec: { completions: 6, parallelism: 2 }, status: { active: 2, succeeded: 2 } })],
    ],
    ['a Job that tries again', [job({ status: { active: 1, failed: 1 } })]],
    ['a Job that waits for its next try', [job({ status: { failed: 2 } })]],
    [
      'a Job that succeeded at its second try',
      [job({ status: { succeeded: 1, failed: 1, conditions: [condition('Complete')] } })],
    ],
    [
      'a Job that met its success criteria',
      [job({ status: { failed: 2, conditions: [condition('SuccessCriteriaMet')] } })],
    ],
    [
      'a suspended Job that is complete',
      [job({ spec: { suspend: true }, status: { conditions: [condition('Complete')] } })],
    ],
    [
      'a Job that a queue holds back',
      [job({ metadata: { labels: { 'kueue.x-k8s.io/queue-name': 'gpu' } }, spec: { suspend: true } })],
    ],
    [
      'a Job that another controller starts',
      [rollout, job({ metadata: { ownerReferences: ownedBy(rollout) }, spec: { suspend: true } })],
    ],
    [
      'a Job of the last minute',
      [job({ metadata: { creationTimestamp: ago('1m') }, status: { startTime: ago('1m') } })],
    ],
    ['a Job without any work', [job({ spec: { parallelism: 0 } })]],
    ['a Job with a Pod that its status does not count yet', [job(), pod('Pending')]],
    [
      'a Job whose Pod was evicted a moment ago',
      [job(), event(job(), 'SuccessfulCreate', 'Created pod: import-x', { type: 'Normal', lastTimestamp: ago('3m') })],
    ],
    ['half of a deadline', [job({ spec: { activeDeadlineSeconds: 6 * 3600 }, status: { active: 1 } })]],
    [
      'one that is being deleted',
      [job({ metadata: { deletionTimestamp: ago('1m') }, status: failed('BackoffLimitExceeded') })],
    ],
    [
      'a condition that is not true',
      [job({ status: { active: 1, conditions: [{ type: 'Failed', status: 'False' }] } })],
    ],
    [
      'an absurd object',
      [
        build(Job, {
          spec: { parallelism: -1, backoffLimit: -3 },
          status: { active: -1, failed: -2, conditions: [null] },
        }),
      ],
    ],
  ])('%s', async (_, objects) => {
    expect(await analyze(analyzer, objects)).toEqual([]);
  });

  test('a Job without a Pod, where Pods could not be read', async () => {
    expect(await analyze(analyzer, [job()], { gaps: { Pod: 'forbidden' } })).toEqual([]);
  });
});

describe('a failed Job', () => {
  test.each<[string, string, string, string]>([
    [
      'BackoffLimitExceeded',
      'Job has reached the specified backoff limit',
      'Job/BackoffLimitExceeded',
      'failed at every try',
    ],
    [
      'DeadlineExceeded',
      'Job was active longer than specified deadline',
      'Job/DeadlineExceeded',
      'did not finish within its deadline',
    ],
    [
      'PodFailurePolicy',
      'Container calc failed with exit code 42 matching FailJob rule at index 0',
      'Job/PodFailurePolicy',
      'was failed by its Pod failure policy',
    ],
    [
      'MaxFailedIndexesExceeded',
      'Job has exceeded the specified maximal number of failed indexes',
      'Job/Failed',
      'failed (MaxFailedIndexesExceeded)',
    ],
  ])('is told by its reason: %s', async (reason, message, code, headline) => {
    const found = await analyze(analyzer, [job({ status: failed(reason, message) })]);

    expect(found).toMatchObject([{ code, severity: 'high', headline, values: { reason, message } }]);
    expect(found[0]?.text).toContain(`(${reason}). ${message}.`);
  });

  test('tells the indexes that failed', async () => {
    const [found] = await analyze(analyzer, [
      job({ status: { ...failed('FailedIndexes', 'Job has failed indexes'), failedIndexes: '3,7-9' } }),
    ]);

    expect(found?.text).toContain('Failed indexes: 3,7-9.');
  });

  test('is found without a single failed Pod', async () => {
    const found = await analyze(analyzer, [job({ status: { conditions: [condition('Failed', 'DeadlineExceeded')] } })]);

    expect(found).toMatchObject([{ code: 'Job/DeadlineExceeded' }]);
    expect(found[0]?.text).toContain('No Pod of it is counted as failed');
  });

  test('tells of the refusal that kept it from starting', async () => {
    const late = job({ status: { conditions: [condition('Failed', 'DeadlineExceeded', 'Job was active longer')] } });
    const message = 'Error creating: pods "import-" is forbidden: violates PodSecurity "restricted:latest"';
    const [found] = await analyze(analyzer, [late, event(late, 'FailedCreate', message)]);

    expect(found).toMatchObject({
      code: 'Job/DeadlineExceeded',
      text: expect.stringContaining('violates PodSecurity'),
    });
  });

  test('is found while its last Pods still end', async () => {
    const ending = job({ status: { active: 1, conditions: [condition('FailureTarget', 'PodFailurePolicy')] } });

    expect(await analyze(analyzer, [ending])).toMatchObject([{ code: 'Job/PodFailurePolicy' }]);
  });

  test('is found by its count where no condition says so, in the words of the event', async () => {
    const exhausted = job({ spec: { backoffLimit: 2 }, status: { failed: 3 } });
    const found = await analyze(analyzer, [
      exhausted,
      event(exhausted, 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
    ]);

    expect(found).toMatchObject([{ code: 'Job/BackoffLimitExceeded' }]);
    expect(found[0]?.text).toContain('Job has reached the specified backoff limit');
  });

  test('speaks of the backoff limit even without a message', async () => {
    const [found] = await analyze(analyzer, [job({ status: failed('BackoffLimitExceeded') })]);

    expect(found?.text).toContain('backoff limit');
  });

  test('has its failed Pods as likely causes', async () => {
    const [found] = await analyze(analyzer, [job({ status: failed('BackoffLimitExceeded') }), pod('Failed')]);

    expect(found?.causes).toEqual([{ ref: { kind: 'Pod', namespace: 'shop', name: 'import-x' } }]);
  });

  test('is history once a later run of its CronJob has succeeded', async () => {
    const run = (name: string, age: string, status: Raw) =>
      job({ name, metadata: { ownerReferences: ownedBy(nightly), creationTimestamp: ago(age) }, status });
    const found = await analyze(analyzer, [
      nightly,
      run('nightly-1', '2d', failed('BackoffLimitExceeded')),
      run('nightly-2', '1d', { succeeded: 1, conditions: [condition('Complete')] }),
      run('nightly-3', '2h', failed('BackoffLimitExceeded')),
    ]);

    expect(found).toMatchObject([
      { object: 'nightly-1', severity: 'low' },
      { object: 'nightly-3', severity: 'high' },
    ]);
    expect(found[0]?.text).toContain('A later run, nightly-2, succeeded.');
  });
});

describe('a suspended Job', () => {
  test.each([
    ['low', '2h'],
    ['medium', '9d'],
  ])('is of %s severity after %s', async (severity, since) => {
    const suspended = job({
      spec: { suspend: true },
      status: { conditions: [condition('Suspended', 'JobSuspended', '', since)] },
    });

    expect(await analyze(analyzer, [suspended])).toMatchObject([{ code: 'Job/Suspended', severity }]);
  });
});

describe('a Job that should have Pods', () => {
  test('and has none is found', async () => {
    expect(await analyze(analyzer, [job()])).toMatchObject([{ code: 'Job/NotStarted', severity: 'high' }]);
  });

  test('tells why the API server refuses them', async () => {
    const message =
      'Error creating: pods "import-" is forbidden: exceeded quota: team, requested: pods=1, used: pods=10, limited: pods=10';
    const found = await analyze(analyzer, [job(), event(job(), 'FailedCreate', message)]);

    expect(found).toMatchObject([
      {
        code: 'Job/QuotaExceeded',
        severity: 'high',
        headline: 'leaves no room for pods',
        causes: [{ ref: { kind: 'ResourceQuota', name: 'team' }, certain: true }],
      },
    ]);
    expect(found[0]?.text).toMatch(/^0 of 1 Pods of Job import could be created\./);
  });

  test('and is about to miss its deadline is found', async () => {
    const late = job({ spec: { activeDeadlineSeconds: 11_000 }, status: { active: 1 } });

    expect(await analyze(analyzer, [late])).toMatchObject([{ code: 'Job/DeadlineNear', severity: 'low' }]);
  });
});
