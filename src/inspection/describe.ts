import { UserError } from '../errors.ts';
import { defineLooker, type Scene } from '../look.ts';
import { describeAny, FACTS } from './shared/describe-others.ts';
import { conditionLines, describePod } from './shared/describe-pod.ts';
import { describeWorkload } from './shared/describe-workload.ts';
import { type Found, findObject } from './shared/find.ts';
import { group, happeningLine, readEvents } from './shared/happenings.ts';
import { mapAt, pairs, recordsAt, sayAt, textAt, textsAt } from './shared/raw.ts';
import { age, inNamespace, kubectl, lookOf } from './shared/result.ts';

const EVENTS_SHOWN = 15;
const WORKLOADS = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

export default defineLooker({
  name: 'describe',
  description:
    'Describes one object like kubectl describe, in compact words: for a Pod its containers with image, state, last end, exit code, restarts, resources, probes, environment and volumes; for a workload its replicas, its Pods and their template; for a Service its ports and endpoints; conditions, owner, and its newest events. The first look to take at an object.',
  parameters: {
    type: 'object',
    properties: {
      kind: {
        type: 'string',
        description: 'A kind, plural or short name: Pod, deploy, svc, node; custom resources too.',
      },
      name: { type: 'string', description: 'The name of the object.' },
      namespace: { type: 'string', description: 'Its namespace; it is found by itself where the name is unique.' },
    },
    required: ['kind', 'name'],
  },

  async run(args, scene) {
    const found = await findObject(args, scene);
    const { resource, object, ref } = found;
    const now = scene.source.inspector.now();
    const [facts, events] = await Promise.all([factsOf(found, scene, now), eventLines(found, scene)]);
    const lines = [...headLines(object, now), ...facts, ...conditionLines(object, now), ...events];
    const owners = recordsAt(object, 'metadata.ownerReferences').map((owner) => ({
      kind: textAt(owner, 'kind') ?? '',
      name: textAt(owner, 'name') ?? '',
      ...(ref.namespace && owner.kind !== 'Node' && { namespace: ref.namespace }),
    }));
    const node = textAt(object, 'spec.nodeName');
    return lookOf({
      title: `${ref.kind} ${[ref.namespace, ref.name].filter(Boolean).join('/')}`,
      command: kubectl('describe', resource.plural, ref.name, ...inNamespace(ref.namespace)),
      text: lines.join('\n'),
      refs: [ref, ...owners, ...(node ? [{ kind: 'Node', name: node }] : [])],
      keep: 'ends',
      narrower: 'use get for single fields',
    });
  },
});

/** What all objects have: age, labels, owners, and why one does not go. */
function headLines(object: Record<string, unknown>, now: number): string[] {
  const { kind } = object;
  const deleted = textAt(object, 'metadata.deletionTimestamp');
  const finalizers = textsAt(object, 'metadata.finalizers').join(', ');
  const owners = recordsAt(object, 'metadata.ownerReferences').map(
    (owner) => `${sayAt(owner, 'kind')} ${sayAt(owner, 'name')}`,
  );
  const labels = pairs(mapAt(object, 'metadata.labels'));
  return [
    `${kind} ${[textAt(object, 'metadata.namespace'), textAt(object, 'metadata.name')].filter(Boolean).join('/')}, ${age(textAt(object, 'metadata.creationTimestamp'), now)} old`,
    ...(deleted
      ? [`Deletion asked for ${age(deleted, now)} ago${finalizers ? `; it waits for ${finalizers}` : ''}`]
      : []),
    ...(owners.length > 0 ? [`Owner: ${owners.join(', ')}`] : []),
    ...(labels ? [`Labels: ${labels}`] : []),
  ];
}

function factsOf(found: Found, scene: Scene, now: number): string[] | Promise<string[]> {
  const { kind, group: api } = found.resource;
  const isBuiltIn = api === '' || !api.includes('.') || api.endsWith('.k8s.io');
  if (!isBuiltIn) return describeAny(found);
  if (kind === 'Pod') return describePod(found.object, now);
  if (WORKLOADS.has(kind)) return describeWorkload(found, scene, now);
  return FACTS[kind]?.(found, scene) ?? describeAny(found);
}

async function eventLines({ ref }: Found, scene: Scene): Promise<string[]> {
  try {
    const { events } = await readEvents(scene, { namespace: ref.namespace, about: ref });
    const happenings = group(events);
    if (happenings.length === 0) return ['Events: none within the last hour'];
    const now = scene.source.inspector.now();
    const more = happenings.length - EVENTS_SHOWN;
    return [
      'Events, newest first:',
      ...happenings.slice(0, EVENTS_SHOWN).map((happening) => `  ${happeningLine(happening, now)}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`Events: ${error.message}`];
  }
}
