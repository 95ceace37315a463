import { type Severity, severityRank } from '../../analyzer.ts';
import { UserError } from '../../errors.ts';
import { type Job, type Jobs, NotYet } from '../../jobs.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Notice, SinkSettings, Sinks, SinkType } from '../../sink.ts';
import type { Store } from '../../store.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createLines, type Line, type Waiting } from './lines.ts';
import { type Delivery, post } from './post.ts';

const TIMEOUT_MS = 10_000;
const PAUSE_MS = 2000;
const PAUSE_MAX_MS = 3_600_000;
/** What failed for so long since its first try is given up. */
const GIVE_UP_MS = 24 * 3_600_000;
/** A service that failed is left alone by all notices, so that each of them does not try it in vain. */
const REST_MAX_MS = 30_000;
/** What comes and goes is told when it has stood for so long. */
const SETTLE_MS = 15 * 60_000;
/** So soon it is looked whether it is a notice's turn. */
const TURN_MS = 500;
const LEAST: Severity = 'medium';

interface SinksOptions {
  settings: readonly SinkSettings[];
  types: readonly SinkType[];
  jobs: Jobs;
  store: Store;
  log: Logger;
  metrics?: Pick<Metrics, 'sink'>;
  fetch?: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  clock?(): number;
  timeoutMs?: number;
  /** The pause after a notice's first failure; each further one is twice as long, up to an hour. */
  pauseMs?: number;
  /** How often a notice that is behind another one looks whether it is its turn. */
  turnMs?: number;
}

/** A sink and what this process knows of it. */
interface Target {
  settings: SinkSettings;
  type: SinkType;
  sent: number;
  busy: boolean;
  /** Nothing is sent before this; milliseconds since 1970. */
  restsUntil: number;
}

/** What the job of a notice is to tell, and to which sink. The notice itself stands in the line of its incident. */
interface Task {
  sink: string;
  incident: string;
  notice: string;
}

/**
 * Delivers notices by jobs, one for each notice and sink. The line of an incident keeps their order and is the record of
 * what is still to be told, so that neither a restart nor another replica tells something twice or too early. Only a
 * process that dies between the answer of a service and the note of it tells a notice again, under the same id.
 */
