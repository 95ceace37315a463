import { commandsIn, isCommand } from './commands.ts';
import { isEnglish } from './english.ts';
import { isKnownIdentifier } from './identifiers.ts';
import type { Knowledge } from './knowledge.ts';
import { isKind, isProgram } from './names.ts';
import { hasVerb, isProgramName } from './programs.ts';
import { checkProse } from './prose.ts';
import { core, normal } from './words.ts';

/** Languages of blocks of code that hold commands. */
const SHELL = /^(?:sh|bash|zsh|shell|console|powershell|ps1|cmd|bat|terminal)$/i;
const LANGUAGE =
  /^(?:sh|bash|zsh|shell|console|yaml|yml|json|text|txt|log|ini|toml|diff|sql|go|java|js|ts|python|xml|html)$/i;

/** The versions of APIs are no versions of programs. */
const API_VERSION =
  /^"?apiVersion"?: "?(?:(?:apps|batch|policy|autoscaling|[a-z.]+\.k8s\.io)\/)?v\d(?:(?:alpha|beta)\d)?"?,?$/;

/** Code in a sentence: a command that is known, the very words of the evidence, or a name, a value or a term. */
export function isKnownCode(code: string, known: Knowledge): boolean {
  const text = normal(code).trim();
  const tokens = tokensOf(text);
  if (tokens.length <= 1 && !/\s/.test(text)) {
    const [token = ''] = tokens;
    if (isProgramName(text) && !isKind(text)) return /^(?:kubectl|k8sgpt)$/.test(text) || known.word(text);
    return isKnownToken(token, known) || isWord(token, known);
  }
  if (isCommand(text) || commandsIn(text).length > 0) return known.commands.has(text) || known.commands.begins(text);
  if (known.quote(text)) return true;
  if (hasVerb(text)) return false;
  const words = tokens.filter((token) => !isKnownToken(token, known));
  return words.length <= 1 && words.every((word) => isWord(word, known));
}

/** Words in code, each without the signs of JSON and YAML around it. */
function tokensOf(text: string): string[] {
  return text
    .split(/[\s{}"',;]+|\[(?=["'\s]|$)|(?<=["'\s])\]|:(?=[\s"{[]|$)/)
    .map((token) => (token ? core(token) : ''))
    .filter(Boolean);
}

function isKnownToken(token: string, known: Knowledge): boolean {
  const lower = token.toLowerCase();
  if (known.word(token) || known.vocabulary.term(lower) || known.number(token) || isKind(token)) return true;
  if (/^<[a-z][a-z _-]*>$/i.test(token)) return true;
  if (/^E\d+$/.test(token)) return known.exhibit(token);
  return /[^\w]/.test(token) && isKnownIdentifier(token, known);
}

function isWord(token: string, known: Knowledge): boolean {
  const lower = token.toLowerCase();
  return /^[a-z]+$/i.test(token) && !isProgram(lower) && (isEnglish(lower) || known.vocabulary.has(lower));
}

/** The lines of a block of code, those that a backslash parts as one, and whether each is known. */
export function linesOf(code: string, language: string, known: Knowledge): { text: string; known: boolean }[] {
  const shell = SHELL.test(language);
  return code
    .split(/(?<!\\)\n/)
    .map((text) => ({ text, known: isKnownLine(text.replace(/\\\n\s*/g, ' '), shell, known) }));
}

function isKnownLine(line: string, shell: boolean, known: Knowledge): boolean {
  const text = line.trim();
  if (!text || known.commands.has(text)) return true;
  if (/^(?:#|\/\/)/.test(text)) return isKnownComment(text.replace(/^[#/]+\s*/, ''), known);
  const [, command = '', comment = ''] = /^(.*?)\s+#\s(.*)$/.exec(text) ?? [];
  if (command && isKnownComment(comment, known)) return isKnownLine(command, shell, known);
  // What a shell could run is known as a whole or not at all.
  if (isCommand(text) || /[|&;`]\s|\$\(/.test(text)) return known.quote(text) && !isCommand(text);
  if (known.quote(text)) return true;
  if (shell) return false;
  const entry = text.replace(/^-\s+/, '');
  if (API_VERSION.test(entry)) return true;
  return tokensOf(entry).every((token) => isKnownToken(token, known));
}

function isKnownComment(text: string, known: Knowledge): boolean {
  return !isCommand(text) && checkProse(text, known, true).length === 0;
}

/** The language of a block of code, if it is one. */
export function languageOf(name: string | undefined): string | undefined {
  return name && LANGUAGE.test(name) ? name : undefined;
}
