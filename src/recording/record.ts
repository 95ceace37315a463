import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ClusterSource, Reading, Scope } from '../cluster.ts';
import type { Kind, KubernetesObject } from '../kind.ts';
import type { Pod } from '../kinds/pod.ts';
import { maskObject } from '../masking/objects.ts';
import { FORMAT, type Header, type KindEntry, type LogEntry, VERSION } from './format.ts';
import { readLogs } from './logs.ts';

interface RecordOptions {
  scope?: Scope;
  /** Kinds recorded in all namespaces even where the scope is one. */
  everywhere?: readonly Kind[];
  /** The Pods whose logs are recorded, from what was read; absent: none. */
  podsWithLogs?(reading: Reading): Promise<readonly Pod[]>;
  signal?: AbortSignal;
  onProgress?(label: string, done: number, of: number): void;
}

export interface Recording {
  bytes: Uint8Array;
  objects: number;
  /** Logs that it holds, and that could not be read. */
  logs: { recorded: number; failed: number };
}

/** Lines are joined to chunks of this many before they are compressed. */
const CHUNK_LINES = 500;

/** Reads the kinds of a cluster, and gives them as one file that `openRecording` opens. */
export async function recordCluster(
  source: ClusterSource,
  kinds: readonly Kind[],
  { scope = {}, everywhere = [], podsWithLogs, signal, onProgress }: RecordOptions = {},
): Promise<Recording> {
  const sorted = [...new Set(kinds)].sort((a, b) => compare(a.kind, b.kind) || compare(a.group, b.group));
  const reading = await source.read(sorted, scope, {
    everywhere,
    ...(signal && { signal }),
    onProgress: (progress) => onProgress?.('Reading the cluster', progress.kinds, progress.of),
  });

  const { cluster, problems, objects } = reading;
  const pods = (await podsWithLogs?.(reading)) ?? [];
  const { entries: logs, failed } = await readLogs(source.inspector, pods, signal ?? new AbortController().signal);

  const entries = sorted.map((kind): KindEntry => {
    const namespace = kind.namespaced && !everywhere.includes(kind) ? scope.namespace : undefined;
    const problem = problems.find((each) => each.kind === kind.kind);
    return {
      kind: kind.kind,
      group: kind.group,
      version: kind.version,
      plural: kind.plural,
      namespaced: kind.namespaced,
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
    ...(logs.length > 0 && { logs: logs.length }),
  };
  const lists = sorted.map((kind) => [...cluster.list(kind)].sort(byName));
  const bytes = await compress(chunks(linesOf(header, lists, logs)));
  return { bytes, objects, logs: { recorded: logs.length, failed } };
}

function* linesOf(header: Header, lists: readonly KubernetesObject[][], logs: readonly LogEntry[]): Iterable<unknown> {
  yield header;
  for (const list of lists) for (const object of list) yield maskObject(object);
  yield* logs;
}

function* chunks(lines: Iterable<unknown>): Iterable<string> {
  let text = '';
  let count = 0;
  for (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    if (++count % CHUNK_LINES !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
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
