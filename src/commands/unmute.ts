import { defineCommand } from '../command.ts';
import { UserError } from '../errors.ts';
import type { Text } from '../message.ts';
import { saidBy } from './shared/channels.ts';
import { incidentIdOf, trackOf } from './shared/incidents.ts';

export default defineCommand({
  name: 'unmute',
  summary: 'Lets digests and watches speak of a muted incident again.',
  words: '<incident>',
  options: [],
  examples: [{ line: 'unmute inc-4f2a9c', does: 'It is told again from now on.' }],
  where: 'chat',

  async run(call) {
    const { services, chat } = call;
    const { cluster } = services.analysis;
    const id = incidentIdOf(call, 'unmute inc-…');
    // A mute may outlive what is known of its incident.
    const mute = (await services.attention.mutes(cluster)).find(({ incident }) => incident === id);
    const { id: incident, title } = mute ? { id, title: mute.title } : await trackOf(call, id);
    if (!(await services.attention.unmute(cluster, incident))) {
      throw new UserError(`${incident} is not muted: ${title}.`);
    }
    const line: Text = ['Unmuted by ', { user: saidBy(call).user }, `: ${title}. It is told again from now on.`];
    await chat.post({
      text: `Unmuted: ${title}.`,
      blocks: [
        { type: 'alert', level: 'success', text: line },
        { type: 'actions', actions: [{ label: 'Mute …', form: 'mute', values: { incident } }] },
      ],
    });
    await services.digests.refresh();
  },
});
