import { setTimeout as pause } from 'node:timers/promises';
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import { type Backend, BackendError, type CompletionRequest, type Piece } from '../backend.ts';
import { nearest, UserError } from '../errors.ts';
import { createLimit } from '../limit.ts';
import { type Metrics, type ModelAsked, noMetrics } from '../metrics.ts';
import { type Asked, type AskOptions, type ModelStatus, type Models, NoAnswer } from '../models.ts';
import { openQuestion, type Question } from './asking.ts';

export interface ModelsOptions {
  /** In the order in which they are asked; the first one is the default. */
  backends: readonly Backend[];
  /** How long the first piece of an answer may take, and each further one. */
  firstMs?: number;
  nextMs?: number;
  /** After failures in a row a backend rests so long; then one question tries whether it is back. */
  restMs?: number;
  /** Questions under way at once; a small server of one's own answers one after another, or even drops one for the next. */
  concurrency?: number;
  clock?(): number;
  metrics?: Metrics;
  /** What a backend costs, in US dollars for a million tokens; `undefined` where that is not set. */
  price?(backend: string): { input: number; output: number } | undefined;
}

const FIRST_MS = 30_000;
const NEXT_MS = 20_000;
const REST_MS = 30_000;
const FAILURES = 3;
/** A service that wants to be left alone for no longer is waited for. */
const PATIENCE_MS = 3000;
/** Where a service says that it has too much to do, but not how long. */
const LIMITED_MS = 15_000;
/** As many as threads may be answered at once, so that none waits for another. */
const CONCURRENCY = 64;

/** Faults of one question; the backend itself is well. */
const OF_THE_QUESTION = new Set(['too long', 'invalid']);

/** The tokens of a question that nobody answered. */
const NOTHING = { input: 0, output: 0 };

interface Member {
  backend: Backend;
  breaker: CircuitBreakerPolicy;
  /** The service asked to be left alone until then. */
  restsUntil: number;
  openUntil: number;
  lastFault: string;
}

