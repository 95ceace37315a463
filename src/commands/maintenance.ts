import type { Maintenance } from '../attention.ts';
import { type Call, defineCommand } from '../command.ts';
import { newId } from '../digests/ids.ts';
import { durationText, momentOf, ownZone, zoneOf } from '../digests/when.ts';
import { timeOf } from '../digests/words.ts';
import { UsageError, UserError } from '../errors.ts';
import { namespaceOf, saidBy } from './shared/channels.ts';
import { lengthOf, reasonOf } from './shared/incidents.ts';
import { windowBlocks } from './shared/windows.ts';

const DAY_MS = 24 * 3_600_000;
const LONGEST_MS = 30 * DAY_MS;
const AHEAD_MS = 90 * DAY_MS;

export default defineCommand({
  name: 'maintenance',
  summary: 'Expects trouble in a namespace for some time: nobody is told of what begins there.',
  words: '[<namespace> <duration>|list|cancel <id> …]',
  options: [
    { name: 'from', value: 'time', summary: 'When it begins, such as 22:00 or "2026-03-14 22:00"; without it, now.' },
    { name: 'tz', value: 'zone', summary: 'The time zone of --from; without it, the program’s own.' },
    { name: 'reason', value: 'text', summary: 'Why, for everybody who wonders.' },
  ],
  examples: [
    { line: 'maintenance shop 2h --reason "database upgrade"', does: 'Two hours from now on.' },
    { line: 'maintenance shop 4h --from 22:00 --tz Asia/Tokyo', does: 'Tonight, from ten to two.' },
    { line: 'maintenance list', does: 'What is under way or planned, with the way back.' },
  ],
  where: 'chat',

  async run(call) {
    const [first = 'list', ...rest] = call.words;
    if (first === 'list' && rest.length === 0) return list(call);
    if (first === 'cancel') return cancel(call, rest[0]);
    return plan(call, first, rest);
  },
});

async function plan(call: Call, namespace: string, length: readonly string[]): Promise<void> {
  const { services, chat, options } = call;
  namespaceOf(namespace, ` Write: ${chat.prefix} maintenance shop 2h`);
  if (length.length === 0) {
    throw new UsageError(`Say how long it lasts: ${chat.prefix} maintenance ${namespace} 2h`);
  }
  const by = saidBy(call);
  const reason = reasonOf(call);
  const window: Maintenance = {
    id: newId('mnt'),
    cluster: services.analysis.cluster,
    namespace,
    ...timesOf(lengthOf(length, options), options, by.at),
    by,
    ...(reason && { reason }),
  };
  await services.attention.plan(window);
  const { from, until } = window;
  await chat.post({
    text: `Maintenance of namespace ${namespace} for ${durationText(until - from)}.`,
    blocks: [
      {
        type: 'alert',
        level: 'success',
        text: [
          'Maintenance of namespace ',
          { bold: namespace },
          ' from ',
          timeOf(from),
          ' until ',
          timeOf(until),
          ', by ',
          { user: by.user },
          '. Nobody is told of what begins there meanwhile.',
        ],
      },
      ...(reason ? [{ type: 'note' as const, text: `Reason: ${reason}` }] : []),
      { type: 'actions', actions: [{ label: 'Cancel', run: `maintenance cancel ${window.id}`, style: 'danger' }] },
    ],
  });
  await services.digests.refresh();
}

function timesOf(ms: number, options: Call['options'], now: number): { from: number; until: number } {
  if (ms > LONGEST_MS) throw new UserError(`Maintenance lasts 30 days at most, not ${durationText(ms)}.`);
  const zone = typeof options.tz === 'string' ? zoneOf(options.tz) : ownZone();
  const from = typeof options.from === 'string' ? momentOf(options.from, zone, now) : now;
  if (from + ms <= now) throw new UserError(`Maintenance from ${options.from} would be over already.`);
  if (from - now > AHEAD_MS) throw new UserError('Maintenance can be planned 90 days ahead at most.');
  return { from, until: from + ms };
}

async function list({ services, chat }: Call): Promise<void> {
  const windows = await services.attention.maintenance(services.analysis.cluster);
  if (windows.length === 0) {
    const text = `No maintenance is planned. Plan one: ${chat.prefix} maintenance shop 2h --from 22:00`;
    await chat.post({ text, blocks: [{ type: 'text', text }] });
    return;
  }
  const text = windows.length === 1 ? '1 maintenance window.' : `${windows.length} maintenance windows.`;
  await chat.post({ text, blocks: [{ type: 'heading', text }, ...windowBlocks(windows)] });
}

async function cancel(call: Call, id: string | undefined): Promise<void> {
  const { services, chat } = call;
  const { cluster } = services.analysis;
  const windows = await services.attention.maintenance(cluster);
  const window = windows.find((each) => each.id === id);
  if (!window || !(await services.attention.cancel(cluster, window.id))) {
    if (windows.length === 0) throw new UserError('No maintenance is planned.');
    const ids = windows.map((each) => each.id).join(', ');
    throw new UsageError(id ? `There is no maintenance ${id}. There is: ${ids}.` : `Say which to cancel: ${ids}.`);
  }
  const { namespace } = window;
  await chat.post({
    text: `Cancelled the maintenance of namespace ${namespace}.`,
    blocks: [
      {
        type: 'alert',
        level: 'success',
        text: [
          { user: saidBy(call).user },
          ' cancelled the maintenance of namespace ',
          { bold: namespace },
          ' until ',
          timeOf(window.until),
          '. What begins there is told again.',
        ],
      },
    ],
  });
  await services.digests.refresh();
}
