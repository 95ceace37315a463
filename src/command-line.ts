import { parseArgs } from 'node:util';
import type { Call, Command, Option } from './command.ts';
import { nearest, UsageError } from './errors.ts';

/**
 * The words of a line, as a shell would part them: single and double quotes hold words together, a backslash keeps the
 * next letter. Chat services turn quotes and dashes into typographic ones; those count as what was typed.
 */
export function split(line: string): string[] {
  const typed = line
    .replace(/[“”„]/g, '"')
    .replace(/[‘’‚]/g, "'")
    .replace(/(^|\s)[—–](?=\w)/g, '$1--');
  const words: string[] = [];
  let word: string | undefined;
  let quoteMark = '';
  for (let at = 0; at < typed.length; at++) {
    const letter = typed[at] ?? '';
    if (quoteMark) {
      if (letter === quoteMark) quoteMark = '';
      else if (letter === '\\' && quoteMark === '"' && at + 1 < typed.length) word += typed[++at] ?? '';
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quoteMark = letter;
      word ??= '';
    } else if (letter === '\\' && at + 1 < typed.length) word = (word ?? '') + (typed[++at] ?? '');
    else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  if (quoteMark) throw new UsageError(`A quote (${quoteMark}) is opened and never closed in: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}

/** Finds the command that words begin with. Throws `UsageError` for one that does not exist, with the nearest names. */
export function findCommand(commands: readonly Command[], word: string, where: 'chat' | 'terminal'): Command {
  const usable = commands.filter((command) => !command.where || command.where === where);
  if (word.startsWith('-')) {
    throw new UsageError(`"${word}" stands where a command is expected. Name the command first: analyze ${word} …`);
  }
  const wanted = word.toLowerCase();
  const found = usable.find((command) => command.name === wanted || command.aliases?.includes(wanted));
  if (found) return found;
  const shown = usable.filter((command) => !command.hidden);
  const close = nearest(
    word,
    shown.flatMap((command) => [command.name, ...(command.aliases ?? [])]),
  );
  const like = shown.filter(({ name, aliases = [] }) => [name, ...aliases].some((each) => close.includes(each)));
  const hint = like.length > 0 ? ` Did you mean ${like.map(({ name }) => name).join(' or ')}?` : '';
  throw new UsageError(`There is no command "${word}".${hint} The help command lists them all.`);
}

/** Reads a command's options and words. Throws `UsageError` that names the option at fault and the cure. */
export function parse(
  command: Command,
  args: readonly string[],
  where: 'chat' | 'terminal',
): Pick<Call, 'words' | 'options'> {
  const usable = command.options.filter((option) => !option.where || option.where === where);
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      usable.map(({ name, short, value }) => [
        name,
        { type: value ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
      ]),
    ),
  });
  const words: string[] = [];
  const options: Record<string, string | boolean | readonly string[]> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = usable.find(({ name }) => name === token.name);
    if (!option) throw new UsageError(unknownOption(command, usable, token.rawName));
    options[option.name] = readValue(option, token.value, options[option.name]);
  }
  const surplus = words.slice(wordsTaken(command));
  if (surplus.length > 0) {
    const takes = command.words ? `only ${command.words}, but was also` : 'no words, but was';
    throw new UsageError(`${command.name} takes ${takes} given "${surplus.join(' ')}".`);
  }
  return { words, options };
}

/** How many words a command takes: one for each group of its usage, any number where one of them goes on with `…`. */
function wordsTaken({ words = '' }: Command): number {
  return words.includes('…') ? Number.POSITIVE_INFINITY : (words.match(/[<[]/g) ?? []).length;
}

/** `analyze [filter …] [--namespace <name>]`, as help shows it. */
export function usage(command: Command, where: 'chat' | 'terminal'): string {
  const options = command.options
    .filter((option) => !option.where || option.where === where)
    .map(({ name, value }) => (value ? `[--${name} <${value}>]` : `[--${name}]`));
  return [command.name, command.words, ...options].filter(Boolean).join(' ');
}

function readValue(
  option: Option,
  given: string | undefined,
  before: string | boolean | readonly string[] | undefined,
) {
  if (!option.value) {
    if (given !== undefined) throw new UsageError(`--${option.name} takes no value, but was given "${given}".`);
    return true;
  }
  if (given === undefined || given === '') {
    throw new UsageError(`--${option.name} needs a value: --${option.name} <${option.value}>.`);
  }
  if (!option.many) return given;
  const values = given.split(',').map((value) => value.trim());
  return [...(Array.isArray(before) ? before : []), ...values.filter(Boolean)];
}

function unknownOption(command: Command, usable: readonly Option[], given: string): string {
  const like = nearest(
    given.replace(/^-+/, ''),
    usable.map(({ name }) => name),
  );
  const hint = like.length > 0 ? ` Did you mean ${like.map((name) => `--${name}`).join(' or ')}?` : '';
  return `${command.name} has no option ${given}.${hint} See: help ${command.name}`;
}
