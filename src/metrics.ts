import type { Severity } from './analyzer.ts';
import type { BackendFault } from './backend.ts';

/** Hears what happened, so that it can be counted. Nothing here throws, or waits. */
export interface Metrics {
  analysis(done: AnalysisDone): void;
  /**
   * A command is over. `name` is that of a command, `question` for words to a thread, or `unknown`; `acknowledgedSeconds`
   * is how long it took until it could not be lost any more.
   */
  command(name: string, outcome: CommandOutcome, acknowledgedSeconds: number): void;
  /** A model was asked, and its answer is over. */
  model(asked: ModelAsked): void;
  /** A kept answer was looked for. */
  cache(hit: boolean): void;
  /** A digest was posted, or left out since nothing changed; `failed`: an attempt at it. */
  digest(outcome: 'posted' | 'quiet' | 'failed'): void;
  /** A watch told a channel something. */
  watchMessage(): void;
  /** A notice was sent to a service of this type, or an attempt at it failed. */
  sink(type: string, outcome: 'sent' | 'failed'): void;
  /** How many mutes there are now. */
  mutes(count: number): void;
  /** All results of a K8sGPT resource as they are now; none, once it is gone. */
  results(k8sgpt: string, results: readonly ResultObject[]): void;
  /** A K8sGPT resource could not be reconciled. */
  reconcileError(k8sgpt: string): void;
  /** A model was asked for a K8sGPT resource. */
  backendCall(call: BackendCall, answered: boolean): void;
}

export type CommandOutcome = 'done' | 'refused' | 'failed';

export interface AnalysisDone {
  outcome: 'done' | 'failed';
  /** How long people waited for it. */
  seconds: number;
  /** Requests to the API server. */
  requests?: number;
  /** How long each filter checked, in seconds. */
  filters?: Readonly<Record<string, number>>;
  /** How much is wrong; absent where it did not look at the whole cluster. */
  found?: { incidents: SeverityCounts; findings: SeverityCounts };
}

export type SeverityCounts = Readonly<Record<Severity, number>>;

export interface ModelAsked {
  backend: string;
  model: string;
  /** `stopped`: who asked wanted no more of it. */
  outcome: 'answered' | 'stopped' | BackendFault | 'failed';
  /** Until its first word; absent where none came. */
  firstSeconds?: number;
  /** Tokens. */
  input: number;
  output: number;
  /** In US dollars; absent where no price is set. */
  cost?: number;
}

/** The object of a Result. */
export interface ResultObject {
  /** The object's; empty where it has none. */
  namespace: string;
  kind: string;
  name: string;
}

/** Who was asked, for the Deployment in `namespace` of a K8sGPT resource. */
export interface BackendCall {
  backend: string;
  deployment: string;
  namespace: string;
  k8sgpt: string;
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  analysis() {},
  command() {},
  model() {},
  cache() {},
  digest() {},
  watchMessage() {},
  sink() {},
  mutes() {},
  results() {},
  reconcileError() {},
  backendCall() {},
};
