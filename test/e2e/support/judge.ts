import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A piece of a message as it stands in Slack. */
export interface Span {
  text: string;
  struck: boolean;
  code: boolean;
}

type Thing = Record<string, unknown> & { type?: string };

/** The lines of Slack's blocks, each as the pieces that it is made of. */
export function linesOf(blocks: readonly unknown[]): Span[][] {
  return blocks.flatMap((block) => lines(block as Thing)).filter((line) => line.length > 0);
}

function lines(thing: Thing): Span[][] {
  const elements = (thing.elements as Thing[] | undefined) ?? [];
  switch (thing.type) {
    case 'header':
      return [[plain(thing.text as Thing)]];
    case 'rich_text':
    case 'rich_text_list':
      return elements.flatMap(lines);
    case 'rich_text_section':
    case 'rich_text_quote':
      return [elements.map(span)];
    case 'rich_text_preformatted':
      return elements.flatMap(({ text }) =>
        String(text)
          .split('\n')
          .map((line) => [{ text: line, struck: false, code: true }]),
      );
    default:
      return [];
  }
}

function plain({ text }: Thing): Span {
  return { text: String(text), struck: false, code: false };
}

function span({ text, url, style = {} }: Thing & { style?: { strike?: boolean; code?: boolean } }): Span {
  return { text: String(text ?? url ?? ''), struck: style.strike === true, code: style.code === true };
}

const COMMAND =
  /(?<![\w./-])(?:kubectl|docker|podman|helm|crictl|minikube|kubeadm|systemctl|journalctl|curl|wget|sudo|apt-get|rm)\s+(\S+)(?:\s+(\S+))?/g;
/** After a program's name these are prose: "use kubectl to see it". */
const PROSE =
  /^(?:daemon|to|and|or|for|in|on|of|is|as|command|commands|can|will|with|from|which|that|it|the|a|has|was|container)$/i;
/** Words of English that are written with a sign. */
const ENGLISH =
  /^(?:1st|2nd|3rd|[4-9]th|e\.g|i\.e|etc|and\/or|vs|non-[a-z]+|re-[a-z]+|pre-[a-z]+|self-[a-z]+|well-[a-z]+|long-[a-z]+|short-[a-z]+|up-to-date|real-time|day-to-day|step-by-step|so-called|follow-up|[a-z]+-(?:based|related|specific|level|time|wide|only|free|side|like|less))$/i;

const RUNBOOKS = join(import.meta.dirname, '..', '..', '..', 'src', 'explanation', 'runbooks');
const KIND =
  /^(?:pod|deployment|service|node|job|cronjob|configmap|secret|ingress|namespace|statefulset|daemonset|container)s?$/;

/** Everyday words: those that runbooks are written in. */
export async function everydayWords(): Promise<Set<string>> {
  const files = (await readdir(RUNBOOKS, { recursive: true })).filter((name) => name.endsWith('.md'));
  const texts = await Promise.all(files.map((name) => readFile(join(RUNBOOKS, name), 'utf8')));
  return new Set(
    texts
      .join(' ')
      .toLowerCase()
      .match(/\p{L}+/gu),
  );
}

/**
 * What an answer claims that is nowhere in the material, by rules of its own, which are simpler and stricter than those of
 * the program: every word of code, every command, and every token that has a digit or one of - _ / . : inside. What is
 * struck claims nothing.
 */
export function inventedIn(
  said: readonly (readonly Span[])[],
  material: string,
  everyday: ReadonlySet<string>,
): string[] {
  const known = flat(material);
  return said.flatMap((line) => {
    const words = line.map(({ text, struck }) => (struck ? ' ' : text)).join('');
    return [
      ...line
        .filter(({ code, struck }) => code && !struck)
        .flatMap(({ text }) => tokensOf(text).filter((token) => !known.includes(flat(token)))),
      ...commandsIn(words).filter((command) => !known.includes(flat(command))),
      ...tokensOf(words.replace(/^\s*\d{1,2}[.)]\s/, ' ')).filter(
        (token) => isClaim(token, everyday) && !isKnown(token, known),
      ),
    ];
  });
}

function commandsIn(words: string): string[] {
  return [...words.matchAll(COMMAND)].flatMap(([command, first = '', second = '']) => {
    if (PROSE.test(core(first))) return [];
    const end =
      PROSE.test(core(second)) || /[.,;:!?]$/.test(first)
        ? command.slice(0, command.indexOf(first) + first.length)
        : command;
    return [end.replace(/[.,;:!?)"'’”]+$/, '')];
  });
}

function isClaim(token: string, everyday: ReadonlySet<string>): boolean {
  return /\d|\w[-_/.:]\w/.test(token) && !ENGLISH.test(token) && !isChoice(token.toLowerCase(), everyday);
}

/** `clients/service`: one or the other; `pod/clients` names an object. */
function isChoice(token: string, everyday: ReadonlySet<string>): boolean {
  const words = token.split('/');
  const kinds = words.filter((word) => KIND.test(word)).length;
  return (
    words.length > 1 &&
    (kinds === words.length || !KIND.test(words[0] ?? '')) &&
    words.every((word) => everyday.has(word) || everyday.has(word.replace(/s$/, '')))
  );
}

function isKnown(token: string, known: string): boolean {
  const word = flat(token);
  if (!/^\d+$/.test(word)) return known.includes(word);
  return new RegExp(`(?<![\\d.])${word}(?![\\d.]*\\d)`).test(known);
}

function tokensOf(text: string): string[] {
  return text
    .split(/[\s()[\]{}<>"“”‘`,;|=]+/)
    .map(core)
    .filter(Boolean);
}

function core(token: string): string {
  return token.replace(/^[^\p{L}\p{N}/-]+|[^\p{L}\p{N}]+$/gu, '').replace(/['’]s$/, '');
}

function flat(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
