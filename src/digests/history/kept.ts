import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { SEVERITIES, type Severity } from '../../analyzer.ts';
import { type Guard, isNumber, isText, listOf, optional, recordOf, withMembers } from '../../guards.ts';
import type { Sighting, Track, TrendPoint } from '../../history.ts';
import { isRecord } from '../../shape.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A track with what is remembered to tell changes from coming and going. */
export interface KeptTrack extends Track {
  /** The filters of its findings when it was seen last: it is solved where these look for it in vain. */
  filters: string[];
  /** As bad as it was told to be, since it began. */
  peak: { severity: Severity; size: number };
  size: number;
}

/** What is known of a cluster over time; kept as one value, so that it changes as a whole. */
export interface Kept {
  tracks: KeptTrack[];
  trend: TrendPoint[];
  /** The last reports that were noted, each with what changed by it. */
  noted: { report: string; changes: { track: string; how: Sighting['how']; text?: string }[] }[];
  /** How many tracks were forgotten for want of room. */
  dropped: number;
}

/** The format; whoever changes it raises this, and brings what an older version wrote to the new one where it is read. */
const VERSION = 1;

const isSeverity: Guard = (value) => SEVERITIES.includes(value as Severity);
const isTrack = withMembers({
  id: isText,
  also: listOf(isText),
  state: isText,
  severity: isSeverity,
  title: isText,
  code: isText,
  cause: withMembers({ kind: isText, name: isText, namespace: optional(isText) }),
  namespaces: listOf(isText),
  fingerprints: listOf(isText),
  firstSeen: isNumber,
  lastSeen: isNumber,
  resolvedAt: optional(isNumber),
  returns: listOf(isNumber),
  seen: isNumber,
  filters: listOf(isText),
  peak: withMembers({ severity: isSeverity, size: isNumber }),
  size: isNumber,
});
const isKept = withMembers({
  tracks: listOf(isTrack),
  trend: listOf(withMembers({ at: isNumber, open: recordOf(isNumber) })),
  noted: listOf(
    withMembers({
      report: isText,
      changes: listOf(withMembers({ track: isText, how: isText, text: optional(isText) })),
    }),
  ),
  dropped: isNumber,
});

export function nothingKept(): Kept {
  return { tracks: [], trend: [], noted: [], dropped: 0 };
}

/** Small enough for a store: ten thousand findings are some hundred kilobytes. */
export async function write(kept: Kept): Promise<string> {
  return (await pack(JSON.stringify({ v: VERSION, ...kept }))).toString('base64');
}

/** Throws for what cannot be read, and for what a newer version of the program wrote. */
export async function read(value: string): Promise<Kept> {
  const parsed: unknown = JSON.parse((await unpack(Buffer.from(value, 'base64'))).toString());
  if (!isRecord(parsed)) throw new Error('it is no record');
  const { v, ...kept } = parsed;
  if (v !== VERSION)
    throw new Error(`it has the version ${String(v)}, and ${VERSION} is the newest that is known here`);
  if (!isKept(kept)) throw new Error('its members are not what they should be');
  return kept as unknown as Kept;
}
