import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';
import type { ClusterSource, ReadProblem, Scope } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { type Kind, type KubernetesObject, typeOf } from '../kind.ts';
import { type KindList, snapshot } from '../snapshot.ts';
import { damaged, isLogEntry, noRecording, parseHeader } from './format.ts';
import { type RecordedKind, recordedInspector } from './inspect.ts';

const gunzip = promisify(gunzipCallback);

/** A small file may unpack to anything; a cluster of 100,000 Pods takes about a quarter of this. */
const UNPACKED_MAX = 2 ** 31 - 1;
const NEWLINE = 10;

interface OpenOptions {
  /** What messages call the cluster; the recorded name by default. */
  name?: string;
}

/**
 * A recorded cluster, from a file or its bytes. It answers as the live one did: with the same gaps and problems, and
 * `now` is the time of the recording. Throws a `UserError` for a file that is none, is damaged, or is too new.
 */
export async function openRecording(input: string | Uint8Array, options: OpenOptions = {}): Promise<ClusterSource> {
  const file = typeof input === 'string' ? input : (options.name ?? 'given');
  const text = await unpack(typeof input === 'string' ? await read(input) : input, file);
  const lines = linesOf(text);
  const header = parseHeader(lines.next().value ?? '', file);
  const recorded = new Map<string, RecordedKind>();
  for (const entry of header.kinds) recorded.set(typeOf(entry), { entry, raw: take(lines, entry.objects, file) });
  const logs = take(lines, header.logs ?? 0, file).filter(isLogEntry);
  if (!lines.next().done) throw damaged(file);

  const name = options.name ?? header.cluster;
  return {
    name,
    inspector: recordedInspector(name, Date.parse(header.recordedAt), [...recorded.values()], logs),
    async read(kinds, scope, { everywhere = [], signal, onProgress } = {}) {
      signal?.throwIfAborted();
      const problems: ReadProblem[] = [];
      let objects = 0;
      const lists = [...new Set(kinds)].map((kind, at, { length }) => {
        const within = kind.namespaced && !everywhere.includes(kind) ? scope : {};
        const { list, problem } = replay(kind, within, recorded.get(typeOf(kind)));
        if (problem) problems.push({ kind: kind.kind, ...problem });
        objects += list.objects.length;
        onProgress?.({ objects, kinds: at + 1, of: length });
        return list;
      });
      const { recordedAt, serverVersion } = header;
      const now = Date.parse(recordedAt);
      const cluster = snapshot(lists, { name, now, ...(serverVersion && { version: serverVersion }) });
      return { cluster, problems, requests: 0, objects };
    },
  };
}

interface Replayed {
  list: KindList;
  problem?: Omit<ReadProblem, 'kind'>;
}

function replay(kind: Kind, { namespace }: Scope, recorded: RecordedKind | undefined): Replayed {
  if (!recorded) {
    const text = `${kind.kind} objects are not in the recording; record the cluster again to have them.`;
    return { list: { kind, objects: [], gap: 'failed' }, problem: { reason: 'failed', text } };
  }
  const { entry, raw } = recorded;
  const kept = raw.flatMap((each) => kind.trim(each) ?? []) as KubernetesObject[];
  const objects = namespace ? kept.filter((object) => object.metadata.namespace === namespace) : kept;
  const read = namespace ?? entry.namespace;
  const list = { kind, objects, ...(read && { namespace: read }) };

  if (entry.problem) return { list: { ...list, gap: entry.problem.reason }, problem: entry.problem };
  if (!entry.namespace || entry.namespace === namespace) return { list };
  const text = `${kind.kind} objects are recorded for namespace ${entry.namespace} only; record the cluster again without --namespace.`;
  const problem = { reason: 'failed', text } as const;
  // What was asked for lies beside what was recorded: nothing is known of it.
  return namespace ? { list: { ...list, gap: 'failed' }, problem } : { list, problem };
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UserError(
      `The recording ${file} cannot be read (${(error as Error).message}). Set K8SGPT_RECORDING to a file that the record command wrote.`,
    );
  }
}

async function unpack(bytes: Uint8Array, file: string): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw noRecording(file);
  try {
    return await gunzip(bytes, { maxOutputLength: UNPACKED_MAX });
  } catch {
    throw damaged(file);
  }
}

/** Line by line, since the whole may be longer than a string can be. */
function* linesOf(text: Buffer): Generator<string, undefined> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(NEWLINE, start);
    const stop = end < 0 ? text.length : end;
    yield text.toString('utf8', start, stop);
    start = stop + 1;
  }
  return undefined;
}

function take(lines: Generator<string, undefined>, count: number, file: string): unknown[] {
  const objects: unknown[] = [];
  for (let at = 0; at < count; at++) {
    try {
      objects.push(JSON.parse(lines.next().value ?? ''));
    } catch {
      throw damaged(file);
    }
  }
  return objects;
}
