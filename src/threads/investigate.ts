import type { ChatMessage, Piece, ToolCall, Usage } from '../backend.ts';
import { BackendError } from '../backend.ts';
import { UserError } from '../errors.ts';
import type { Exhibit } from '../exhibit.ts';
import { createChecker } from '../explanation/check/index.ts';
import { ENGLISH } from '../explanation/language.ts';
import { saidIn } from '../explanation/material.ts';
import { dataBlock } from '../explanation/prompt.ts';
import { answerTrouble } from '../explanation/trouble.ts';
import { type Block, joinLists } from '../message.ts';
import type { Models } from '../models.ts';
import type { Pseudonyms } from '../pseudonyms/index.ts';
import type { Context } from './context.ts';
import type { Gate } from './gate.ts';
import { incidentsIn, turnPrompt } from './prompt.ts';
import { readable, type Toolbox } from './tools.ts';

/** Answers of a model on the way to one answer to a person: looks, and the last word. */
const STEPS = 8;
const LOOKS = 12;
const LOOKS_AT_ONCE = 4;
/** Tokens, read and written, of one question. */
const TOKENS = 80_000;
const ANSWER_TOKENS = 900;
const ANSWER_MAX = 8000;
/** How often the line that is being written is shown. */
const PREVIEW_MS = 100;

export interface Investigation {
  context: Context;
  question: string;
  language: string;
  /** The runbook of the incident in question, as text and commands. */
  runbook: { text: string; commands: readonly string[] };
  toolbox: Toolbox;
  models: Models;
  backend?: string | undefined;
  pseudonyms?: Pseudonyms | undefined;
  signal: AbortSignal;
  /** Passed before what takes milliseconds to compute. */
  gate: Gate;
  /** Hears the answer as it comes, checked; an empty list where it turns out that it was none. */
  onBlocks(blocks: readonly Block[]): void;
  onUsage(backend: string, usage: Usage): void;
  /** Tells why no more may be asked; `undefined` where it may. */
  exhausted(): Promise<string | undefined>;
}

/** A model's answer, checked. */
export interface Finding {
  blocks: Block[];
  /** The same in plain words, with its marks, as the model will read it in later turns. */
  text: string;
  /** The exhibits that it cites. */
  cited: Exhibit[];
  by?: { backend: string; model: string };
  looks: number;
  struck: number;
  /** Why there is no answer, or not a whole one, in a sentence for people. */
  trouble?: string;
}

/**
 * Lets a model answer with the help of tools, within limits on steps, looks and tokens. What it claims is checked against
 * all that it was shown. Throws nothing but the signal's reason: a model's failure is told in `trouble`.
 */
