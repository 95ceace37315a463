import { type Backend, BackendError, type CompletionRequest, type Piece, type Usage } from '../backend.ts';

const LETTERS_PER_TOKEN = 4;

export interface QuestionOptions {
  /** Whoever asks gives up by this. */
  signal: AbortSignal;
  /** How long the first piece may take, and each further one, in milliseconds. */
  firstMs: number;
  nextMs: number;
}

/** One question to one backend, within its times. */
export interface Question {
  /** Asks, and waits for the first piece. Throws `BackendError`, and the signal's reason. */
  begin(): Promise<void>;
  /** The answer, the first piece among it; to be read once. What a model thinks aloud before it is left out. */
  pieces(): AsyncGenerator<Piece>;
  /** What it cost so far: what the service tells, else an estimate. */
  usage(): Usage;
  /** Ends the connection, wherever the answer is. */
  close(): void;
}

export function openQuestion(
  backend: Backend,
  request: CompletionRequest,
  { signal, firstMs, nextMs }: QuestionOptions,
): Question {
  const ending = new AbortController();
  const source = backend.complete(request, AbortSignal.any([signal, ending.signal]))[Symbol.asyncIterator]();
  let first: IteratorResult<Piece> | undefined;
  let letters = 0;
  let told: Usage | undefined;

  /** Waits for the next piece so long; then the question is given up. */
  async function next(milliseconds: number): Promise<IteratorResult<Piece>> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(silent(backend, milliseconds));
      ending.abort(new Error('timed out'));
    }, milliseconds);
    const givenUp = () => late.reject(signal.reason);
    signal.addEventListener('abort', givenUp, { once: true });
    const piece = source.next();
    // It may come to its end when nobody waits for it any more.
    piece.catch(() => {});
    try {
      return await Promise.race([piece, late.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', givenUp);
    }
  }

  async function* all(): AsyncGenerator<Piece> {
    for (let result = first ?? (await next(firstMs)); !result.done; result = await next(nextMs)) {
      if (result.value.type === 'text') letters += result.value.text.length;
      if (result.value.type === 'end') told = result.value.usage;
      yield result.value;
    }
  }

  return {
    async begin() {
      first = await next(firstMs);
    },
    pieces: () => withoutThoughts(all()),
    usage: () => told ?? estimate(request, letters),
    close: () => ending.abort(new Error('the answer is over')),
  };
}

function silent({ name }: Backend, milliseconds: number): BackendError {
  const seconds = Math.round(milliseconds / 1000);
  return new BackendError(
    'timeout',
    `The backend ${name} sent nothing for ${seconds} s. Try again, choose a quicker model, or raise MODEL_TIMEOUT.`,
  );
}

const OPENING = '<think>';
const CLOSING = '</think>';

/** Some models think aloud in front of their answer, between these marks; that is no part of it. */
async function* withoutThoughts(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  let answering = false;
  let held = '';
  for await (const piece of pieces) {
    if (piece.type === 'text' && !answering) {
      held = answerIn(held + piece.text);
      answering = held !== '' && !OPENING.startsWith(held.slice(0, OPENING.length));
      if (answering) yield { type: 'text', text: held };
      continue;
    }
    // It ends with what might have become the mark, and has not.
    if (piece.type === 'end' && !answering && held && !held.startsWith(OPENING)) yield { type: 'text', text: held };
    yield piece;
  }
}

/** What stands behind the thoughts; the whole as long as they are not closed. */
function answerIn(text: string): string {
  const begun = text.trimStart();
  const closed = begun.startsWith(OPENING) ? begun.indexOf(CLOSING) : -1;
  return closed < 0 ? begun : begun.slice(closed + CLOSING.length).trimStart();
}

function estimate({ messages }: CompletionRequest, letters: number): Usage {
  const read = messages.reduce((sum, { text }) => sum + text.length, 0);
  return { input: Math.ceil(read / LETTERS_PER_TOKEN), output: Math.ceil(letters / LETTERS_PER_TOKEN) };
}
