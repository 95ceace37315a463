import type { Age, Manifest } from '../manifest.ts';
import { configMap, secret, serviceAccount } from './configuration.ts';

const REGISTRY = 'registry.example.com';

/** A value from a key of a ConfigMap or a Secret. */
interface KeyReference {
  from: 'ConfigMap' | 'Secret';
  name: string;
  key: string;
}

export type EnvValue = string | KeyReference;

export function fromConfigMap(name: string, key: string): EnvValue {
  return { from: 'ConfigMap', name, key };
}

export function fromSecret(name: string, key: string): EnvValue {
  return { from: 'Secret', name, key };
}

/** A volume and where the first container mounts it; without a source it is an empty directory. */
export interface Mount {
  name: string;
  path: string;
  configMap?: string;
  secret?: string;
  claim?: string;
  hostPath?: string;
}

export interface ContainerOptions {
  name: string;
  /** Path and tag on the company's registry: `shop/cart-api:7.2.1`. */
  image: string;
  command?: string[];
  args?: string[];
  env?: Record<string, EnvValue>;
  cpu?: string;
  memory?: string;
}

export interface TemplateOptions extends Omit<ContainerOptions, 'name'> {
  namespace: string;
  name: string;
  /** Serves here: a port with a readiness probe, named `http` unless `portName` says otherwise. */
  port?: number;
  portName?: string;
  /** What the readiness probe asks for; `tcp` only connects. */
  ready?: string;
  /** Further ports by name. */
  ports?: Record<string, number>;
  /** Makes the ConfigMap `<name>-config`, all of which goes into the environment. */
  config?: Record<string, string>;
  /** Makes the Secret `<name>-credentials` with these keys, each a variable of its own. */
  credentials?: string[];
  mounts?: Mount[];
  init?: ContainerOptions;
  sidecar?: ContainerOptions;
  nodeSelector?: Record<string, string>;
  tolerations?: object[];
  priorityClass?: string;
  pullSecret?: string;
  hostNetwork?: boolean;
  graceSeconds?: number;
  restartPolicy?: 'Always' | 'Never' | 'OnFailure';
  labels?: Record<string, string>;
}

export interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: PodSpec;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  [field: string]: unknown;
}

interface Container {
  name: string;
  image: string;
  [field: string]: unknown;
}

export function selectorOf({ name, labels }: Pick<TemplateOptions, 'name' | 'labels'>): Record<string, string> {
  return labels ?? { 'app.kubernetes.io/name': name };
}

export function template(options: TemplateOptions): PodTemplate {
  const { name, mounts = [], init, sidecar, restartPolicy = 'Always' } = options;
  return {
    metadata: { labels: selectorOf(options) },
    spec: {
      serviceAccountName: name,
      restartPolicy,
      terminationGracePeriodSeconds: options.graceSeconds ?? 30,
      ...(options.hostNetwork && { hostNetwork: true }),
      ...(options.nodeSelector && { nodeSelector: options.nodeSelector }),
      ...(options.tolerations && { tolerations: options.tolerations }),
      ...(options.priorityClass && { priorityClassName: options.priorityClass }),
      ...(options.pullSecret && { imagePullSecrets: [{ name: options.pullSecret }] }),
      ...(init && { initContainers: [container(init)] }),
      containers: [main(options), ...(sidecar ? [container(sidecar)] : [])],
      ...(mounts.length > 0 && { volumes: mounts.map(volume) }),
    },
  };
}

/** The ServiceAccount, ConfigMap and Secret that a template refers to. */
export function companions({ namespace, name, config, credentials }: TemplateOptions, age: Age): Manifest[] {
  const objects = [serviceAccount(namespace, name, age)];
  if (config) objects.push(configMap(namespace, `${name}-config`, config, { age }));
  if (credentials) objects.push(secret(namespace, `${name}-credentials`, credentials, { age }));
  return objects;
}

function main(options: TemplateOptions): Container {
  const {
    name,
    port,
    portName = 'http',
    ready = '/healthz',
    config,
    credentials = [],
    mounts = [],
    env = {},
  } = options;
  const ports = { ...(port && { [portName]: port }), ...options.ports };
  const secrets = Object.fromEntries(credentials.map((key) => [key, fromSecret(`${name}-credentials`, key)]));
  const probe = ready === 'tcp' ? { tcpSocket: { port: portName } } : { httpGet: { path: ready, port: portName } };
  return {
    ...container({ ...options, env: { ...env, ...secrets } }),
    ...(Object.keys(ports).length > 0 && {
      ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
    }),
    ...(config && { envFrom: [{ configMapRef: { name: `${name}-config` } }] }),
    ...(port && { readinessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 } }),
    ...(mounts.length > 0 && { volumeMounts: mounts.map(({ name, path }) => ({ name, mountPath: path })) }),
  };
}

function container(options: ContainerOptions): Container {
  const { name, image, command, args, env = {}, cpu = '100m', memory = '256Mi' } = options;
  return {
    name,
    image: imageName(image),
    ...(command && { command }),
    ...(args && { args }),
    ...(Object.keys(env).length > 0 && { env: Object.entries(env).map(variable) }),
    resources: { requests: { cpu, memory }, limits: { memory } },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** An image of another registry is named in full, with a dot in its first part. */
function imageName(image: string): string {
  return image.split('/')[0]?.includes('.') ? image : `${REGISTRY}/${image}`;
}

function variable([name, value]: [string, EnvValue]) {
  if (typeof value === 'string') return { name, value };
  const { from, ...reference } = value;
  return { name, valueFrom: { [from === 'ConfigMap' ? 'configMapKeyRef' : 'secretKeyRef']: reference } };
}

function volume({ name, configMap, secret, claim, hostPath }: Mount) {
  if (configMap) return { name, configMap: { name: configMap } };
  if (secret) return { name, secret: { secretName: secret } };
  if (claim) return { name, persistentVolumeClaim: { claimName: claim } };
  if (hostPath) return { name, hostPath: { path: hostPath } };
  return { name, emptyDir: {} };
}
