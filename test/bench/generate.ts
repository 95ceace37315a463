import type { ClusterSource } from '../../src/cluster.ts';
import type { Kind, KubernetesObject } from '../../src/kind.ts';
import { Namespace } from '../../src/kinds/configuration.ts';
import { Event } from '../../src/kinds/event.ts';
import { EndpointSlice, Service } from '../../src/kinds/network.ts';
import { Node } from '../../src/kinds/node.ts';
import { Pod } from '../../src/kinds/pod.ts';
import { Deployment, ReplicaSet } from '../../src/kinds/workloads.ts';
import { snapshot } from '../../src/snapshot.ts';
import { noInspector } from '../support/inspector.ts';

const NOW = Date.parse('2026-11-01T08:00:00Z');
const HOUR_MS = 3_600_000;
const OLD = '2026-10-01T08:00:00Z';
const REPLICAS = 5;
const NAMESPACES = 50;
const WAITING = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' };
const KILLED = { exitCode: 137, reason: 'OOMKilled', startedAt: OLD, finishedAt: OLD };

/** A cluster of so many Pods, of which a share crashes; the same for the same numbers, and a while later as broken as before. */
export function generatedCluster(pods: number, broken: number, hoursLater = 0): ClusterSource {
  const objects = new Map<Kind, KubernetesObject[]>();
  const add = (kind: Kind, raw: object): void => {
    const list = objects.get(kind) ?? [];
    objects.set(kind, list);
    list.push(...[kind.trim(raw) ?? []].flat());
  };
  const apps = Math.ceil(pods / REPLICAS);
  const nodes = Math.ceil(pods / 40);
  for (let at = 0; at < nodes; at++) add(Node, nodeOf(at));
  for (let at = 0; at < NAMESPACES; at++) add(Namespace, { metadata: head(`team-${at}`), status: { phase: 'Active' } });
  for (let at = 0; at < apps; at++) addApp(add, at, nodes, { fails: at % Math.round(1 / broken) === 3, hoursLater });

  return {
    name: 'generated',
    inspector: noInspector,
    async read(kinds) {
      const lists = kinds.map((kind) => ({ kind, objects: objects.get(kind) ?? [] }));
      const cluster = snapshot(lists, { name: 'generated', now: NOW + hoursLater * HOUR_MS, version: '1.36' });
      return { cluster, problems: [], requests: 0, objects: lists.reduce((sum, list) => sum + list.objects.length, 0) };
    },
  };
}

interface Fault {
  fails: boolean;
  hoursLater: number;
}

function addApp(add: (kind: Kind, raw: object) => void, at: number, nodes: number, { fails, hoursLater }: Fault): void {
  const namespace = `team-${at % NAMESPACES}`;
  const name = `app-${at}`;
  const labels = { app: name };
  const spec = { replicas: REPLICAS, selector: { matchLabels: labels }, template: { metadata: { labels } } };
  const ready = fails ? 0 : REPLICAS;
  const status = { observedGeneration: 1, replicas: REPLICAS, readyReplicas: ready, availableReplicas: ready };
  add(Deployment, { metadata: head(name, namespace, labels), spec, status });
  const set = { ...head(`${name}-7d9c`, namespace, labels), ownerReferences: owner('Deployment', name) };
  add(ReplicaSet, { metadata: set, spec, status });
  add(Service, {
    metadata: head(name, namespace),
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  });
  const endpoints = [{ conditions: { ready: !fails }, targetRef: { kind: 'Pod', namespace, name: `${name}-0` } }];
  const slice = head(`${name}-x1`, namespace, { 'kubernetes.io/service-name': name });
  add(EndpointSlice, { metadata: slice, endpoints, ports: [{ port: 8080 }] });

  for (let replica = 0; replica < REPLICAS; replica++) {
    const pod = `${name}-7d9c-${replica}`;
    const metadata = { ...head(pod, namespace, labels), ownerReferences: owner('ReplicaSet', `${name}-7d9c`) };
    const containers = [{ name: 'app', image: 'shop/app:1', ports: [{ containerPort: 8080 }] }];
    const restartCount = fails ? 41 + 12 * hoursLater : 0;
    const state = fails ? { waiting: WAITING } : { running: { startedAt: OLD } };
    const lastState = fails && at % 2 === 0 ? { terminated: KILLED } : {};
    const containerStatuses = [{ name: 'app', ready: !fails, started: !fails, restartCount, state, lastState }];
    const nodeName = `node-${(at * REPLICAS + replica) % nodes}`;
    add(Pod, { metadata, spec: { nodeName, containers }, status: { phase: 'Running', containerStatuses } });
    if (!fails) continue;
    const involvedObject = { kind: 'Pod', name: pod, namespace, uid: pod };
    const lastTimestamp = new Date(NOW + hoursLater * HOUR_MS).toISOString();
    const seen = { count: 12 * restartCount, firstTimestamp: OLD, lastTimestamp };
    const event = { type: 'Warning', reason: 'BackOff', message: WAITING.message, ...seen, involvedObject };
    add(Event, { metadata: head(`${pod}.1`, namespace), ...event });
  }
}

function nodeOf(at: number): object {
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }];
  return {
    metadata: head(`node-${at}`),
    status: { conditions, allocatable: { cpu: '63', memory: '250Gi', pods: '110' } },
  };
}

function head(name: string, namespace?: string, labels?: Record<string, string>) {
  return { name, namespace, labels, uid: name, creationTimestamp: OLD };
}

function owner(kind: string, name: string): object[] {
  return [{ kind, name, uid: name, controller: true }];
}
