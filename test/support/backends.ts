import { type Backend, BackendError, type CompletionRequest, type Piece } from '../../src/backend.ts';

/** What a backend of a test does with one question. */
export type Reply =
  | string
  | readonly Piece[]
  | BackendError
  /** Says nothing until the question is given up. */
  | 'hangs';

/** A backend that gives these replies one after another, the last one for ever. */
export function scriptedBackend(name: string, ...replies: (Reply | ((request: CompletionRequest) => Reply))[]) {
  const requests: CompletionRequest[] = [];
  const backend: Backend = {
    name,
    model: `${name}-1`,
    async *complete(request, signal) {
      const reply = replies[Math.min(requests.length, replies.length - 1)];
      requests.push(request);
      const said = typeof reply === 'function' ? reply(request) : reply;
      if (said === 'hangs' || said === undefined) {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
        return;
      }
      if (said instanceof BackendError) throw said;
      if (typeof said !== 'string') return yield* said;
      yield { type: 'text', text: said };
      yield { type: 'end', reason: 'stop', usage: { input: 10, output: 5 } };
    },
  };
  return { backend, requests };
}

/** All that was said. */
export async function textOf(pieces: AsyncIterable<Piece>): Promise<string> {
  let text = '';
  for await (const piece of pieces) if (piece.type === 'text') text += piece.text;
  return text;
}

export const overloaded = (name: string) => new BackendError('overloaded', `The backend ${name} answered 500.`);
