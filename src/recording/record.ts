import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ClusterSource, Scope } from '../cluster.ts';
import type { Kind, KubernetesObject } from '../kind.ts';
import { maskObject } from '../masking.ts';
import { FORMAT, type Header, type KindEntry, VERSION } from './format.ts';

interface RecordOptions {
  scope?: Scope;
  /** Kinds recorded in all namespaces even where the scope is one. */
  everywhere?: readonly Kind[];
  signal?: AbortSignal;
  onProgress?(label: string, done: number, of: number): void;
}

export interface Recording {
  bytes: Uint8Array;
  objects: number;
}

/** Lines are joined to chunks of this many before they are compressed. */
const CHUNK_LINES = 500;

/** Reads the kinds of a cluster, and gives them as one file that `openRecording` opens. */
export async function recordCluster(
  source: ClusterSource,
  kinds: readonly Kind[],
  { scope = {}, everywhere = [], signal, onProgress }: RecordOptions = {},
): Promise<Recording> {
  const sorted = [...new Set(kinds)].sort((a, b) => compare(a.kind, b.kind) || compare(a.group, b.group));
  const { cluster, problems, objects } = await source.read(sorted, scope, {
    everywhere,
    ...(signal && { signal }),
    onProgress: (progress) => onProgress?.('Reading the cluster', progress.kinds, progress.of),
  });

  const entries = sorted.map((kind): KindEntry => {
    const namespace = kind.namespaced && !everywhere.includes(kind) ? scope.namespace : undefined;
    const problem = problems.find((each) => each.kind === kind.kind);
    return {
      kind: kind.kind,
      group: kind.group,
      objects: cluster.list(kind).length,
      ...(namespace && { namespace }),
      ...(problem && { problem: { reason: problem.reason, text: problem.text } }),
    };
  });
  const header: Header = {
    format: FORMAT,
    version: VERSION,
    recordedAt: new Date(cluster.now).toISOString(),
    cluster: cluster.name,
    ...(cluster.version && { serverVersion: cluster.version }),
    kinds: entries,
  };
  const lists = sorted.map((kind) => [...cluster.list(kind)].sort(byName));
  return { bytes: await compress(chunks(header, lists)), objects };
}

function* chunks(header: Header, lists: readonly KubernetesObject[][]): Iterable<string> {
  yield `${JSON.stringify(header)}\n`;
  let lines = '';
  let count = 0;
  for (const object of lists.flat()) {
    lines += `${JSON.stringify(maskObject(object))}\n`;
    if (++count % CHUNK_LINES !== 0) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}

async function compress(text: Iterable<string>): Promise<Buffer> {
  const bytes = await pipeline(text, createGzip({ level: 9 }), buffer);
  // The tenth byte of gzip names the operating system; 255 is `unknown`, the same everywhere (RFC 1952).
  bytes[9] = 255;
  return bytes;
}

function byName({ metadata: a }: KubernetesObject, { metadata: b }: KubernetesObject): number {
  return compare(a.namespace ?? '', b.namespace ?? '') || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
