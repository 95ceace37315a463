import { afterEach, beforeEach, describe } from 'vitest';
import type { Backend, ChatMessage, Piece } from '../../src/backend.ts';
import type { Script } from '../support/model/script.ts';
import type { TestModel } from '../support/model/server.ts';
import { answers } from './backend-answers.ts';
import { QUESTION, TOOLS } from './backend-conversations.ts';
import { failures } from './backend-failures.ts';

/** What a protocol cannot have, so that its cases are skipped, by name. */
export type Lack = 'keys' | 'tools' | 'usage' | 'refusal' | 'arguments as text' | 'Retry-After' | 'frames';

/** How the suite gets at a backend and at the service that it asks. */
export interface BackendHarness {
  /** Starts the service with this script. */
  start(script: Script<unknown>): Promise<TestModel<unknown>>;
  /** Opens a backend at this address, with this key. */
  open(url: string, key: string): Promise<Backend>;
  /** Bytes that the protocol does not know. */
  garbage: string | Uint8Array;
  /** Why it does not have something. */
  lacks?: Partial<Record<Lack, string>>;
}

/** What the cases share: one service and one backend, made anew for each. */
export interface BackendSession {
  harness: BackendHarness;
  model: TestModel<unknown>;
  lacks(lack: Lack): string | undefined;
  /** Starts the service, and opens a backend on it. */
  serve(script: Script<unknown>): Promise<Backend>;
  /** Asks a question for which there are tools. */
  ask(
    backend: Backend,
    messages?: readonly ChatMessage[],
    signal?: AbortSignal,
  ): AsyncIterator<Piece> & AsyncIterable<Piece>;
}

/** Registers what every backend must do, through its maker's SDK. */
export function backendContract(name: string, harness: BackendHarness): void {
  let model: TestModel<unknown> | undefined;
  const session: BackendSession = {
    harness,
    get model() {
      if (!model) throw new Error('no service was started');
      return model;
    },
    lacks: (lack) => harness.lacks?.[lack],
    async serve(script) {
      model = await harness.start(script);
      return harness.open(model.url, model.key);
    },
    ask: (backend, messages = QUESTION, signal = new AbortController().signal) =>
      backend.complete({ messages, tools: TOOLS }, signal)[Symbol.asyncIterator]() as AsyncGenerator<Piece>,
  };

  describe(`${name} as a backend`, () => {
    beforeEach(() => {
      model = undefined;
    });
    afterEach(() => model?.stop());
    answers(session);
    failures(session);
  });
}
