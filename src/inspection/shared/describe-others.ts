import { stringify } from 'yaml';
import { UserError } from '../../errors.ts';
import type { Scene } from '../../look.ts';
import { maskObject } from '../../masking/objects.ts';
import { isRecord } from '../../shape.ts';
import { clip } from '../../words.ts';
import { type Found, resourceFor } from './find.ts';
import { at, mapAt, pairs, recordsAt, sayAt, textAt, textsAt } from './raw.ts';

const ENDPOINTS_SHOWN = 20;
const KEYS_SHOWN = 50;
const VALUE_SHOWN = 200;
const YAML_SHOWN = 6000;

/** The facts of a kind that is no workload, a line each. */
export const FACTS: Record<string, (found: Found, scene: Scene) => string[] | Promise<string[]>> = {
  Service: describeService,

  Ingress({ object }) {
    const rules = recordsAt(object, 'spec.rules').flatMap((rule) =>
      recordsAt(rule, 'http.paths').map(
        (path) =>
          `  ${textAt(rule, 'host') ?? '*'}${textAt(path, 'path') ?? '/'} to ${backendText(at(path, 'backend'))}`,
      ),
    );
    const tls = recordsAt(object, 'spec.tls').map(
      (each) => `${textAt(each, 'secretName') ?? 'no Secret'} for ${textsAt(each, 'hosts').join(', ')}`,
    );
    return facts([
      ['Class', textAt(object, 'spec.ingressClassName')],
      ['Default backend', at(object, 'spec.defaultBackend') ? backendText(at(object, 'spec.defaultBackend')) : ''],
      ['TLS Secrets', tls.join('; ')],
      ['Address', addresses(object)],
    ]).concat(rules.length > 0 ? ['Rules:', ...rules] : []);
  },

  Node({ object }) {
    const taints = recordsAt(object, 'spec.taints').map(
      (taint) => `${sayAt(taint, 'key')}${taint.value ? `=${sayAt(taint, 'value')}` : ''}:${sayAt(taint, 'effect')}`,
    );
    return facts([
      ['Cordoned', at(object, 'spec.unschedulable') === true ? 'yes' : ''],
      ['Taints', taints.join(', ')],
      ['Kubelet', textAt(object, 'status.nodeInfo.kubeletVersion')],
      ['Container runtime', textAt(object, 'status.nodeInfo.containerRuntimeVersion')],
      ['Operating system', textAt(object, 'status.nodeInfo.osImage')],
      ['Capacity', pairs(mapAt(object, 'status.capacity'))],
      ['Allocatable', pairs(mapAt(object, 'status.allocatable'))],
    ]);
  },

  PersistentVolumeClaim: ({ object }) =>
    facts([
      ['Phase', textAt(object, 'status.phase')],
      ['Volume', textAt(object, 'spec.volumeName')],
      ['Storage class', textAt(object, 'spec.storageClassName')],
      ['Requested', textAt(object, 'spec.resources.requests.storage')],
      ['Capacity', textAt(object, 'status.capacity.storage')],
      ['Access modes', textsAt(object, 'spec.accessModes').join(', ')],
      ['Provisioner', mapAt(object, 'metadata.annotations')['volume.kubernetes.io/storage-provisioner']],
    ]),

  PersistentVolume: ({ object }) =>
    facts([
      ['Phase', textAt(object, 'status.phase')],
      [
        'Claim',
        [textAt(object, 'spec.claimRef.namespace'), textAt(object, 'spec.claimRef.name')].filter(Boolean).join('/'),
      ],
      ['Storage class', textAt(object, 'spec.storageClassName')],
      ['Capacity', textAt(object, 'spec.capacity.storage')],
      ['Reclaim policy', textAt(object, 'spec.persistentVolumeReclaimPolicy')],
      ['CSI driver', textAt(object, 'spec.csi.driver')],
      ['Message', textAt(object, 'status.message')],
    ]),

  ConfigMap({ object }) {
    const masked = maskObject({ data: at(object, 'data') });
    const data = at(masked, 'data');
    const entries = isRecord(data) ? Object.entries(data) : [];
    const lines = entries.slice(0, KEYS_SHOWN).map(([key, value]) => {
      if (typeof value !== 'string') return `  ${key}: ${value} characters`;
      const long = value.length > VALUE_SHOWN || value.includes('\n');
      return `  ${key}: ${long ? `${value.length} characters, beginning with ${firstLine(value)}` : value}`;
    });
    const binary = Object.keys(mapAt(object, 'binaryData')).map((key) => `  ${key}: binary`);
    const more = entries.length - KEYS_SHOWN;
    return ['Data:', ...lines, ...(more > 0 ? [`  and ${more} more keys`] : []), ...binary];
  },

  Secret: ({ object }) =>
    facts([
      ['Type', textAt(object, 'type')],
      ['Keys', `${textAt(object, 'keys') ?? 'an unknown number'}; their names and values are not read`],
    ]),

  HorizontalPodAutoscaler: ({ object }) =>
    facts([
      ['Scales', `${sayAt(object, 'spec.scaleTargetRef.kind')} ${sayAt(object, 'spec.scaleTargetRef.name')}`],
      ['Bounds', `${textAt(object, 'spec.minReplicas') ?? 1} to ${sayAt(object, 'spec.maxReplicas')} replicas`],
      [
        'Replicas',
        `${textAt(object, 'status.currentReplicas') ?? 0}, wanted ${textAt(object, 'status.desiredReplicas') ?? 0}`,
      ],
      ['Metrics', yaml(at(object, 'spec.metrics'))],
    ]),
};

