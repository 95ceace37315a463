import type { CommandHelp, FilterHelp, OptionHelp, Vocabulary } from '../wire.ts';

/** One way to go on. */
export interface Suggestion {
  /** What takes the place of the word. */
  insert: string;
  label: string;
  /** Another way to write it that is complete as well: `-n`. */
  short?: string;
  summary: string;
  kind: 'command' | 'option' | 'filter' | 'seen' | 'app';
}

export interface Completion {
  /** The word that is completed: from its first letter to the one after its last. */
  from: number;
  to: number;
  suggestions: Suggestion[];
  /** The one that Enter takes; -1 where the word is complete as it is, and Enter sends. */
  chosen: number;
  /** The command's usage line and what it, or the option being filled in, is for. */
  usage?: { line: string; summary: string };
}

const APP: Suggestion = {
  insert: '/k8sgpt ',
  label: '/k8sgpt',
  summary: 'Find what is wrong in the cluster, and why',
  kind: 'app',
};
const MENTION: Suggestion = { ...APP, insert: '@k8sgpt ', label: '@k8sgpt' };

/** What a command of this name was offered for, such as an incident; `summary` says what that is. */
export interface Seen {
  command: string;
  word: string;
  summary: string;
}

export interface Known extends Vocabulary {
  /** From the buttons of the messages that are there, newest first. */
  seen?: readonly Seen[];
}

/** Ways to go on from the caret, made from the commands' own data; `undefined` where the text is no command. */
export function complete(typed: string, caret: number, known: Known): Completion | undefined {
  const before = typed.slice(0, caret);
  const start = /\S*$/.exec(before)?.index ?? caret;
  const word = before.slice(start);
  if (start === 0 && /^\/\S*$/.test(word)) return completion(start, word, [APP]);
  if (/^@\S*$/.test(word) && !/^\s*\//.test(before)) return completion(start, word, [MENTION]);

  const called = /^\s*(?:\/k8sgpt|@k8sgpt)\s+/i.exec(before);
  if (!called || start < called[0].length) return undefined;
  const words = before.slice(called[0].length, start).split(/\s+/).filter(Boolean);
  const [name, ...rest] = words;
  if (name === undefined) return completion(start, word, known.commands.map(commandSuggestion));

  const command = known.commands.find((one) => one.name === name || one.aliases.includes(name));
  if (!command) return undefined;
  return withUsage(argument(start, word, command, rest, known), command);
}

/** `/k8sgpt analyze [filter …] [--namespace <name>]` */
export function usageOf(command: CommandHelp): string {
  const options = command.options.map(({ name, value }) => `[${name}${value ? ` <${value}>` : ''}]`);
  return ['/k8sgpt', command.name, command.words, ...options].filter(Boolean).join(' ');
}

function argument(
  start: number,
  word: string,
  command: CommandHelp,
  rest: string[],
  { filters, seen = [] }: Known,
): Completion {
  const before = rest.at(-1);
  const previous = command.options.find(({ name, short }) => before && (name === before || short === before));
  if (previous?.value) {
    const usage = { line: `${previous.name} <${previous.value}>`, summary: previous.summary };
    const values = /filter/i.test(previous.name) ? listed(start, word, filters) : completion(start, word, []);
    return { ...values, usage };
  }
  if (word.startsWith('-')) return completion(start, word, optionsLeft(command, rest).map(optionSuggestion));
  if (!/filter/i.test(command.words)) {
    const named = rest.length === 0 ? seen.filter((one) => one.command === command.name).map(seenSuggestion) : [];
    const options = word === '' ? optionsLeft(command, rest).map(optionSuggestion) : [];
    return completion(start, word, [...named, ...options]);
  }
  const given = new Set(rest.flatMap((one) => one.split(',')));
  const left = filters.filter(({ name }) => !given.has(name));
  const found = listed(start, word, left);
  if (word !== '') return found;
  return { ...found, suggestions: [...found.suggestions, ...optionsLeft(command, rest).map(optionSuggestion)] };
}

/** Completes the last name of a list with commas. */
function listed(start: number, word: string, filters: readonly FilterHelp[]): Completion {
  const comma = word.lastIndexOf(',') + 1;
  const given = new Set(word.slice(0, comma).split(','));
  const left = filters.filter(({ name }) => !given.has(name));
  return completion(start + comma, word.slice(comma), left.map(filterSuggestion));
}

/** Names that begin with the word come first, then those with a part that does: `claim` finds PersistentVolumeClaim. */
function completion(from: number, word: string, all: Suggestion[]): Completion {
  const wanted = word.replace(/^--?/, '').toLowerCase();
  const begins = ({ label }: Suggestion) => bareName(label).toLowerCase().startsWith(wanted);
  const hasPart = ({ label }: Suggestion) => {
    const parts = bareName(label).split(/(?=[A-Z])|-/);
    return parts.some((_, index) => parts.slice(index).join('').toLowerCase().startsWith(wanted));
  };
  const suggestions = [...all.filter(begins), ...all.filter((one) => !begins(one) && hasPart(one))];
  const isWhole =
    word === '' || suggestions.some(({ label, short }) => short === word || label.toLowerCase() === word.toLowerCase());
  return { from, to: from + word.length, suggestions, chosen: isWhole || suggestions.length === 0 ? -1 : 0 };
}

/** A label without dashes before it and a value after it. */
function bareName(label: string): string {
  return label.replace(/^--?/, '').replace(/ <.*$/, '');
}

function withUsage(found: Completion, command: CommandHelp): Completion {
  return { ...found, usage: found.usage ?? { line: usageOf(command), summary: command.summary } };
}

function optionsLeft(command: CommandHelp, rest: readonly string[]): OptionHelp[] {
  return command.options.filter(
    ({ name, short, many }) => many || !(rest.includes(name) || (short !== undefined && rest.includes(short))),
  );
}

function commandSuggestion({ name, summary }: CommandHelp): Suggestion {
  return { insert: `${name} `, label: name, summary, kind: 'command' };
}

function optionSuggestion({ name, short, value, summary }: OptionHelp): Suggestion {
  const also = short ? ` (${short})` : '';
  const label = value ? `${name} <${value}>` : name;
  return { insert: `${name} `, label, summary: `${summary}${also}`, kind: 'option', ...(short && { short }) };
}

function seenSuggestion({ word, summary }: Seen): Suggestion {
  return { insert: `${word} `, label: word, summary, kind: 'seen' };
}

function filterSuggestion({ name, summary }: FilterHelp): Suggestion {
  return { insert: `${name} `, label: name, summary, kind: 'filter' };
}
