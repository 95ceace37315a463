import { defineKind, type ObjectOf } from '../kind.ts';
import { boolean, intOrString, list, map, object, string } from '../shape.ts';
import { condition } from './pod-template.ts';

export const Node = defineKind({
  kind: 'Node',
  group: '',
  version: 'v1',
  plural: 'nodes',
  namespaced: false,
  keep: {
    spec: object({
      unschedulable: boolean,
      taints: list(object({ key: string, value: string, effect: string, timeAdded: string })),
    }),
    status: object({
      conditions: list(condition),
      capacity: map(intOrString),
      allocatable: map(intOrString),
      nodeInfo: object({ kubeletVersion: string, containerRuntimeVersion: string, architecture: string }),
    }),
  },
});
export type Node = ObjectOf<typeof Node>;

/** A node's heartbeat, in the namespace kube-node-lease. */
export const Lease = defineKind({
  kind: 'Lease',
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  namespaced: true,
  keep: { spec: object({ holderIdentity: string, renewTime: string }) },
});
export type Lease = ObjectOf<typeof Lease>;
