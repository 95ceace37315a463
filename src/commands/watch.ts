import { SEVERITIES, type Severity } from '../analyzer.ts';
import { type Call, defineCommand } from '../command.ts';
import { durationOf, durationText, ownZone, quietHoursOf, zoneOf } from '../digests/when.ts';
import type { Watch } from '../digests.ts';
import { UsageError, UserError } from '../errors.ts';
import type { Block } from '../message.ts';
import { channelOf, saidBy, scopeOf } from './shared/channels.ts';

const PER_HOUR = 6;
const PER_HOUR_MAX = 60;
const SETTLE = '2m';
const SETTLE_MAX_MS = 24 * 3_600_000;

export default defineCommand({
  name: 'watch',
  aliases: ['watches'],
  summary: 'Tells this channel of incidents when they begin.',
  words: '[start|list|stop] [id]',
  options: [
    { name: 'filter', short: 'f', value: 'filter', many: true, summary: 'Only these filters, separated by commas.' },
    { name: 'namespace', short: 'n', value: 'name', summary: 'Only this namespace; without it, all.' },
    {
      name: 'severity',
      value: 'least',
      summary: 'The least severity that is told: critical, high (the default), medium or low.',
    },
    {
      name: 'settle',
      value: 'time',
      summary: `So long an incident must last before it is told, ${SETTLE} where absent.`,
    },
    {
      name: 'per-hour',
      value: 'number',
      summary: `Messages an hour at most, ${PER_HOUR} where absent; more are told together.`,
    },
    { name: 'quiet', value: 'hours', summary: 'Hours in which nothing is posted, such as 22:00-07:00.' },
    { name: 'tz', value: 'zone', summary: 'The time zone of the quiet hours.' },
  ],
  examples: [
    { line: 'watch -n shop --severity high', does: 'Incidents of one namespace, when they begin.' },
    {
      line: 'watch --quiet 22:00-07:00 --tz Europe/Berlin',
      does: 'Nothing at night; in the morning what still goes on.',
    },
    { line: 'watch list', does: 'What this channel watches.' },
  ],
  where: 'chat',

  async run(call) {
    const [verb, id] = call.words;
    if (verb === 'list') return list(call);
    if (verb === 'stop') return stop(call, id);
    if (verb && verb !== 'start') throw new UsageError(`watch cannot "${verb}". It knows start, list and stop.`);
    // Who only asks is told; who says anything of it begins one.
    const started = verb === 'start' || Object.keys(call.options).length > 0;
    const existing = await call.services.digests.watches(channelOf(call));
    return started || existing.length === 0 ? start(call) : list(call);
  },
});

async function start(call: Call): Promise<void> {
  const { chat, services } = call;
  const watch = await services.digests.watch(wantedOf(call));
  const text = `Watching: ${lineOf(watch)}.`;
  const next = 'What is open already is not told: see the report, or schedule a digest.';
  await chat.post({
    text,
    blocks: [
      { type: 'alert', level: 'success', text },
      { type: 'note', text: next },
      {
        type: 'actions',
        actions: [
          { label: 'Analyze now', run: `analyze${watch.namespace ? ` -n ${watch.namespace}` : ''}` },
          { label: 'Stop', run: `watch stop ${watch.id}`, style: 'danger' },
        ],
      },
    ],
  });
}

function wantedOf(call: Call): Omit<Watch, 'id'> {
  const { options } = call;
  const severity = String(options.severity ?? 'high').toLowerCase() as Severity;
  if (!SEVERITIES.includes(severity)) {
    throw new UsageError(`There is no severity "${options.severity}". Choose ${SEVERITIES.join(', ')}.`);
  }
  const perHour = Number(options['per-hour'] ?? PER_HOUR);
  if (!Number.isInteger(perHour) || perHour < 1 || perHour > PER_HOUR_MAX) {
    throw new UsageError(`--per-hour must be a number from 1 to ${PER_HOUR_MAX}, not "${options['per-hour']}".`);
  }
  const settleMs = options.settle === '0' ? 0 : durationOf(String(options.settle ?? SETTLE));
  if (settleMs > SETTLE_MAX_MS) throw new UsageError('--settle may be a day at most.');
  const zone = typeof options.tz === 'string' && options.tz ? zoneOf(options.tz) : ownZone();
  return {
    ...scopeOf(call),
    severity,
    settleMs,
    perHour,
    ...(typeof options.quiet === 'string' && { quietHours: quietHoursOf(options.quiet, zone) }),
    by: saidBy(call),
  };
}

async function list(call: Call): Promise<void> {
  const { chat, services } = call;
  const all = await services.digests.watches(channelOf(call));
  if (all.length === 0) {
    const text = `This channel watches nothing. Begin: ${chat.prefix} watch --severity high`;
    await chat.post({ text, blocks: [{ type: 'text', text }] });
    return;
  }
  const text = `This channel watches, since its last message, with ${all.length === 1 ? '1 watch' : `${all.length} watches`}.`;
  const blocks = all.flatMap((watch): Block[] => [
    { type: 'text', text: `${lineOf(watch)}.` },
    ...(watch.declared
      ? []
      : [
          {
            type: 'actions' as const,
            actions: [{ label: 'Stop', run: `watch stop ${watch.id}`, style: 'danger' as const }],
          },
        ]),
  ]);
  await chat.post({ text, blocks });
}

async function stop(call: Call, id: string | undefined): Promise<void> {
  const all = await call.services.digests.watches(channelOf(call));
  const watch = all.find((each) => each.id === id) ?? (!id && all.length === 1 ? all[0] : undefined);
  if (!watch) {
    const ids = all.map((each) => each.id).join(', ');
    if (all.length === 0) throw new UserError('This channel watches nothing.');
    throw new UsageError(id ? `This channel has no watch ${id}. It has: ${ids}.` : `Say which watch to stop: ${ids}.`);
  }
  await call.services.digests.remove(watch.id);
  const text = `Stopped: ${lineOf(watch)}.`;
  await call.chat.post({
    text,
    blocks: [
      { type: 'alert', level: 'success', text },
      { type: 'actions', actions: [{ label: 'Start it again', run: `watch start ${optionsOf(watch)}` }] },
    ],
  });
}

/** `watch-k3m9x: incidents of at least high severity in namespace shop that last 2 min, at most 6 messages an hour`. */
function lineOf({ id, filters, namespace, severity, settleMs, perHour, quietHours, declared }: Watch): string {
  const what = filters.length > 0 ? ` of ${filters.join(', ')}` : '';
  const where = namespace ? ` in namespace ${namespace}` : '';
  const lasting = settleMs > 0 ? ` that last ${durationText(settleMs)}` : '';
  const quiet = quietHours ? `, quiet from ${quietHours.from} to ${quietHours.until} ${quietHours.zone}` : '';
  const from = declared ? ', declared in the settings' : '';
  return `${id}: incidents${what} of at least ${severity} severity${where}${lasting}, at most ${perHour} ${perHour === 1 ? 'message' : 'messages'} an hour${quiet}${from}`;
}

function optionsOf({ filters, namespace, severity, settleMs, perHour, quietHours }: Watch): string {
  return [
    ...(filters.length > 0 ? [`--filter ${filters.join(',')}`] : []),
    ...(namespace ? [`--namespace ${namespace}`] : []),
    `--severity ${severity} --per-hour ${perHour} --settle ${settleMs === 0 ? 0 : `${settleMs / 1000}s`}`,
    ...(quietHours ? [`--quiet ${quietHours.from}-${quietHours.until} --tz ${quietHours.zone}`] : []),
  ].join(' ');
}
