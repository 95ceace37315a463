import { stringify } from 'yaml';
import type { RawObject } from '../cluster.ts';
import { defineLooker } from '../look.ts';
import { maskObject } from '../masking/objects.ts';
import { isRecord } from '../shape.ts';
import { clip } from '../words.ts';
import { findObject } from './shared/find.ts';
import { inNamespace, kubectl, lookOf } from './shared/result.ts';

/** Letters of one value, such as a file in a ConfigMap. */
const VALUE_MAX = 2000;

/** Annotations that repeat the object, or that only programs read. */
const NOISE = /^(kubectl\.kubernetes\.io\/last-applied-configuration|.*\/(last-applied|applied-hash)(-.*)?)$/;

export default defineLooker({
  name: 'get',
  description:
    'Shows one object as YAML, as kubectl get -o yaml: every field of its spec and status, without bookkeeping, credentials masked. Of a ConfigMap the data, of a Secret only its type and the number of keys. Use describe for a summary that is easier to read.',
  parameters: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'A kind, plural or short name: Pod, deploy, cm; custom resources too.' },
      name: { type: 'string', description: 'The name of the object.' },
      namespace: { type: 'string', description: 'Its namespace; it is found by itself where the name is unique.' },
    },
    required: ['kind', 'name'],
  },

  async run(args, scene) {
    const { resource, object, ref } = await findObject(args, scene);
    return lookOf({
      title: `${ref.kind} ${[ref.namespace, ref.name].filter(Boolean).join('/')} as YAML`,
      command: kubectl('get', resource.plural, ref.name, ...inNamespace(ref.namespace), '-o', 'yaml'),
      text: stringify(maskObject(withoutNoise(object)), { lineWidth: 0, aliasDuplicateObjects: false }),
      refs: [ref],
      keep: 'ends',
      narrower: 'use describe',
    });
  },
});

function withoutNoise(object: RawObject): RawObject {
  const { metadata, ...rest } = object;
  if (!isRecord(metadata)) return clipped(rest) as RawObject;
  const { managedFields: _, selfLink: __, annotations, ...kept } = metadata;
  const notes = isRecord(annotations) ? Object.entries(annotations).filter(([name]) => !NOISE.test(name)) : [];
  const head = { ...kept, ...(notes.length > 0 && { annotations: Object.fromEntries(notes) }) };
  return clipped({ ...withLengths(rest), metadata: head }) as RawObject;
}

/** Of a ConfigMap a recording has the lengths alone, and so has anybody of binary data. */
function withLengths(object: RawObject): RawObject {
  if (object.kind !== 'ConfigMap') return object;
  const told = (data: unknown) =>
    isRecord(data) && Object.fromEntries(Object.entries(data).map(([key, value]) => [key, lengthIn(value)]));
  const data = isRecord(object.data) && Object.values(object.data).some((value) => typeof value === 'number');
  return {
    ...object,
    ...(data && { data: told(object.data) }),
    ...(isRecord(object.binaryData) && { binaryData: told(object.binaryData) }),
  };
}

function lengthIn(value: unknown): string {
  return `(${typeof value === 'string' ? value.length : value} characters, not shown)`;
}

/** A copy with long texts cut. */
function clipped(value: unknown): unknown {
  if (typeof value === 'string') return clip(value, VALUE_MAX);
  if (Array.isArray(value)) return value.map(clipped);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, clipped(field)]));
}
