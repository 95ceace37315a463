import type { Services } from '../../command.ts';
import { dayAndTime, ownZone } from '../../digests/when.ts';
import type { Block, Message } from '../../message.ts';
import { digestBlocks } from './planned.ts';

const OPEN_SHOWN = 10;

/** The bot's own page: what is open in the cluster, and the digests of all channels. */
export async function homeOf(services: Services): Promise<Message> {
  const { analysis, digests, history } = services;
  const [tracks, schedules, watches] = await Promise.all([
    history.tracks(analysis.cluster),
    digests.schedules(),
    digests.watches(),
  ]);
  const open = tracks.filter(({ resolvedAt, severity }) => resolvedAt === undefined && severity !== 'low');
  const text = `${analysis.cluster}: ${open.length === 0 ? 'nothing known to be wrong' : `${open.length} open`}`;
  const zone = ownZone();
  const blocks: Block[] = [{ type: 'heading', text }];
  for (const track of open.slice(0, OPEN_SHOWN)) {
    blocks.push({
      type: 'card',
      severity: track.severity,
      title: track.title,
      lines: [`Since ${dayAndTime(track.firstSeen, zone, Date.now())}.`],
    });
  }
  if (open.length > OPEN_SHOWN) blocks.push({ type: 'text', text: `And ${open.length - OPEN_SHOWN} more.` });
  blocks.push({ type: 'heading', text: 'Digests' });
  if (schedules.length === 0)
    blocks.push({ type: 'text', text: 'No channel gets a digest yet. In a channel: /k8sgpt digest schedule' });
  blocks.push(...schedules.flatMap((planned) => [channelLine(planned.schedule.channel), ...digestBlocks([planned])]));
  if (watches.length > 0) {
    const text = `${watches.length} ${watches.length === 1 ? 'watch tells' : 'watches tell'} channels of incidents when they begin: /k8sgpt watch list`;
    blocks.push({ type: 'note', text });
  }
  return { text, blocks };
}

function channelLine(channel: string): Block {
  return { type: 'note', text: ['In ', { code: channel }, ':'] };
}
