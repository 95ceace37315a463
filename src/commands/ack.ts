import { type Call, defineCommand } from '../command.ts';
import { timeOf } from '../digests/words.ts';
import { UserError } from '../errors.ts';
import type { Track } from '../history.ts';
import type { Text } from '../message.ts';
import { saidBy } from './shared/channels.ts';
import { incidentIdOf, trackOf } from './shared/incidents.ts';

export default defineCommand({
  name: 'ack',
  aliases: ['acknowledge', 'take'],
  summary: 'Tells everybody that you are on an incident.',
  words: '<incident>',
  options: [{ name: 'release', summary: 'Gives it back, so that somebody else can take it.' }],
  examples: [
    { line: 'ack inc-4f2a9c', does: 'I’m on it: everybody sees who has it, and since when.' },
    { line: 'ack inc-4f2a9c --release', does: 'Somebody else may take it.' },
  ],
  where: 'chat',

  async run(call) {
    const id = incidentIdOf(call, 'ack inc-…');
    const track = await trackOf(call, id);
    return call.options.release ? release(call, track) : take(call, track);
  },
});

async function take(call: Call, { id, title, state }: Track): Promise<void> {
  const { services, chat } = call;
  if (state === 'resolved') throw new UserError(`It is solved, so there is nothing to take: ${title}.`);
  const wanted = { cluster: services.analysis.cluster, incident: id, by: saidBy(call) };
  const { by } = await services.attention.acknowledge(wanted);
  const mine = by.user === wanted.by.user && by.platform === wanted.by.platform;
  if (!mine || by.at !== wanted.by.at) {
    const who: Text = mine ? ['You are'] : [{ user: by.user }, ' is'];
    await chat.whisper({
      text: `${mine ? 'You are' : 'Somebody is'} on it already: ${title}.`,
      blocks: [
        { type: 'alert', level: 'info', text: [...who, ' on it since ', timeOf(by.at), `: ${title}.`] },
        { type: 'actions', actions: [{ label: mine ? 'Give it back' : 'Free it', run: `ack ${id} --release` }] },
      ],
    });
    return;
  }
  await chat.post({
    text: `Somebody is on it: ${title}.`,
    blocks: [
      { type: 'alert', level: 'success', text: [{ user: by.user }, ` is on it: ${title}.`] },
      { type: 'actions', actions: [{ label: 'Give it back', run: `ack ${id} --release` }] },
    ],
  });
  await services.digests.refresh();
}

async function release(call: Call, { id, title }: Track): Promise<void> {
  const { services, chat } = call;
  const { cluster } = services.analysis;
  const { user } = saidBy(call);
  const before = (await services.attention.acknowledged(cluster)).find(({ incident }) => incident === id);
  if (!(await services.attention.release(cluster, id))) throw new UserError(`Nobody is on it: ${title}.`);
  // Everybody may free it, since who has it may be asleep; they shall see who did.
  const theirs: Text = before && before.by.user !== user ? [', which ', { user: before.by.user }, ' had'] : [];
  await chat.post({
    text: `Nobody is on it any more: ${title}.`,
    blocks: [
      { type: 'alert', level: 'info', text: [{ user }, ` gave back: ${title}`, ...theirs, '.'] },
      { type: 'actions', actions: [{ label: 'I’m on it', run: `ack ${id}` }] },
    ],
  });
  await services.digests.refresh();
}
