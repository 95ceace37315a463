import { expect, test } from 'vitest';
import pod from '../../../src/analyzers/pod.ts';
import { Deployment, ReplicaSet } from '../../../src/kinds/workloads.ts';
import { analyze, build, ownedBy } from '../../support/cluster.ts';
import { crashingPod } from '../../support/pods.ts';

test.each([
  ['medium', 'while the version before it serves', 3, 'True', 0],
  ['high', 'where the Deployment has too few Pods', 1, 'False', 0],
  ['high', 'where the Deployment has none', 0, 'True', 0],
  ['high', 'where other Pods of its version are ready', 3, 'True', 1],
])('a Pod that crashes weighs %s %s', async (severity, _, readyReplicas, available, readyOfSet) => {
  const deployment = build(Deployment, {
    metadata: { name: 'rates' },
    status: { readyReplicas, conditions: [{ type: 'Available', status: available }] },
  });
  const set = build(ReplicaSet, {
    metadata: { name: 'rates-2', ownerReferences: ownedBy(deployment) },
    status: { readyReplicas: readyOfSet },
  });
  const crashing = crashingPod({}, { metadata: { ownerReferences: ownedBy(set) } });

  expect(await analyze(pod, [deployment, set, crashing])).toMatchObject([{ code: 'Pod/CrashLoop', severity }]);
});
