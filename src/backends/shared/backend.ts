import type { Backend, BackendSettings, CompletionRequest, Piece, Preset } from '../../backend.ts';
import { AnswerError, diagnose } from './diagnosis.ts';
import { type About, shownAddress, toBackendError } from './error-words.ts';

/**
 * Asks the service once. Ends after its `end` piece, and throws whatever its SDK throws. The signal aborts with that of
 * the person who asks, and when nobody wants the rest.
 */
export type Ask = (request: CompletionRequest, signal: AbortSignal) => AsyncIterable<Piece>;

/** What the words of errors need to know of a backend with these settings; `model`: where it is no setting. */
export function aboutOf(settings: BackendSettings, preset: Preset, more: Partial<About> = {}): About {
  return {
    name: settings.name,
    model: settings.model ?? '',
    preset,
    address: shownAddress(settings.baseUrl ?? ''),
    ...more,
    secrets: [settings.key ?? '', ...Object.values(settings.headers ?? {}), ...(more.secrets ?? [])].filter(
      // A shorter one would take letters out of the middle of words, and can be no secret.
      (secret) => secret.length >= 6,
    ),
  };
}

/** Makes a backend that keeps the contract's rules of ends, errors and aborts, whatever the SDK does. */
export function createBackend(about: About, ask: Ask): Backend {
  return {
    name: about.name,
    model: about.model,
    complete: (request, signal) => answer(about, ask, request, signal),
  };
}

async function* answer(about: About, ask: Ask, request: CompletionRequest, signal: AbortSignal): AsyncGenerator<Piece> {
  signal.throwIfAborted();
  const done = new AbortController();
  let begun = false;
  let pieces: AsyncIterator<Piece> | undefined;
  try {
    pieces = ask(request, AbortSignal.any([signal, done.signal]))[Symbol.asyncIterator]();
    for (;;) {
      signal.throwIfAborted();
      const next = await orAborted(pieces.next(), signal);
      if (next.done) throw new AnswerError('cut', 'The answer has no end.');
      begun = true;
      yield next.value;
      if (next.value.type === 'end') return;
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw toBackendError(about, diagnose(thrown, begun, Date.now()), thrown);
  } finally {
    // SDKs leave a connection open that nobody reads to its end.
    done.abort();
    pieces?.return?.().catch(() => {});
  }
}

/** What a promise gives; rejects as soon as the signal aborts, since some SDKs notice late. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
