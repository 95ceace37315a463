import type { Pod } from './kinds/pod.ts';
import { maskArguments, maskCredentials, maskNamed } from './masking/index.ts';

export type PodSpec = NonNullable<Pod['spec']>;
export type Container = NonNullable<PodSpec['containers']>[number];
export type Variable = NonNullable<Container['env']>[number];
export type Probe = NonNullable<Container['readinessProbe']>;

/** What Pods are made of; a Pod's own metadata and spec fit as well. */
export interface Template {
  metadata?: { labels?: Record<string, string> };
  spec?: PodSpec;
}

/** How the value of a variable is shown. */
export type ShowValue = (name: string, value: string) => string;

/** What a Pod is made of, as flat fields in words, `container cart image` → `shop/cart:1.4`, so that two can be compared. */
export function podFields({ metadata, spec = {} }: Template, showValue: ShowValue = maskNamed): Record<string, string> {
  const fields: Record<string, string> = {};
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') fields[name] = String(value);
  };
  for (const container of spec.initContainers ?? []) setContainer('init container', container, set, showValue);
  for (const container of spec.containers ?? []) setContainer('container', container, set, showValue);
  set('service account', spec.serviceAccountName);
  set('priority class', spec.priorityClassName);
  set('host network', spec.hostNetwork ? 'yes' : undefined);
  set('grace period', spec.terminationGracePeriodSeconds);
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) set(`node selector ${key}`, value);
  for (const { name } of spec.imagePullSecrets ?? []) set(`pull secret ${name ?? '?'}`, 'used');
  for (const volume of spec.volumes ?? []) set(`volume ${volume.name ?? '?'}`, volumeSource(volume));
  for (const [key, value] of Object.entries(metadata?.labels ?? {})) set(`label ${key}`, value);
  return fields;
}

function setContainer(
  role: string,
  container: Container,
  set: (name: string, value: string | number | undefined) => void,
  showValue: ShowValue,
): void {
  const of = `${role} ${container.name ?? ''}`.trim();
  set(`${of} image`, container.image);
  set(`${of} command`, container.command && maskArguments(container.command).join(' '));
  set(`${of} arguments`, container.args && maskArguments(container.args).join(' '));
  for (const variable of container.env ?? [])
    set(`${of} env ${variable.name ?? '?'}`, variableSource(variable, showValue));
  for (const source of container.envFrom ?? []) {
    const { configMapRef, secretRef } = source;
    set(
      `${of} env from ${configMapRef ? 'ConfigMap' : 'Secret'} ${configMapRef?.name ?? secretRef?.name ?? '?'}`,
      'all keys',
    );
  }
  for (const bound of ['requests', 'limits'] as const) {
    for (const [resource, amount] of Object.entries(container.resources?.[bound] ?? {})) {
      set(`${of} ${bound === 'limits' ? 'limit' : 'request'} ${resource}`, amount);
    }
  }
  set(`${of} readiness probe`, probeText(container.readinessProbe));
  set(`${of} liveness probe`, probeText(container.livenessProbe));
  set(`${of} startup probe`, probeText(container.startupProbe));
  const ports = container.ports?.map(({ name, containerPort }) => [name, containerPort].filter(Boolean).join(' '));
  set(`${of} ports`, ports?.join(', '));
}

/** Where a variable has its value from, or the value. */
export function variableSource({ name = '', value, valueFrom }: Variable, showValue: ShowValue = maskNamed): string {
  const configMap = valueFrom?.configMapKeyRef;
  const secret = valueFrom?.secretKeyRef;
  if (configMap) return `key ${configMap.key ?? '?'} of ConfigMap ${configMap.name ?? '?'}`;
  if (secret) return `key ${secret.key ?? '?'} of Secret ${secret.name ?? '?'}`;
  if (valueFrom) return "a field of the Pod's own";
  return value ? showValue(name, value) : '(empty)';
}

/** `GET :http/healthz every 10 s, 3 failures, timeout 2 s`; the API's defaults are left out. */
export function probeText(probe: Probe | undefined): string | undefined {
  if (!probe) return undefined;
  const { httpGet, tcpSocket, grpc, exec, initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } =
    probe;
  const what = httpGet
    ? `${httpGet.scheme === 'HTTPS' ? 'HTTPS ' : ''}GET :${httpGet.port ?? ''}${httpGet.path ?? '/'}`
    : tcpSocket
      ? `connects to :${tcpSocket.port ?? ''}`
      : grpc
        ? `gRPC :${grpc.port ?? ''}`
        : `runs ${maskCredentials((exec?.command ?? []).join(' '))}`;
  const timing = [
    periodSeconds && `every ${periodSeconds} s`,
    failureThreshold && `${failureThreshold} failures`,
    timeoutSeconds && `timeout ${timeoutSeconds} s`,
    initialDelaySeconds && `after ${initialDelaySeconds} s`,
  ];
  return [what, timing.filter(Boolean).join(', ')].filter(Boolean).join(' ');
}

function volumeSource(volume: NonNullable<PodSpec['volumes']>[number]): string {
  const { configMap, secret, persistentVolumeClaim, csi, projected, ephemeral } = volume;
  if (configMap) return `ConfigMap ${configMap.name ?? '?'}`;
  if (secret) return `Secret ${secret.secretName ?? secret.name ?? '?'}`;
  if (persistentVolumeClaim) return `PersistentVolumeClaim ${persistentVolumeClaim.claimName ?? '?'}`;
  if (csi) return `CSI ${csi.driver ?? '?'}`;
  if (projected) {
    const parts = (projected.sources ?? []).flatMap(({ configMap, secret }) => [
      ...(configMap ? [`ConfigMap ${configMap.name ?? '?'}`] : []),
      ...(secret ? [`Secret ${secret.name ?? '?'}`] : []),
    ]);
    return parts.join(', ') || 'projected';
  }
  return ephemeral ? 'a claim of the Pod itself' : 'other';
}
