import { defineKind, type ObjectOf } from '../kind.ts';
import { intOrString, list, number, object, string } from '../shape.ts';
import { condition, labelSelector } from './pod-template.ts';

export const HorizontalPodAutoscaler = defineKind({
  kind: 'HorizontalPodAutoscaler',
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  namespaced: true,
  keep: {
    spec: object({
      scaleTargetRef: object({ apiVersion: string, kind: string, name: string }),
      minReplicas: number,
      maxReplicas: number,
    }),
    status: object({ currentReplicas: number, desiredReplicas: number, conditions: list(condition) }),
  },
});
export type HorizontalPodAutoscaler = ObjectOf<typeof HorizontalPodAutoscaler>;

export const PodDisruptionBudget = defineKind({
  kind: 'PodDisruptionBudget',
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  namespaced: true,
  keep: {
    spec: object({ selector: labelSelector, minAvailable: intOrString, maxUnavailable: intOrString }),
    status: object({
      currentHealthy: number,
      desiredHealthy: number,
      expectedPods: number,
      disruptionsAllowed: number,
      conditions: list(condition),
    }),
  },
});
export type PodDisruptionBudget = ObjectOf<typeof PodDisruptionBudget>;