export function createModels(options: ModelsOptions): Models {
  const { firstMs = FIRST_MS, nextMs = NEXT_MS, restMs = REST_MS, clock = Date.now } = options;
  const { metrics = noMetrics, price = () => undefined } = options;
  const limit = createLimit(options.concurrency ?? CONCURRENCY);
  const members = options.backends.map((backend): Member => {
    const breaker = circuitBreaker(handleWhen(isOfTheBackend), {
      halfOpenAfter: restMs,
      breaker: new ConsecutiveBreaker(FAILURES),
    });
    const member: Member = { backend, breaker, restsUntil: 0, openUntil: 0, lastFault: '' };
    breaker.onBreak(() => {
      member.openUntil = clock() + restMs;
    });
    return member;
  });

  function statusOf({ backend, breaker, restsUntil, openUntil, lastFault }: Member, index: number): ModelStatus {
    const status = { name: backend.name, model: backend.model, isDefault: index === 0 };
    const until = Math.max(restsUntil, breaker.state === CircuitState.Closed ? 0 : openUntil);
    if (until > clock()) return { ...status, state: 'resting', reason: lastFault, until };
    if (breaker.state !== CircuitState.Closed) return { ...status, state: 'trying', reason: lastFault };
    return { ...status, state: 'ready' };
  }

  /** Who is asked, in order: the wanted one, or the default, then the others. */
  function orderFor(wanted: string | undefined): Member[] {
    if (wanted === undefined) return members;
    return [...members].sort((a, b) => Number(b.backend.name === wanted) - Number(a.backend.name === wanted));
  }

  function expect(wanted: string | undefined): void {
    const names = ['builtin', ...members.map(({ backend }) => backend.name)];
    if (wanted === undefined || names.includes(wanted)) return;
    const like = nearest(wanted, names);
    const hint = like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : '';
    throw new UserError(`The backend "${wanted}" is not configured.${hint} There are: ${names.join(', ')}.`);
  }

  async function ask(request: CompletionRequest, asked: AskOptions): Promise<Asked> {
    const reasons: string[] = [];
    for (const member of orderFor(asked.backend)) {
      const resting = restOf(member, clock());
      if (resting) {
        reasons.push(resting);
        continue;
      }
      try {
        return await tryTwice(member, request, asked);
      } catch (error) {
        asked.signal.throwIfAborted();
        if (!(error instanceof BackendError || error instanceof BrokenCircuitError)) throw error;
        reasons.push(error instanceof BackendError ? error.message : restingSentence(member, member.openUntil));
      }
    }
    throw new NoAnswer(reasons);
  }

  /** A short wait that the service asks for is kept, once. */
  async function tryTwice(member: Member, request: CompletionRequest, asked: AskOptions): Promise<Asked> {
    try {
      return await begin(member, request, asked);
    } catch (error) {
      const wait = error instanceof BackendError && error.fault === 'limited' ? error.retryAfterMs : undefined;
      if (wait === undefined || wait > PATIENCE_MS) throw error;
      member.restsUntil = 0;
      await pause(wait, undefined, { signal: asked.signal }).catch(() => asked.signal.throwIfAborted());
      return begin(member, request, asked);
    }
  }

  /** Waits for the first piece. The place among those that are asked at once is kept until the answer is over. */
  async function begin(member: Member, request: CompletionRequest, asked: AskOptions): Promise<Asked> {
    const started = Promise.withResolvers<Asked>();
    const over = Promise.withResolvers<void>();
    const work = async () => {
      const question = openQuestion(member.backend, request, { signal: asked.signal, firstMs, nextMs });
      const began = performance.now();
      await member.breaker
        .execute(() => question.begin())
        .catch((error: unknown) => {
          if (!(error instanceof BrokenCircuitError)) count(member, { outcome: outcomeOf(error, asked), ...NOTHING });
          throw error;
        });
      const firstSeconds = (performance.now() - began) / 1000;
      started.resolve({ backend: member.backend, pieces: read(question, member, asked, firstSeconds, over.resolve) });
      await over.promise;
    };
    limit(work, asked.signal).catch((error: unknown) => {
      note(member, error);
      started.reject(error);
    });
    return started.promise;
  }

  function note(member: Member, error: unknown): void {
    if (!(error instanceof BackendError) || OF_THE_QUESTION.has(error.fault)) return;
    member.lastFault = error.message;
    if (error.fault === 'limited') member.restsUntil = clock() + (error.retryAfterMs ?? LIMITED_MS);
  }

  function count({ backend: { name, model } }: Member, what: Omit<ModelAsked, 'backend' | 'model' | 'cost'>): void {
    const dollars = price(name);
    const cost = dollars && (what.input * dollars.input + what.output * dollars.output) / 1e6;
    metrics.model({ backend: name, model, ...what, ...(cost !== undefined && { cost }) });
  }

  async function* read(
    question: Question,
    member: Member,
    asked: AskOptions,
    firstSeconds: number,
    over: () => void,
  ): AsyncGenerator<Piece> {
    // Who reads no further ends this without an error.
    let outcome: ModelAsked['outcome'] = 'stopped';
    try {
      yield* question.pieces();
      outcome = 'answered';
    } catch (error) {
      outcome = outcomeOf(error, asked);
      note(member, error);
      throw error;
    } finally {
      question.close();
      over();
      const usage = question.usage();
      asked.onUsage?.(member.backend, usage);
      count(member, { outcome, firstSeconds, ...usage });
    }
  }

  return {
    list: () => members.map(statusOf),
    awake: (wanted) => wanted !== 'builtin' && orderFor(wanted).some((member) => !restOf(member, clock())),
    expect,
    ask,
  };
}

function outcomeOf(error: unknown, { signal }: AskOptions): ModelAsked['outcome'] {
  if (signal.aborted) return 'stopped';
  return error instanceof BackendError ? error.fault : 'failed';
}

function isOfTheBackend(error: unknown): boolean {
  return error instanceof BackendError && !OF_THE_QUESTION.has(error.fault);
}

/** Why a backend is not asked now; `undefined` where it is. */
function restOf(member: Member, now: number): string | undefined {
  const { breaker, restsUntil, openUntil } = member;
  if (restsUntil > now) return restingSentence(member, restsUntil);
  if (breaker.state === CircuitState.Open && openUntil > now) return restingSentence(member, openUntil);
  // Somebody else's question tries whether it is back.
  return breaker.state === CircuitState.HalfOpen ? restingSentence(member, undefined) : undefined;
}

function restingSentence({ backend, lastFault }: Member, until: number | undefined): string {
  const when = until === undefined ? 'soon' : `at ${new Date(until).toISOString().slice(11, 19)} UTC`;
  return `${backend.name} is left alone for now and is asked again ${when}. Last: ${lastFault || 'it did not answer.'}`;
}
