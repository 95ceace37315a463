import { type Age, ago, type Manifest, ownedBy, suffix } from '../manifest.ts';
import { NODES, SILENT_NODE } from './node.ts';
import { isReady, pod } from './pod.ts';
import { revisions } from './revision.ts';
import { lost } from './states.ts';
import { companions, selectorOf, type TemplateOptions, template } from './template.ts';

export interface DaemonSetOptions extends TemplateOptions {
  age?: Age;
  started?: Age;
}

const TOLERATIONS = ['NoSchedule', 'NoExecute'].map((effect) => ({ operator: 'Exists', effect }));

/** A DaemonSet with a Pod on every node; the one on the silent node stays, since DaemonSets tolerate that. */
export function daemonSet(options: DaemonSetOptions): Manifest[] {
  const { namespace, name, age = '365d', started = '33d' } = options;
  const labels = selectorOf(options);
  const own = template({ tolerations: TOLERATIONS, priorityClass: 'system-node-critical', ...options });
  const set: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels, creationTimestamp: ago(age) },
    spec: { selector: { matchLabels: labels }, template: own },
  };
  const hash = suffix(`${namespace}/${name}/${options.image}`, 10);
  const pods = NODES.flatMap((node) =>
    pod({
      namespace,
      name: `${name}-${suffix(`${namespace}/${name}/${node}`, 5)}`,
      template: own,
      owner: ownedBy(set),
      age: started,
      node,
      labels: { ...labels, 'controller-revision-hash': hash },
      ...(node === SILENT_NODE && { state: lost({ terminating: false }) }),
    }),
  );
  const ready = pods.filter((each) => each.kind === 'Pod' && isReady(each)).length;
  set.status = {
    observedGeneration: 1,
    currentNumberScheduled: NODES.length,
    desiredNumberScheduled: NODES.length,
    updatedNumberScheduled: NODES.length,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: NODES.length - ready,
  };
  return [...companions(options, age), set, ...revisions(set, own, `${name}-${hash}`, started), ...pods];
}
