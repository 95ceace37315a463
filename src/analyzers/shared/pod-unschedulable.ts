import type { Cause } from '../../analyzer.ts';
import { type Cluster, nameOf } from '../../cluster.ts';
import { Node } from '../../kinds/node.ts';
import { Pod } from '../../kinds/pod.ts';
import { PersistentVolume, PersistentVolumeClaim } from '../../kinds/storage.ts';
import { perCluster } from './per-cluster.ts';
import {
  capacityOf,
  cordonedNodes,
  labelsOfVolume,
  lostNodes,
  nearLabels,
  taintedNodes,
  taintsAgainst,
  wantedLabels,
} from './pod-placement.ts';
import { NODE_UNWELL, type PodProblem, refBeside } from './pod-problems.ts';
import { claimsOf } from './pod-references.ts';
import { listed, sentence } from './wording.ts';

/** One part of the scheduler's message. */
export interface Reason {
  /** Nodes that are out for it; 0 where it concerns the Pod itself. */
  nodes: number;
  problem: PodProblem;
}

/** A Pod that has no node, and what the scheduler said of it. */
interface Case {
  pod: Pod;
  said: string;
  reasons: readonly Reason[];
  cluster: Cluster;
}

/** What can be added to the scheduler's message from the Pod and the nodes. */
interface Explanation {
  headline: string;
  hint?: string;
  causes?: Cause[];
  values?: Record<string, string>;
}

export function explain(problem: PodProblem, about: Case): Explanation {
  return EXPLANATIONS[problem]?.(about) ?? { headline: 'cannot be scheduled' };
}

const EXPLANATIONS: Partial<Record<PodProblem, (about: Case) => Explanation>> = {
  NoNodes: ({ cluster }) => ({ headline: 'has no node that takes Pods', causes: [theCluster(cluster)] }),

  InsufficientResources(about) {
    const { resource, hint, values } = room(about);
    const lost = lostCauses(about);
    // Only where nothing but room is lacking is the cluster full; else the workload's own rules leave too few nodes.
    const onlyRoom = about.reasons.every(({ problem }) => /^(?:InsufficientResources|UntoleratedTaint)$/.test(problem));
    if (onlyRoom && lost.length === 0) {
      return {
        headline: `has no node with enough free ${resource}`,
        hint,
        values,
        causes: [theCluster(about.cluster)],
      };
    }
    const headline = `finds no node with enough free ${resource} among those that it may use`;
    return { headline, hint, values, causes: lost };
  },

  RequestExceedsNodes(about) {
    const { resource, hint, values } = room(about);
    const headline = `asks for more ${resource} (${values.request}) than any node has (${values.largest})`;
    return { headline, hint, values };
  },

  UntoleratedTaint(about) {
    const taints = taintsAgainst(about.pod, about.cluster);
    return {
      headline: `does not tolerate the taint ${taints[0] ?? 'of the nodes'}`,
      hint: taints.length > 0 ? `Taints of nodes that it does not tolerate: ${listed(taints)}.` : '',
      values: { taint: listed(taints) || 'unknown' },
      causes: [...lostCauses(about), ...taintedCauses(about)],
    };
  },

  NodesCordoned({ cluster }) {
    const nodes = cordonedNodes(cluster);
    return {
      headline: 'finds no node, since those that fit are cordoned',
      hint: nodes.length > 0 ? `Cordoned: ${listed(nodes)}.` : '',
      causes: nodes.map((name) => ({ ref: { kind: Node.kind, name } })),
      values: { nodes: listed(nodes) || 'unknown' },
    };
  },

  NodeAffinityMismatch({ pod, cluster }) {
    const wanted = wantedLabels(pod);
    const labels = wanted.map(({ key, values }) => (values.length > 0 ? `${key}=${values.join('|')}` : key)).join(', ');
    return {
      headline: `wants nodes with ${labels || 'labels'} that no free node has`,
      hint: wanted
        .map((label) => nearLabels(label, cluster))
        .filter(Boolean)
        .join(' '),
      values: { wanted: labels || 'unknown' },
    };
  },

  PodAffinity: (about) => ({
    headline: 'has rules of Pod affinity or anti-affinity that no node fits',
    causes: lostCauses(about),
  }),

  TopologySpread(about) {
    const constraints = about.pod.spec?.topologySpreadConstraints ?? [];
    const keys = constraints.flatMap(({ topologyKey }) => topologyKey ?? []).join(', ');
    return {
      headline: `cannot be spread as it asks${keys && ` over ${keys}`}`,
      hint: /missing required label/.test(about.said)
        ? `Nodes without the label ${keys || 'it asks for'} do not count.`
        : '',
      values: { topologyKey: keys || 'unknown' },
      causes: lostCauses(about),
    };
  },

  PortConflict({ pod, cluster }) {
    const ports = hostPortsOf(pod);
    const holders = [...new Set(ports.flatMap((port) => [...(portHolders(cluster).get(port) ?? [])]))];
    return {
      headline: `asks for host port ${ports.join(', ') || 'numbers'}, which is taken on every node that fits`,
      hint: holders.length > 0 ? `Taken by ${listed(holders)}.` : '',
      values: { port: ports.join(', ') || 'unknown' },
    };
  },

  ResourceClaimPending({ pod, said, cluster }) {
    const [, deviceClass] = /device ?class "?([\w.-]+)"? (?:does not exist|not found)/i.exec(said) ?? [];
    if (deviceClass) {
      const { kind, name } = cluster.topOwnerOf(pod);
      return {
        headline: `does not exist, but a resource claim of ${kind} ${name} asks for it`,
        causes: [{ ref: { kind: 'DeviceClass', name: deviceClass }, certain: true }],
      };
    }
    const event = cluster.latestEvent(pod, 'FailedResourceClaimCreation');
    return {
      headline: event
        ? 'waits for a resource claim that cannot be created'
        : 'waits for devices: its resource claims cannot be allocated',
      hint: event ? sentence(event.message) : '',
    };
  },

  UnboundVolume({ pod, cluster }) {
    const claims = claimsOf(pod);
    const unbound = claims.filter(
      (claim) => cluster.get(PersistentVolumeClaim, claim, pod.metadata.namespace)?.status?.phase !== 'Bound',
    );
    const names = unbound.length > 0 ? unbound : claims;
    return {
      headline: `waits for a volume: claim ${listed(names) || 'unknown'} is not bound`,
      hint: names.length > 0 ? `Not bound: PersistentVolumeClaim ${listed(names)}.` : '',
      causes: unbound.map((claim) => ({ ref: refBeside(pod, PersistentVolumeClaim.kind, claim) })),
      values: { claim: names[0] ?? 'unknown' },
    };
  },

  VolumeElsewhere: (about) => ({ headline: 'has a volume that no free node can reach', ...volumes(about) }),
  VolumeLimit: (about) => ({ headline: 'finds no node that can attach another volume', ...volumes(about) }),
};

