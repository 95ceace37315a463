import type { Acknowledgement, Attention, Maintenance, Mute } from '../attention.ts';
import { UserError } from '../errors.ts';
import { type Guard, isNumber, isText, optional, withMembers } from '../guards.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store.ts';
import { clip } from '../words.ts';
import { durationText } from './durations.ts';
import { createRegister, type Register } from './register.ts';

const DAY_MS = 24 * 3_600_000;
/** What is muted for longer is forgotten rather than known. */
const MUTE_MAX_MS = 90 * DAY_MS;
const MAINTENANCE_MAX_MS = 30 * DAY_MS;
const AHEAD_MAX_MS = 365 * DAY_MS;
/** Who was on it so long ago is not on it any more. */
const ACKNOWLEDGED_MS = 30 * DAY_MS;
/** Of each sort, for each cluster. */
const ENTRIES_MAX = 500;
const LETTERS_MAX = 300;

const said = { cluster: isText, by: withMembers({ user: isText, platform: isText, at: isNumber }) };
const isAcknowledgement = withMembers({ ...said, incident: isText });
const isMute = withMembers({ ...said, incident: isText, title: isText, until: isNumber, reason: optional(isText) });
const isMaintenance = withMembers({
  ...said,
  id: isText,
  namespace: isText,
  from: isNumber,
  until: isNumber,
  reason: optional(isText),
});

interface AttentionOptions {
  store: Store;
  log: Logger;
  clock?: () => number;
}

/**
 * Keeps what people said in the store, for all replicas. Throws `UserError` for an end that is past or too far away, and
 * where there is too much of it.
 */
export function createAttention({ store, log, clock = Date.now }: AttentionOptions): Attention {
  function registerOf<T>(key: string, cluster: string, guard: Guard, noun = key): Register<T> {
    return createRegister<T>({ store, log, key: `${key}:v1:${cluster}`, guard, max: ENTRIES_MAX, noun });
  }

  const mutes = (cluster: string) => registerOf<Mute>('mutes', cluster, isMute);
  const acknowledgements = (cluster: string) =>
    registerOf<Acknowledgement>('acknowledgements', cluster, isAcknowledgement);
  const windows = (cluster: string) =>
    registerOf<Maintenance>('maintenance', cluster, isMaintenance, 'maintenance windows');

  const lasts = ({ until }: Mute | Maintenance) => until > clock();
  const holds = ({ by }: Acknowledgement) => by.at + ACKNOWLEDGED_MS > clock();

  return {
    async mute(mute) {
      checkLength('A mute', { from: clock(), until: mute.until }, clock(), MUTE_MAX_MS);
      const kept = { ...mute, title: clip(mute.title, LETTERS_MAX), ...reasonOf(mute) };
      await put(mutes(mute.cluster), kept, ({ incident }) => incident === mute.incident, lasts);
    },
    unmute: (cluster, incident) => take(mutes(cluster), (mute) => mute.incident === incident, lasts),
    async mutes(cluster) {
      return (await mutes(cluster).list()).filter(lasts).sort((a, b) => a.until - b.until);
    },
    async acknowledge(acknowledgement) {
      const { cluster, incident } = acknowledgement;
      const isIt = (each: Acknowledgement) => each.incident === incident;
      const { after } = await acknowledgements(cluster).change((entries) => {
        const open = entries.filter(holds);
        return open.some(isIt) ? open : [...open, acknowledgement];
      });
      return after.find(isIt) ?? acknowledgement;
    },
    release: (cluster, incident) => take(acknowledgements(cluster), (each) => each.incident === incident, holds),
    async acknowledged(cluster) {
      return (await acknowledgements(cluster).list()).filter(holds);
    },
    async plan(maintenance) {
      checkLength('Maintenance', maintenance, clock(), MAINTENANCE_MAX_MS);
      const kept = { ...maintenance, ...reasonOf(maintenance) };
      await put(windows(maintenance.cluster), kept, ({ id }) => id === maintenance.id, lasts);
    },
    cancel: (cluster, id) => take(windows(cluster), (each) => each.id === id, lasts),
    async maintenance(cluster) {
      return (await windows(cluster).list()).filter(lasts).sort((a, b) => a.from - b.from);
    },
  };
}

/** Keeps an entry in place of the one that it replaces, and drops what is over. */
async function put<T>(register: Register<T>, entry: T, replaces: (each: T) => boolean, lasts: (each: T) => boolean) {
  await register.change((entries) => [...entries.filter((each) => lasts(each) && !replaces(each)), entry]);
}

/** Takes an entry out, and what is over with it; whether it was there, and not over. */
async function take<T>(register: Register<T>, isIt: (each: T) => boolean, lasts: (each: T) => boolean) {
  const { before } = await register.change((entries) => entries.filter((each) => lasts(each) && !isIt(each)));
  return before.some((each) => lasts(each) && isIt(each));
}

function checkLength(what: string, { from, until }: { from: number; until: number }, now: number, max: number): void {
  if (!(until > from && until > now)) throw new UserError(`${what} must end after it begins, and after now.`);
  if (until - from > max) throw new UserError(`${what} lasts ${durationText(max)} at most. Give a shorter time.`);
  if (from - now > AHEAD_MAX_MS) throw new UserError(`${what} begins within a year at most. Give an earlier time.`);
}

function reasonOf({ reason }: { reason?: string }): { reason?: string } {
  return reason === undefined ? {} : { reason: clip(reason, LETTERS_MAX) };
}
