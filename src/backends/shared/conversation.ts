import { randomUUID } from 'node:crypto';
import type { ChatMessage, ToolCall } from '../../backend.ts';
import { isObject, parsed } from './json.ts';

/**
 * A conversation in the form that every protocol takes: what the system says comes first, turns alternate and begin and
 * end with the user's, every call has its result right behind it, no text is blank, and ids and names have letters that
 * every service knows. Conversations grow over days, through several backends, and are cut in the middle of a turn.
 */
export interface Conversation {
  /** Empty where there is none. */
  system: string;
  turns: readonly Turn[];
}

export type Turn = UserTurn | AssistantTurn;

export interface UserTurn {
  role: 'user';
  /** Of all calls of the turn before, in their order, and of no others. */
  results: readonly CallResult[];
  /** Empty only where there are results. */
  text: string;
}

export interface AssistantTurn {
  role: 'assistant';
  /** Empty only where there are calls. */
  text: string;
  calls: readonly ToolCall[];
}

export interface CallResult {
  id: string;
  name: string;
  text: string;
}

/** Stands where a service wants a text and there is none. */
const NOTHING = '(nothing)';
/** A call whose tool was given up. */
const NO_RESULT = '(no result)';
/** What the user says after an answer, for a model that is asked for more. */
const GO_ON = '(go on)';

/** OpenAI's limit for ids is 40 characters, that of names 64; others allow as much or more. */
const GOOD_ID = /^[a-zA-Z0-9_-]{1,40}$/;
const GOOD_NAME = /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/;

interface Open {
  /** The id in the messages, and the one that is sent. */
  given: string;
  id: string;
  name: string;
}

/** Brings messages into the form that every protocol takes. */
export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const system: string[] = [];
  const turns: Turn[] = [];
  const ids = new Set<string>();
  let open: Open[] = [];
  /** The ids of the last calls. */
  let order: string[] = [];

  function userTurn(): UserTurn {
    const last = turns.at(-1);
    if (last?.role === 'user') return last;
    const turn: UserTurn = { role: 'user', results: [], text: '' };
    turns.push(turn);
    return turn;
  }

  function say(text: string): void {
    const turn = userTurn();
    turn.text = joined(turn.text, text);
  }

  function result({ id, name }: Open, text: string): void {
    const turn = userTurn();
    const place = (one: CallResult) => order.indexOf(one.id);
    // Services that give calls no ids know their results by their order.
    turn.results = [...turn.results, { id, name, text }].sort((a, b) => place(a) - place(b));
  }

  /** Nobody can answer these calls any more. */
  function close(): void {
    for (const call of open) result(call, NO_RESULT);
    open = [];
  }

  function answer(message: ChatMessage & { role: 'tool' }, text: string): void {
    const at = open.findIndex(({ given }) => given === message.call);
    const [call] = at < 0 ? [] : open.splice(at, 1);
    if (call) result(call, text || NOTHING);
    else if (text) say(`${message.name}: ${text}`);
  }

  function callsOf(calls: readonly ToolCall[]): ToolCall[] {
    return calls.map((call) => {
      const id = GOOD_ID.test(call.id) && !ids.has(call.id) ? call.id : `own_${ids.size + 1}`;
      const name = goodName(call.name);
      ids.add(id);
      open.push({ given: call.id, id, name });
      return { ...call, id, name };
    });
  }

  for (const message of messages) {
    const text = message.text.trim() ? message.text : '';
    if (message.role === 'tool') {
      answer(message, text);
    } else if (message.role === 'assistant') {
      if (!text && !message.calls?.length) continue;
      close();
      const last = turns.at(-1);
      const calls = callsOf(message.calls ?? []);
      order = calls.map(({ id }) => id);
      if (last?.role === 'assistant') {
        last.text = joined(last.text, text);
        last.calls = calls;
      } else {
        turns.push({ role: 'assistant', text, calls });
      }
    } else if (text) {
      // Templates of many models know one system message, the first one.
      if (message.role === 'system' && turns.length === 0) system.push(text);
      else say(text);
    }
  }
  close();
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', results: [], text: NOTHING });
  if (turns.at(-1)?.role === 'assistant') say(GO_ON);
  return { system: system.join('\n\n'), turns };
}

/**
 * The conversation without calls and results: what was called, and what came of it, in words. For services that know
 * no tools, or none of an earlier turn.
 */
export function inWords({ system, turns }: Conversation): Conversation {
  return {
    system,
    turns: turns.map((turn): Turn => {
      if (turn.role === 'assistant') {
        const calls = turn.calls.map(({ name, arguments: args }) => `(I called ${name} with ${args || '{}'}.)`);
        return { role: 'assistant', text: [turn.text, ...calls].filter(Boolean).join('\n\n'), calls: [] };
      }
      const results = turn.results.map(({ name, text }) => `${name} gave:\n${text}`);
      return { role: 'user', text: [...results, turn.text].filter(Boolean).join('\n\n'), results: [] };
    }),
  };
}

/** The arguments of a call as an object; an empty one where they are none, since services take nothing else. */
export function argumentsOf(call: ToolCall): Record<string, unknown> {
  const value = parsed(call.arguments);
  return isObject(value) ? value : {};
}

/** An id for a call of a service that gives none. */
export function newCallId(): string {
  return `own_${randomUUID()}`;
}

/** Whether the service that made the call knows it by this id. */
export function isServiceId(id: string): boolean {
  return !id.startsWith('own_');
}

function goodName(name: string): string {
  if (GOOD_NAME.test(name)) return name;
  // A model may have called what does not exist; a service would refuse the whole conversation for it.
  return `_${name.replace(/[^a-zA-Z0-9_-]/g, '_')}`.slice(0, 64);
}

function joined(before: string, text: string): string {
  return before && text ? `${before}\n\n${text}` : before || text;
}
