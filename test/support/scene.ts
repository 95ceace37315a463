import { expect } from 'vitest';
import type { ClusterSource, RawObject, ReadOptions, ReadProblem, Scope } from '../../src/cluster.ts';
import { inspect } from '../../src/inspection/index.ts';
import type { Kind, KubernetesObject } from '../../src/kind.ts';
import { LOOK_MAX, type Look } from '../../src/look.ts';
import type { LogEntry } from '../../src/recording/format.ts';
import { recordedInspector } from '../../src/recording/inspect.ts';
import { type KindList, snapshot } from '../../src/snapshot.ts';
import { NOW } from './cluster.ts';
import { KINDS } from './kinds.ts';

export interface SceneOptions {
  /** By `namespace/pod/container`, and `namespace/pod/container previous`. */
  logs?: Record<string, string>;
  /** Kinds that could not be read, and why. */
  problems?: readonly ReadProblem[];
  /** Kinds beside the declared ones. */
  custom?: readonly { kind: string; group: string; namespaced?: boolean }[];
}

/** A cluster of these objects, as whole as they are given, at the time of every test. */
export function sourceOf(objects: readonly object[], options: SceneOptions = {}): ClusterSource {
  const { logs = {}, problems = [], custom = [] } = options;
  const all = objects as readonly (RawObject & KubernetesObject)[];
  const kinds = [...KINDS, ...custom].map((kind) => {
    const raw = all.filter((object) => object.kind === kind.kind);
    const problem = problems.find((each) => each.kind === kind.kind);
    const { trim: _, ...served } = kind as Kind;
    return { entry: { ...served, objects: raw.length, ...(problem && { problem }) }, raw };
  });
  const entries = Object.entries(logs).map(([key, text]): LogEntry => {
    const [namespace = '', pod = '', rest = ''] = key.split('/');
    const [container = '', previous] = rest.split(' ');
    return { namespace, pod, container, previous: previous === 'previous', text };
  });
  return {
    name: 'test',
    inspector: recordedInspector('test', NOW, kinds, entries),
    async read(wanted: readonly Kind[], { namespace }: Scope, _?: ReadOptions) {
      const lists = wanted.map((kind): KindList => {
        const problem = problems.find((each) => each.kind === kind.kind);
        const kept = all.filter((object) => object.kind === kind.kind).flatMap((object) => kind.trim(object) ?? []);
        const within = kept.filter(({ metadata }) => !namespace || metadata.namespace === namespace);
        return { kind, objects: problem ? [] : within, ...(problem && { gap: problem.reason }) };
      });
      const cluster = snapshot(lists, { name: 'test', now: NOW });
      return { cluster, problems: [...problems], requests: 0, objects: all.length };
    },
  };
}

/** Takes a look at these objects. Whatever it shows must keep the rules of every look. */
export async function look(
  looker: string,
  args: Record<string, unknown>,
  objects: readonly object[],
  options: SceneOptions = {},
): Promise<Look> {
  const shown = await inspect(sourceOf(objects, options), { looker, args }, new AbortController().signal);
  expect(shown.text.length).toBeLessThanOrEqual(LOOK_MAX);
  expect(shown.text).not.toMatch(/undefined|NaN|\[object/);
  expect(shown.title).not.toMatch(/undefined|NaN|\[object|\n/);
  expect(shown.command).toMatch(/^kubectl \S/);
  for (const ref of shown.refs)
    expect(ref).toMatchObject({ kind: expect.stringMatching(/./), name: expect.stringMatching(/./) });
  return shown;
}
