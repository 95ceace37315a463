import type { Kind, KubernetesObject } from '../kind.ts';
import { isRecord } from '../shape.ts';
import { AnswerError, StatusError } from './faults.ts';
import type { Session } from './session.ts';
import { BodyTooLarge } from './transport.ts';

/**
 * Pages of about 4 MB: parsing one holds up the process for some 50 ms, so that chat stays quick, and larger ones were
 * no faster. The first page tells how large the objects are.
 */
const FIRST_PAGE = 500;
const PAGE_MIN = 20;
const PAGE_MAX = 2000;
const PAGE_BYTES = 4_000_000;
/** How often a list may begin anew, and one page be asked for again. */
const RESTARTS_MAX = 2;
const BROKEN_PAGES_MAX = 2;

export const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** A list, or a table of it, as far as it is read here. Go writes an empty list as `null`. */
interface Page {
  metadata?: { continue?: string } | null;
  items?: unknown[] | null;
  columnDefinitions?: { name: string }[] | null;
  rows?: ({ cells?: unknown[] | null; object?: { metadata?: unknown } | null } | null)[] | null;
}

/**
 * Lists a kind page by page into `objects`, trimmed; whatever it throws, `objects` holds what came before. `onPage`
 * hears how many objects each page added, a negative number where the list begins anew.
 */
export async function listInto(
  objects: KubernetesObject[],
  session: Session,
  kind: Kind,
  path: string,
  onPage: (added: number) => void,
): Promise<void> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await listOnce(objects, session, kind, path, onPage);
    } catch (error) {
      if (!isGone(error) || restarts === RESTARTS_MAX) throw error;
      onPage(-objects.splice(0).length);
    }
  }
}

async function listOnce(
  objects: KubernetesObject[],
  session: Session,
  kind: Kind,
  path: string,
  onPage: (added: number) => void,
): Promise<void> {
  const accept = kind.as === 'table' ? TABLE : 'application/json';
  let limit = FIRST_PAGE;
  let columns: string[] = [];

  async function ask(token: string): Promise<{ text: string; token: string }> {
    const query = new URLSearchParams({ limit: String(limit), ...(token && { continue: token }) });
    try {
      const { text } = await session.get(`${path}?${query}`, accept);
      return { text, token };
    } catch (error) {
      if (error instanceof BodyTooLarge && limit > 1) {
        limit = Math.ceil(limit / 8);
        return ask(token);
      }
      // The list is older than the server's history. The token that comes with the refusal goes on with the objects as
      // they are now: what exists all the while is still listed once, and lists read side by side promise no more.
      if (isGone(error) && error.continue && error.continue !== token) return ask(error.continue);
      throw error;
    }
  }

  async function parse(text: string, token: string): Promise<Page> {
    for (let tries = 0; ; tries++) {
      try {
        return pageOf(JSON.parse(tries === 0 ? text : (await ask(token)).text));
      } catch (error) {
        const broken = error instanceof SyntaxError || error instanceof AnswerError;
        if (!broken || tries === BROKEN_PAGES_MAX) throw error;
      }
    }
  }

  let pending: ReturnType<typeof ask> | undefined = ask('');
  while (pending) {
    const { text, token } = await pending;
    limit = nextLimit(text, limit);
    // The next page's token stands at the head of this one, so that the server makes the next while this is parsed.
    const ahead = tokenAtHead(text);
    pending = ahead ? ask(ahead) : undefined;
    pending?.catch(() => {});
    await session.turn();
    const page = await parse(text, token);
    await session.turn();
    columns = page.columnDefinitions?.map((column) => column.name) ?? columns;
    const before = objects.length;
    for (const raw of itemsOf(page, columns)) {
      const object = kind.trim(raw);
      if (object) objects.push(object);
    }
    onPage(objects.length - before);
    if (page.metadata?.continue) pending ??= ask(page.metadata.continue);
  }
}

/** An answer that is no list must not count as an empty one: what is not on a whole list is taken not to exist. */
function pageOf(answer: unknown): Page {
  if (isRecord(answer) && [answer.items, answer.rows].some((list) => list === null || Array.isArray(list)))
    return answer;
  throw new AnswerError('the server sent what is no list');
}

function nextLimit(text: string, limit: number): number {
  const fitting = Math.floor((PAGE_BYTES / text.length) * limit);
  return Math.min(PAGE_MAX, Math.max(PAGE_MIN, fitting));
}

/** Built-in kinds write their metadata before their items; of others the token is found when the page is parsed. */
function tokenAtHead(text: string): string | undefined {
  const end = text.slice(0, 10_000).search(/"(items|rows|columnDefinitions)":\[/);
  if (end < 0) return undefined;
  try {
    const head = JSON.parse(`${text.slice(0, end)}"items":[]}`) as Page;
    return head.metadata?.continue;
  } catch {
    return undefined;
  }
}

function* itemsOf({ items, rows }: Page, columns: readonly string[]): Iterable<unknown> {
  if (items) yield* items;
  for (const row of rows ?? []) {
    const cells = row?.cells ?? [];
    yield {
      metadata: row?.object?.metadata,
      columns: Object.fromEntries(columns.map((name, at) => [name, cells[at]])),
    };
  }
}

function isGone(error: unknown): error is StatusError {
  return error instanceof StatusError && error.status === 410;
}
