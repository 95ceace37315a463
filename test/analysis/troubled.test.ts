import { expect, test } from 'vitest';
import { troubledPods } from '../../src/analysis/troubled.ts';
import { type Analyzer, defineAnalyzer, field, type Severity } from '../../src/analyzer.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { build, clusterOf, ownedBy } from '../support/cluster.ts';

/** Finds every Pod that has failed; the label says how bad it is. */
const failed = defineAnalyzer({
  filter: 'Pod',
  summary: 'Pods that failed',
  core: true,
  kind: Pod,
  reads: [],
  codes: ['Failed'],
  check: (pod) =>
    pod.status?.phase === 'Failed'
      ? [
          {
            code: 'Pod/Failed',
            severity: (pod.metadata.labels?.severity ?? 'high') as Severity,
            headline: 'has failed',
            text: 'It has failed.',
            evidence: [field(pod, 'status.phase', 'Failed')],
          },
        ]
      : [],
}) as unknown as Analyzer;

function pod(name: string, more: object = {}, phase = 'Failed') {
  return build(Pod, { metadata: { name, ...more }, status: { phase } });
}

async function namesOf(objects: Parameters<typeof clusterOf>[0]): Promise<string[]> {
  const reading = { cluster: clusterOf(objects), problems: [], requests: 1, objects: objects.length };
  return (await troubledPods(reading, [failed])).map(({ metadata }) => metadata.name);
}

test('the Pods that have findings, the worst first', async () => {
  const objects = [pod('well', {}, 'Running'), pod('bad'), pod('worst', { labels: { severity: 'critical' } })];

  expect(await namesOf(objects)).toEqual(['worst', 'bad']);
});

test('a few of each workload, and not too many in all', async () => {
  const deployment = build(Deployment, { metadata: { name: 'cart' } });
  const replicaSet = build(ReplicaSet, { metadata: { name: 'cart-7d9c', ownerReferences: ownedBy(deployment) } });
  const replicas = Array.from({ length: 9 }, (_, at) => pod(`cart-${at}`, { ownerReferences: ownedBy(replicaSet) }));
  const others = Array.from({ length: 90 }, (_, at) => pod(`other-${String(at).padStart(2, '0')}`));

  const names = await namesOf([deployment, replicaSet, ...replicas, ...others]);

  expect(names.filter((name) => name.startsWith('cart-'))).toHaveLength(3);
  expect(names).toHaveLength(60);
});
