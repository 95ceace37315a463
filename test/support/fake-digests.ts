import type { Digests, Planned, Schedule, Wanted, Watch } from '../../src/digests.ts';
import { UserError } from '../../src/errors.ts';

/** Digests and watches in memory, as strict as the real ones, and what they were asked for. */
export function createFakeDigests(declared: { schedules?: Schedule[]; watches?: Watch[] } = {}) {
  let ids = 0;
  const schedules: Planned[] = (declared.schedules ?? []).map((schedule) => ({ schedule }));
  const watches: Watch[] = [...(declared.watches ?? [])];
  const asked = { refreshes: 0, now: [] as string[], previews: [] as { wanted: Wanted; id?: string }[] };

  function expectOwn(id: string): void {
    const all = [...(declared.schedules ?? []), ...(declared.watches ?? [])];
    if (all.some((each) => each.id === id)) throw new UserError(`${id} is declared in the settings.`);
  }

  function take<T>(from: T[], isIt: (entry: T) => boolean): T | undefined {
    const at = from.findIndex(isIt);
    return at < 0 ? undefined : from.splice(at, 1)[0];
  }

  const digests: Digests = {
    async schedule(wanted) {
      const planned = { schedule: { ...wanted, id: `dig-${++ids}`, since: 0 }, next: Date.UTC(2100, 0, 1) };
      schedules.push(planned);
      return planned;
    },
    async watch(wanted) {
      const watch = { ...wanted, id: `watch-${++ids}` };
      watches.push(watch);
      return watch;
    },
    schedules: async (of) =>
      schedules.filter(({ schedule }) => !of || (schedule.channel === of.channel && schedule.platform === of.platform)),
    watches: async (of) =>
      watches.filter(({ channel, platform }) => !of || (channel === of.channel && platform === of.platform)),
    async pause(id, paused) {
      expectOwn(id);
      const planned = schedules.find(({ schedule }) => schedule.id === id);
      if (planned) planned.schedule = { ...planned.schedule, paused };
      return planned;
    },
    async remove(id) {
      expectOwn(id);
      return take(schedules, ({ schedule }) => schedule.id === id)?.schedule ?? take(watches, (each) => each.id === id);
    },
    async postNow(id) {
      asked.now.push(id);
    },
    async preview(wanted, { id }) {
      asked.previews.push({ wanted, ...(id && { id }) });
      return { text: 'Nothing new.', blocks: [{ type: 'text', text: 'Nothing new.' }] };
    },
    async refresh() {
      asked.refreshes++;
    },
    start() {},
    stop() {},
  };
  return { digests, asked };
}
