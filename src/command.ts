import type { AnswerCache } from './answer-cache.ts';
import type { Attention } from './attention.ts';
import type { Tool } from './backend.ts';
import type { Checkup } from './checkup.ts';
import type { Digests } from './digests.ts';
import type { Explainer, Explanation } from './explainer.ts';
import type { History } from './history.ts';
import type { JobCounts } from './jobs.ts';
import type { Look, LookRequest } from './look.ts';
import type { Form, Message } from './message.ts';
import type { Metering } from './metering.ts';
import type { Metrics } from './metrics.ts';
import type { Models } from './models.ts';
import type { Growing, Place, Posted } from './platform.ts';
import type { AnalysisRequest, Incident, Report } from './report.ts';
import type { Sinks } from './sink.ts';
import type { Threads, Wishes } from './threads.ts';

/** One option of a command, such as `--namespace <name>`. */
export interface Option {
  name: string;
  short?: string;
  /** The name of its value in the usage line; absent: the option is a switch. */
  value?: string;
  /** May be given several times, or with commas. */
  many?: boolean;
  summary: string;
  /** Where it can be used; absent: everywhere. */
  where?: 'chat' | 'terminal';
}

export interface Command {
  readonly name: string;
  /** Other names that people may know it by. */
  readonly aliases?: readonly string[];
  /** One line for help. */
  readonly summary: string;
  /** The words it takes, as the usage line has them: `[filter …]`; absent: none. */
  readonly words?: string;
  readonly options: readonly Option[];
  /** Command lines that work, each with what it does. */
  readonly examples: readonly { line: string; does: string }[];
  /** Where it can be used; absent: everywhere. */
  readonly where?: 'chat' | 'terminal';
  /** Called by buttons only, so not in the help. */
  readonly hidden?: boolean;
  /** The form that fills this command in, for buttons that open one. */
  form?(services: Services, values: Record<string, string>): Form;
  /**
   * The question that a use of it asks, for commands that hand it to the thread: what is taken cannot be lost then. Such a
   * command is run in the terminal alone.
   */
  question?(call: Pick<Call, 'words' | 'options' | 'services'>): { text: string; wishes: Wishes };
  /** Does it. In the terminal the number is the exit status, 0 where there is none. Throws `UserError` for what the person can mend. */
  run(call: Call): Promise<number | void>;
}

/** Declares a command; put it in a file of its own in `commands/`, as the default export. */
export function defineCommand(command: Command): Command {
  return command;
}

/** One use of a command. */
export interface Call {
  words: readonly string[];
  /** Values of the options that were given, by name. */
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  chat: Chat;
  services: Services;
  signal: AbortSignal;
}

/** The conversation that a command was called in. */
export interface Chat {
  readonly where: 'chat' | 'terminal';
  /** The platform's name: `slack`. */
  readonly platform: string;
  /** The platform and the place, so that a report can be found again; the terminal has none. */
  readonly place?: Place;
  /** Whose command it is; the terminal has none. */
  readonly user?: string;
  /** How a person begins a command here: `/k8sgpt`, or `k8sgpt-chat`. */
  readonly prefix: string;
  /** Posts where the command was called, or in the thread of a message. What showed the progress is replaced by it. */
  post(message: Message, under?: Posted): Promise<Posted>;
  /** Begins a message that grows, where `post` would post it. */
  grow(message: Message, under?: Posted): Promise<Growing>;
  /** Shows a message to the person alone. */
  whisper(message: Message): Promise<void>;
  /** Shows how far a long task is, in place; the terminal does so on standard error. */
  progress(label: string, done: number, of: number): void;
  /** Writes to standard output as it is; only in the terminal. */
  write(text: string): void;
  /** Asks the person for a line; `undefined` where they have no more to say. Only in the terminal. */
  read?(prompt: string): Promise<string | undefined>;
}

/** What commands work with. */
export interface Services {
  analysis: {
    /** Every filter, in the order of the help. */
    readonly filters: readonly { name: string; summary: string; core: boolean }[];
    /** The cluster that is asked where nobody names another. */
    readonly cluster: string;
    /** The names of the filters that a request means. Throws `UsageError` for one that does not exist. */
    filtersOf(request: AnalysisRequest): string[];
    run(request: AnalysisRequest, options: AnalysisOptions): Promise<Report>;
    /** What an analysis of all filters and looks read, as a recording, with the logs of Pods that have findings. */
    record(options: AnalysisOptions): Promise<{
      bytes: Uint8Array;
      objects: number;
      logs: { recorded: number; failed: number };
    }>;
  };
  /** What `inspect` can show, for people and as the tools of a model. */
  readonly lookers: readonly Tool[];
  /** Takes a closer look. Throws `UserError` for arguments that make no sense, what does not exist, and what may not be read. */
  inspect(request: LookRequest, options: AnalysisOptions): Promise<Look>;
  /** Needs no model. In a thread, the evidence is numbered from `first` on. */
  explain(incident: Incident, first?: number): Promise<Explanation>;
  /** The runbook of a code, such as `Pod/OOMKilled`; `undefined` where there is none. */
  runbook(code: string): Promise<Explanation | undefined>;
  /** Reports of the last days, so that a button finds what it speaks of. */
  reports: {
    /** Keeps a report, and notes in the history what it found. */
    save(report: Report): Promise<void>;
    get(id: string): Promise<Report | undefined>;
    /** The newest report of all core filters over a whole cluster, where it is minutes old at most. */
    newest(cluster: string): Promise<Report | undefined>;
    /** The newest report that has the incident. */
    withIncident(id: string): Promise<Report | undefined>;
    /** Notes that an incident is explained in a thread; whether it was not before, so that nothing is posted twice. */
    explainedFirst(incident: string, thread: Place): Promise<boolean>;
    /** Keeps what a person thinks of an answer, or of an incident's explanation; the last word of each counts. */
    feedback(about: string, verdict: 'good' | 'bad', user: string): Promise<void>;
  };
  commands: readonly Command[];
  models: Models;
  explainer: Explainer;
  metering: Metering;
  /** The answers of models that are kept. */
  answers: AnswerCache;
  threads: Threads;
  history: History;
  attention: Attention;
  digests: Digests;
  sinks: Sinks;
  /** How the state is kept. */
  state: {
    /** What people must know of it; `undefined` where all is well. */
    trouble(): string | undefined;
    /** How much work there is to do. */
    jobs(): Promise<JobCounts>;
  };
  metrics: Metrics;
  /** Of all chat services, also those that are not set. */
  readonly checkups: readonly Checkup[];
  /** Names are replaced whoever asks. */
  alwaysAnonymize: boolean;
}

export interface AnalysisOptions {
  signal: AbortSignal;
  onProgress?(label: string, done: number, of: number): void;
  /** A context of the kubeconfig other than its current one. */
  context?: string;
  /** A kubeconfig other than the usual one. */
  kubeconfig?: string;
  /** Answer from the bundled sample cluster. */
  sample?: boolean;
}
