import { defineKind, type ObjectOf } from '../kind.ts';
import { boolean, list, number, object, prose, string } from '../shape.ts';
import { condition, podSpec } from './pod-template.ts';

const state = object({
  waiting: object({ reason: string, message: prose }),
  running: object({ startedAt: string }),
  terminated: object({
    reason: string,
    message: prose,
    exitCode: number,
    signal: number,
    startedAt: string,
    finishedAt: string,
  }),
});

const containerStatuses = list(
  object({
    name: string,
    image: string,
    ready: boolean,
    started: boolean,
    restartCount: number,
    state,
    lastState: state,
  }),
);

/** By it a Pod says which container is meant (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container). */
export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export const Pod = defineKind({
  kind: 'Pod',
  group: '',
  version: 'v1',
  plural: 'pods',
  namespaced: true,
  annotations: [DEFAULT_CONTAINER],
  keep: {
    spec: podSpec,
    status: object({
      phase: string,
      reason: string,
      message: prose,
      startTime: string,
      nominatedNodeName: string,
      conditions: list(condition),
      initContainerStatuses: containerStatuses,
      containerStatuses,
    }),
  },
});
export type Pod = ObjectOf<typeof Pod>;
