import type { Kind } from '../../kind.ts';
import { ConfigMap, Secret, ServiceAccount } from '../../kinds/configuration.ts';
import { Event } from '../../kinds/event.ts';
import { HTTPRoute } from '../../kinds/gateway.ts';
import { NodeMetrics, PodMetrics } from '../../kinds/metrics.ts';
import { EndpointSlice, Ingress, Service } from '../../kinds/network.ts';
import { Node } from '../../kinds/node.ts';
import { Pod } from '../../kinds/pod.ts';
import { HorizontalPodAutoscaler, PodDisruptionBudget } from '../../kinds/scaling.ts';
import { PersistentVolumeClaim } from '../../kinds/storage.ts';
import {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ReplicaSet,
  StatefulSet,
} from '../../kinds/workloads.ts';

/** What hangs together within a namespace. */
export const RELATED: readonly Kind[] = [
  Pod,
  ReplicaSet,
  Deployment,
  StatefulSet,
  DaemonSet,
  Job,
  CronJob,
  Service,
  Ingress,
  HTTPRoute,
  ConfigMap,
  Secret,
  PersistentVolumeClaim,
  ServiceAccount,
  HorizontalPodAutoscaler,
  PodDisruptionBudget,
];

/** The kinds that looks ask for by themselves, whatever object they are taken at. */
export const INSPECTED: readonly Kind[] = [
  ...RELATED,
  ControllerRevision,
  EndpointSlice,
  Event,
  Node,
  PodMetrics,
  NodeMetrics,
];
