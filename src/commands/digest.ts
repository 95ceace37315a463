import { type Call, defineCommand } from '../command.ts';
import { describeWhen, ownZone, parseWhen, zoneOf } from '../digests/when.ts';
import type { Planned, Wanted } from '../digests.ts';
import { UsageError, UserError } from '../errors.ts';
import type { Action, Block, Text } from '../message.ts';
import { channelOf, saidBy, scopeOf } from './shared/channels.ts';
import { actionsOf, digestBlocks, lineOf } from './shared/planned.ts';

const VERBS = ['schedule', 'list', 'pause', 'resume', 'remove', 'now', 'preview'];
const EVERY_WEEKDAY = '0 9 * * 1-5';

export default defineCommand({
  name: 'digest',
  aliases: ['digests'],
  summary: 'Tells this channel again and again what is new, worse, solved, and goes on.',
  words: '[schedule <when>|list|pause|resume|remove|now|preview …]',
  options: [
    {
      name: 'tz',
      value: 'zone',
      summary: 'The time zone of its hours, such as Asia/Tokyo; without it, the program’s own.',
    },
    { name: 'filter', short: 'f', value: 'filter', many: true, summary: 'Only these filters, separated by commas.' },
    { name: 'namespace', short: 'n', value: 'name', summary: 'Only this namespace; without it, all.' },
    { name: 'quiet', value: 'what', summary: 'Where nothing changed: line (one quiet line), or nothing.' },
    { name: 'replace', value: 'id', summary: 'The digest that this one takes the place of.' },
  ],
  examples: [
    { line: 'digest schedule every weekday at 9 --tz Asia/Tokyo', does: 'A digest each working day.' },
    { line: 'digest schedule "0 9,17 * * *" -n shop', does: 'As cron writes it, of one namespace.' },
    { line: 'digest preview', does: 'What the next one would say now; nothing is posted for others to see.' },
    { line: 'digest list', does: 'The digests of this channel, and when each comes next.' },
  ],
  where: 'chat',

  form(services, { id, when = 'every weekday at 9', tz = '', filters = '', namespace = '', quiet = 'line' }) {
    return {
      name: 'digest',
      title: 'Schedule a digest',
      submit: 'Schedule',
      command: 'digest schedule',
      fields: [
        {
          name: 'when',
          label: 'When',
          hint: 'In words, or as cron writes it: 0 9 * * 1-5',
          input: { type: 'text', placeholder: 'every weekday at 9' },
          value: when,
        },
        {
          name: 'tz',
          label: 'Time zone',
          hint: `Leave empty for ${ownZone()}.`,
          option: '--tz',
          input: { type: 'text', placeholder: 'Europe/Berlin' },
          value: tz,
        },
        {
          name: 'filters',
          label: 'Filters',
          hint: 'Leave all empty for every core filter.',
          option: '--filter',
          input: { type: 'choice', many: true, choices: services.analysis.filters.map(({ name }) => name) },
          value: filters,
        },
        {
          name: 'namespace',
          label: 'Namespace',
          hint: 'Leave empty for all namespaces.',
          option: '--namespace',
          input: { type: 'text', placeholder: 'shop' },
          value: namespace,
        },
        {
          name: 'quiet',
          label: 'Where nothing changed',
          option: '--quiet',
          input: { type: 'choice', many: false, choices: ['line', 'nothing'] },
          value: quiet,
        },
        ...(id
          ? [
              {
                name: 'replace',
                label: 'Takes the place of',
                option: '--replace',
                input: { type: 'choice' as const, many: false, choices: [id] },
                value: id,
              },
            ]
          : []),
      ],
    };
  },

  async run(call) {
    const [verb = 'list', ...rest] = call.words;
    if (!VERBS.includes(verb)) {
      throw new UsageError(`digest cannot "${verb}". It knows ${VERBS.join(', ')}.`);
    }
    if (verb === 'schedule') return schedule(call, rest.join(' '));
    if (verb === 'list') return list(call);
    if (verb === 'preview') return preview(call, rest[0]);
    const planned = await chosen(call, verb, rest[0]);
    if (verb === 'now') return now(call, planned);
    if (verb === 'remove') return remove(call, planned);
    return pause(call, planned, verb === 'pause');
  },
});

async function schedule(call: Call, when: string): Promise<void> {
  const { services, chat, options } = call;
  if (!when) {
    const text = 'When shall the digest come?';
    const blocks: Block[] = [
      {
        type: 'text',
        text: [
          `${text} Say it in words, as in `,
          { code: `${chat.prefix} digest schedule every weekday at 9` },
          ', or fill in the form.',
        ],
      },
      { type: 'actions', actions: [{ label: 'Schedule …', form: 'digest', style: 'primary' }] },
    ];
    await chat.whisper({ text, blocks });
    return;
  }
  const wanted = wantedOf(call, parseWhen(when));
  const replaced = options.replace ? (await chosen(call, 'replace', String(options.replace))).schedule.id : undefined;
  if (replaced) await services.digests.remove(replaced);
  const planned = await services.digests.schedule(wanted);
  const text = `Scheduled: ${lineOf(planned)}.${replaced ? ` It takes the place of ${replaced}.` : ''}`;
  await chat.post({
    text,
    blocks: [
      { type: 'alert', level: 'success', text },
      {
        type: 'actions',
        actions: [{ label: 'Preview', run: `digest preview ${planned.schedule.id}` }, ...actionsOf(planned)],
      },
    ],
  });
}

