import { defineAnalyzer, type Failure } from '../analyzer.ts';
import type { Cluster } from '../cluster.ts';
import { ConfigMap, Secret } from '../kinds/configuration.ts';
import { Event } from '../kinds/event.ts';
import { Service } from '../kinds/network.ts';
import { Node } from '../kinds/node.ts';
import { Pod } from '../kinds/pod.ts';
import { PersistentVolume, PersistentVolumeClaim } from '../kinds/storage.ts';
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../kinds/workloads.ts';
import { type Container, troubledContainers } from './shared/pod-containers.ts';
import { crashFailure } from './shared/pod-crashes.ts';
import { failedPodFailures, terminatingFailure } from './shared/pod-endings.ts';
import { IMAGE_REASONS, imageFailure } from './shared/pod-images.ts';
import { conditionOf, POD_PROBLEMS } from './shared/pod-problems.ts';
import { flappingFailure, gateFailure, nodeLostFailure, unreadyFailure } from './shared/pod-readiness.ts';
import { weighed } from './shared/pod-rollout.ts';
import { schedulingFailures } from './shared/pod-scheduling.ts';
import { configFailures, creationFailures, initFailure, startFailure } from './shared/pod-start.ts';

/** Reasons to wait that are no error of the container: it is about to start, or has crashed before. */
const NOT_YET = new Set(['ContainerCreating', 'PodInitializing', 'CrashLoopBackOff']);

export default defineAnalyzer({
  filter: 'Pod',
  summary: 'Pods that are not scheduled, do not start, crash, do not get ready or do not go away, and why',
  core: true,
  kind: Pod,
  reads: [
    ...[Event, Node, ConfigMap, Secret, PersistentVolumeClaim, PersistentVolume, Service],
    ...[Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob],
  ],
  codes: Object.keys(POD_PROBLEMS),

  check: (pod, cluster) => weighed(failuresOf(pod, cluster), pod, cluster),
});

function failuresOf(pod: Pod, cluster: Cluster): Failure[] {
  if (pod.metadata.deletionTimestamp) return listOf(terminatingFailure(pod, cluster));
  const phase = pod.status?.phase;
  if (phase === 'Succeeded') return [];
  if (phase === 'Failed' || pod.status?.reason === 'Evicted') return failedPodFailures(pod, cluster);
  if (phase === 'Pending' && !isScheduled(pod)) return schedulingFailures(pod, cluster);

  const containers = troubledContainers(pod);
  const failures = containers.flatMap((container) => containerFailures(pod, container, cluster));
  const lost = failures.length === 0 ? nodeLostFailure(pod, cluster) : undefined;
  if (lost) return [lost];
  for (const container of containers) {
    if (!failures.some(({ about }) => about === container.name))
      failures.push(...listOf(unreadyFailure(pod, container, cluster)));
  }
  if (failures.length > 0) return failures;
  const creation = creationFailures(pod, containers, cluster);
  if (creation.length > 0) return creation;
  return listOf(gateFailure(pod, cluster) ?? flappingFailure(pod, cluster));
}

function isScheduled(pod: Pod): boolean {
  const scheduled = conditionOf(pod, 'PodScheduled')?.status;
  return scheduled ? scheduled === 'True' : pod.spec?.nodeName !== undefined;
}

/** What keeps one container from running, or from staying up. */
function containerFailures(pod: Pod, container: Container, cluster: Cluster): Failure[] {
  const reason = container.status.state?.waiting?.reason ?? '';
  if (IMAGE_REASONS.has(reason)) return [imageFailure(pod, container, cluster)];
  if (reason === 'CreateContainerConfigError') return configFailures(pod, container, cluster);
  if (reason !== '' && !NOT_YET.has(reason)) return [startFailure(pod, container, cluster)];
  return listOf(crashFailure(pod, container, cluster) ?? initFailure(pod, container, cluster));
}

function listOf(failure: Failure | undefined): Failure[] {
  return failure ? [failure] : [];
}
