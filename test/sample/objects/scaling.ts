import { ago, type Manifest } from '../manifest.ts';

/** A HorizontalPodAutoscaler that is content with the replicas there are. */
export function scaler(target: Manifest, replicas: number, { min, max }: { min: number; max: number }): Manifest {
  const { name, namespace = '' } = target.metadata;
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: ago('30d'),
  });
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace, creationTimestamp: ago('90d') },
    spec: {
      scaleTargetRef: { apiVersion: target.apiVersion, kind: target.kind, name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
    status: {
      observedGeneration: 1,
      currentReplicas: replicas,
      desiredReplicas: replicas,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 58, averageValue: '58m' } } },
      ],
      conditions: [
        condition('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'),
        condition(
          'ScalingActive',
          'True',
          'ValidMetricFound',
          'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
        ),
        condition('ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range'),
      ],
    },
  };
}

/** A PodDisruptionBudget that lets one Pod go at a time. */
export function budget(
  namespace: string,
  name: string,
  labels: Record<string, string>,
  expected: number,
  healthy: number,
): Manifest {
  const allowed = Math.max(0, healthy - (expected - 1));
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace, creationTimestamp: ago('90d') },
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    status: {
      observedGeneration: 1,
      expectedPods: expected,
      currentHealthy: healthy,
      desiredHealthy: expected - 1,
      disruptionsAllowed: allowed,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: allowed > 0 ? 'True' : 'False',
          reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          message: '',
          observedGeneration: 1,
          lastTransitionTime: ago('6d'),
        },
      ],
    },
  };
}
