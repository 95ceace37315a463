import { describe, expect, test } from 'vitest';
import analyzer from '../../src/analyzers/cron-job.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { CronJob, Job } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event, ownedBy, type Raw } from '../support/cluster.ts';

function cronJob({ spec, status, metadata }: { spec?: Raw; status?: Raw; metadata?: Raw } = {}) {
  return build(CronJob, {
    metadata: { name: 'backup', ...metadata },
    spec: { schedule: '0 * * * *', ...spec },
    status: { lastScheduleTime: ago('20m'), lastSuccessfulTime: ago('18m'), ...status },
  });
}

const ran = (age: string, success = age) => ({ lastScheduleTime: ago(age), lastSuccessfulTime: ago(success) });
const run = (name: string, age: string, status: Raw = {}) =>
  build(Job, {
    metadata: { name, creationTimestamp: ago(age), ownerReferences: ownedBy(cronJob()) },
    status: { startTime: ago(age), ...status },
  });
const failed = { conditions: [{ type: 'Failed', status: 'True' }] };
const forbid = (name: string, last = '3d') =>
  cronJob({ spec: { concurrencyPolicy: 'Forbid' }, status: { ...ran(last), active: [{ name }] } });

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['one that runs every hour', [cronJob()]],
    ['one that is due once a month', [cronJob({ spec: { schedule: '0 3 1 * *' }, status: ran('12d') })]],
    ['one that is due on Sundays', [cronJob({ spec: { schedule: '0 4 * * 0' }, status: ran('4d') })]],
    ['one that was due a few minutes ago', [cronJob({ status: ran('1h4m') })]],
    [
      'one that runs every minute and is a little late',
      [cronJob({ spec: { schedule: '* * * * *' }, status: ran('4m') })],
    ],
    [
      'one that has not been due yet',
      [
        cronJob({
          metadata: { creationTimestamp: ago('2h') },
          spec: { schedule: '@weekly' },
          status: { lastScheduleTime: undefined, lastSuccessfulTime: undefined },
        }),
      ],
    ],
    [
      'a date that never comes',
      [cronJob({ spec: { schedule: '0 0 31 2 *' }, status: { lastScheduleTime: undefined } })],
    ],
    ['one that may start late', [cronJob({ spec: { startingDeadlineSeconds: 4 * 3600 }, status: ran('3h30m') })]],
    [
      'a time zone with summer time',
      [cronJob({ spec: { schedule: '30 2 * * *', timeZone: 'Europe/Berlin' }, status: ran('8h') })],
    ],
    ['descriptors', [cronJob({ spec: { schedule: '@every 90m' }, status: ran('1h') })]],
    ['a run that is under way', [forbid('backup-1', '1h30m'), run('backup-1', '1h30m', { active: 1 })]],
    [
      'long runs beside each other',
      [cronJob({ status: { active: [{ name: 'backup-1' }] } }), run('backup-1', '9h', { active: 1 })],
    ],
    ['one failed run', [cronJob({ status: ran('20m', '2h20m') }), run('backup-1', '20m', failed)]],
    ['a status that says nothing of success', [cronJob({ status: { lastSuccessfulTime: undefined } })]],
    [
      'a missed start of last week',
      [cronJob(), event(cronJob(), 'TooManyMissedTimes', 'too many', { lastTimestamp: ago('7d') })],
    ],
    [
      'a missed start before the newest run',
      [cronJob(), event(cronJob(), 'MissSchedule', 'Missed scheduled time', { lastTimestamp: ago('40m') })],
    ],
    [
      'one that is being deleted',
      [cronJob({ metadata: { deletionTimestamp: ago('1m') }, spec: { schedule: 'never' } })],
    ],
  ])('%s', async (_, objects) => {
    expect(await analyze(analyzer, objects)).toEqual([]);
  });
});

describe('a suspended CronJob', () => {
  test.each([
    ['medium', 'that ran weeks ago', { lastScheduleTime: ago('41d') }],
    ['low', 'that ran this morning', { lastScheduleTime: ago('9h') }],
    ['low', 'that never ran', { lastScheduleTime: undefined }],
  ])('is of %s severity for one %s', async (severity, _, status) => {
    const found = await analyze(analyzer, [cronJob({ spec: { suspend: true }, status })]);

    expect(found).toMatchObject([{ code: 'CronJob/Suspended', severity }]);
    expect(found[0]?.text).toContain('is suspended');
  });

  test('is nothing but suspended, whatever else there is', async () => {
    const found = await analyze(analyzer, [
      cronJob({ spec: { suspend: true, schedule: 'x', startingDeadlineSeconds: 1 } }),
    ]);

    expect(found.map(({ code }) => code)).toEqual(['CronJob/Suspended']);
  });
});

