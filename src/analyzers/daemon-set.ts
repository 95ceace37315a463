import { type Cause, defineAnalyzer, type Failure, field, olderThan } from '../analyzer.ts';
import type { Cluster, Ref } from '../cluster.ts';
import { Secret } from '../kinds/configuration.ts';
import { Node } from '../kinds/node.ts';
import { Pod } from '../kinds/pod.ts';
import { DaemonSet } from '../kinds/workloads.ts';
import { isLasting, REFUSAL_READS, REFUSALS, refusalFailure, refusedByEvent } from './shared/creation.ts';
import { latentReference, REFERENCE_READS } from './shared/latent-reference.ts';
import { nearNames } from './shared/near-names.ts';
import { untolerated } from './shared/pod-placement.ts';
import { unreadyNode } from './shared/pod-problems.ts';
import {
  asHeadline,
  isStuck,
  notReadyText,
  podCauses,
  START_GRACE,
  selectorText,
  unreadyPods,
} from './shared/rollout.ts';
import { listed } from './shared/wording.ts';

export default defineAnalyzer({
  filter: 'DaemonSet',
  summary: 'DaemonSets that are not ready on every node that should have them, or name a missing pull secret',
  core: true,
  kind: DaemonSet,
  reads: [Pod, Node, ...REFUSAL_READS, ...REFERENCE_READS],
  codes: ['Unavailable', 'MissingPullSecret', 'Misscheduled', 'LatentReference', ...REFUSALS],

  check(set, cluster) {
    if (set.metadata.deletionTimestamp) return [];
    const desired = set.status?.desiredNumberScheduled ?? 0;
    const ready = set.status?.numberReady ?? 0;
    const short = desired > 0 && ready < desired ? shortage(set, desired, ready, cluster) : [];
    const failures = [...short, ...missingPullSecrets(set, cluster), ...misscheduled(set, cluster)];
    if (ready >= desired && desired > 0) failures.push(...latentReference(set, set.spec?.template, cluster));
    return failures;
  },
});

function shortage(set: DaemonSet, desired: number, ready: number, cluster: Cluster): Failure[] {
  const scheduled = set.status?.currentNumberScheduled ?? 0;
  const severity = ready > 0 ? 'medium' : 'high';
  const refused = scheduled < desired ? refusedByEvent(set, cluster) : undefined;
  if (refused && isLasting(refused, set, cluster)) {
    return [
      refusalFailure(set, cluster, refused, {
        short: `${scheduled} of ${desired} nodes have their Pod.`,
        severity,
        evidence: [field(set, 'status.currentNumberScheduled', scheduled)],
      }),
    ];
  }

  const pods = cluster.podsOf(set);
  const unready = unreadyPods(pods);
  if (!unready.some((pod) => isStuck(pod, cluster)) && !lacksPods(set, unready, cluster)) return [];
  const nodes = unready.flatMap(({ spec }) => spec?.nodeName ?? []);
  const where =
    nodes.length > 0 ? ` Without a ready Pod: ${nodes.length === 1 ? 'node' : 'nodes'} ${listed(nodes)}.` : '';
  return [
    {
      code: 'DaemonSet/Unavailable',
      severity,
      headline: ready > 0 ? 'is not ready on every node that should have it' : 'is ready on no node',
      text: `${ready} of ${desired} nodes have a ready Pod of DaemonSet ${set.metadata.name}.${notReadyText(unready)}${where}`,
      evidence: [field(set, 'status.numberReady', ready), field(set, 'status.desiredNumberScheduled', desired)],
      values: {
        selector: selectorText(set.spec?.selector),
        nodes: listed(nodes) || 'unknown',
        ready: `${ready}`,
        desired: `${desired}`,
      },
      sensitive: [set.metadata.name, ...nodes, ...unready.map(({ metadata }) => metadata.name)],
      causes: [...podCauses(unready), ...lostNodes(unready, cluster)],
    },
  ];
}

/** The nodes of these Pods that do not report that they are ready. */
function lostNodes(pods: readonly Pod[], cluster: Cluster): Cause[] {
  const names = new Set(pods.flatMap((pod) => unreadyNode(pod, cluster)?.name ?? []));
  return [...names].map((name) => ({ ref: { kind: Node.kind, name } }));
}

/** Whether Pods are absent, or unknown, for longer than it takes to replace one. */
function lacksPods(set: DaemonSet, unready: readonly Pod[], cluster: Cluster): boolean {
  if (unready.length > 0 || !olderThan(cluster, set.metadata.creationTimestamp, START_GRACE)) return false;
  const [newest] = cluster.eventsOf(set);
  const changed = newest?.lastTimestamp ?? newest?.eventTime;
  return !changed || olderThan(cluster, changed, START_GRACE);
}

function missingPullSecrets(set: DaemonSet, cluster: Cluster): Failure[] {
  const { namespace, name } = set.metadata;
  const failures: Failure[] = [];
  for (const { name: secret } of set.spec?.template?.spec?.imagePullSecrets ?? []) {
    if (!secret || !cluster.missing(Secret, secret, namespace)) continue;
    const near = nearNames(
      secret,
      cluster.list(Secret, namespace).map(({ metadata }) => metadata.name),
    );
    const hint = near.length > 0 ? ` (there is ${listed(near)})` : '';
    const ref: Ref = namespace ? { kind: Secret.kind, namespace, name: secret } : { kind: Secret.kind, name: secret };
    failures.push({
      code: 'DaemonSet/MissingPullSecret',
      severity: 'medium',
      headline: asHeadline(`does not exist${hint}, but DaemonSet ${name} pulls images with it`),
      text: `The Pod template of DaemonSet ${name} names the image pull secret ${secret}, which does not exist${hint}. Nodes that have the image go on; a new node, or a new image from a private registry, will fail.`,
      evidence: [field(set, 'spec.template.spec.imagePullSecrets', secret)],
      values: { secret },
      sensitive: [name, secret],
      causes: [{ ref, certain: true }],
      about: secret,
    });
  }
  return failures;
}

/** Pods on nodes that have since been tainted or relabelled, so that the DaemonSet would not choose them now. */
function misscheduled(set: DaemonSet, cluster: Cluster): Failure[] {
  const count = set.status?.numberMisscheduled ?? 0;
  if (count <= 0) return [];
  const nodes = cluster.podsOf(set).flatMap((pod) => {
    const node = cluster.get(Node, pod.spec?.nodeName ?? '');
    return node && untolerated(pod, node).length > 0 ? [node.metadata.name] : [];
  });
  const causes: Cause[] = nodes.map((name) => ({ ref: { kind: Node.kind, name } }));
  return [
    {
      code: 'DaemonSet/Misscheduled',
      severity: 'low',
      headline: 'runs on nodes that it should not run on',
      text: `${count} of the Pods of DaemonSet ${set.metadata.name} are misscheduled: they run on nodes that its node selector or tolerations no longer allow${nodes.length > 0 ? `: ${listed(nodes)}` : ''}.`,
      evidence: [field(set, 'status.numberMisscheduled', count)],
      values: { selector: selectorText(set.spec?.selector), nodes: listed(nodes) || 'unknown' },
      sensitive: [set.metadata.name, ...nodes],
      causes,
    },
  ];
}