export function createSinks(options: SinksOptions): Sinks {
  const { types, jobs, store, log, metrics, fetch = globalThis.fetch, clock = Date.now } = options;
  const { timeoutMs = TIMEOUT_MS, pauseMs = PAUSE_MS, turnMs = TURN_MS } = options;
  const lines = createLines(store);
  const letters = createDeadLetters(store, clock);
  const targets = new Map(options.settings.map((settings) => [settings.name, targetOf(settings, types)]));

  async function enqueue({ settings }: Target, notice: Notice, again = false): Promise<boolean> {
    const { name, severity = LEAST } = settings;
    const id = `${name}-${notice.id}`;
    const now = clock();
    const waiting: Waiting = {
      notice,
      // Work of an id is done once a day.
      job: again ? `${id}-${now}` : id,
      from: notice.flapping ? now + SETTLE_MS : now,
      tries: 0,
    };
    const place = await lines.change(name, notice.incident.id, (line) => join(line, waiting, again ? 'low' : severity));
    if (place) await addJob(name, place);
    return place !== undefined;
  }

  const addJob = (sink: string, { job, notice }: Waiting) =>
    jobs.add('sink', job, { sink, incident: notice.incident.id, notice: notice.id } satisfies Task);

  async function work(data: unknown, job: Job): Promise<void> {
    const task = data as Task;
    const target = targets.get(task.sink);
    // Its settings are gone, and its address with them.
    if (!target) return;
    const {
      waiting: [head, ...others],
    } = await lines.get(task.sink, task.incident);
    if (head?.job !== job.id) {
      // Told already, or nothing to tell any more.
      if (!head || !others.some((each) => each.job === job.id)) return;
      // The one before it may have died between its line and its job.
      await addJob(task.sink, head);
      throw new NotYet(turnMs);
    }
    const restMs = Math.max(head.from, target.restsUntil) - clock();
    if (restMs > 0) throw new NotYet(restMs);
    if (target.busy) throw new NotYet(turnMs);
    target.busy = true;
    try {
      await deliver(target, head, job.signal);
    } finally {
      target.busy = false;
    }
  }

  async function deliver(target: Target, waiting: Waiting, signal: AbortSignal): Promise<void> {
    const { settings, type } = target;
    const { notice } = waiting;
    const request = type.request(notice, settings);
    const delivery = await post(request, settings, { fetch, timeoutMs, signal, now: clock() });
    metrics?.sink(type.type, delivery.end === 'sent' ? 'sent' : 'failed');
    if (delivery.end === 'later') await later(target, waiting, delivery);
    else if (delivery.end === 'refused') await bury(settings.name, waiting, delivery.reason);
    else {
      target.sent++;
      await leave(settings.name, waiting, { what: notice.what, at: Date.parse(notice.at) });
    }
  }

  /** Notes the failure, and throws when to try again, or gives the notice up. */
  async function later(target: Target, waiting: Waiting, { reason, afterMs }: Delivery & { end: 'later' }) {
    const { name } = target.settings;
    const now = clock();
    const { tries, firstTry = now, notice } = waiting;
    const growing = Math.min(pauseMs * 2 ** tries, PAUSE_MAX_MS);
    const pause = Math.max(growing, afterMs ?? 0);
    target.restsUntil = now + (afterMs ?? Math.min(growing, REST_MAX_MS));
    if (now + pause - firstTry > GIVE_UP_MS) return bury(name, waiting, reason);
    await lines.change(name, notice.incident.id, (line) => {
      const own = line.waiting.find(({ job }) => job === waiting.job);
      if (own) Object.assign(own, { tries: tries + 1, firstTry, from: now + pause });
    });
    log.warn(
      { sink: name, notice: notice.id, reason, tries: tries + 1 },
      'A sink could not be told; it is tried again',
    );
    throw new NotYet(pause);
  }

  async function bury(sink: string, waiting: Waiting, reason: string): Promise<void> {
    const { notice } = waiting;
    log.error({ sink, notice: notice.id, reason }, 'A sink could not be told; the notice is kept as a dead letter');
    await letters.add(sink, { at: clock(), notice, reason });
    await leave(sink, waiting);
  }

  function leave(sink: string, { job, notice }: Waiting, told?: Line['told']): Promise<void> {
    return lines.change(sink, notice.incident.id, (line) => {
      line.waiting = line.waiting.filter((each) => each.job !== job);
      if (told) line.told = told;
    });
  }

  jobs.handle('sink', work);

  return {
    async tell(notices) {
      for (const notice of notices) for (const target of targets.values()) await enqueue(target, notice);
    },
    status: () =>
      Promise.all(
        [...targets.values()].map(async ({ settings: { name, type }, sent }) => {
          const dead = await letters.list(name);
          const shown = dead.map(({ at, reason, notice }) => ({
            at,
            reason,
            notice: notice.id,
            title: notice.incident.title,
          }));
          return { name, type, sent, dead: shown };
        }),
      ),
    async retry(sink) {
      const target = targets.get(sink);
      if (!target) throw new UserError(unknownSink(sink, [...targets.keys()]));
      const dead = await letters.list(sink);
      let count = 0;
      // Oldest first, so that what belongs together is in order.
      for (const { notice } of dead.toReversed()) {
        const { told, waiting } = await lines.get(sink, notice.incident.id);
        const passed = (told && told.at > Date.parse(notice.at)) || waiting.some((each) => each.notice.at > notice.at);
        // What was told since would be undone by it.
        if (!passed && (await enqueue(target, notice, true))) count++;
      }
      target.restsUntil = 0;
      await letters.remove(sink, dead);
      return count;
    },
  };
}

function targetOf(settings: SinkSettings, types: readonly SinkType[]): Target {
  const type = types.find((each) => each.type === settings.type);
  if (!type) throw new Error(`no sink type ${settings.type}`);
  return { settings, type, sent: 0, busy: false, restsUntil: 0 };
}

/** Puts a notice at the end of its line; gives its place there, and nothing where the sink is not to be told. */
function join(line: Line, waiting: Waiting, severity: Severity): Waiting | undefined {
  const { notice } = waiting;
  const there = line.waiting.find((each) => each.notice.id === notice.id);
  if (there) return there;
  if (line.told && line.told.what === notice.what && line.told.at >= Date.parse(notice.at)) return undefined;
  // What came or went and was not told yet is not how it stands any more.
  if (notice.flapping) line.waiting = line.waiting.filter((each) => !each.notice.flapping || each.tries > 0);
  const before = line.waiting.at(-1)?.notice.what ?? line.told?.what;
  const isOpen = before !== undefined && before !== 'solved';
  const fits = severityRank(notice.incident.severity) <= severityRank(severity);
  // Who was told that it began is told its end, however mild it was by then.
  if (notice.what === 'solved' ? before === 'solved' || !(fits || isOpen) : !fits) return undefined;
  if (notice.flapping && notice.what !== 'solved' && isOpen) return undefined;
  line.waiting.push(waiting);
  return waiting;
}

function unknownSink(sink: string, names: readonly string[]): string {
  if (names.length === 0) return `There is no sink "${sink}": none is set. See: docs/sinks.md`;
  return `There is no sink "${sink}". There are: ${names.join(', ')}.`;
}
