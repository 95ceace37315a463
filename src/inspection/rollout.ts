import type { RawObject, Ref } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { podTemplate } from '../kinds/pod-template.ts';
import { CHANGE_CAUSE } from '../kinds/workloads.ts';
import { defineLooker, type Scene } from '../look.ts';
import { podFields } from '../pod-fields.ts';
import { clip } from '../words.ts';
import { addressOf, type Found, findNamed, resourceFor } from './shared/find.ts';
import { at, mapAt, recordsAt, refOfRaw, sayAt, textAt } from './shared/raw.ts';
import { age, inNamespace, kubectl, lookOf } from './shared/result.ts';

const REVISIONS_SHOWN = 10;
const VALUE_SHOWN = 300;
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'];

export default defineLooker({
  name: 'rollout',
  description:
    'Shows the versions of a Deployment, StatefulSet or DaemonSet: how far the present rollout is, its revisions with their ages and images, and what differs between the newest two (images, environment, resources, probes, command, volumes). Use it to see whether a change brought a problem about.',
  parameters: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'Deployment, which is the default, StatefulSet or DaemonSet.' },
      name: { type: 'string', description: 'The name of the workload.' },
      namespace: { type: 'string', description: 'Its namespace; it is found by itself where the name is unique.' },
    },
    required: ['name'],
  },

  async run(args, scene) {
    const { kind = 'Deployment', name, namespace } = await addressOf(args, scene, { assumed: 'Deployment' });
    if (!name) throw new UserError('"name" is missing; say which workload, such as deploy/cart.');
    const resource = await resourceFor(kind, scene);
    if (!KINDS.includes(resource.kind)) {
      throw new UserError(`A ${resource.kind} has no rollouts; name a Deployment, StatefulSet or DaemonSet.`);
    }
    const found = await findNamed(resource, name, namespace, scene);
    const { object, ref } = found;
    const now = scene.source.inspector.now();
    const revisions = await revisionsOf(found, scene);
    const shown = revisions.slice(0, REVISIONS_SHOWN);
    const [newest, last] = revisions;
    return lookOf({
      title: `Rollouts of ${ref.kind} ${[ref.namespace, ref.name].filter(Boolean).join('/')}`,
      command: kubectl('rollout', 'history', `${ref.kind.toLowerCase()}/${ref.name}`, ...inNamespace(ref.namespace)),
      text: [
        `Status: ${statusOf(object)}`,
        ...(revisions.length > 0
          ? ['Revisions, newest first:', ...shown.map((each) => revisionLine(each, now))]
          : ['No revisions are kept.']),
        ...(newest && last ? differenceLines(last, newest) : []),
      ].join('\n'),
      refs: [ref, ...shown.flatMap(({ ref: each }) => (each.kind === 'ReplicaSet' ? [each] : []))],
      omitted:
        shown.length < revisions.length ? `${shown.length} of ${revisions.length} revisions are shown.` : undefined,
    });
  },
});

interface Revision {
  ref: Ref;
  number: number;
  createdAt: string | undefined;
  /** Ready and wanted Pods; ControllerRevisions know none. */
  pods?: string;
  cause: string | undefined;
  fields: Record<string, string>;
}

/** Deployments keep their versions as ReplicaSets, StatefulSets and DaemonSets as ControllerRevisions. */
async function revisionsOf({ object, ref }: Found, scene: Scene): Promise<Revision[]> {
  const isDeployment = ref.kind === 'Deployment';
  const resource = await resourceFor(isDeployment ? 'replicasets' : 'controllerrevisions', scene);
  const labels = Object.entries(mapAt(object, 'spec.selector.matchLabels'));
  const selector = labels.map(([key, value]) => `${key}=${value}`).join(',');
  const options = { limit: 500, ...(ref.namespace && { namespace: ref.namespace }), ...(selector && { selector }) };
  const { objects } = await scene.source.inspector.list(resource, options, scene.signal);
  const uid = textAt(object, 'metadata.uid');
  return objects
    .filter((each) => recordsAt(each, 'metadata.ownerReferences').some((owner) => isOwner(owner, ref, uid)))
    .map((each) => (isDeployment ? ofReplicaSet(each) : ofControllerRevision(each)))
    .sort((a, b) => b.number - a.number);
}

