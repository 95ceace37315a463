import { type Age, ago, type Manifest, ownedBy, suffix } from '../manifest.ts';
import { event } from './event.ts';
import { service } from './network.ts';
import { nodeFor } from './node.ts';
import { isReady, pod, type StateOf } from './pod.ts';
import { revisions } from './revision.ts';
import { budget } from './scaling.ts';
import { boundClaim, pendingClaim } from './storage.ts';
import { companions, selectorOf, type TemplateOptions, template } from './template.ts';

export interface StatefulSetOptions extends TemplateOptions {
  replicas?: number;
  age?: Age;
  /** How long the present Pods exist. */
  started?: Age;
  /** The volume of each Pod, mounted at `/data`. */
  storage?: { size: string; className: string /** What the provisioner says in place of a volume. */; error?: string };
  /** How its Pods fare, by their number. */
  state?: (index: number) => StateOf | undefined;
  /** Pods that exist; the next one waits for the one before to be ready. */
  existing?: number;
  budget?: boolean;
}

/** A StatefulSet with its headless Service, Pods, claims and volumes. */
export function statefulSet(options: StatefulSetOptions): Manifest[] {
  const {
    namespace,
    name,
    replicas = 3,
    age = '180d',
    started = '20d',
    storage,
    port = 8080,
    portName = 'http',
  } = options;
  const { existing = replicas } = options;
  const labels = selectorOf(options);
  const own = template({ ...options, mounts: options.mounts ?? [] });
  const [first] = own.spec.containers;
  if (storage && first) first.volumeMounts = [...((first.volumeMounts as object[]) ?? []), DATA_MOUNT];

  const set: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace, labels, creationTimestamp: ago(age) },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: labels },
      template: own,
      ...(storage && { volumeClaimTemplates: [claimTemplate(storage)] }),
    },
  };
  const revision = `${name}-${suffix(`${namespace}/${name}/${options.image}`, 10)}`;
  const numbers = Array.from({ length: existing }, (_, index) => index);
  const pods = numbers.flatMap((index) => {
    const stateOf = options.state?.(index);
    const claim = { name: 'data', persistentVolumeClaim: { claimName: `data-${name}-${index}` } };
    const spec = storage ? { ...own.spec, volumes: [...((own.spec.volumes as object[]) ?? []), claim] } : own.spec;
    return pod({
      namespace,
      name: `${name}-${index}`,
      template: { ...own, spec },
      owner: ownedBy(set),
      age: started,
      node: nodeFor(`${namespace}/${name}`, index),
      labels: {
        ...labels,
        'apps.kubernetes.io/pod-index': String(index),
        'controller-revision-hash': revision,
        'statefulset.kubernetes.io/pod-name': `${name}-${index}`,
      },
      ...(stateOf && { state: stateOf }),
    });
  });
  const ready = pods.filter((each) => each.kind === 'Pod' && isReady(each)).length;
  set.status = {
    observedGeneration: 1,
    replicas: existing,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: existing,
    updatedReplicas: existing,
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
  };
  return [
    ...companions(options, age),
    service({
      namespace,
      name,
      selector: labels,
      ports: [{ name: portName, port, targetPort: portName }],
      headless: true,
      age,
    }),
    set,
    ...revisions(set, own, revision, started),
    ...(storage ? numbers.flatMap((index) => claim(options, storage, index, started)) : []),
    ...pods,
    ...(options.budget ? [budget(namespace, name, labels, replicas, ready)] : []),
  ];
}

const DATA_MOUNT = { name: 'data', mountPath: '/data' };

function claimTemplate({ size, className }: NonNullable<StatefulSetOptions['storage']>) {
  return {
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      storageClassName: className,
    },
  };
}

function claim(
  options: StatefulSetOptions,
  { size, className, error }: NonNullable<StatefulSetOptions['storage']>,
  index: number,
  started: Age,
): Manifest[] {
  const { namespace, age = '180d' } = options;
  const shape = { namespace, name: `data-${options.name}-${index}`, size, className, labels: selectorOf(options) };
  if (!error) return boundClaim({ ...shape, age });
  const pending = pendingClaim({ ...shape, age: started });
  return [
    pending,
    event(pending, 'ProvisioningFailed', error, {
      from: 'persistentvolume-controller',
      first: started,
      last: '11s',
      count: 186,
    }),
  ];
}
