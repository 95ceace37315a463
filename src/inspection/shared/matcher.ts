import { UserError } from '../../errors.ts';

const ALTERNATIVES_MAX = 20;

/**
 * Whether a line holds what is looked for, in any case. It is no regular expression, which could take for ever, but
 * takes what people write as one: texts parted by `|`, with `.*` or a class such as `\d` for anything between, `^` and
 * `$` for the ends, `\` before a sign that is meant as it is. It may find more than the expression would, never less.
 */
export function matcher(pattern: string): (line: string) => boolean {
  const alternatives = split(pattern).filter((each) => each !== '');
  if (alternatives.length === 0 || alternatives.length > ALTERNATIVES_MAX) {
    throw new UserError(`"grep" must be a text, or at most ${ALTERNATIVES_MAX} parted by |, such as error|timeout.`);
  }
  const literal = pattern.toLowerCase();
  const tests = alternatives.map(compile);
  return (line) => {
    const lower = line.toLowerCase();
    return lower.includes(literal) || tests.some((test) => test(lower));
  };
}

/** A class of letters, `\d+` or `[0-9]`; `[ERROR]` is a text in brackets. */
const CLASS = /(?:\\[dwsDWS]|\[(?:\^[^\]]*|[^\]]{1,2}|[^\]]*\w-\w[^\]]*)\]|(?<!\\)\.(?=[+*]))[+*?]?/g;

function compile(alternative: string): (line: string) => boolean {
  const text = alternative.replace(/^\((?:\?i\)|\?:)?|(?<!\\)\)$|\\b/g, '');
  const fromStart = text.startsWith('^');
  const toEnd = /(?<!\\)\$$/.test(text);
  const parts = text
    .slice(fromStart ? 1 : 0, toEnd ? -1 : undefined)
    .replace(CLASS, '\0')
    .split('\0')
    .map((part) => part.replace(/\\(.)/g, '$1').toLowerCase());
  return (line) => {
    let from = 0;
    for (const [index, part] of parts.entries()) {
      const at = line.indexOf(part, from);
      if (at < 0 || (index === 0 && fromStart && at !== 0)) return false;
      from = at + part.length;
    }
    return !toEnd || line.endsWith(parts.at(-1) ?? '');
  };
}

/** Parts at `|` that have no backslash before it. */
function split(text: string): string[] {
  return text.split(/(?<!\\)\|/);
}
