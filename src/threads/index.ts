import { createHash } from 'node:crypto';
import type { Services } from '../command.ts';
import { UserError } from '../errors.ts';
import type { Jobs } from '../jobs.ts';
import { NotYet } from '../jobs.ts';
import { withLock } from '../lock.ts';
import type { Logger } from '../log.ts';
import { problem } from '../message.ts';
import type { Place, Platform, Posted } from '../platform.ts';
import type { Report } from '../report.ts';
import type { Store } from '../store.ts';
import { type ThreadRef, type Threads, threadOf } from '../threads.ts';
import { createContexts, emptyContext, keyOf, speakOf } from './context.ts';
import { createGate } from './gate.ts';
import { createInbox, type Question, WAITING_MAX } from './inbox.ts';
import { createShared } from './shared.ts';
import { answerQuestion, type TurnOptions, type TurnServices } from './turn.ts';

const KIND = 'question';
/** The lock of a thread lives so long without being renewed: its holder has died then. */
const LEASE_MS = 15_000;
/**
 * How soon a question looks again whether the one before it is answered, for each one that waits in its thread: hundreds
 * that looked all the time would leave nobody the time to answer. Who answers hands on to the next one anyway.
 */
const BEHIND_MS = 250;
const BEHIND_MAX_MS = 10_000;
const STOP_TTL_MS = 10 * 60_000;
const LANGUAGE_TTL_MS = 365 * 24 * 3_600_000;
/** A question over which so many processes died, or whose answer could not be shown so often, is given up. */
const ATTEMPTS = 12;
/** The pause before an answer that could not be shown is tried again, and the longest; each one is twice as long. */
const RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;

export interface ThreadsOptions
  extends Omit<TurnOptions, 'analyze' | 'contexts' | 'gate' | 'isStopped' | 'languageOf'> {
  services: TurnServices & { reports: Pick<Services['reports'], 'save' | 'newest'> };
  store: Store;
  jobs: Jobs;
  log: Logger;
  /** The platform of a name; `undefined` where this process does not serve it. */
  platform(name: string): Platform | undefined;
  /** The program's own language, in English: `English`. */
  language: string;
  leaseMs?: number;
  /** For tests: the first pause before an answer that could not be shown is tried again. */
  retryMs?: number;
}

/** What a job carries: whose question is to be answered next. */
interface Work {
  platform: string;
  place: Place;
  inbox: string;
}

