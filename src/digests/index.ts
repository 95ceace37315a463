import cron from 'node-cron';
import type { Channel, Digests, Planned, Schedule, Wanted, Watch } from '../digests.ts';
import { UserError } from '../errors.ts';
import { type Guard, isNumber, isText, listOf, optional, withMembers } from '../guards.ts';
import type { Jobs } from '../jobs.ts';
import { NotYet } from '../jobs.ts';
import { LockLost, withLock } from '../lock.ts';
import type { Metrics } from '../metrics.ts';
import { StoreError } from '../store.ts';
import { isSaid } from './attention.ts';
import { createBoard } from './board.ts';
import type { Declared } from './declared.ts';
import { createDigestMaker } from './digest.ts';
import { newId } from './ids.ts';
import type { LeadOptions } from './lead.ts';
import { createRegister } from './register.ts';
import { createSurroundings, type SurroundingsOptions } from './surroundings.ts';
import { createNotes } from './told.ts';
import { createWatching, type WatchingOptions } from './watching.ts';
import { lastRunBefore, nextRun } from './when.ts';

const SCHEDULES_MAX = 200;
const WATCHES_MAX = 200;
/** How often it is looked what is due. */
const TICK = '*/15 * * * * *';
/** A run of a schedule, or a look of all watches, is one process's at a time. */
const LEASE_MS = 15_000;
const BUSY_MS = 2000;
/** How often watches look; one analysis serves all of them. */
const LOOK_MS = 60_000;

export interface DigestsOptions
  extends Omit<SurroundingsOptions, 'clock' | 'metrics'>,
    LeadOptions,
    Pick<WatchingOptions, 'platform'> {
  jobs: Jobs;
  metrics: Pick<Metrics, 'digest' | 'watchMessage' | 'mutes'>;
  /** What the settings declare. */
  declared: Declared;
  /** Milliseconds since 1970. */
  clock?(): number;
  leaseMs?: number;
  lookMs?: number;
}

const isFlag: Guard = (value) => typeof value === 'boolean';
const isEntry = {
  id: isText,
  platform: isText,
  channel: isText,
  filters: listOf(isText),
  namespace: optional(isText),
  by: isSaid,
};
const isSchedule = withMembers({
  ...isEntry,
  cron: isText,
  zone: isText,
  quiet: isText,
  since: isNumber,
  paused: optional(isFlag),
});
const isWatch = withMembers({
  ...isEntry,
  severity: isText,
  settleMs: isNumber,
  perHour: isNumber,
  quietHours: optional(withMembers({ from: isText, until: isText, zone: isText })),
});

interface Ticking extends Digests {
  /** Looks what is due; called by itself once it has started. */
  tick(): Promise<void>;
}

