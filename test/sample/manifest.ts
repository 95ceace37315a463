import { createHash } from 'node:crypto';

/** The time at which the sample is looked at; every other time of it is said relative to this one. */
export const RECORDED_AT = '2026-09-16T09:40:00Z';

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A span of time such as `90s`, `26m`, `3d4h`. */
export type Age = string;

/** A span in milliseconds. */
export function span(age: Age): number {
  if (!/^(\d+[smhd])+$/.test(age)) throw new Error(`${age} is no age: write 26m, 3h or 2d4h`);
  let milliseconds = 0;
  for (const [, count, unit = ''] of age.matchAll(/(\d+)([smhd])/g)) milliseconds += Number(count) * (UNITS[unit] ?? 0);
  return milliseconds;
}

/** The time so long before the recording, as the API writes it. */
export function ago(age: Age): string {
  return timeOf(Date.parse(RECORDED_AT) - span(age));
}

/** The time so long before the recording, with microseconds, as leases and new events have it. */
export function microAgo(age: Age): string {
  return ago(age).replace('Z', '.000000Z');
}

/** The time that comes so long after an age: `after('26m', '10m')` is 16 minutes before the recording. */
export function after(age: Age, later: Age): string {
  return timeOf(Date.parse(RECORDED_AT) - span(age) + span(later));
}

export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000', '');
}

export interface Owner {
  apiVersion: string;
  kind: string;
  name: string;
  controller: boolean;
  blockOwnerDeletion: boolean;
}

/** An object to be loaded: as kubectl would apply it, plus its status and the times that a server would have set. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: Owner[];
    finalizers?: string[];
    /** Set in the recording, since a server stamps what it creates with the present. */
    creationTimestamp?: string;
    /** The object is really deleted; a Pod on a node, or what has a finalizer, then stays as terminating. */
    deletionTimestamp?: string;
  };
  [field: string]: unknown;
}

/** One story of the sample: a team's healthy workloads, or an incident with all that follows from it. */
export interface Scenario {
  /** What it shows, in one line. */
  title: string;
  objects: Manifest[];
  /** The incidents that an analysis must report for it, and nothing else above low severity; absent: healthy. */
  incidents?: ExpectedIncident[];
  /** What containers wrote. */
  logs?: WorkloadLog[];
}

/** What a container of a workload's Pods wrote, the same in each of them. */
export interface WorkloadLog {
  /** `namespace/name` of the workload. */
  of: string;
  /** Of so many of its Pods, the newest; absent: of all. None is read from a node that is silent. */
  pods?: number;
  /** The container; the one named as the workload by default. */
  container?: string;
  /** Of the run before the present one. A container that waits to be started again has written the same in both. */
  previous?: boolean;
  /** How long before the recording each line was written. */
  lines: readonly (readonly [age: Age, text: string])[];
}

export interface ExpectedIncident {
  severity: 'critical' | 'high' | 'medium' | 'low';
  /** `Kind/namespace/name` of the cause. */
  cause: string;
  /** The code that the incident is explained by. */
  code: string;
  /** Objects that must be among its findings or consequences, as `Kind/namespace/name`. */
  includes?: string[];
}

/** Declares a scenario; put it in a file of its own in `scenarios/`, as the default export. */
export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}

export function keyOf({ kind, metadata }: Manifest): string {
  return [kind, metadata.namespace, metadata.name].filter(Boolean).join('/');
}

/** The uid that an object has in the recording: the same at every build. */
export function uidOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Letters and digits that look like a generated suffix, always the same for the same seed. */
export function suffix(seed: string, length: number): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const bytes = createHash('sha256').update(seed).digest();
  return Array.from({ length }, (_, index) => alphabet[(bytes[index] ?? 0) % alphabet.length]).join('');
}

/** `sha256:…`, as an image is known by. */
export function digest(seed: string): string {
  return `sha256:${createHash('sha256').update(seed).digest('hex')}`;
}

export function ownedBy(owner: Manifest): Owner[] {
  const { apiVersion, kind, metadata } = owner;
  return [{ apiVersion, kind, name: metadata.name, controller: true, blockOwnerDeletion: true }];
}
