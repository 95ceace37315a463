import type { Ref } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { defineLooker, type Scene } from '../look.ts';
import { flagOf, numberOf, spanOf, textOf } from './shared/arguments.ts';
import { type Address, addressOf, findNamed, namespaceMissing, resourceFor } from './shared/find.ts';
import { aboutOf, group, type Happening, happeningLine, readEvents } from './shared/happenings.ts';
import { madeBy } from './shared/pods.ts';
import { age, inNamespace, kubectl, lookOf } from './shared/result.ts';

export default defineLooker({
  name: 'events',
  description:
    'Shows what the cluster said: its events, newest first, equal ones counted once. Of one object with kind and name (of a workload also those of its ReplicaSets, Jobs and Pods), of a namespace, or of all. The cluster keeps events for about an hour.',
  parameters: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'The kind of an object: Pod, deploy, node. Leave it out for all objects.' },
      name: { type: 'string', description: 'Its name; an object that is gone can have events still.' },
      namespace: { type: 'string', description: 'Leave it out for all namespaces.' },
      since: { type: 'string', description: 'Only those last seen within this time: 10m, 2h.' },
      warnings: { type: 'boolean', description: 'Only warnings.' },
      limit: { type: 'integer', description: 'At most so many; 50 by default, 200 at most.' },
    },
  },

  async run(args, scene) {
    const address = await addressOf(args, scene);
    const about = await aboutIn(address, scene);
    const namespace = about ? about.namespace : address.namespace;
    const made = about && madeBy(about);
    const { events, more } = await readEvents(scene, { namespace, ...(about && !made && { about }) });
    const { inspector } = scene.source;
    const now = inspector.now();
    const since = spanOf(args, 'since');
    const warnings = flagOf(args, 'warnings');
    const happenings = group(events.filter((event) => !made || made.test(aboutOf(event).name))).filter(
      ({ type, last }) => (!warnings || type !== 'Normal') && (since === undefined || last >= now - since),
    );
    const limit = numberOf(args, 'limit', { min: 1, max: 200, fallback: 50 });
    const shown = happenings.slice(0, limit);
    const of = about ? ` about ${titleOf(about)}${made ? ' and what it made' : ''}` : placeOf(namespace);
    if (shown.length === 0) {
      const missing = namespace ? await namespaceMissing(namespace, scene).catch(() => undefined) : undefined;
      if (missing) throw new UserError(missing);
    }
    return lookOf({
      title: `${warnings ? 'Warnings' : 'Events'}${of}${since ? ` of the last ${textOf(args, 'since')}` : ''}`,
      command: kubectl(
        ...(about && !made ? ['events', '--for', `${about.kind.toLowerCase()}/${about.name}`] : ['get', 'events']),
        ...(namespace ? inNamespace(namespace) : about && !about.namespace ? [] : ['-A']),
        ...(about && !made ? [] : ['--sort-by=.lastTimestamp']),
        ...(warnings ? ['--field-selector', 'type!=Normal'] : []),
      ),
      text: shown.length > 0 ? linesOf(shown, now, about) : nothing(since, scene, now),
      refs: [...(about ? [about] : []), ...shown.map((happening) => happening.about)],
      narrower: 'name an object, or a shorter time',
      omitted:
        shown.length < happenings.length || more
          ? `${shown.length} of ${more ? 'more than ' : ''}${happenings.length} are shown; name an object, a shorter time or a higher limit.`
          : undefined,
    });
  },
});

/** The object that is asked about; it need not exist any more, unless its namespace has to be found. */
async function aboutIn({ kind, name, namespace }: Address, scene: Scene): Promise<Ref | undefined> {
  if (!name) {
    if (!kind) return undefined;
    throw new UserError(`"name" is missing; say which ${kind}, or leave "kind" out for the events of all objects.`);
  }
  if (!kind) throw new UserError(`"kind" is missing; say what ${name} is, such as Pod or deploy.`);
  const resource = await resourceFor(kind, scene);
  if (!resource.namespaced) return { kind: resource.kind, name };
  if (namespace) return { kind: resource.kind, namespace, name };
  return (await findNamed(resource, name, undefined, scene)).ref;
}

function linesOf(happenings: readonly Happening[], now: number, about: Ref | undefined): string {
  return happenings
    .map((happening) => happeningLine(happening, now, happening.about.name !== about?.name || !about))
    .join('\n');
}

function nothing(since: number | undefined, { source }: Scene, now: number): string {
  const span = since === undefined ? '' : ` of the last ${age(new Date(now - since).toISOString(), now)}`;
  return `There are no events${span}. The cluster ${source.name} keeps them for about an hour only.`;
}

function titleOf({ kind, namespace, name }: Ref): string {
  return `${kind} ${[namespace, name].filter(Boolean).join('/')}`;
}

function placeOf(namespace: string | undefined): string {
  return namespace ? ` in namespace ${namespace}` : ' in all namespaces';
}
