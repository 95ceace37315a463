import type { Severity } from './analyzer.ts';
import type { Said } from './attention.ts';
import type { Message } from './message.ts';

/** A channel of a chat service. */
export interface Channel {
  /** The platform's name: `slack`. */
  platform: string;
  channel: string;
}

/** A digest that a channel gets again and again. */
export interface Schedule extends Channel {
  /** `dig-` and five letters or digits. */
  id: string;
  /** Five fields, as cron has them. */
  cron: string;
  /** The IANA time zone that they are read in. */
  zone: string;
  /** Empty: the core filters. */
  filters: readonly string[];
  namespace?: string;
  /** What is said where nothing has changed. */
  quiet: 'line' | 'nothing';
  paused?: boolean;
  /** Runs before this time are not caught up; milliseconds since 1970. */
  since: number;
  /** The settings have it, so it is changed there. */
  declared?: boolean;
  by: Said;
}

/** A channel that is told of incidents when they begin. */
export interface Watch extends Channel {
  /** `watch-` and five letters or digits. */
  id: string;
  filters: readonly string[];
  namespace?: string;
  /** The least severity that is told. */
  severity: Severity;
  /** What is solved again within so long is never told. */
  settleMs: number;
  /** Messages an hour at most. */
  perHour: number;
  /** In these hours nothing is posted; what is still open then is told at their end. */
  quietHours?: QuietHours;
  declared?: boolean;
  by: Said;
}

/** From a time of the day until another one, which may be of the next day: `22:00`, `07:00`. */
export interface QuietHours {
  from: string;
  until: string;
  zone: string;
}

/** A schedule with its times, in milliseconds since 1970. */
export interface Planned {
  schedule: Schedule;
  /** Absent: it is paused. */
  next?: number;
  /** When its last digest was due. */
  last?: number;
  /** Why the last one could not be posted. */
  trouble?: string;
}

/** What a person decides of a schedule. */
export type Wanted = Omit<Schedule, 'id' | 'since'>;

/** Digests and watches of all channels; their work goes on by itself once this has started. */
export interface Digests {
  schedule(wanted: Wanted): Promise<Planned>;
  watch(watch: Omit<Watch, 'id'>): Promise<Watch>;
  /** Those of a channel, or of all. */
  schedules(channel?: Channel): Promise<Planned[]>;
  watches(channel?: Channel): Promise<Watch[]>;
  /** What runs in a pause is not caught up. `undefined` where there is none of that id. */
  pause(id: string, paused: boolean): Promise<Planned | undefined>;
  /** What was removed; throws `UserError` for what the settings have. */
  remove(id: string): Promise<Schedule | Watch | undefined>;
  /** Posts a schedule's digest soon, once for each key. */
  postNow(id: string, key: string): Promise<void>;
  /** What a digest would say now. Nothing is kept of it. */
  preview(schedule: Wanted, options: PreviewOptions): Promise<Message>;
  /** Shows anew what stands of incidents in all channels, after something became of them, or somebody muted or took one. */
  refresh(): Promise<void>;
  start(): void;
  stop(): void;
}

export interface PreviewOptions {
  /** The schedule's, where it has one already: what it told before is known then. */
  id?: string;
  signal: AbortSignal;
  onProgress?(label: string, done: number, of: number): void;
}
