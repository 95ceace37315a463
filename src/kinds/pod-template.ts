import {
  boolean,
  intOrString,
  list,
  map,
  number,
  object,
  present,
  prose,
  type Shape,
  shared,
  string,
} from '../shape.ts';

const reference = object({ name: string, optional: boolean });
const keyReference = object({ name: string, key: string, optional: boolean });
const keyed = object({ name: string, secretName: string, optional: boolean, items: list(object({ key: string })) });

const handler = {
  exec: object({ command: list(string) }),
  httpGet: object({ path: string, port: intOrString, scheme: string }),
  tcpSocket: object({ port: intOrString }),
  grpc: object({ port: number }),
};

const probe = shared(
  object({
    ...handler,
    initialDelaySeconds: number,
    periodSeconds: number,
    timeoutSeconds: number,
    failureThreshold: number,
  }),
);

const container = object({
  name: string,
  image: string,
  command: list(string),
  args: list(string),
  // Values are kept for the names of Services in them; what looks like a credential is masked where it is shown.
  env: shared(
    list(
      object({
        name: string,
        value: string,
        valueFrom: object({ configMapKeyRef: keyReference, secretKeyRef: keyReference }),
      }),
    ),
  ),
  envFrom: shared(list(object({ configMapRef: reference, secretRef: reference }))),
  ports: shared(list(object({ name: string, containerPort: number, protocol: string, hostPort: number }))),
  resources: shared(object({ requests: map(intOrString), limits: map(intOrString) })),
  restartPolicy: string,
  readinessProbe: probe,
  livenessProbe: probe,
  startupProbe: probe,
  volumeMounts: list(object({ name: string })),
});

/** Which nodes fit, as Pods and PersistentVolumes say it. */
export const nodeSelectorTerms = list(
  object({
    matchExpressions: list(object({ key: string, operator: string, values: list(string) })),
    matchFields: list(object({ key: string, operator: string, values: list(string) })),
  }),
);

export const podSpec = object({
  nodeName: string,
  nodeSelector: map(string),
  restartPolicy: string,
  serviceAccountName: string,
  priorityClassName: string,
  runtimeClassName: string,
  schedulerName: string,
  hostNetwork: boolean,
  terminationGracePeriodSeconds: number,
  activeDeadlineSeconds: number,
  imagePullSecrets: list(object({ name: string })),
  schedulingGates: list(object({ name: string })),
  readinessGates: list(object({ conditionType: string })),
  tolerations: shared(list(object({ key: string, operator: string, value: string, effect: string }))),
  affinity: object({
    nodeAffinity: object({
      requiredDuringSchedulingIgnoredDuringExecution: object({ nodeSelectorTerms }),
    }),
    podAffinity: present,
    podAntiAffinity: present,
  }),
  topologySpreadConstraints: list(object({ topologyKey: string, whenUnsatisfiable: string })),
  initContainers: list(container),
  containers: list(container),
  ephemeralContainers: list(container),
  volumes: list(
    object({
      name: string,
      configMap: keyed,
      secret: keyed,
      persistentVolumeClaim: object({ claimName: string }),
      csi: object({ driver: string }),
      projected: object({ sources: list(object({ configMap: keyed, secret: keyed })) }),
      ephemeral: present,
    }),
  ),
});

/** Of annotations, keeps those that may name a ConfigMap, such as `vault.hashicorp.com/agent-configmap`. */
const configAnnotations: Shape<Record<string, string>> = (value) => {
  const named = Object.entries(map(string)(value) ?? {}).filter(([key]) => /config-?map/i.test(key));
  return named.length > 0 ? Object.fromEntries(named) : undefined;
};

export const podTemplate = object({
  metadata: object({ labels: map(string), annotations: configAnnotations }),
  spec: podSpec,
});

export const labelSelector = object({
  matchLabels: map(string),
  matchExpressions: list(object({ key: string, operator: string, values: list(string) })),
});

/** A condition of an object's status. */
export const condition = object({
  type: string,
  status: string,
  reason: string,
  message: prose,
  lastTransitionTime: string,
  lastUpdateTime: string,
  lastProbeTime: string,
  lastHeartbeatTime: string,
});