test.each<[string, string]>([
  ['* * * * * *', 'has 6 fields instead of 5'],
  ['0 3 * * 7', 'has 7 as day of week'],
  ['@fortnightly', 'has the unknown descriptor @fortnightly'],
  ['', 'is empty'],
])('the schedule "%s" is told to be wrong: it %s', async (schedule, fault) => {
  const found = await analyze(analyzer, [cronJob({ spec: { schedule } })]);

  expect(found).toMatchObject([{ code: 'CronJob/InvalidSchedule', severity: 'high', values: { fault } }]);
});

test('a CronJob without anything has no schedule', async () => {
  expect(await analyze(analyzer, [build(CronJob, {})])).toMatchObject([{ code: 'CronJob/InvalidSchedule' }]);
});

test.each(['CEST+2', 'Europe/Atlantis', 'Local', ''])('the time zone "%s" is told to be unknown', async (timeZone) => {
  expect(await analyze(analyzer, [cronJob({ spec: { timeZone } })])).toMatchObject([
    { code: 'CronJob/InvalidTimeZone' },
  ]);
});

describe('missed runs', () => {
  test('are found from the last schedule time', async () => {
    const found = await analyze(analyzer, [cronJob({ status: ran('3d') })]);

    expect(found).toMatchObject([{ code: 'CronJob/MissedRuns', severity: 'high' }]);
    expect(found[0]?.text).toContain('has missed runs of its schedule "0 * * * *": its last schedule time is 3 d ago.');
  });

  test('are found where the run that is called active is no longer there', async () => {
    expect(await analyze(analyzer, [forbid('backup-1')])).toMatchObject([{ code: 'CronJob/MissedRuns' }]);
    expect(await analyze(analyzer, [forbid('backup-1')], { gaps: { Job: 'forbidden' } })).toEqual([]);
  });

  test('are found for one that never ran', async () => {
    const [found] = await analyze(analyzer, [
      cronJob({ status: { lastScheduleTime: undefined, lastSuccessfulTime: undefined } }),
    ]);

    expect(found?.text).toContain('it has not run since it was created 1 d 2 h ago');
  });

  test('are found in events, in the words of the controller', async () => {
    const [found] = await analyze(analyzer, [
      cronJob({ spec: { schedule: '@daily' }, status: ran('10h') }),
      event(cronJob(), 'MissSchedule', 'Missed scheduled time to start a job: Sat, 14 Mar 2026 09:00:00 +0000'),
    ]);

    expect(found).toMatchObject({ code: 'CronJob/MissedRuns' });
    expect(found?.text).toContain('Missed scheduled time to start a job');
  });
});

test('a run that does not end and holds up the others is found, with that Job as the likely cause', async () => {
  const found = await analyze(analyzer, [forbid('backup-1'), run('backup-1', '3d', { active: 1 })]);

  expect(found).toMatchObject([
    {
      code: 'CronJob/RunNeverEnds',
      causes: [{ ref: { kind: 'Job', namespace: 'shop', name: 'backup-1' } }],
      values: { job: 'backup-1' },
    },
  ]);
});

