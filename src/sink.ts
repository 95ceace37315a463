import type { Severity } from './analyzer.ts';
import type { Ref } from './cluster.ts';

/** Something that is told of an incident to other services. */
export interface Notice {
  /** The same for every attempt to tell it. */
  id: string;
  what: 'new' | 'back' | 'worse' | 'solved';
  /** RFC 3339. */
  at: string;
  cluster: string;
  incident: {
    /** The id of its track, the same from its first notice to its last. */
    id: string;
    severity: Severity;
    title: string;
    code: string;
    cause: Ref;
    namespaces: readonly string[];
    /** How many findings show it. */
    findings: number;
    /** RFC 3339. */
    startedAt: string;
    /** RFC 3339; of solved ones. */
    endedAt?: string;
  };
  /** What is wrong, a line each, without markup; never empty. */
  problems: readonly string[];
  /** What it means and how it is mended, in Markdown; absent where nothing is known. */
  details?: string;
  /** It comes and goes: it is told when it has stood for a while, and not where it is over by then. */
  flapping?: true;
}

/** Where notices go, as the settings say it. The names are K8sGPT's. */
export interface SinkSettings {
  /** Names it in the status, unlike any other. */
  name: string;
  type: string;
  /** The address that is called. A secret, as far as webhooks carry their key in it: never shown whole, never logged. */
  webhook: string;
  channel?: string;
  username?: string;
  iconUrl?: string;
  headers?: Readonly<Record<string, string>>;
  /** Only incidents at least so severe; absent: all but low ones. */
  severity?: Severity;
}

/** A kind of service that notices can be sent to; put it in a file of its own in `sinks/`, as the default export. */
export interface SinkType {
  /** `slack`, `mattermost`, `cloudevents` …, as the settings name it. */
  readonly type: string;
  readonly summary: string;
  /** What is sent for a notice. */
  request(notice: Notice, settings: SinkSettings): SinkRequest;
}

export interface SinkRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export function defineSink(type: SinkType): SinkType {
  return type;
}

/** Tells notices to all sinks. */
export interface Sinks {
  /** Resolves when they cannot be lost any more; each is told to each sink once, in the order of its incident. */
  tell(notices: readonly Notice[]): Promise<void>;
  status(): Promise<SinkStatus[]>;
  /** Tries what a sink could not be told again; how many. Throws `UserError` for a sink that there is not. */
  retry(sink: string): Promise<number>;
}

export interface SinkStatus {
  name: string;
  type: string;
  /** Sent since this process began. */
  sent: number;
  /** What could not be delivered after all tries, newest first, at most as many as are kept. */
  dead: readonly { at: number; notice: string; title: string; reason: string }[];
}
