import type { Backend, CompletionRequest, Piece, Usage } from './backend.ts';
import { UserError } from './errors.ts';

/** The models that can be asked, as the explanations and threads see them. */
export interface Models {
  /** All that are configured, in the order in which they are asked. */
  list(): ModelStatus[];
  /** Whether anybody would be asked now; false where none is configured, or each one is resting. */
  awake(wanted?: string): boolean;
  /** Throws `UserError` for a backend that is not configured, naming those that are. `builtin` and none are fine. */
  expect(wanted: string | undefined): void;
  /**
   * Asks the wanted backend, or the default one, and where that does not answer the next in order. Resolves with the
   * first piece of an answer; after that, what breaks is thrown by the pieces. Throws `NoAnswer` where nobody answers,
   * and the signal's reason.
   */
  ask(request: CompletionRequest, options: AskOptions): Promise<Asked>;
}

export interface AskOptions {
  /** A backend's name; absent: the default one. */
  backend?: string | undefined;
  signal: AbortSignal;
  /** Hears what it cost, once; where the service tells nothing, it is estimated. */
  onUsage?(backend: Backend, usage: Usage): void;
}

export interface Asked {
  backend: Backend;
  pieces: AsyncIterable<Piece>;
}

export interface ModelStatus {
  name: string;
  model: string;
  isDefault: boolean;
  state: 'ready' | 'resting' | 'trying';
  /** Why it rests, and until when, in milliseconds since 1970. */
  reason?: string;
  until?: number;
}

/** No model answered; each reason is a sentence about one of them. */
export class NoAnswer extends UserError {
  override name = 'NoAnswer';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join(' ') || 'No model is configured.');
    this.reasons = reasons;
  }
}