/** What any object says of itself: its spec, or its fields beside metadata and status. */
export function describeAny({ object }: Found): string[] {
  const { apiVersion: _, kind: __, metadata: ___, status, spec, ...rest } = object;
  const { conditions: ____, ...told } = isRecord(status) ? status : {};
  const parts: [string, unknown][] = [
    ['Spec', spec ?? rest],
    ['Status', told],
  ];
  return parts.flatMap(([name, value]) => {
    const text = yaml(value);
    return text === ''
      ? []
      : [
          `${name}:`,
          ...clip(text, YAML_SHOWN)
            .split('\n')
            .map((line) => `  ${line}`),
        ];
  });
}

async function describeService({ object, ref }: Found, scene: Scene): Promise<string[]> {
  const ports = recordsAt(object, 'spec.ports').map((port) => {
    const target = textAt(port, 'targetPort') ?? sayAt(port, 'port');
    const node = textAt(port, 'nodePort');
    const name = textAt(port, 'name');
    return `${name ? `${name} ` : ''}${sayAt(port, 'port')}/${textAt(port, 'protocol') ?? 'TCP'} to ${target}${node ? ` (node port ${node})` : ''}`;
  });
  const selector = pairs(mapAt(object, 'spec.selector'));
  return [
    ...facts([
      ['Type', textAt(object, 'spec.type') ?? 'ClusterIP'],
      ['Cluster IP', textAt(object, 'spec.clusterIP')],
      ['External name', textAt(object, 'spec.externalName')],
      ['Address', addresses(object)],
      ['Selector', selector || 'none'],
      ['Ports', ports.join(', ')],
    ]),
    ...(await endpointLines(ref.name, ref.namespace, scene)),
  ];
}

/** The Pods behind a Service, as its EndpointSlices have them. */
async function endpointLines(name: string, namespace: string | undefined, scene: Scene): Promise<string[]> {
  try {
    const options = { limit: 100, selector: `kubernetes.io/service-name=${name}`, ...(namespace && { namespace }) };
    const resource = await resourceFor('endpointslices', scene);
    const { objects } = await scene.source.inspector.list(resource, options, scene.signal);
    const endpoints = objects.flatMap((slice) => recordsAt(slice, 'endpoints'));
    const isReady = (endpoint: object) => at(endpoint, 'conditions.ready') !== false;
    const ready = endpoints.filter(isReady).length;
    const ports = new Set(objects.flatMap((slice) => recordsAt(slice, 'ports').map((port) => textAt(port, 'port'))));
    const lines = endpoints
      .toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))
      .slice(0, ENDPOINTS_SHOWN)
      .map((endpoint) => {
        const target = [textAt(endpoint, 'targetRef.kind'), textAt(endpoint, 'targetRef.name')]
          .filter(Boolean)
          .join(' ');
        const [address = ''] = textsAt(endpoint, 'addresses');
        return `  ${[target, address].filter(Boolean).join(' ')}: ${isReady(endpoint) ? 'ready' : 'not ready'}`;
      });
    const on = ports.size > 0 ? ` on port ${[...ports].join(', ')}` : '';
    return [`Endpoints: ${ready} ready, ${endpoints.length - ready} not ready${on}`, ...lines];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`Endpoints: ${error.message}`];
  }
}

function backendText(backend: unknown): string {
  const service = textAt(backend, 'service.name');
  if (!service)
    return `${textAt(backend, 'resource.kind') ?? 'nothing'} ${textAt(backend, 'resource.name') ?? ''}`.trim();
  return `Service ${service} port ${textAt(backend, 'service.port.name') ?? textAt(backend, 'service.port.number') ?? '?'}`;
}

function addresses(object: unknown): string {
  return recordsAt(object, 'status.loadBalancer.ingress')
    .map((each) => textAt(each, 'ip') ?? textAt(each, 'hostname'))
    .join(', ');
}

function facts(list: readonly [string, string | undefined][]): string[] {
  return list.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
}

function firstLine(text: string): string {
  return JSON.stringify(clip(text.split('\n').find((line) => line.trim() !== '') ?? '', 80));
}

function yaml(value: unknown): string {
  if (value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0))
    return '';
  return stringify(maskObject(value), { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}
