import type { Inspector, ListOptions, LogOptions, RawObject, Resource } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { BUILT_IN, findResource, type NamedResource } from '../resources.ts';
import { parseSelector } from '../selector.ts';
import { isRecord } from '../shape.ts';
import { matches } from '../snapshot.ts';
import { pluralOf } from '../words.ts';
import type { KindEntry, LogEntry } from './format.ts';
import { recordedLog } from './logs.ts';

/** What a recording holds of one kind. */
export interface RecordedKind {
  entry: KindEntry;
  raw: readonly unknown[];
}

/** Looks at single objects of a recording, at its time: trimmed, with what was masked when it was made. */
export function recordedInspector(
  name: string,
  now: number,
  recorded: readonly RecordedKind[],
  logs: readonly LogEntry[],
): Inspector {
  const kinds = recorded
    .filter(({ entry }) => entry.problem?.reason !== 'not installed')
    .map(({ entry, raw }) => ({ entry, raw, resource: resourceOf(entry) }));
  const resources = kinds.map(({ resource }) => resource).sort((a, b) => rank(a) - rank(b));

  /** The objects of a type, as far as they were recorded there. */
  function objectsOf(resource: Resource, namespace: string | undefined): RawObject[] {
    const kind = kinds.find(({ entry }) => entry.kind === resource.kind && entry.group === resource.group);
    if (!kind) throw new UserError(notRecorded(resource.kind, name));
    const { problem, namespace: only } = kind.entry;
    if (problem) throw new UserError(problem.text);
    if (only && namespace && only !== namespace) {
      throw new UserError(
        `${pluralOf(resource.kind)} are recorded for namespace ${only} only; record the cluster again without --namespace.`,
      );
    }
    const objects = kind.raw.filter(isRecord).map((raw) => shown(raw, resource));
    return namespace ? objects.filter((object) => metadataOf(object).namespace === namespace) : objects;
  }

  return {
    now: () => now,
    async resources() {
      return resources;
    },
    async resource(word) {
      const found = findResource(resources, word);
      if (found) return found;
      const known = findResource(BUILT_IN, word);
      const missing = recorded.some(({ entry }) => entry.kind === known?.kind);
      if (known && !missing) throw new UserError(notRecorded(known.kind, name));
      return undefined;
    },
    async get(resource, wanted, namespace) {
      return objectsOf(resource, namespace).find((object) => metadataOf(object).name === wanted);
    },
    async list(resource, { namespace, selector, fields, limit }) {
      const objects = objectsOf(resource, namespace).filter(selectedBy({ selector, fields }));
      return { objects: objects.slice(0, limit), more: objects.length > limit };
    },
    async logs(options: LogOptions) {
      return recordedLog(logs, options, now, name);
    },
  };
}

function notRecorded(kind: string, recording: string): string {
  return `${pluralOf(kind)} are not in the recording ${recording}; record the cluster again to have them.`;
}

/** The core group comes first, as in kubectl. */
function rank({ group }: NamedResource): number {
  return group === '' ? 0 : 1;
}

/** A kind of an old recording, which tells no more of it, is known by its name. */
function resourceOf({ kind, group, version, plural, namespaced }: KindEntry): NamedResource {
  const known = BUILT_IN.find((each) => each.kind === kind && each.group === group);
  return {
    kind,
    group,
    version: version ?? known?.version ?? 'v1',
    plural: plural ?? known?.plural ?? pluralOf(kind).toLowerCase(),
    namespaced: namespaced ?? known?.namespaced ?? true,
    singular: kind.toLowerCase(),
    shortNames: known?.shortNames ?? [],
  };
}

/** As the API would show it: with its type, and Secrets as every inspector gives them. */
function shown(raw: RawObject, { kind, group, version }: Resource): RawObject {
  const { columns, ...rest } = raw;
  const secret = kind === 'Secret' && isRecord(columns) ? { type: columns.Type, keys: columns.Data } : undefined;
  return {
    ...rest,
    apiVersion: group ? `${group}/${version}` : version,
    kind,
    ...(secret ?? (columns ? { columns } : {})),
  };
}

function selectedBy({ selector, fields }: Pick<ListOptions, 'selector' | 'fields'>) {
  const labels = selector ? parseSelector(selector) : undefined;
  const tests = (fields ?? '').split(',').filter(Boolean).map(fieldTest);
  return (object: RawObject): boolean => {
    const own = metadataOf(object).labels;
    if (labels && !matches(labels, isRecord(own) ? (own as Record<string, string>) : {})) return false;
    return tests.every((test) => test(object));
  };
}

/** One part of a field selector: `spec.nodeName=one`, `type!=Normal`. */
function fieldTest(text: string): (object: RawObject) => boolean {
  const [, path = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(text) ?? [];
  if (!operator) throw new UserError(`"${text}" is no field selector; write it as kubectl does: spec.nodeName=node-1.`);
  const keys = path.split('.');
  return (object) => {
    const found = keys.reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), object) ?? '';
    return (String(found) === value) === (operator !== '!=');
  };
}

function metadataOf({ metadata }: RawObject): Record<string, unknown> {
  return isRecord(metadata) ? metadata : {};
}