export async function investigate(on: Investigation): Promise<Finding> {
  const { context, toolbox, models, pseudonyms, signal } = on;
  const hide = (text: string) => (pseudonyms ? pseudonyms.hide(text) : text);
  const restore = (text: string) => (pseudonyms ? pseudonyms.restore(text) : text);
  const prompt = turnPrompt({ ...on, runbook: on.runbook.text, looks: LOOKS });
  const messages = prompt.map((message): ChatMessage => ({ ...message, text: hide(message.text) }));
  // What a model said before is no proof of what it says now, and neither are our own instructions.
  const shown = [
    `${context.cluster} ${context.at ?? ''}`,
    incidentsIn(context),
    on.runbook.text,
    ...context.turns.map((turn) => turn.question),
    on.question,
  ];
  let looks = 0;
  let tokens = 0;
  let last: Said | undefined;

  for (let step = 1; step <= STEPS; step++) {
    const spent = await on.exhausted();
    if (spent) return ended(last, spent);
    // The last word is asked for without tools, so that an answer comes of it whatever happens.
    const open = step < STEPS && looks < LOOKS && tokens < TOKENS;
    if (!open) messages.push({ role: 'user', text: 'Answer now, with what you have. No further looks.' });
    try {
      const said = await ask(open);
      last = said;
      if (!open || said.calls.length === 0) return await conclude(said);
      on.onBlocks([]);
      await look(said);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      return ended(last, error.message);
    }
  }
  return ended(last, 'The model looked without end and gave no answer.');

  /** Asks once; what is said is checked and shown as it comes. */
  async function ask(open: boolean): Promise<Said> {
    await on.gate();
    const { backend, pieces } = await models.ask(
      { messages, maxTokens: ANSWER_TOKENS, ...(open && { tools: toolbox.tools }) },
      {
        backend: on.backend,
        signal,
        onUsage: ({ name }, usage) => {
          tokens += usage.input + usage.output;
          on.onUsage(name, usage);
        },
      },
    );
    const restorer = pseudonyms?.createRestorer();
    const said: Said = {
      backend: backend.name,
      model: backend.model,
      text: '',
      blocks: [],
      calls: [],
      restorer,
      reason: 'stop',
      shownAt: 0,
    };
    last = said;
    try {
      for await (const piece of pieces) {
        await take(said, piece);
        if (said.text.length <= ANSWER_MAX) continue;
        said.reason = 'length';
        break;
      }
    } catch (error) {
      if (!(error instanceof BackendError) || !said.text) throw error;
      said.trouble = `The answer broke off: ${error.message}`;
    }
    return said;
  }

  /** Knows all that was shown so far. Made when there is something to check: who only looks on says nothing. */
  async function openChecker(): ReturnType<typeof createChecker> {
    await on.gate();
    return createChecker(
      {
        texts: [...shown, ...context.exhibits.map(({ title, text, at = '' }) => `${title}\n${text}\n${at}`)],
        commands: [...on.runbook.commands, ...context.exhibits.flatMap(({ command }) => command?.split('\n') ?? [])],
        exhibits: context.exhibits.map(({ id }) => id),
      },
      { english: on.language === ENGLISH },
    );
  }

  async function take(said: Said, piece: Piece): Promise<void> {
    if (piece.type === 'call') said.calls.push(piece.call);
    else if (piece.type === 'end') said.reason = piece.reason;
    else {
      said.text += piece.text;
      said.checker ??= await openChecker();
      show(said, said.checker.push(said.restorer ? said.restorer.push(piece.text) : piece.text));
    }
  }

  function show(said: Said, blocks: Block[]): void {
    said.blocks.push(...blocks);
    const now = performance.now();
    // Judging an unfinished line costs little, but not for every letter.
    if (blocks.length === 0 && now - said.shownAt < PREVIEW_MS) return;
    const soFar = [...said.blocks, ...(said.checker?.preview() ?? [])];
    if (soFar.length === 0) return;
    said.shownAt = now;
    on.onBlocks(joinLists(soFar));
  }

  /** Does what a model asks for, a few at once, and tells it what came of it. */
  async function look(said: Said): Promise<void> {
    messages.push({ role: 'assistant', text: said.text, calls: said.calls });
    const results = await Promise.all(
      said.calls.map(async (call, index) => {
        if (index >= LOOKS_AT_ONCE || looks >= LOOKS)
          return 'Too many looks at once. Ask again for what you still need.';
        looks++;
        const { text, exhibit } = await toolbox.call(call.name, restore(call.arguments));
        const read = readable(call.name, text);
        shown.push(read);
        return exhibit ? `${exhibit.id} ${exhibit.title}:\n${read}` : read;
      }),
    );
    said.calls.forEach(({ id, name }, index) => {
      messages.push({ role: 'tool', call: id, name, text: hide(dataBlock(results[index] ?? '')) });
    });
  }

  async function conclude(said: Said): Promise<Finding> {
    await on.gate();
    if (said.checker && said.restorer) show(said, said.checker.push(said.restorer.end()));
    if (said.checker) show(said, said.checker.end());
    return finding(said, said.trouble ?? answerTrouble(said, on.language));
  }

  function ended(said: Said | undefined, trouble: string): Finding {
    // What a model says on the way to a look is no answer.
    const whole = said && said.calls.length === 0 ? said : undefined;
    return whole ? finding(whole, trouble) : { blocks: [], text: '', cited: [], looks, struck: 0, trouble };
  }

  function finding(said: Said, trouble: string | undefined): Finding {
    const { text } = saidIn({ text: '', blocks: said.blocks });
    const ids = new Set(text.match(/\bE\d+\b/g) ?? []);
    return {
      blocks: joinLists(said.blocks),
      text: text.trim(),
      cited: context.exhibits.filter(({ id }) => ids.has(id)),
      ...(said.blocks.length > 0 && { by: { backend: said.backend, model: said.model } }),
      looks,
      struck: said.checker?.struck.length ?? 0,
      ...(trouble && { trouble }),
    };
  }
}

/** One answer of a model while it comes. */
interface Said {
  backend: string;
  model: string;
  text: string;
  blocks: Block[];
  calls: ToolCall[];
  checker?: Awaited<ReturnType<typeof createChecker>>;
  restorer: ReturnType<Pseudonyms['createRestorer']> | undefined;
  reason: string;
  /** When it was shown last. */
  shownAt: number;
  trouble?: string;
}
