import type { ApiObject } from '../custom-resources.ts';
import { messageOf, UserError } from '../errors.ts';
import { isRecord } from '../shape.ts';
import type { Notice, SinkSettings } from '../sink.ts';
import type { Store } from '../store.ts';
import type { Clock } from './types.ts';

const PAUSE_MS = 20_000;
const PAUSE_MAX_MS = 3_600_000;
/** The Results of what is solved are gone, so its notice waits in the store; as many, and no longer. */
const WAITING_MAX = 100;
const WAITING_MS = 24 * 3_600_000;

/** Tells a notice to a sink; resolves when it cannot be lost any more. Throws `UserError` where that cannot be done now. */
export type Tell = (sink: SinkSettings, notice: Notice, signal: AbortSignal) => Promise<void>;

/** What is known of the sink of one K8sGPT. */
interface Line {
  /** Of the sink that this is about. */
  mark: string;
  waiting: { notice: Notice; since: number }[];
  failures: number;
  notBefore: number;
  trouble: string;
}

interface TellingOptions {
  tell?: Tell | undefined;
  clock: Clock;
  /** Keeps what a replica could not tell yet for the next one that leads. */
  store?: Pick<Store, 'get' | 'set' | 'delete'> | undefined;
}

/** What a replica leaves. */
type Left = Pick<Line, 'mark' | 'waiting'>;

/** Tells notices in their order. A sink that fails is left alone for a while, ever longer. */
export function createTelling({ tell, clock, store }: TellingOptions) {
  const lines = new Map<string, Line>();

  /** What is known of a sink; at first what an earlier leader left. */
  async function lineOf(uid: string, mark: string): Promise<Line> {
    const known = lines.get(uid);
    if (known?.mark === mark) return known;
    const left = known ? undefined : parsed(await store?.get(keyOf(uid)).catch(() => undefined));
    const waiting = left?.mark === mark ? left.waiting : [];
    const line = { mark, waiting, failures: 0, notBefore: 0, trouble: '' };
    lines.set(uid, line);
    return line;
  }

  /** A store that is away keeps nothing; the notices wait in memory then. */
  async function keep(uid: string, { mark, waiting }: Line, before: Line['waiting']): Promise<void> {
    if (waiting.length === 0 && before.length === 0) return;
    const kept: Left = { mark, waiting };
    const keeping =
      waiting.length > 0 ? store?.set(keyOf(uid), JSON.stringify(kept), WAITING_MS) : store?.delete(keyOf(uid));
    await keeping?.catch(() => {});
  }

  async function tellEach(
    line: Line,
    notices: readonly Notice[],
    sinkOf: () => Promise<SinkSettings>,
    signal: AbortSignal,
  ): Promise<Set<string>> {
    const told = new Set<string>();
    if (notices.length === 0 || clock.now() < line.notBefore) return told;
    try {
      if (!tell) throw new UserError('spec.sink is not supported here, and nothing is told. Remove it.');
      const sink = await sinkOf();
      for (const notice of notices) {
        await tell(sink, notice, signal);
        told.add(notice.id);
      }
      Object.assign(line, { failures: 0, notBefore: 0, trouble: '' });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      line.trouble = messageOf(error);
      line.notBefore = clock.now() + Math.min(PAUSE_MS * 2 ** line.failures++, PAUSE_MAX_MS);
    }
    return told;
  }

  return {
    /** The ids of those that were told, and what went wrong. */
    async tellAll(
      { metadata }: ApiObject,
      mark: string,
      notices: readonly Notice[],
      sinkOf: () => Promise<SinkSettings>,
      signal: AbortSignal,
    ): Promise<{ told: ReadonlySet<string>; trouble?: string }> {
      const uid = metadata.uid ?? '';
      const line = await lineOf(uid, mark);
      const before = line.waiting;
      const now = clock.now();
      const waiting = line.waiting.filter(({ since }) => since > now - WAITING_MS);
      const told = await tellEach(line, [...waiting.map(({ notice }) => notice), ...notices], sinkOf, signal);
      const solved = notices.filter(({ what }) => what === 'solved').map((notice) => ({ notice, since: now }));
      line.waiting = [...waiting, ...solved].filter(({ notice }) => !told.has(notice.id)).slice(-WAITING_MAX);
      await keep(uid, line, before);
      return { told, ...(line.trouble && { trouble: line.trouble }) };
    },
    async forget({ metadata }: ApiObject): Promise<void> {
      lines.delete(metadata.uid ?? '');
      await store?.delete(keyOf(metadata.uid ?? '')).catch(() => {});
    },
  };
}

function keyOf(uid: string): string {
  return `operator:v1:untold:${uid}`;
}

function parsed(json: string | undefined): Left | undefined {
  try {
    const left: unknown = JSON.parse(json ?? '');
    return isRecord(left) && Array.isArray(left.waiting) ? (left as unknown as Left) : undefined;
  } catch {
    return undefined;
  }
}
