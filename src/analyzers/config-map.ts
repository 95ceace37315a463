import { defineAnalyzer, type Failure, field, MINUTE, olderThan } from '../analyzer.ts';
import type { Cluster } from '../cluster.ts';
import { ConfigMap } from '../kinds/configuration.ts';
import { CONFIG_USERS, isConfigMapUsed, isLoadedByLabel, isPartOfWorkloads } from './shared/config-use.ts';

export default defineAnalyzer({
  filter: 'ConfigMap',
  summary: 'ConfigMaps that nothing uses, that hold nothing, or that are about to outgrow their limit',
  core: true,
  kind: ConfigMap,
  reads: CONFIG_USERS,
  codes: ['Unused', 'Empty', 'TooLarge'],

  check(configMap, cluster) {
    if (isKeptByOthers(configMap)) return [];
    const bytes = sizeOf(configMap);
    return [...unused(configMap, cluster, bytes), ...empty(configMap, bytes), ...tooLarge(configMap, bytes)];
  },
});

/** Namespaces whose ConfigMaps belong to Kubernetes itself. */
const SYSTEM_NAMESPACES = new Set(['kube-system', 'kube-public', 'kube-node-lease']);
/** Put into every namespace for whoever needs it, such as `kube-root-ca.crt` and `istio-ca-root-cert`. */
const SPREAD = /(-ca\.crt|-ca-root-cert|-trust-roots|trusted-ca(-bundle)?)$/;
/** Labels by which a sidecar or an operator finds what it loads, or marks what it spreads. */
const LOADED =
  /^(grafana_\w+|prometheus_rule|loki_rule|fluentd_config|workflows\.argoproj\.io\/configmap-type|trust\.cert-manager\.io\/bundle)$/;

/** Whether a ConfigMap is read by something that no Pod template shows, and says so. */
function isKeptByOthers({ metadata }: ConfigMap): boolean {
  const { name, namespace = '', labels = {}, annotations = {} } = metadata;
  if (metadata.deletionTimestamp || metadata.ownerReferences?.length) return true;
  if (SYSTEM_NAMESPACES.has(namespace) || SPREAD.test(name)) return true;
  if (annotations['k8sgpt.ai/skip-usage-check'] === 'true') return true;
  // Locks of leaders: those of Kubernetes, and those of Patroni.
  if ('control-plane.alpha.kubernetes.io/leader' in annotations || 'renewTime' in annotations) return true;
  // Where Helm 2 keeps its releases, and Helm 3 if it is told to.
  if (labels.OWNER === 'TILLER' || (labels.owner === 'helm' && name.startsWith('sh.helm.release.'))) return true;
  // Where the cluster autoscaler writes what it does, for people to read.
  if ('cluster-autoscaler.kubernetes.io/last-updated' in annotations) return true;
  return Object.entries(labels).some(
    ([key, value]) => LOADED.test(key) || (key === 'k8sgpt.ai/dynamically-loaded' && value === 'true'),
  );
}

function unused(configMap: ConfigMap, cluster: Cluster, bytes: number): Failure[] {
  const { name, namespace, creationTimestamp } = configMap.metadata;
  if (!CONFIG_USERS.every((kind) => cluster.complete(kind, namespace))) return [];
  // What uses it may be made next.
  if (creationTimestamp && !olderThan(cluster, creationTimestamp, 2 * MINUTE)) return [];
  if (isConfigMapUsed(cluster, configMap) || isPartOfWorkloads(cluster, configMap)) return [];
  if (isLoadedByLabel(cluster, configMap)) return [];
  return [
    {
      code: 'ConfigMap/Unused',
      severity: 'low',
      headline: 'is not used by any Pod or workload',
      text:
        `ConfigMap ${name} is not used: no Pod and no Pod template in namespace ${namespace} mounts it, takes ` +
        `variables from it or names it.${bytes === 0 ? ' It is empty, too.' : ''}`,
      evidence: [field(configMap, 'data', keysOf(configMap))],
      sensitive: [name],
    },
  ];
}

function empty(configMap: ConfigMap, bytes: number): Failure[] {
  const { name } = configMap.metadata;
  if (bytes > 0 || keysOf(configMap).length > 0) return [];
  return [
    {
      code: 'ConfigMap/Empty',
      severity: 'low',
      headline: 'is empty',
      text: `ConfigMap ${name} is empty: it has neither data nor binaryData, so whoever reads it gets nothing.`,
      evidence: [field(configMap, 'data', undefined)],
      sensitive: [name],
    },
  ];
}

/** The API takes no more (https://kubernetes.io/docs/concepts/configuration/configmap/#motivation). */
const LIMIT_BYTES = 1024 * 1024;

function tooLarge(configMap: ConfigMap, bytes: number): Failure[] {
  const { name } = configMap.metadata;
  if (bytes < 0.9 * LIMIT_BYTES) return [];
  const size = `${Math.round(bytes / 1024)} KiB`;
  return [
    {
      code: 'ConfigMap/TooLarge',
      severity: 'low',
      headline: 'has nearly reached the limit of 1 MiB',
      text: `ConfigMap ${name} holds ${size}; the limit is 1024 KiB, and a larger one is refused.`,
      evidence: [field(configMap, 'data', size)],
      values: { size },
      sensitive: [name],
    },
  ];
}

function keysOf({ data = {}, binaryData = {} }: ConfigMap): string[] {
  return [...Object.keys(data), ...Object.keys(binaryData)];
}

/** Bytes, nearly: characters of texts, and three quarters of those of base64. */
function sizeOf({ data = {}, binaryData = {} }: ConfigMap): number {
  const total = (sizes: Record<string, number>) => Object.values(sizes).reduce((sum, size) => sum + size, 0);
  return total(data) + total(binaryData) * 0.75;
}
