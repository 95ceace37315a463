import { describe, expect, test } from 'vitest';
import analyzer from '../../src/analyzers/replica-set.ts';
import type { KubernetesObject } from '../../src/kind.ts';
import { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../src/kinds/admission.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { ago, analyze, build, event, ownedBy, type Raw } from '../support/cluster.ts';

const cart = (readyReplicas: number) => build(Deployment, { metadata: { name: 'cart' }, status: { readyReplicas } });

function set(
  message: string | undefined,
  { since = '50m', spec, status, condition, metadata }: Record<string, Raw | string> = {},
) {
  const { lastTransitionTime } = { lastTransitionTime: ago(since as string) };
  return build(ReplicaSet, {
    metadata: { name: 'cart-6d8f', ownerReferences: ownedBy(cart(0)), ...(metadata as Raw) },
    spec: { replicas: 4, ...(spec as Raw) },
    status: {
      replicas: 0,
      conditions: message
        ? [
            {
              type: 'ReplicaFailure',
              status: 'True',
              reason: 'FailedCreate',
              message,
              lastTransitionTime,
              ...(condition as Raw),
            },
          ]
        : [],
      ...(status as Raw),
    },
  });
}

const QUOTA =
  'pods "cart-6d8f-x" is forbidden: exceeded quota: team, requested: limits.cpu=2,limits.memory=512Mi, used: limits.cpu=4,limits.memory=4Gi, limited: limits.cpu=4,limits.memory=4Gi';
const PROFILE =
  'pods "cart-6d8f-x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "app" must not set securityContext.privileged=true)';
const UNREACHABLE =
  'Internal error occurred: failed calling webhook "pods.guard.example.com": failed to call webhook: Post "https://guard.sys.svc:443/validate?timeout=2s": no endpoints available for service "guard"';

describe('finds nothing wrong with', () => {
  test.each<[string, KubernetesObject[]]>([
    ['a ReplicaSet with all its Pods', [set(undefined, { status: { replicas: 4 } })]],
    ['one whose condition is older than its Pods', [set(QUOTA, { status: { replicas: 4 } })]],
    ['an old revision with a stale condition', [set(QUOTA, { spec: { replicas: 0 } })]],
    ['one whose condition is over', [set(QUOTA, { condition: { status: 'False' } })]],
    ['one that could not delete a Pod', [set('cannot delete', { condition: { reason: 'FailedDelete' } })]],
    ['one that is still making its Pods', [set(undefined)]],
    ['a quota that was full for some seconds', [set(QUOTA, { since: '20s' })]],
    ['a webhook that was away for some seconds', [set(UNREACHABLE, { since: '20s' })]],
    ['one that is being deleted', [set(QUOTA, { metadata: { deletionTimestamp: ago('1m') } })]],
    [
      'a refusal that a later success has settled',
      [
        set(undefined),
        event(set(undefined), 'FailedCreate', `Error creating: ${QUOTA}`, { lastTimestamp: ago('9m') }),
        event(set(undefined), 'SuccessfulCreate', 'Created pod: cart-6d8f-x', {
          type: 'Normal',
          lastTimestamp: ago('1m'),
        }),
      ],
    ],
    [
      'a refusal of yesterday',
      [set(undefined), event(set(undefined), 'FailedCreate', QUOTA, { lastTimestamp: ago('20h') })],
    ],
    ['an absurd object', [build(ReplicaSet, { spec: { replicas: -1 }, status: { replicas: -3, conditions: null } })]],
    ['an object without anything', [build(ReplicaSet, {})]],
  ])('%s', async (_, objects) => {
    expect(await analyze(analyzer, objects)).toEqual([]);
  });
});

test('a quota that is used up is the certain cause, with what it lacks room for', async () => {
  const found = await analyze(analyzer, [set(QUOTA)]);

  expect(found).toMatchObject([
    {
      code: 'ReplicaSet/QuotaExceeded',
      severity: 'high',
      headline: 'leaves no room for limits.cpu and limits.memory',
      causes: [{ ref: { kind: 'ResourceQuota', namespace: 'shop', name: 'team' }, certain: true }],
      values: { quota: 'team', resources: 'limits.cpu and limits.memory' },
    },
  ]);
  expect(found[0]?.text).toMatch(/^0 of 4 Pods could be created\. .*exceeded quota: team/);
});

test('a quota that let only some Pods in is found', async () => {
  const found = await analyze(analyzer, [set(QUOTA, { status: { replicas: 2, readyReplicas: 2 } })]);

  expect(found).toMatchObject([{ code: 'ReplicaSet/QuotaExceeded', severity: 'medium' }]);
});

test('a new revision that cannot come up is degraded service as long as the old one serves', async () => {
  expect(await analyze(analyzer, [cart(3), set(QUOTA)])).toMatchObject([{ severity: 'medium' }]);
});

test('the events tell of a refusal where no condition does', async () => {
  const found = await analyze(analyzer, [
    set(undefined),
    event(set(undefined), 'FailedCreate', `Error creating: ${PROFILE}`),
  ]);

  expect(found).toMatchObject([{ code: 'ReplicaSet/PodSecurity', values: { profile: 'restricted' }, causes: [] }]);
  expect(found[0]?.text).toContain('violates PodSecurity "restricted:latest"');
});

test('a refusal that will not pass is found within seconds', async () => {
  expect(await analyze(analyzer, [set(PROFILE, { since: '3s' })])).toHaveLength(1);
});

test('a webhook that does not answer points at every configuration that has it', async () => {
  const webhooks = [{ name: 'pods.guard.example.com' }];
  const found = await analyze(analyzer, [
    set(UNREACHABLE),
    build(ValidatingWebhookConfiguration, { metadata: { name: 'guard' }, webhooks }),
    build(MutatingWebhookConfiguration, { metadata: { name: 'guard-defaults' }, webhooks }),
    build(ValidatingWebhookConfiguration, { metadata: { name: 'other' }, webhooks: [{ name: 'x.example.com' }] }),
  ]);

  expect(found).toMatchObject([
    {
      code: 'ReplicaSet/WebhookUnavailable',
      headline: 'cannot create Pods, since admission webhook pods.guard.example.com cannot be reached',
    },
  ]);
  expect(found[0]?.causes).toEqual([
    { ref: { kind: 'ValidatingWebhookConfiguration', name: 'guard' } },
    { ref: { kind: 'MutatingWebhookConfiguration', name: 'guard-defaults' } },
  ]);
});

test.each<[string, string, Raw]>([
  [
    'serviceaccount "bot" not found',
    'error looking up service account shop/bot: serviceaccount "bot" not found',
    { kind: 'ServiceAccount', namespace: 'shop', name: 'bot' },
  ],
  [
    'PriorityClass',
    'pods "x" is forbidden: no PriorityClass with name urgent was found',
    { kind: 'PriorityClass', name: 'urgent' },
  ],
  [
    'RuntimeClass',
    'pods "x" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
    { kind: 'RuntimeClass', name: 'gvisor' },
  ],
])('what a template names and is not there is the certain cause: %s', async (_, message, ref) => {
  const found = await analyze(analyzer, [set(message)]);

  expect(found).toMatchObject([
    { code: 'ReplicaSet/ReferenceMissing', causes: [{ ref, certain: true }], values: { missing: ref.name } },
  ]);
  expect(found[0]?.headline).toContain('does not exist');
});

test.each<[string, string, string]>([
  [
    'a webhook',
    'admission webhook "policy.example.com" denied the request: label team is required',
    'webhook policy.example.com',
  ],
  [
    'an admission policy',
    `pods "x" is forbidden: ValidatingAdmissionPolicy 'tags' with binding 'all' denied request: no :latest`,
    'ValidatingAdmissionPolicy tags',
  ],
  [
    'a LimitRange',
    'pods "x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    'a LimitRange of the namespace',
  ],
  [
    'a quota that wants requests',
    'pods "x" is forbidden: failed quota: team: must specify limits.cpu for: app',
    'ResourceQuota team',
  ],
])('a rule that says no is named: %s', async (_, message, rule) => {
  const found = await analyze(analyzer, [set(message)]);

  expect(found).toMatchObject([{ code: 'ReplicaSet/AdmissionDenied', values: { rule }, causes: [] }]);
  expect(found[0]?.text).toContain(message.slice(0, 40));
});

test('all that a quota asks for is named', async () => {
  const message =
    'pods "x" is forbidden: failed quota: team: must specify limits.cpu for: app,proxy; limits.memory for: app';

  expect(await analyze(analyzer, [set(message)])).toMatchObject([
    { headline: 'must set limits.cpu and limits.memory, as ResourceQuota team asks' },
  ]);
});

test('any other error keeps its words', async () => {
  const found = await analyze(analyzer, [set('etcdserver: request timed out')]);

  expect(found).toMatchObject([{ code: 'ReplicaSet/FailedCreate', headline: 'cannot create its Pods' }]);
  expect(found[0]?.text).toContain('etcdserver: request timed out.');
});
