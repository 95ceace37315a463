import { defineKind, type ObjectOf } from '../kind.ts';
import { intOrString, list, map, object, string } from '../shape.ts';

const metrics = { group: 'metrics.k8s.io', version: 'v1beta1' } as const;
const usage = map(intOrString);

/** What the containers of a Pod use, as metrics-server or the like measured it last. */
export const PodMetrics = defineKind({
  ...metrics,
  kind: 'PodMetrics',
  plural: 'pods',
  namespaced: true,
  keep: { timestamp: string, window: string, containers: list(object({ name: string, usage })) },
});
export type PodMetrics = ObjectOf<typeof PodMetrics>;

/** What a node uses. */
export const NodeMetrics = defineKind({
  ...metrics,
  kind: 'NodeMetrics',
  plural: 'nodes',
  namespaced: false,
  keep: { timestamp: string, window: string, usage },
});
export type NodeMetrics = ObjectOf<typeof NodeMetrics>;