describe('repeated failure', () => {
  test('is found where the last success lies three periods back', async () => {
    const found = await analyze(analyzer, [
      cronJob({ status: ran('20m', '2d') }),
      run('backup-1', '80m', failed),
      run('backup-2', '20m', failed),
    ]);

    expect(found).toMatchObject([
      {
        code: 'CronJob/KeepsFailing',
        severity: 'high',
        causes: [{ ref: { name: 'backup-2' } }, { ref: { name: 'backup-1' } }],
        values: { job: 'backup-2' },
      },
    ]);
    expect(found[0]?.text).toContain('Its last success was 2 d ago');
  });

  test('is found where it has never succeeded', async () => {
    const [found] = await analyze(analyzer, [
      cronJob({ status: { lastSuccessfulTime: undefined } }),
      run('backup-1', '20m', failed),
    ]);

    expect(found?.text).toContain('It has never succeeded');
  });

  // At 10:00 of an hourly schedule that succeeded in the run of 6:00, of which the status keeps 6:02.
  const hourly = (lastScheduleTime: string, spec: Raw = {}) =>
    cronJob({ spec, status: { lastScheduleTime: ago(lastScheduleTime), lastSuccessfulTime: ago('3h58m') } });
  const failedAt = (age: string) => run(`backup-${age}`, age, failed);

  test('is found as soon as the third run after the last success has failed', async () => {
    expect(await analyze(analyzer, [hourly('1h'), failedAt('1h')])).toMatchObject([{ code: 'CronJob/KeepsFailing' }]);
    expect(await analyze(analyzer, [hourly('2h'), failedAt('2h')])).toEqual([]);
  });

  test('is found by three failed Jobs in a row that are kept, whatever the status says', async () => {
    const late = cronJob({ status: { lastScheduleTime: undefined, lastSuccessfulTime: undefined } });
    const young = { ...late, metadata: { ...late.metadata, creationTimestamp: ago('2h30m') } };
    const jobs = ['2h', '1h', '30m'].map(failedAt);

    expect(await analyze(analyzer, [young, ...jobs])).toMatchObject([
      { code: 'CronJob/KeepsFailing', values: { job: 'backup-30m' } },
    ]);
    expect(await analyze(analyzer, [young, ...jobs.slice(1)])).toEqual([]);
  });

  test('is not counted before the newest run has ended', async () => {
    expect(await analyze(analyzer, [hourly('1h'), failedAt('2h'), run('backup-now', '1h', { active: 1 })])).toEqual([]);
    expect(
      await analyze(analyzer, [hourly('0s'), failedAt('1h'), run('backup-now', '0s', { active: 1 })]),
    ).toMatchObject([{ code: 'CronJob/KeepsFailing' }]);
  });

  test('ends with the newest run that succeeds, though the status lags behind', async () => {
    const complete = run('backup-now', '5m', { conditions: [{ type: 'Complete', status: 'True' }] });

    expect(await analyze(analyzer, [hourly('5m'), complete, ...['3h', '2h', '1h'].map(failedAt)])).toEqual([]);
  });

  test('does not count failures before the last success, of which no Job is kept', async () => {
    expect(await analyze(analyzer, [cronJob(), ...['4h', '3h', '2h'].map(failedAt)])).toEqual([]);
  });

  test('is not found where one run of many has failed', async () => {
    const complete = (age: string) => run(`done-${age}`, age, { conditions: [{ type: 'Complete', status: 'True' }] });

    expect(
      await analyze(analyzer, [
        cronJob({ status: ran('20m', '80m') }),
        complete('2h'),
        complete('80m'),
        failedAt('20m'),
      ]),
    ).toEqual([]);
  });

  test('counts runs that must not overlap by what they take, not by the schedule alone', async () => {
    const status = { lastScheduleTime: ago('10m'), lastSuccessfulTime: ago('11m') };
    const minutely = cronJob({ spec: { schedule: '* * * * *', concurrencyPolicy: 'Forbid' }, status });
    const conditions = [{ type: 'Failed', status: 'True', lastTransitionTime: ago('1m') }];
    const long = run('backup-1', '10m', { conditions });
    const next = { ...minutely, status: { ...minutely.status, lastScheduleTime: ago('1m') } };

    expect(await analyze(analyzer, [next, long, run('backup-2', '1m', { active: 1 })])).toEqual([]);
  });
});

test.each([-1, 0, 9])('a starting deadline of %s seconds is found', async (startingDeadlineSeconds) => {
  expect(await analyze(analyzer, [cronJob({ spec: { startingDeadlineSeconds } })])).toMatchObject([
    { code: 'CronJob/StartingDeadlineTooShort', severity: 'medium' },
  ]);
});

test('a refusal to create Jobs is found', async () => {
  const message =
    'Error creating job: jobs.batch "backup-1" is forbidden: exceeded quota: team, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5';

  expect(await analyze(analyzer, [cronJob(), event(cronJob(), 'FailedCreate', message)])).toMatchObject([
    { code: 'CronJob/QuotaExceeded', headline: 'leaves no room for count/jobs.batch' },
  ]);
});

test('a reference in the template that would fail the next run is found', async () => {
  const jobTemplate = {
    spec: { template: { spec: { containers: [{ name: 'app', envFrom: [{ secretRef: { name: 'gone' } }] }] } } },
  };

  expect(await analyze(analyzer, [cronJob({ spec: { jobTemplate } })])).toMatchObject([
    { code: 'CronJob/LatentReference', headline: 'does not exist, though CronJob backup needs it' },
  ]);
});
