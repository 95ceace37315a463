import type { Mute } from '../attention.ts';
import { type Call, defineCommand } from '../command.ts';
import { durationText } from '../digests/when.ts';
import { timeOf } from '../digests/words.ts';
import { UserError } from '../errors.ts';
import type { Track } from '../history.ts';
import type { Text } from '../message.ts';
import { saidBy } from './shared/channels.ts';
import { incidentIdOf, lengthOf, reasonOf, trackOf } from './shared/incidents.ts';

const LONGEST_MS = 90 * 24 * 3_600_000;
const LENGTHS = ['1h', '4h', '1d', '2d', '7d', '30d'];

export default defineCommand({
  name: 'mute',
  aliases: ['silence', 'snooze'],
  summary: 'Keeps digests and watches silent about an incident for some time.',
  words: '<incident> [duration …]',
  options: [{ name: 'reason', value: 'text', summary: 'Why, for everybody who wonders.' }],
  examples: [
    { line: 'mute inc-4f2a9c 2d', does: 'Nobody is told of it for two days.' },
    { line: 'mute inc-4f2a9c 4h --reason "fix is rolling out"', does: 'The same, with the reason.' },
  ],
  where: 'chat',

  form(_services, { incident = '', duration = '1d', reason = '' }) {
    return {
      name: 'mute',
      title: 'Mute an incident',
      submit: 'Mute',
      command: 'mute',
      fields: [
        {
          name: 'incident',
          label: 'Incident',
          input: incident
            ? { type: 'choice', many: false, choices: [incident] }
            : { type: 'text', placeholder: 'inc-4f2a9c' },
          value: incident,
        },
        {
          name: 'duration',
          label: 'For how long',
          hint: 'Other lengths are typed: mute inc-4f2a9c 3d',
          input: { type: 'choice', many: false, choices: LENGTHS },
          value: duration,
        },
        {
          name: 'reason',
          label: 'Reason',
          hint: 'Everybody who looks at the mute can read it.',
          option: '--reason',
          input: { type: 'text', placeholder: 'fix is rolling out' },
          value: reason,
        },
      ],
    };
  },

  async run(call) {
    const id = incidentIdOf(call, 'mute inc-… 1d');
    const track = await trackOf(call, id);
    const length = call.words.slice(1);
    if (length.length === 0) return ask(call, track);
    const ms = lengthOf(length, call.options);
    if (ms > LONGEST_MS) {
      throw new UserError(`An incident can be muted for 90 days at most, not for ${durationText(ms)}.`);
    }
    return mute(call, track, ms);
  },
});

async function ask({ chat }: Call, { id, title }: Track): Promise<void> {
  const text = `For how long shall ${title} be muted?`;
  await chat.whisper({
    text,
    blocks: [
      {
        type: 'text',
        text: [`${text} Say it, as in `, { code: `${chat.prefix} mute ${id} 1d` }, ', or fill in the form.'],
      },
      {
        type: 'actions',
        actions: [{ label: 'Mute …', form: 'mute', values: { incident: id }, style: 'primary' }],
      },
    ],
  });
}

async function mute(call: Call, { id, title }: Track, ms: number): Promise<void> {
  const { services, chat } = call;
  const by = saidBy(call);
  const reason = reasonOf(call);
  const muted: Mute = {
    cluster: services.analysis.cluster,
    incident: id,
    title,
    until: by.at + ms,
    by,
    ...(reason && { reason }),
  };
  await services.attention.mute(muted);
  const line: Text = ['Muted by ', { user: by.user }, ' until ', timeOf(muted.until), `: ${title}.`];
  await chat.post({
    text: `Muted for ${durationText(ms)}: ${title}.`,
    blocks: [
      { type: 'alert', level: 'success', text: line },
      ...(reason ? [{ type: 'note' as const, text: `Reason: ${reason}` }] : []),
      { type: 'actions', actions: [{ label: 'Unmute', run: `unmute ${id}` }] },
    ],
  });
  await services.digests.refresh();
}
