import { createHash } from 'node:crypto';
import type { AnswerCache, CachedAnswer } from '../answer-cache.ts';
import { type Backend, BackendError, type ChatMessage, type Usage } from '../backend.ts';
import { UserError } from '../errors.ts';
import type { Exhibit } from '../exhibit.ts';
import type { ExplainAsked, Explainer, Worded } from '../explainer.ts';
import type { Logger } from '../log.ts';
import { type Block, joinLists } from '../message.ts';
import type { Account, Metering } from '../metering.ts';
import type { Metrics } from '../metrics.ts';
import type { Models } from '../models.ts';
import type { Pseudonyms } from '../pseudonyms/index.ts';
import { createChecker } from './check/index.ts';
import { ENGLISH } from './language.ts';
import { type Said, saidIn } from './material.ts';
import { EXPLAIN_VERSION, explainPrompt, leadPrompt } from './prompt.ts';
import { answerTrouble } from './trouble.ts';

/** Letters of an answer that are read; nobody reads more, and no good explanation needs more. */
const ANSWER_MAX = 6000;
const EXPLAIN_TOKENS = 700;

export interface ExplainerOptions {
  models: Models;
  cache: AnswerCache;
  metering: Metering;
  /** What a backend costs, in US dollars for a million tokens; `undefined` where that is not set. */
  price(backend: string): { input: number; output: number } | undefined;
  log: Logger;
  metrics: Pick<Metrics, 'cache'>;
  clock?(): number;
}

export function createExplainer({
  models,
  cache,
  metering,
  price,
  log,
  metrics,
  clock = Date.now,
}: ExplainerOptions): Explainer {
  async function kept(keys: readonly string[]): Promise<{ key: string; answer: CachedAnswer } | undefined> {
    for (const key of keys) {
      // A cache that fails costs a question, not the explanation.
      const answer = await cache.get(key).catch((err: unknown) => void log.warn({ err }, 'An answer cache failed'));
      if (answer) return { key, answer };
    }
    return undefined;
  }

  async function explain(asked: ExplainAsked): Promise<Worded> {
    const { known, language, pseudonyms, signal } = asked;
    const { exhibits, message, story, steps } = known;
    const facts = saidIn({ text: message.text, blocks: [...story, ...steps] });
    // Numbered from one, whatever stands before them in the thread: the same problem must be the same question.
    const local = exhibits.map((exhibit, index) => ({ ...exhibit, id: `E${index + 1}` }));
    const prompt = asked.lead ? leadPrompt : explainPrompt;
    const open = prompt({ title: message.text, facts: facts.text, exhibits: local, language });
    const messages = pseudonyms ? open.map((message) => hidden(message, pseudonyms)) : open;
    const reading = await createReading(asked, facts, local);
    const hit = asked.noCache ? undefined : await kept(keysOf(messages, models, asked.backend));
    if (!asked.noCache) metrics.cache(hit !== undefined);
    if (hit) {
      reading.take(hit.answer.text);
      return reading.done({ backend: hit.answer.backend, model: hit.answer.model, cached: true }, hit.key);
    }
    const spent = await metering.exhausted(asked.account);
    if (spent) return { blocks: [], struck: 0, cites: false, trouble: spent };
    return ask(messages, asked, reading, signal);
  }

  async function ask(
    messages: ChatMessage[],
    asked: ExplainAsked,
    reading: Reading,
    signal: AbortSignal,
  ): Promise<Worded> {
    let text = '';
    let by: Backend | undefined;
    try {
      const { backend, pieces } = await models.ask(
        { messages, maxTokens: EXPLAIN_TOKENS },
        { backend: asked.backend, signal, onUsage: (backend, usage) => void note(asked.account, backend, usage) },
      );
      by = backend;
      let reason = 'stop';
      for await (const piece of pieces) {
        if (piece.type === 'text') {
          text += piece.text;
          reading.take(piece.text);
        } else if (piece.type === 'end') reason = piece.reason;
        if (text.length > ANSWER_MAX) {
          reason = 'length';
          break;
        }
      }
      const trouble = answerTrouble({ backend: backend.name, text, reason }, asked.language);
      const who = { backend: backend.name, model: backend.model, cached: false };
      const key = keyOf(backend, messages);
      // One that was cut would be cut again, for the same price; any other trouble may be over next time.
      if (trouble && reason !== 'length') return reading.done(who, undefined, trouble);
      if (!asked.noCache)
        await keep(key, { text, backend: backend.name, model: backend.model, title: asked.known.message.text });
      return reading.done(who, key, trouble);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      const who = by && { backend: by.name, model: by.model, cached: false };
      const broke = error instanceof BackendError && text ? `The answer broke off: ${error.message}` : error.message;
      return reading.done(who, undefined, broke);
    }
  }

  async function keep(key: string, answer: Omit<CachedAnswer, 'at'>): Promise<void> {
    await cache
      .set(key, { ...answer, at: new Date(clock()).toISOString() })
      .catch((err: unknown) => log.warn({ err }, 'An answer could not be cached'));
  }

  async function note(account: Account, backend: Backend, usage: Usage): Promise<void> {
    const cost = price(backend.name);
    await metering
      .note(account, cost ? { price: cost } : {}, usage)
      .catch((err: unknown) => log.warn({ err }, 'What a model cost could not be counted'));
  }

  return { explain };
}

