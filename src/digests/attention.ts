import type { Acknowledgement, Attention, Maintenance, Mute } from '../attention.ts';
import { isNumber, isText, optional, withMembers } from '../guards.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store.ts';
import { createRegister, type Register } from './register.ts';

/** At most so many of each, for each cluster. */
const MAX = 500;
/** Who took an incident and then forgot it, shall not keep others from it for ever. */
const ACKNOWLEDGED_MS = 7 * 24 * 3_600_000;

interface AttentionOptions {
  store: Store;
  log: Logger;
  /** Milliseconds since 1970. */
  clock?(): number;
}

export const isSaid = withMembers({ user: isText, platform: isText, at: isNumber });
const isMute = withMembers({
  cluster: isText,
  incident: isText,
  title: isText,
  until: isNumber,
  reason: optional(isText),
  by: isSaid,
});
const isAcknowledgement = withMembers({ cluster: isText, incident: isText, by: isSaid });
const isMaintenance = withMembers({
  id: isText,
  cluster: isText,
  namespace: isText,
  from: isNumber,
  until: isNumber,
  reason: optional(isText),
  by: isSaid,
});

/** What people said about incidents, kept in the store for all replicas. Throws `UserError` where there are too many. */
export function createAttention({ store, log, clock = Date.now }: AttentionOptions): Attention {
  const mutes = kept<Mute>({ name: 'mutes', guard: isMute, endOf: ({ until }) => until });
  const acknowledgements = kept<Acknowledgement>({
    name: 'acknowledgements',
    guard: isAcknowledgement,
    endOf: ({ by }) => by.at + ACKNOWLEDGED_MS,
  });
  const windows = kept<Maintenance>({
    name: 'maintenance',
    noun: 'maintenance windows',
    guard: isMaintenance,
    endOf: ({ until }) => until,
  });

  /** One list for each cluster, without what is over. */
  function kept<T extends { cluster: string }>(kind: Kind<T>) {
    const { name, noun = name, guard, endOf } = kind;
    const registerOf = (cluster: string): Register<T> =>
      createRegister<T>({ store, log, key: `attention:${name}:1:${cluster}`, guard, max: MAX, noun });
    const holds = (entry: T) => endOf(entry) > clock();
    return {
      list: async (cluster: string) => (await registerOf(cluster).list()).filter(holds),
      async put(entry: T, isSame: (other: T) => boolean, keepsFirst = false): Promise<T> {
        const { after } = await registerOf(entry.cluster).change((entries) => {
          const current = entries.filter(holds);
          const first = keepsFirst && current.some(isSame);
          return first ? current : [...current.filter((other) => !isSame(other)), entry];
        });
        return after.find(isSame) ?? entry;
      },
      async drop(cluster: string, isSame: (other: T) => boolean): Promise<boolean> {
        const { before } = await registerOf(cluster).change((entries) =>
          entries.filter((entry) => holds(entry) && !isSame(entry)),
        );
        return before.some((entry) => holds(entry) && isSame(entry));
      },
    };
  }

  return {
    async mute(mute) {
      await mutes.put(mute, ({ incident }) => incident === mute.incident);
    },
    unmute: (cluster, id) => mutes.drop(cluster, ({ incident }) => incident === id),
    mutes: async (cluster) => (await mutes.list(cluster)).sort((a, b) => a.until - b.until),
    acknowledge: (taken) => acknowledgements.put(taken, ({ incident }) => incident === taken.incident, true),
    release: (cluster, id) => acknowledgements.drop(cluster, ({ incident }) => incident === id),
    acknowledged: (cluster) => acknowledgements.list(cluster),
    async plan(maintenance) {
      await windows.put(maintenance, ({ id }) => id === maintenance.id);
    },
    cancel: (cluster, wanted) => windows.drop(cluster, ({ id }) => id === wanted),
    maintenance: async (cluster) => (await windows.list(cluster)).sort((a, b) => a.from - b.from),
  };
}

interface Kind<T> {
  /** Of its keys in the store. */
  name: string;
  /** What people call its entries; its name where absent. */
  noun?: string;
  guard: (value: unknown) => boolean;
  endOf(entry: T): number;
}