/** The ports of its nodes that a Pod takes: those that it asks for, or with the host's network all that it declares. */
function hostPortsOf({ spec }: Pod): number[] {
  const sidecars = spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always') ?? [];
  const ports = [...sidecars, ...(spec?.containers ?? [])].flatMap((container) => container.ports ?? []);
  return ports.flatMap(
    ({ hostPort, containerPort }) => hostPort ?? (spec?.hostNetwork ? containerPort : undefined) ?? [],
  );
}

/** The workloads whose Pods have a port of a node, by port. */
const portHolders = perCluster((cluster) => {
  const holders = new Map<number, Set<string>>();
  for (const pod of cluster.list(Pod)) {
    if (!pod.spec?.nodeName || /^(?:Succeeded|Failed)$/.test(pod.status?.phase ?? '')) continue;
    for (const port of hostPortsOf(pod)) {
      const { kind, ...owner } = cluster.topOwnerOf(pod);
      const names = holders.get(port) ?? new Set();
      holders.set(port, names.add(`${kind} ${nameOf({ kind, ...owner })}`));
    }
  }
  return holders;
});

function room({ pod, said, cluster }: Case) {
  const { resource = 'room', request = 'unknown', largest } = capacityOf(pod, said, cluster) ?? {};
  const most = largest ? `; the largest node has ${largest} in all` : '';
  return {
    resource,
    hint: request === 'unknown' ? '' : `It asks for ${request} ${resource}${most}.`,
    values: { resource, request, largest: largest ?? 'unknown' },
  };
}

function volumes(about: Case) {
  const claims = claimsOf(about.pod);
  const ofClaims = claims.map((claim) => ({ ref: refBeside(about.pod, PersistentVolumeClaim.kind, claim) }));
  return {
    hint: [claims.length > 0 ? `Its claims: ${listed(claims)}.` : '', ...claims.map((claim) => reachOf(claim, about))]
      .filter(Boolean)
      .join(' '),
    causes: [...ofClaims, ...lostCauses(about)],
    values: { claim: claims[0] ?? 'unknown' },
  };
}

/** Where the volume of a claim can be used, if no node is there: the zone is gone, or the node that held it. */
function reachOf(claim: string, { pod, cluster }: Case): string {
  const { volumeName = '' } = cluster.get(PersistentVolumeClaim, claim, pod.metadata.namespace)?.spec ?? {};
  const volume = cluster.get(PersistentVolume, volumeName);
  const lacking = volume ? labelsOfVolume(volume).flatMap((label) => nearLabels(label, cluster) || []) : [];
  return lacking.length > 0 ? `PersistentVolume ${volumeName} is bound to its place: ${lacking.join(' ')}` : '';
}

function theCluster(cluster: Cluster): Cause {
  return { ref: { kind: 'Cluster', name: cluster.name }, certain: true };
}

/** Nodes whose taints keep out more than this workload; the first few speak for all. */
function taintedCauses({ pod, cluster }: Case): Cause[] {
  const nodes = taintedNodes(pod, cluster).slice(0, 20);
  return nodes.map((name) => ({ ref: { kind: Node.kind, name }, codes: ['Node/TaintKeepsPodsOut'] }));
}

/** Nodes that are down: their room is what lacks. */
function lostCauses({ pod, cluster }: Case): Cause[] {
  return lostNodes(pod, cluster).map((name) => ({ ref: { kind: Node.kind, name }, codes: NODE_UNWELL }));
}