/** An answer on its way to people: names are put back, claims are checked. */
interface Reading {
  take(letters: string): void;
  done(by: Worded['by'], fingerprint?: string, trouble?: string): Worded;
}

async function createReading(
  { known: { exhibits }, language, pseudonyms, onBlocks }: ExplainAsked,
  facts: Said,
  local: readonly Exhibit[],
): Promise<Reading> {
  const ids = new Map(local.map(({ id }, index) => [id, exhibits[index]?.id ?? id]));
  const checker = await createChecker(
    {
      texts: [facts.text, ...exhibits.map(({ title, text }) => `${title} ${text}`)],
      commands: [...facts.commands, ...exhibits.flatMap(({ command }) => command ?? [])],
      exhibits: exhibits.map(({ id }) => id),
    },
    { english: language === ENGLISH, cite: (id) => ids.get(id) },
  );
  const restorer = pseudonyms?.createRestorer();
  const blocks: Block[] = [];

  function show(more: Block[]): void {
    if (more.length === 0) return;
    blocks.push(...more);
    onBlocks?.(more);
  }

  return {
    take: (letters) => show(checker.push(restorer ? restorer.push(letters) : letters)),
    done(by, fingerprint, trouble) {
      const rest = restorer ? checker.push(restorer.end()) : [];
      show([...rest, ...checker.end()]);
      return {
        blocks: joinLists(blocks),
        struck: checker.struck.length,
        cites: exhibits.some(({ id }) => new RegExp(`\\b${id}\\b`).test(saidIn({ text: '', blocks }).text)),
        ...(by && { by }),
        ...(fingerprint && { fingerprint }),
        ...(trouble && { trouble }),
      };
    },
  };
}

/** What a model gets of a message where names are replaced. */
function hidden<T extends ChatMessage>(message: T, pseudonyms: Pseudonyms): T {
  return { ...message, text: pseudonyms.hide(message.text) };
}

/** The keys that an answer may be kept under: of the backend that would be asked, and of all where it is away. */
function keysOf(messages: readonly ChatMessage[], models: Models, wanted: string | undefined): string[] {
  const all = models.list();
  const first = all.find(({ name }) => name === wanted) ?? all[0];
  const usable = first && first.state === 'ready' ? [first] : all;
  return usable.map((status) => keyOf(status, messages));
}

/** The same question to the same model has the same key. */
function keyOf({ name, model }: { name: string; model: string }, messages: readonly ChatMessage[]): string {
  return createHash('sha256')
    .update(JSON.stringify([EXPLAIN_VERSION, name, model, messages]))
    .digest('hex')
    .slice(0, 32);
}