function wantedOf(call: Call, cron: string): Wanted {
  const { options } = call;
  const quiet = String(options.quiet ?? 'line');
  if (quiet !== 'line' && quiet !== 'nothing') {
    throw new UsageError(`There is no --quiet "${quiet}". Choose line or nothing.`);
  }
  return {
    ...scopeOf(call),
    cron,
    zone: typeof options.tz === 'string' && options.tz ? zoneOf(options.tz) : ownZone(),
    quiet,
    by: saidBy(call),
  };
}

async function list(call: Call): Promise<void> {
  const { chat, services } = call;
  const all = await services.digests.schedules(channelOf(call));
  if (all.length === 0) {
    const text = 'This channel gets no digest yet.';
    await chat.post({
      text,
      blocks: [
        { type: 'text', text },
        { type: 'actions', actions: [{ label: 'Schedule …', form: 'digest', style: 'primary' }] },
      ],
    });
    return;
  }
  const text = all.length === 1 ? 'This channel gets 1 digest.' : `This channel gets ${all.length} digests.`;
  await chat.post({
    text,
    blocks: [
      { type: 'heading', text },
      ...digestBlocks(all),
      { type: 'actions', actions: [{ label: 'Schedule …', form: 'digest' }] },
    ],
  });
}

/** The schedule that a person names; without a name, the only one of the channel. */
async function chosen(call: Call, verb: string, id: string | undefined): Promise<Planned> {
  const { chat, services } = call;
  const all = await services.digests.schedules(channelOf(call));
  const [only] = all;
  if (!id && only && all.length === 1) return only;
  // The bot's own page has buttons for the digests of all channels.
  const found = id && (await services.digests.schedules()).find(({ schedule }) => schedule.id === id);
  if (found) return found;
  if (all.length === 0)
    throw new UserError(`This channel has no digest. Schedule one: ${chat.prefix} digest schedule every weekday at 9`);
  const ids = all.map(({ schedule }) => schedule.id).join(', ');
  throw new UsageError(
    id ? `This channel has no digest ${id}. It has: ${ids}.` : `Say which digest to ${verb}: ${ids}.`,
  );
}

async function preview(call: Call, id: string | undefined): Promise<void> {
  const { chat, services, signal } = call;
  const all = await services.digests.schedules(channelOf(call));
  // Who says of what it shall be does not mean the one that is scheduled.
  const isOther = !id && Object.keys(call.options).length > 0;
  const found =
    id || (all.length > 0 && !isOther) ? await chosen(call, 'preview', id ?? all[0]?.schedule.id) : undefined;
  const wanted = found?.schedule ?? wantedOf(call, EVERY_WEEKDAY);
  const message = await services.digests.preview(wanted, {
    signal,
    onProgress: (label, done, of) => chat.progress(label, done, of),
    ...(found && { id: found.schedule.id }),
  });
  const note: Text = found
    ? ['A preview of ', { code: found.schedule.id }, ': this is how it would be now.']
    : all.length > 0
      ? 'A preview of what you ask for: no such digest is scheduled by that.'
      : 'A preview: no digest is scheduled here yet.';
  const actions: Action[] = found
    ? [{ label: 'Post now', run: `digest now ${found.schedule.id}` }]
    : [{ label: 'Schedule …', form: 'digest', style: 'primary' }];
  await chat.post({
    ...message,
    blocks: [{ type: 'note', text: note }, ...message.blocks, { type: 'actions', actions }],
  });
}

async function now(call: Call, { schedule }: Planned): Promise<void> {
  await call.services.digests.postNow(schedule.id, `now-${Math.floor(Date.now() / 1000)}`);
  const text = `The digest ${schedule.id} is being made, and comes to this channel in a moment.`;
  await call.chat.whisper({ text, blocks: [{ type: 'text', text }] });
}

async function pause(call: Call, { schedule }: Planned, paused: boolean): Promise<void> {
  const planned = await call.services.digests.pause(schedule.id, paused);
  if (!planned) throw new UserError(`There is no digest ${schedule.id} any more.`);
  const text = `${paused ? 'Paused' : 'Resumed'}: ${lineOf(planned)}.`;
  await call.chat.post({
    text,
    blocks: [
      { type: 'alert', level: 'success', text },
      { type: 'actions', actions: actionsOf(planned) },
    ],
  });
}

async function remove(call: Call, { schedule }: Planned): Promise<void> {
  await call.services.digests.remove(schedule.id);
  const { id, cron, zone, filters, namespace, quiet } = schedule;
  const text = `Removed the digest ${id}, which came ${describeWhen(cron, zone)}.`;
  const values = { when: cron, tz: zone, filters: filters.join(' '), quiet, ...(namespace && { namespace }) };
  await call.chat.post({
    text,
    blocks: [
      { type: 'alert', level: 'success', text },
      { type: 'actions', actions: [{ label: 'Schedule it again …', form: 'digest', values }] },
    ],
  });
}
