import { defineKind, type ObjectOf } from '../kind.ts';
import { boolean, intOrString, list, number, object, string } from '../shape.ts';
import { condition, labelSelector, podTemplate } from './pod-template.ts';

const apps = { group: 'apps', version: 'v1', namespaced: true } as const;
const batch = { group: 'batch', version: 'v1', namespaced: true } as const;
const conditions = list(condition);

/** What a person noted about a revision (`kubectl annotate`). */
export const CHANGE_CAUSE = 'kubernetes.io/change-cause';

export const Deployment = defineKind({
  ...apps,
  kind: 'Deployment',
  plural: 'deployments',
  annotations: ['deployment.kubernetes.io/revision', CHANGE_CAUSE],
  keep: {
    spec: object({
      replicas: number,
      paused: boolean,
      progressDeadlineSeconds: number,
      selector: labelSelector,
      strategy: object({
        type: string,
        rollingUpdate: object({ maxUnavailable: intOrString, maxSurge: intOrString }),
      }),
      template: podTemplate,
    }),
    status: object({
      observedGeneration: number,
      replicas: number,
      updatedReplicas: number,
      readyReplicas: number,
      availableReplicas: number,
      unavailableReplicas: number,
      conditions,
    }),
  },
});
export type Deployment = ObjectOf<typeof Deployment>;

export const ReplicaSet = defineKind({
  ...apps,
  kind: 'ReplicaSet',
  plural: 'replicasets',
  annotations: ['deployment.kubernetes.io/revision', CHANGE_CAUSE],
  keep: {
    spec: object({ replicas: number, selector: labelSelector, template: podTemplate }),
    status: object({
      observedGeneration: number,
      replicas: number,
      readyReplicas: number,
      availableReplicas: number,
      conditions,
    }),
  },
});
export type ReplicaSet = ObjectOf<typeof ReplicaSet>;

export const StatefulSet = defineKind({
  ...apps,
  kind: 'StatefulSet',
  plural: 'statefulsets',
  keep: {
    spec: object({
      replicas: number,
      serviceName: string,
      podManagementPolicy: string,
      ordinals: object({ start: number }),
      selector: labelSelector,
      template: podTemplate,
      updateStrategy: object({ type: string, rollingUpdate: object({ partition: number }) }),
      volumeClaimTemplates: list(
        object({ metadata: object({ name: string }), spec: object({ storageClassName: string }) }),
      ),
    }),
    status: object({
      observedGeneration: number,
      replicas: number,
      readyReplicas: number,
      availableReplicas: number,
      currentReplicas: number,
      updatedReplicas: number,
      currentRevision: string,
      updateRevision: string,
      conditions,
    }),
  },
});
export type StatefulSet = ObjectOf<typeof StatefulSet>;

export const DaemonSet = defineKind({
  ...apps,
  kind: 'DaemonSet',
  plural: 'daemonsets',
  keep: {
    spec: object({ selector: labelSelector, template: podTemplate, updateStrategy: object({ type: string }) }),
    status: object({
      observedGeneration: number,
      desiredNumberScheduled: number,
      currentNumberScheduled: number,
      updatedNumberScheduled: number,
      numberReady: number,
      numberAvailable: number,
      numberUnavailable: number,
      numberMisscheduled: number,
      conditions,
    }),
  },
});
export type DaemonSet = ObjectOf<typeof DaemonSet>;

const jobSpec = object({
  suspend: boolean,
  managedBy: string,
  completions: number,
  parallelism: number,
  backoffLimit: number,
  activeDeadlineSeconds: number,
  ttlSecondsAfterFinished: number,
  template: podTemplate,
});

export const Job = defineKind({
  ...batch,
  kind: 'Job',
  plural: 'jobs',
  keep: {
    spec: jobSpec,
    status: object({
      active: number,
      succeeded: number,
      failed: number,
      ready: number,
      startTime: string,
      completionTime: string,
      failedIndexes: string,
      conditions,
    }),
  },
});
export type Job = ObjectOf<typeof Job>;

export const CronJob = defineKind({
  ...batch,
  kind: 'CronJob',
  plural: 'cronjobs',
  keep: {
    spec: object({
      schedule: string,
      timeZone: string,
      suspend: boolean,
      concurrencyPolicy: string,
      startingDeadlineSeconds: number,
      jobTemplate: object({ spec: jobSpec }),
    }),
    status: object({
      active: list(object({ name: string, namespace: string })),
      lastScheduleTime: string,
      lastSuccessfulTime: string,
    }),
  },
});
export type CronJob = ObjectOf<typeof CronJob>;

/** A revision of a StatefulSet or DaemonSet: the part of its spec that Pods are made of. */
export const ControllerRevision = defineKind({
  ...apps,
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  annotations: [CHANGE_CAUSE],
  keep: { revision: number, data: object({ spec: object({ template: podTemplate }) }) },
});
export type ControllerRevision = ObjectOf<typeof ControllerRevision>;