function isOwner(owner: Record<string, unknown>, { kind, name }: Ref, uid: string | undefined): boolean {
  return (
    owner.kind === kind && (uid === undefined || owner.uid === undefined ? owner.name === name : owner.uid === uid)
  );
}

function ofReplicaSet(object: RawObject): Revision {
  const notes = mapAt(object, 'metadata.annotations');
  return {
    ...common(object, 'spec.template'),
    number: Number(notes['deployment.kubernetes.io/revision']) || 0,
    pods: `${textAt(object, 'status.readyReplicas') ?? 0} of ${textAt(object, 'spec.replicas') ?? 1} Pods ready`,
  };
}

function ofControllerRevision(object: RawObject): Revision {
  return { ...common(object, 'data.spec.template'), number: Number(at(object, 'revision')) || 0 };
}

function common(object: RawObject, path: string): Omit<Revision, 'number'> {
  const fields = podFields(podTemplate(at(object, path)) ?? {});
  delete fields['label pod-template-hash'];
  return {
    ref: refOfRaw(object),
    createdAt: textAt(object, 'metadata.creationTimestamp'),
    cause: mapAt(object, 'metadata.annotations')[CHANGE_CAUSE],
    fields,
  };
}

function revisionLine({ ref, number, createdAt, pods, cause, fields }: Revision, now: number): string {
  const images = Object.entries(fields).flatMap(([field, value]) => (field.endsWith(' image') ? [value] : []));
  const facts = [`${age(createdAt, now)} old`, pods, images.join(', '), cause && `cause: ${clip(cause, 200)}`];
  return `  ${number} (${ref.name}): ${facts.filter(Boolean).join('; ')}`;
}

function differenceLines(before: Revision, after: Revision): string[] {
  const names = [...new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])];
  const lines = names
    .filter((name) => before.fields[name] !== after.fields[name])
    .map((name) => {
      const [old, now] = [before.fields[name], after.fields[name]];
      if (old === undefined) return `  ${name} is new: ${clip(now ?? '', VALUE_SHOWN)}`;
      if (now === undefined) return `  ${name} is gone: ${clip(old, VALUE_SHOWN)}`;
      return `  ${name}: ${clip(old, VALUE_SHOWN)} -> ${clip(now, VALUE_SHOWN)}`;
    });
  const between = `revision ${before.number} and ${after.number}`;
  if (lines.length > 0) return [`What differs between ${between}:`, ...lines];
  return [`Between ${between} nothing differs but labels, annotations or fields that are not compared here.`];
}

/** How far the present rollout is. */
function statusOf(object: RawObject): string {
  const count = (path: string) => Number(at(object, path)) || 0;
  const generation = count('metadata.generation');
  if (generation > 0 && count('status.observedGeneration') < generation)
    return 'the controller has not seen the last change yet';
  if (at(object, 'spec.paused') === true) return 'paused';
  const isDaemonSet = object.kind === 'DaemonSet';
  const wanted = isDaemonSet ? count('status.desiredNumberScheduled') : Number(at(object, 'spec.replicas') ?? 1);
  const updated = count(isDaemonSet ? 'status.updatedNumberScheduled' : 'status.updatedReplicas');
  const ready = count(isDaemonSet ? 'status.numberReady' : 'status.readyReplicas');
  const counts = `${updated} of ${wanted} Pods are of the newest version, ${ready} ready in all`;
  const progress = recordsAt(object, 'status.conditions').find(({ type }) => type === 'Progressing');
  if (progress?.status === 'False')
    return `stuck, ${counts} (${sayAt(progress, 'reason')}: ${sayAt(progress, 'message')})`;
  const current = textAt(object, 'status.currentRevision');
  const going = current !== undefined && current !== textAt(object, 'status.updateRevision');
  if (updated < wanted || (going && object.kind === 'StatefulSet')) return `under way, ${counts}`;
  return ready < wanted ? `rolled out, but ${counts}` : `complete, ${counts}`;
}
