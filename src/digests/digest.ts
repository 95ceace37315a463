import type { PreviewOptions, Schedule, Wanted } from '../digests.ts';
import { UserError } from '../errors.ts';
import { type Sighting, underAnyId } from '../history.ts';
import { NotYet } from '../jobs.ts';
import { LockLost } from '../lock.ts';
import type { Block, Message } from '../message.ts';
import type { Metrics } from '../metrics.ts';
import type { Platform, Posted } from '../platform.ts';
import type { Report } from '../report.ts';
import { type Store, StoreError } from '../store.ts';
import { threadOf } from '../threads.ts';
import { type Board, dressed, type Slot } from './board.ts';
import { type Composed, compose, isQuiet } from './compose.ts';
import { type Facts, factsOf, toldAfter, toldOpen } from './facts.ts';
import { type LeadOptions, leadOf } from './lead.ts';
import type { Surroundings } from './surroundings.ts';
import type { Notes, Told } from './told.ts';
import { clockTime, nextRun } from './when.ts';

const DAY_MS = 24 * 3_600_000;
const TREND_MS = 14 * DAY_MS;
/** A digest that comes so long after it was due says so. */
const LATE_MS = 10 * 60_000;
/** What is not taken now is tried again soon, and less often the longer it lasts. */
const RETRY_MIN_MS = 2000;
const RETRY_MAX_MS = 60_000;

/** A run of a schedule. */
export interface Run {
  /** When it was due, in milliseconds since 1970. */
  due: number;
  /** Names the message, so that the run is posted once. */
  key: string;
  signal: AbortSignal;
  /** Makes sure that no other process has taken this run meanwhile; throws otherwise. */
  hold(): Promise<void>;
}

/** A digest that was made and is to be posted: made once, so that every attempt posts the same. */
interface Made {
  report: string;
  told: Told;
  /** Absent: nothing is to be posted. */
  message?: Message;
  slots: Slot[];
  /** Ids of the incidents that it speaks of, in its order. */
  incidents: string[];
}

export interface DigestOptions extends LeadOptions {
  store: Store;
  notes: Notes;
  board: Board;
  surroundings: Surroundings;
  platform(name: string): Platform | undefined;
  metrics: Pick<Metrics, 'digest'>;
  clock(): number;
}

/** Makes digests and posts them. */
export interface DigestMaker {
  /** Throws `NotYet` where the cluster or the chat cannot be reached, and `StoreError`; what was made is kept until then. */
  run(schedule: Schedule, run: Run): Promise<void>;
  preview(schedule: Wanted, options: PreviewOptions): Promise<Message>;
}

