import type { Resource } from './cluster.ts';
import { pluralOf } from './words.ts';

/** A type of objects with the words that kubectl knows it by. */
export interface NamedResource extends Resource {
  singular: string;
  shortNames: readonly string[];
}

/**
 * The type that a word means, as kubectl takes it: a kind, plural, singular or short name in any case, alone or as
 * `name.group` or `name.version.group`. Of several the first in the list is meant, and no short name goes before a name.
 */
export function findResource(all: readonly NamedResource[], word: string): NamedResource | undefined {
  const wanted = word.trim().toLowerCase();
  const names = ({ kind, plural, singular }: NamedResource) => [plural, singular, kind.toLowerCase()];
  return (
    all.find((each) => names(each).includes(wanted)) ??
    all.find((each) => each.shortNames.includes(wanted)) ??
    all.find(({ group, version, ...each }) =>
      [...names({ group, version, ...each }), ...each.shortNames].some(
        (name) => group !== '' && (wanted === `${name}.${group}` || wanted === `${name}.${version}.${group}`),
      ),
    )
  );
}

type Row = readonly [kind: string, shortNames?: string, plural?: string];

/** What every cluster serves, as far as people ask for it by name (`kubectl api-resources`). */
const NAMESPACED: Record<string, readonly Row[]> = {
  '/v1': [
    ['Pod', 'po'],
    ['Service', 'svc'],
    ['ConfigMap', 'cm'],
    ['Secret'],
    ['Event', 'ev'],
    ['PersistentVolumeClaim', 'pvc'],
    ['ServiceAccount', 'sa'],
    ['Endpoints', 'ep', 'endpoints'],
    ['LimitRange', 'limits'],
    ['ResourceQuota', 'quota'],
    ['ReplicationController', 'rc'],
  ],
  'apps/v1': [
    ['Deployment', 'deploy'],
    ['ReplicaSet', 'rs'],
    ['StatefulSet', 'sts'],
    ['DaemonSet', 'ds'],
    ['ControllerRevision'],
  ],
  'batch/v1': [['Job'], ['CronJob', 'cj']],
  'autoscaling/v2': [['HorizontalPodAutoscaler', 'hpa']],
  'policy/v1': [['PodDisruptionBudget', 'pdb']],
  'networking.k8s.io/v1': [
    ['Ingress', 'ing'],
    ['NetworkPolicy', 'netpol'],
  ],
  'discovery.k8s.io/v1': [['EndpointSlice']],
  'coordination.k8s.io/v1': [['Lease']],
  'rbac.authorization.k8s.io/v1': [['Role'], ['RoleBinding']],
  'gateway.networking.k8s.io/v1': [['HTTPRoute'], ['Gateway', 'gtw']],
  'metrics.k8s.io/v1beta1': [['PodMetrics', '', 'pods']],
};

const CLUSTER_WIDE: Record<string, readonly Row[]> = {
  '/v1': [
    ['Node', 'no'],
    ['Namespace', 'ns'],
    ['PersistentVolume', 'pv'],
  ],
  'networking.k8s.io/v1': [['IngressClass']],
  'storage.k8s.io/v1': [['StorageClass', 'sc'], ['CSIDriver'], ['VolumeAttachment']],
  'scheduling.k8s.io/v1': [['PriorityClass', 'pc']],
  'rbac.authorization.k8s.io/v1': [['ClusterRole'], ['ClusterRoleBinding']],
  'admissionregistration.k8s.io/v1': [['ValidatingWebhookConfiguration'], ['MutatingWebhookConfiguration']],
  'apiextensions.k8s.io/v1': [['CustomResourceDefinition', 'crd crds']],
  'apiregistration.k8s.io/v1': [['APIService']],
  'metrics.k8s.io/v1beta1': [['NodeMetrics', '', 'nodes']],
};

/** The types that every cluster serves; the core group comes first. */
export const BUILT_IN: readonly NamedResource[] = [...rows(NAMESPACED, true), ...rows(CLUSTER_WIDE, false)].sort(
  (a, b) => Number(a.group !== '') - Number(b.group !== ''),
);

function rows(table: Record<string, readonly Row[]>, namespaced: boolean): NamedResource[] {
  return Object.entries(table).flatMap(([api, kinds]) => {
    const [group = '', version = ''] = api.split('/');
    return kinds.map(([kind, short = '', plural = pluralOf(kind).toLowerCase()]) => ({
      kind,
      group,
      version,
      plural,
      namespaced,
      singular: kind.toLowerCase(),
      shortNames: short.split(' ').filter(Boolean),
    }));
  });
}
