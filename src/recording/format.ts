import { UserError } from '../errors.ts';
import { isRecord } from '../shape.ts';

/** Raised when a recording of this version cannot be read by older programs. */
export const VERSION = 2;
export const FORMAT = 'k8sgpt-chat recording';

/**
 * A recording is gzipped JSON lines: this header, then each kind's objects in the header's order, one a line, trimmed
 * and masked, then what containers wrote. Kinds and objects are sorted, and so are the keys of each object, so that
 * equal clusters give equal files. Version 1 had no logs, and of kinds only `kind` and `group`.
 */
export interface Header {
  format: typeof FORMAT;
  version: number;
  /** RFC 3339. */
  recordedAt: string;
  cluster: string;
  /** Of the Kubernetes server. */
  serverVersion?: string;
  kinds: KindEntry[];
  /** How many lines are logs. */
  logs?: number;
}

export interface KindEntry {
  kind: string;
  group: string;
  version?: string;
  plural?: string;
  namespaced?: boolean;
  /** How many lines are its objects. */
  objects: number;
  /** The only namespace that was read. */
  namespace?: string;
  /** Why it could not be read. */
  problem?: { reason: 'not installed' | 'forbidden' | 'failed'; text: string };
}

/** The last lines that a container wrote, masked. */
export interface LogEntry {
  namespace: string;
  pod: string;
  container: string;
  /** Of the run before the one that was then the present one. */
  previous: boolean;
  text: string;
}

/** Reads the first line. Throws a `UserError` for what is no recording, or a newer one. */
export function parseHeader(line: string, name: string): Header {
  let header: Partial<Header> | undefined;
  try {
    header = JSON.parse(line) as Partial<Header>;
  } catch {}
  if (header?.format !== FORMAT || typeof header.version !== 'number') throw noRecording(name);
  if (header.version > VERSION) {
    throw new UserError(
      `The recording ${name} has format ${header.version}, and this program reads up to ${VERSION}; update k8sgpt-chat, or record the cluster again with this version.`,
    );
  }
  if (typeof header.cluster !== 'string') throw damaged(name);
  if (!Array.isArray(header.kinds) || !header.kinds.every(isKindEntry)) throw damaged(name);
  if (!Number.isInteger(header.logs ?? 0)) throw damaged(name);
  if (Number.isNaN(Date.parse(header.recordedAt ?? ''))) throw damaged(name);
  return header as Header;
}

function isKindEntry(entry: Partial<KindEntry> | null): boolean {
  return typeof entry?.kind === 'string' && typeof entry.group === 'string' && Number.isInteger(entry.objects);
}

export function isLogEntry(entry: unknown): entry is LogEntry {
  if (!isRecord(entry)) return false;
  return ['namespace', 'pod', 'container', 'text'].every((name) => typeof entry[name] === 'string');
}

export function noRecording(name: string): UserError {
  return new UserError(`${name} is no recording of a cluster; make one with the record command.`);
}

export function damaged(name: string): UserError {
  return new UserError(`The recording ${name} is damaged or cut off; copy it again, or record the cluster again.`);
}
