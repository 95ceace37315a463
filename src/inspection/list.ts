import type { RawObject } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { defineLooker } from '../look.ts';
import { parseSelector } from '../selector.ts';
import { pluralOf } from '../words.ts';
import events from './events.ts';
import { needText, numberOf, textOf } from './shared/arguments.ts';
import { columnsFor } from './shared/columns.ts';
import { namespaceMissing, namespaceOf, resourceFor } from './shared/find.ts';
import { refOfRaw, textAt } from './shared/raw.ts';
import { inNamespace, kubectl, lookOf, table } from './shared/result.ts';

/** Objects that are read, so that those that are not well can be shown first. */
const READ_MAX = 2000;

export default defineLooker({
  name: 'list',
  description:
    'Lists the objects of one kind in a namespace, or in all, as a table like kubectl get: Pods with status and restarts, workloads with ready replicas, Services with ports, Nodes with status, and so on for any kind, custom resources too. Use it to see what exists and which objects are not well.',
  parameters: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'A kind, plural or short name: Pod, deployments, svc, nodes.' },
      namespace: { type: 'string', description: 'Leave it out for all namespaces.' },
      selector: { type: 'string', description: 'A label selector: app=cart,tier!=cache.' },
      limit: { type: 'integer', description: 'At most so many rows; 60 by default, 300 at most.' },
    },
    required: ['kind'],
  },

  async run(args, scene) {
    const { source, signal } = scene;
    const resource = await resourceFor(needText(args, 'kind', 'Pod, deploy or svc').split('/')[0] ?? '', scene);
    const namespace = resource.namespaced ? namespaceOf(args) : undefined;
    const selector = textOf(args, 'selector');
    if (selector) parseSelector(selector);
    const limit = numberOf(args, 'limit', { min: 1, max: 300, fallback: 60 });
    if (resource.kind === 'Event') return events.run({ namespace, limit }, scene);

    const { inspector } = source;
    const options = { limit: READ_MAX, ...(namespace && { namespace }), ...(selector && { selector }) };
    const { objects, more } = await inspector.list(resource, options, signal);
    const missing = objects.length === 0 && namespace ? await namespaceMissing(namespace, scene).catch(() => '') : '';
    if (missing) throw new UserError(missing);

    const kinds = pluralOf(resource.kind);
    const where = namespace ? ` in namespace ${namespace}` : resource.namespaced ? ' in all namespaces' : '';
    const which = selector ? ` with ${selector}` : '';
    const { isWell } = columnsFor(resource.kind, resource.group, objects);
    const ill = isWell ? objects.filter((object) => !isWell(object)) : [];
    const shown = chosen(objects, ill, limit);
    const count = `${more ? 'More than ' : ''}${objects.length} ${objects.length === 1 ? resource.kind : kinds}`;
    const health = isWell && objects.length > 0 ? `, ${ill.length} of them not well` : '';
    return lookOf({
      title: `${kinds}${where}${which}`,
      command: kubectl(
        ...['get', nameOnServer(resource)],
        ...(namespace ? inNamespace(namespace) : resource.namespaced ? ['-A'] : []),
        ...(selector ? ['-l', selector] : []),
      ),
      text: `${count}${health}.\n${shown.length > 0 ? rows(shown, resource.group, !namespace && resource.namespaced, inspector.now()) : ''}`,
      refs: shown.map(refOfRaw),
      narrower: 'name a namespace or a selector',
      omitted:
        shown.length < objects.length || more
          ? `${shown.length} of ${more ? 'more than ' : ''}${objects.length} are shown${isWell ? ', those first that are not well' : ''}; name a namespace, a selector or a higher limit.`
          : undefined,
    });
  },
});

/** All in their order where there is room; otherwise first what is not well. */
function chosen(objects: readonly RawObject[], ill: readonly RawObject[], limit: number): readonly RawObject[] {
  if (objects.length <= limit) return objects;
  const first = new Set(ill);
  return [...ill, ...objects.filter((object) => !first.has(object))].slice(0, limit);
}

function rows(objects: readonly RawObject[], group: string, withNamespace: boolean, now: number): string {
  const columns = columnsFor(textAt(objects[0], 'kind') ?? '', group, objects);
  return table(
    [...(withNamespace ? ['NAMESPACE'] : []), 'NAME', ...columns.headings],
    objects.map((object) => [
      ...(withNamespace ? [textAt(object, 'metadata.namespace') ?? ''] : []),
      textAt(object, 'metadata.name') ?? '',
      ...columns.cells(object, now).map((cell) => (cell === undefined || cell === '' ? '-' : cell)),
    ]),
  );
}

/** The name by which kubectl finds a type, with its group where another may have the name too. */
function nameOnServer({ plural, group }: { plural: string; group: string }): string {
  return group.includes('.') && !group.endsWith('.k8s.io') ? `${plural}.${group}` : plural;
}
