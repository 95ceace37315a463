import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** What is known of one code: written once, by hand, filled with a finding's own values when it is shown. */
export interface Runbook {
  code: string;
  /** The page of the Kubernetes documentation about it. */
  docs: string;
  /** Markdown: what it means. */
  meaning: string;
  /** Markdown: how to see that it is so, with commands that only read. */
  confirm: string;
  /** Markdown: how to mend it, in steps. */
  fix: string;
}

const folder = new URL('./runbooks/', import.meta.url);
const loaded = new Map<string, Promise<Runbook | undefined>>();

/**
 * The runbook of a code such as `Pod/ImageNotFound`, from `runbooks/Pod/ImageNotFound.md`, or from `runbooks/Shared/`
 * where several filters have the same problem; `undefined` where there is none, as for codes that others define. Throws
 * on one that lacks a part.
 */
export function runbook(code: string): Promise<Runbook | undefined> {
  const known = loaded.get(code);
  if (known) return known;
  const found = load(code);
  loaded.set(code, found);
  // People may ask for any code: only those that exist are remembered.
  found.then(
    (book) => book ?? loaded.delete(code),
    () => loaded.delete(code),
  );
  return found;
}

async function load(code: string): Promise<Runbook | undefined> {
  const text = (await read(code)) ?? (await read(code.replace(/^\w+/, 'Shared')));
  if (text === undefined) return undefined;
  const [, head = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  const { docs } = (parse(head) ?? {}) as { docs?: string };
  const [meaning = '', confirm = '', fix = ''] = body.split(/^## (?:Confirm|Fix)$/m).map((part) => part.trim());
  if (!docs || !meaning || !confirm || !fix) {
    throw new Error(`The runbook of ${code} needs docs, a meaning, and the sections Confirm and Fix`);
  }
  return { code, docs, meaning, confirm, fix };
}

async function read(code: string): Promise<string | undefined> {
  if (!/^\w+\/\w+$/.test(code)) return undefined;
  try {
    return await readFile(new URL(`${code}.md`, folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Every code that has a runbook; those that filters share are given under the filter of the code asked for. */
export async function codesFor(code: string): Promise<string[]> {
  const filter = code.split('/', 1)[0] ?? '';
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'));
  return files.map((name) => name.slice(0, -'.md'.length).replace(/^Shared\b/, filter));
}

/** The placeholders of a text: `{name}` gives `name`. */
export function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1] ?? ''))];
}