/** The digests and watches of all channels. Registers its work with the jobs. */
export function createDigests(options: DigestsOptions): Ticking {
  const { store, jobs, log, declared, clock = Date.now, leaseMs = LEASE_MS, lookMs = LOOK_MS } = options;
  const shared = { store, log };
  const schedules = createRegister<Schedule>({
    ...shared,
    key: 'digests:schedules:1',
    guard: isSchedule,
    max: SCHEDULES_MAX,
    noun: 'schedules',
  });
  const watches = createRegister<Watch>({
    ...shared,
    key: 'digests:watches:1',
    guard: isWatch,
    max: WATCHES_MAX,
    noun: 'watches',
  });
  const surroundings = createSurroundings({ ...options, clock });
  const notes = createNotes(store, log);
  const board = createBoard(options);
  const parts = { ...options, surroundings, notes, board, clock };
  const maker = createDigestMaker(parts);
  const watching = createWatching(parts);
  /** Runs that this process has handed to the jobs, so that it need not ask what was told of them. */
  const added = new Map<string, number>();
  let clockwork: ReturnType<typeof cron.schedule> | undefined;
  /** Whether the log knows that the store cannot be asked what is due. */
  let waiting = false;

  const allSchedules = async () => [...declared.schedules, ...(await schedules.list())];
  const allWatches = async () => [...declared.watches, ...(await watches.list())];

  async function plannedOf(schedule: Schedule): Promise<Planned> {
    const [told, trouble] = await Promise.all([notes.told(schedule.id), notes.trouble(schedule.id)]);
    const next = schedule.paused ? undefined : nextRun(schedule.cron, schedule.zone, clock());
    return {
      schedule,
      ...(next !== undefined && { next }),
      ...(told && { last: told.due }),
      ...(trouble && { trouble: trouble.text }),
    };
  }

  /** The run that is due and was not made, of those that were missed the last one. */
  async function dueOf(schedule: Schedule): Promise<number | undefined> {
    if (schedule.paused) return undefined;
    const due = lastRunBefore(schedule.cron, schedule.zone, clock());
    if (due === undefined || due <= (added.get(schedule.id) ?? 0)) return undefined;
    const [told, trouble] = await Promise.all([notes.told(schedule.id), notes.trouble(schedule.id)]);
    // One that the settings declare begins anew with each start, but has told something before.
    const since = schedule.declared && told ? 0 : schedule.since;
    return due > Math.max(since, told?.due ?? 0, trouble?.due ?? 0) ? due : undefined;
  }

  /** What is due waits for its store, however long that is away: it is told once. */
  async function tick(): Promise<void> {
    try {
      await addDue();
      if (waiting) log.info({}, 'Digests and watches go on');
      waiting = false;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (!waiting) log.warn({ reason: error.message }, 'Digests and watches wait for their store');
      waiting = true;
    }
  }

  async function addDue(): Promise<void> {
    for (const schedule of await allSchedules()) {
      const due = await dueOf(schedule);
      if (due === undefined) continue;
      const key = `${schedule.id}-${due}`;
      await jobs.add('digest', key, { id: schedule.id, due, key } satisfies Work);
      added.set(schedule.id, due);
    }
    if ((await allWatches()).length === 0) return;
    const slot = Math.floor(clock() / lookMs) * lookMs;
    if (slot <= (added.get('look') ?? 0)) return;
    await jobs.add('look', `look-${slot}`, {});
    added.set('look', slot);
  }

  /** Whatever the store or another process keeps from its end is work for later, and no failure. */
  async function patiently(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreError || error instanceof LockLost) throw new NotYet(BUSY_MS);
      throw error;
    }
  }

  jobs.handle('digest', (data, { signal }) => patiently(() => runDigest(data as Work, signal)));
  jobs.handle('look', (_data, { signal }) => patiently(() => look(signal)));

  async function runDigest({ id, due, key, asked }: Work, stop: AbortSignal): Promise<void> {
    const schedule = (await allSchedules()).find((each) => each.id === id);
    if (!schedule || (schedule.paused && !asked)) return;
    // A later one has come due meanwhile, and tells all of it.
    const latest = lastRunBefore(schedule.cron, schedule.zone, clock());
    if (!asked && latest !== undefined && latest > due) return;
    const free = await withLock(store, `digest-lock:1:${id}`, leaseMs, async (lost, { hold }) => {
      const told = await notes.told(id);
      if (!asked && told && told.due >= due) return;
      await maker.run(schedule, { due, key, signal: AbortSignal.any([stop, lost]), hold });
      await refresh();
    });
    if (!free) throw new NotYet(BUSY_MS);
  }

  async function look(stop: AbortSignal): Promise<void> {
    await withLock(store, 'look-lock:1', leaseMs, async (lost) => {
      await watching.look(await allWatches(), AbortSignal.any([stop, lost]));
    });
  }

  async function refresh(): Promise<void> {
    await board.refresh(await surroundings.present(undefined));
  }

  function isIn({ platform, channel }: Channel, of: Channel | undefined): boolean {
    return !of || (platform === of.platform && channel === of.channel);
  }

  function expectOwn(id: string): void {
    if ([...declared.schedules, ...declared.watches].some((each) => each.id === id)) {
      throw new UserError(`${id} is declared in the settings: change it in the file of K8SGPT_CONFIG, and restart.`);
    }
  }

  return {
    async schedule(wanted: Wanted) {
      const schedule: Schedule = { ...wanted, id: newId('dig'), since: clock() };
      await schedules.change((all) => [...all, schedule]);
      return plannedOf(schedule);
    },
    async watch(wanted) {
      const watch: Watch = { ...wanted, id: newId('watch') };
      await watches.change((all) => [...all, watch]);
      return watch;
    },
    async schedules(channel) {
      return Promise.all((await allSchedules()).filter((each) => isIn(each, channel)).map(plannedOf));
    },
    watches: async (channel) => (await allWatches()).filter((each) => isIn(each, channel)),
    async pause(id, paused) {
      expectOwn(id);
      const { after } = await schedules.change((all) =>
        all.map((each) => (each.id === id ? { ...each, since: clock(), paused } : each)),
      );
      const schedule = after.find((each) => each.id === id);
      return schedule && plannedOf(schedule);
    },
    async remove(id) {
      expectOwn(id);
      const [ofSchedules, ofWatches] = await Promise.all([
        schedules.change((all) => all.filter((each) => each.id !== id)),
        watches.change((all) => all.filter((each) => each.id !== id)),
      ]);
      await notes.forget(id);
      return [...ofSchedules.before, ...ofWatches.before].find((each) => each.id === id);
    },
    async postNow(id, key) {
      await jobs.add('digest', `${id}-${key}`, { id, due: clock(), key: `${id}-${key}`, asked: true } satisfies Work);
    },
    preview: (schedule, given) => maker.preview(schedule, given),
    async refresh() {
      try {
        await refresh();
      } catch (error) {
        // Messages show how things stand with the next refresh; what led to this one is done.
        if (!(error instanceof StoreError)) throw error;
      }
    },
    tick,
    start() {
      clockwork = cron.schedule(
        TICK,
        () => tick().catch((err: unknown) => log.warn({ err }, 'What is due could not be looked up')),
        {
          noOverlap: true,
        },
      );
    },
    stop() {
      void clockwork?.destroy();
    },
  };
}

/** What a job carries. */
interface Work {
  id: string;
  due: number;
  key: string;
  /** Somebody asked for it; else it is a run of the schedule. */
  asked?: true;
}
