import { expect } from 'vitest';
import type { Analyzer, Failure } from '../../src/analyzer.ts';
import { type Cluster, type ReadProblem, refOf } from '../../src/cluster.ts';
import { placeholders, type Runbook, runbook } from '../../src/explanation/runbooks.ts';
import type { Kind, KubernetesObject, ObjectOf } from '../../src/kind.ts';
import { Event } from '../../src/kinds/event.ts';
import { type KindList, snapshot } from '../../src/snapshot.ts';
import { KINDS } from './kinds.ts';

/** The time at which every test cluster is looked at. */
export const NOW = Date.parse('2026-03-14T10:00:00Z');

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time so long before `NOW`, as the API writes it: `ago('3h')`, `ago('1d2h')`, `ago('-5m')` for five minutes ahead. */
export function ago(age: string): string {
  const sign = age.startsWith('-') ? -1 : 1;
  let milliseconds = 0;
  for (const [, count, unit] of age.matchAll(/(\d+)([smhd])/g))
    milliseconds += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return new Date(NOW - sign * milliseconds).toISOString().replace('.000', '');
}

/** An object as the API would send it: what a test says, over metadata that every object has. */
export interface Raw {
  metadata?: { name?: string; namespace?: string } & Record<string, unknown>;
  [field: string]: unknown;
}

/**
 * An object of a kind, read the way a cluster's are. `build(Pod, { metadata: { name: 'cart-0' }, status: { … } })`;
 * the default is named `example`, stands in `shop` and is 26 hours old.
 */
export function build<K extends Kind>(kind: K, raw: Raw = {}): ObjectOf<K> {
  const name = raw.metadata?.name ?? 'example';
  const namespace = kind.namespaced ? (raw.metadata?.namespace ?? 'shop') : undefined;
  const metadata = {
    uid: `${kind.kind}/${namespace ?? ''}/${name}`,
    creationTimestamp: ago('26h'),
    ...raw.metadata,
    name,
    namespace,
  };
  const object = kind.trim({ ...raw, metadata });
  if (!object) throw new Error(`no ${kind.kind}: ${JSON.stringify(raw)}`);
  return object as ObjectOf<K>;
}

/** The owner reference of an object, for `metadata.ownerReferences`. */
export function ownedBy(owner: KubernetesObject) {
  return [{ kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true }];
}

/** An event about an object, two minutes old unless it says otherwise. */
export function event(about: KubernetesObject, reason: string, message: string, raw: Raw = {}): ObjectOf<typeof Event> {
  const { name, namespace, uid } = about.metadata;
  return build(Event, {
    type: 'Warning',
    reason,
    message,
    lastTimestamp: ago('2m'),
    involvedObject: { kind: about.kind, name, namespace, uid },
    ...raw,
    metadata: { name: `${name}.${reason}`, namespace: namespace ?? 'default', ...raw.metadata },
  });
}

export interface ClusterOptions {
  /** Kinds that could not be read. */
  gaps?: Record<string, ReadProblem['reason']>;
  /** The only namespace that was read. */
  namespace?: string;
  version?: string;
}

/** A cluster of these objects. Every kind counts as read whole, save those under `gaps`. */
export function clusterOf(objects: readonly KubernetesObject[], options: ClusterOptions = {}): Cluster {
  const lists = KINDS.map((kind): KindList => {
    const gap = options.gaps?.[kind.kind];
    return {
      kind,
      objects: gap ? [] : objects.filter((object) => object.kind === kind.kind),
      ...(options.namespace && kind.namespaced && { namespace: options.namespace }),
      ...(gap && { gap }),
    };
  });
  return snapshot(lists, { name: 'test', now: NOW, ...(options.version && { version: options.version }) });
}

/** What an analyzer says of one object. */
export type Found = Failure & { object: string };

/**
 * Runs an analyzer over a cluster of these objects. Whatever it finds must keep the rules of every finding: a declared
 * code with a runbook whose placeholders it fills, a headline that fits, evidence.
 */
export async function analyze<T extends KubernetesObject>(
  analyzer: Analyzer<T>,
  objects: readonly KubernetesObject[],
  options: ClusterOptions = {},
): Promise<Found[]> {
  const cluster = clusterOf(objects, options);
  const found = cluster
    .list(analyzer.kind)
    .flatMap((object) =>
      analyzer.check(object, cluster).map((failure) => ({ ...failure, object: refOf(object).name })),
    );
  for (const failure of found) await expectWellFormed(analyzer as unknown as Analyzer, failure);
  return found;
}

async function expectWellFormed(analyzer: Analyzer, failure: Found): Promise<void> {
  const [filter, problem = ''] = failure.code.split('/');
  expect(filter, failure.code).toBe(analyzer.filter);
  expect(analyzer.codes, `${analyzer.filter} declares ${problem}`).toContain(problem);
  expect(failure.headline.length, failure.headline).toBeGreaterThan(5);
  expect(failure.headline.length, failure.headline).toBeLessThanOrEqual(120);
  expect(failure.text, failure.code).not.toMatch(/undefined|NaN|\[object/);
  expect(failure.headline, failure.code).not.toMatch(/undefined|NaN|\[object/);
  expect(failure.evidence.length, `${failure.code} has evidence`).toBeGreaterThan(0);
  const { meaning, confirm, fix } = await runbookOf(failure.code);
  const known = ['namespace', 'name', 'kind', 'owner', 'ownerKind', ...Object.keys(failure.values ?? {})];
  expect(known, `values that the runbook of ${failure.code} asks for`).toEqual(
    expect.arrayContaining(placeholders(meaning + confirm + fix)),
  );
}

async function runbookOf(code: string): Promise<Runbook> {
  const found = await runbook(code);
  if (!found) throw new Error(`${code} has no runbook`);
  return found;
}
