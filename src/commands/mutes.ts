import type { Mute } from '../attention.ts';
import { defineCommand } from '../command.ts';
import { timeOf } from '../digests/words.ts';
import type { Block, Text } from '../message.ts';
import { listed } from './shared/listed.ts';
import { windowBlocks } from './shared/windows.ts';

export default defineCommand({
  name: 'mutes',
  aliases: ['muted'],
  summary: 'Shows what is muted, until when, by whom and why, and the maintenance windows.',
  options: [],
  examples: [{ line: 'mutes', does: 'Everything that nobody is told of now, with the way back.' }],
  where: 'chat',

  async run({ services, chat }) {
    const { cluster } = services.analysis;
    const [mutes, windows] = await Promise.all([
      services.attention.mutes(cluster),
      services.attention.maintenance(cluster),
    ]);
    if (mutes.length === 0 && windows.length === 0) {
      const text = 'Nothing is muted, and no maintenance is planned.';
      await chat.post({ text, blocks: [{ type: 'text', text }] });
      return;
    }
    const text = `${countOf(mutes.length, 'incident')} muted, ${countOf(windows.length, 'maintenance window')}.`;
    await chat.post({
      text,
      blocks: [
        ...(mutes.length > 0 ? [{ type: 'heading' as const, text: 'Muted' }, ...muteBlocks(mutes)] : []),
        ...(windows.length > 0 ? [{ type: 'heading' as const, text: 'Maintenance' }, ...windowBlocks(windows)] : []),
      ],
    });
  },
});

function muteBlocks(mutes: readonly Mute[]): Block[] {
  return listed(
    mutes.map((mute) => ({ line: lineOf(mute), action: { label: 'Unmute', run: `unmute ${mute.incident}` } })),
  );
}

function lineOf({ incident, title, until, by, reason }: Mute): Text {
  const why = reason ? `: ${reason}` : '.';
  return [{ bold: title }, ' (', { code: incident }, ') until ', timeOf(until), ', by ', { user: by.user }, why];
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
