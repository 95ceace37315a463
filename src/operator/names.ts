import { createHash } from 'node:crypto';
import { nameOf, type Ref } from '../cluster.ts';
import type { ApiObject } from '../custom-resources.ts';

/** Names of custom resources have at most 253 letters; so many are left to be read, before the part that tells them apart. */
const READABLE_MAX = 200;
const LABEL_MAX = 63;

/**
 * The name of the Result about an object, of one K8sGPT: what people can read, and a digest of what it must not be mixed
 * up with. It is the same as long as both exist, and a DNS subdomain (RFC 1123).
 */
export function resultName(k8sgpt: string, object: Ref): string {
  const readable = [object.kind, object.namespace ?? '', object.name]
    .flatMap((part) => part.toLowerCase().split('.'))
    .map((part) => part.replace(/[^a-z0-9-]+/g, '-').replace(/^-+|-+$/g, ''))
    .filter(Boolean)
    .join('.')
    .slice(0, READABLE_MAX)
    .replace(/[.-]+$/, '');
  return `${readable}-${digest(k8sgpt, object.kind, nameOf(object))}`;
}

/** A name as the value of a label, which has room for fewer letters than names have. */
export function labelValue(name: string): string {
  if (name.length <= LABEL_MAX) return name;
  return `${name.slice(0, LABEL_MAX - 11).replace(/[^a-z0-9]+$/i, '')}-${digest(name)}`;
}

/** Ten hexadecimal digits: two of a million are alike once in a million clusters. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 10);
}

/** What people call a K8sGPT. */
export function labelOf({ metadata }: Pick<ApiObject, 'metadata'>): string {
  return `${metadata.namespace}/${metadata.name}`;
}