/** The threads of all platforms. Registers the work on questions with the jobs. */
export function createThreads(options: ThreadsOptions): Threads {
  const { store, jobs, log, platform, language, leaseMs = LEASE_MS, retryMs = RETRY_MS } = options;
  const now = () => (options.clock ?? Date.now)();
  const contexts = createContexts(store, log);
  const inbox = createInbox(store);
  const stopped = new Set<string>();

  const threads: Threads = {
    async begin(thread, { report, incidents, wishes }) {
      const context = (await contexts.load(thread)) ?? emptyContext(report.cluster);
      context.wishes = { ...context.wishes, ...wishes };
      speakOf(context, report, incidents);
      if (incidents.length === 1 && incidents[0]) context.focus = incidents[0].id;
      else delete context.focus;
      await contexts.save(thread, context);
      await contexts.saveSnapshot(thread, report);
      return new Map(Object.entries(context.numbers));
    },

    async ask(name, { delivery, text, user, place, spoken }, wishes) {
      const id = `q-${createHash('sha256').update(`${name} ${delivery}`).digest('hex').slice(0, 10)}`;
      const key = inboxKey(name, place, id);
      const at = new Date(now()).toISOString();
      const inThread = place.thread !== undefined && !spoken;
      const put = await inbox.put(key, {
        id,
        text,
        user,
        at,
        ...(wishes && { wishes }),
        ...(inThread && { inThread: true }),
      });
      if (put === 'full') {
        throw new UserError(
          `${WAITING_MAX} questions wait in this thread already. Wait for their answers, or begin a new thread.`,
        );
      }
      // Also for one that is known: whoever put it there may have died before it was handed over.
      await jobs.add(KIND, id, { platform: name, place, inbox: key } satisfies Work);
    },

    async exhibit(thread, id) {
      const context = await contexts.load(thread);
      return context?.exhibits.find((exhibit) => exhibit.id === id.toUpperCase());
    },

    async stop(question) {
      stopped.add(question);
      await store.set(`stop:v1:${question}`, '1', STOP_TTL_MS);
    },

    async languageOf(name, channel) {
      return (await store.get(`language:v1:${name}:${channel}`)) ?? language;
    },

    async setLanguage(name, channel, wanted) {
      const key = `language:v1:${name}:${channel}`;
      if (wanted === undefined) await store.delete(key);
      else await store.set(key, wanted, LANGUAGE_TTL_MS);
    },
  };

  const turn: TurnOptions = {
    ...options,
    contexts,
    analyze: createShared(analyze),
    gate: createGate(),
    languageOf: threads.languageOf,
    isStopped: async (question) => stopped.has(question) || (await store.get(`stop:v1:${question}`)) !== undefined,
  };

  /** Takes the analysis that was made a moment ago, or makes one. */
  async function analyze(signal: AbortSignal): Promise<Report> {
    const { analysis, reports } = options.services;
    const recent = await reports.newest(analysis.cluster);
    if (recent) return recent;
    const report = await analysis.run({ filters: [] }, { signal });
    await reports.save(report);
    return report;
  }

  jobs.handle(KIND, async (data, job) => {
    const work = data as Work;
    const on = platform(work.platform);
    if (!on) throw new NotYet(leaseMs);
    const free = await withLock(store, `thread-lock:v1:${work.inbox}`, leaseMs, async (signal, { check }) => {
      const { question, afterMs } = await inbox.begin(work.inbox, now());
      if (afterMs !== undefined) throw new NotYet(afterMs);
      if (!question) return;
      await answer(on, work, question, AbortSignal.any([job.signal, signal]), check);
      stopped.delete(question.id);
      const behind = await inbox.done(work.inbox, question.id);
      // The next one need not wait for its own job to look again, nor for ever where that job was given up.
      if (behind > 0) await jobs.add(KIND, `${question.id}-next`, work);
    });
    if (!free) throw new NotYet(Math.min(BEHIND_MS * ((await inbox.waiting(work.inbox)) || 1), BEHIND_MAX_MS));
  });

  async function answer(
    on: Platform,
    work: Work,
    question: Question,
    signal: AbortSignal,
    check: () => void,
  ): Promise<void> {
    if (question.attempts > ATTEMPTS) {
      log.error({ question: question.id, attempts: question.attempts }, 'A question was given up');
      const text = `This question was begun ${ATTEMPTS} times and never came to an end, so it is given up. Ask it in other words.`;
      await on.whisper(work.place, question.user, problem(text)).catch(() => {});
      return;
    }
    const onPosted = (posted: Posted) => inbox.posted(work.inbox, question.id, posted);
    try {
      await answerQuestion({ platform: on, place: work.place, question, signal, check, onPosted }, turn);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UserError)) return later(work, question, error);
      // It cannot be shown where it was asked: the person is told so, by whatever way there is.
      await on.whisper(work.place, question.user, problem(error.message));
    }
  }

  /** A service that takes no answer now may be away for a while. What was answered is kept, so that it costs nothing again. */
  async function later(work: Work, { id, attempts }: Question, err: unknown): Promise<never> {
    const pause = Math.min(retryMs * 2 ** (attempts - 1), LONGEST_RETRY_MS);
    log.warn({ err, question: id, attempts }, 'An answer could not be shown, and is tried again');
    await inbox.postpone(work.inbox, id, now() + pause);
    throw new NotYet(pause);
  }

  return threads;
}

/** Questions of a thread wait in one line; one that begins a thread waits for none. */
function inboxKey(platform: string, place: Place, question: string): string {
  const thread: ThreadRef | undefined = threadOf(platform, place);
  return thread ? keyOf(thread) : `${platform}:${place.channel}:new:${question}`;
}