export function createDigestMaker(options: DigestOptions): DigestMaker {
  const { store, log, notes, board, surroundings, platform, threads, metrics, clock } = options;
  const madeKey = (key: string) => `digests:made:1:${key}`;

  async function keptOf(key: string): Promise<Made | undefined> {
    const kept = await store.get(madeKey(key));
    try {
      return kept === undefined ? undefined : (JSON.parse(kept) as Made);
    } catch {
      return undefined;
    }
  }

  async function make(schedule: Schedule, { due, signal }: Run): Promise<Made> {
    const told = await notes.told(schedule.id);
    const { report, sightings } = await surroundings.look(schedule, { signal });
    const { facts, composed } = await composeOf(schedule, { report, sightings, told, due, id: schedule.id, signal });
    await surroundings.keep(report);
    const silent = schedule.quiet === 'nothing' && isQuiet(facts) && report.errors.length === 0;
    return {
      report: report.id,
      told: toldAfter(facts, due, clock()),
      slots: composed.slots,
      incidents: composed.incidents.map(({ id }) => id),
      ...(!silent && { message: composed.message }),
    };
  }

  async function composeOf(
    schedule: Wanted,
    given: {
      report: Report;
      sightings: readonly Sighting[];
      told: Told | undefined;
      due: number;
      id?: string;
      signal: AbortSignal;
    },
  ): Promise<{ facts: Facts; composed: Composed }> {
    const { report, sightings, told, due, id, signal } = given;
    const now = clock();
    const present = await surroundings.present(report);
    const facts = factsOf({ ...present, report, sightings, scope: schedule, now, ...(told && { told }) });
    const [links, solutions, chart, limits, lead] = await Promise.all([
      linksOf(schedule, facts),
      Promise.all(facts.solved.map(async (track) => [track.id, await present.solution(track)] as const)),
      // One quiet line has no picture.
      isQuiet(facts) ? undefined : chartOf(schedule, Date.parse(report.at)),
      surroundings.limits(),
      leadOf(toldOpen(facts), schedule, signal, options),
    ]);
    const next = nextRun(schedule.cron, schedule.zone, now);
    const composed = compose({
      facts,
      lead,
      zone: schedule.zone,
      now,
      links,
      solutions: new Map(solutions),
      prefix: '/k8sgpt',
      ...(now - due > LATE_MS && { late: due }),
      ...(next !== undefined && { next }),
      ...(chart && { chart }),
      ...(limits && { limits }),
      ...(id && !schedule.declared && { form: formOf(schedule, id) }),
    });
    return { facts, composed };
  }

  /** Where this channel is told already of what changed. */
  async function linksOf(schedule: Wanted, { open }: Facts): Promise<Map<string, string | undefined>> {
    const where = await board.where(schedule);
    const on = platform(schedule.platform);
    const links = new Map<string, string | undefined>();
    for (const { track, how } of open) {
      const posted = underAnyId(track, where);
      // A link is worth a request where it leads to news only.
      if (posted) links.set(track.id, how === 'ongoing' ? undefined : await on?.link?.(posted).catch(() => undefined));
    }
    return links;
  }

  async function chartOf(
    { namespace, zone }: Wanted,
    now: number,
  ): Promise<Extract<Block, { type: 'image' }> | undefined> {
    if (namespace) return undefined;
    const points = await surroundings.trend(now - TREND_MS);
    if (points.length === 0) return undefined;
    // A program that never makes a digest, such as a command in a terminal, is spared the library.
    const { trendChart } = await import('./chart.ts');
    return { type: 'image', name: 'trend', title: 'Open incidents, 14 days', ...trendChart(points, { zone, now }) };
  }

  async function post(schedule: Schedule, made: Made & { message: Message }, again: boolean, run: Run): Promise<void> {
    const on = platform(schedule.platform);
    if (!on) throw new NotYet(RETRY_MAX_MS);
    const place = { channel: schedule.channel };
    const report = await surroundings.report(made.report);
    const present = await surroundings.present(report);
    let posted: Posted | undefined = again ? await on.find(place, run.key) : undefined;
    // Who lost the work to another process must not post it beside that one.
    run.signal.throwIfAborted();
    await run.hold();
    posted ??= await on.post(place, dressed(made.message, made.slots, present), { key: run.key });
    await board.add(schedule, posted, made.message, made.slots, present);
    const thread = threadOf(schedule.platform, posted.place);
    if (!thread || !report) return;
    const incidents = made.incidents.flatMap((id) => report.incidents.find((each) => each.id === id) ?? []);
    await threads.begin(thread, { report, incidents, wishes: {} });
  }

  /** One line says that the cluster cannot be asked, however many digests fall into that time. */
  async function sayOutage(schedule: Schedule, error: UserError, { due, key }: Run): Promise<void> {
    if (await notes.outage(schedule.id)) return;
    const text = `The digest that was due at ${clockTime(due, schedule.zone)} waits for the cluster: ${error.message}`;
    const posted = await platform(schedule.platform)?.post(
      { channel: schedule.channel },
      { text, blocks: [{ type: 'alert', level: 'warning', text }] },
      { key: `${key}-outage` },
    );
    await notes.setOutage(schedule.id, { since: due, text, ...(posted && { posted }) });
  }

  async function endOutage(schedule: Schedule): Promise<void> {
    const outage = await notes.outage(schedule.id);
    if (!outage) return;
    const [from, until] = [outage.since, clock()].map((at) => clockTime(at, schedule.zone));
    const text = `The cluster could not be asked when a digest was due at ${from}; it can again since ${until}.`;
    const shown: Message = { text, blocks: [{ type: 'alert', level: 'success', text }] };
    if (outage.posted)
      await platform(schedule.platform)
        ?.update(outage.posted, shown)
        .catch(() => {});
    await notes.setOutage(schedule.id, undefined);
  }

  /** What a service or a cluster does not take now is tried again, less and less often. */
  function later({ due }: Run): NotYet {
    return new NotYet(Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, (clock() - due) / 4)));
  }

  async function madeFor(schedule: Schedule, run: Run): Promise<Made> {
    try {
      const made = await make(schedule, run);
      await store.set(madeKey(run.key), JSON.stringify(made), DAY_MS);
      return made;
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof UserError) || error instanceof StoreError) throw error;
      log.warn({ schedule: schedule.id, reason: error.message }, 'A digest waits for its cluster');
      await sayOutage(schedule, error, run);
      throw later(run);
    }
  }

  async function attempt(schedule: Schedule, run: Run): Promise<'posted' | 'quiet' | 'failed'> {
    const kept = await keptOf(run.key);
    const made = kept ?? (await madeFor(schedule, run));
    const { message } = made;
    try {
      if (message) await post(schedule, { ...made, message }, kept !== undefined, run);
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof UserError) || error instanceof StoreError) throw error;
      // The channel takes nothing from the bot: only a person can mend that, who is told where digests are listed.
      log.warn({ schedule: schedule.id, reason: error.message }, 'A digest cannot be posted');
      await notes.setTrouble(schedule.id, { due: run.due, text: error.message });
      await store.delete(madeKey(run.key));
      return 'failed';
    }
    await notes.tell(schedule.id, made.told);
    await store.delete(madeKey(run.key));
    await endOutage(schedule);
    return message ? 'posted' : 'quiet';
  }

  return {
    async run(schedule, run) {
      try {
        metrics.digest(await attempt(schedule, run));
      } catch (error) {
        run.signal.throwIfAborted();
        // What its store keeps waiting did not fail.
        if (error instanceof StoreError || error instanceof LockLost) throw error;
        metrics.digest('failed');
        if (error instanceof NotYet) throw error;
        log.warn({ schedule: schedule.id, err: error }, 'A digest could not be made or posted, and is tried again');
        throw later(run);
      }
    },

    async preview(schedule, { id, ...options }) {
      const told = id === undefined ? undefined : await notes.told(id);
      const { report, sightings } = await surroundings.look(schedule, options);
      const { composed } = await composeOf(schedule, { report, sightings, told, due: clock(), signal: options.signal });
      await surroundings.keep(report);
      return dressed(composed.message, composed.slots, await surroundings.present(report));
    },
  };
}

function formOf({ cron, zone, filters, namespace, quiet }: Wanted, id: string): Record<string, string> {
  return { id, when: cron, tz: zone, filters: filters.join(' '), quiet, ...(namespace && { namespace }) };
}
