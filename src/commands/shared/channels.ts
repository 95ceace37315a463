import type { Said } from '../../attention.ts';
import type { Call } from '../../command.ts';
import type { Channel } from '../../digests.ts';

/** The channel that a command was called in. */
export function channelOf({ chat }: Pick<Call, 'chat'>): Channel {
  return { platform: chat.platform, channel: chat.place?.channel ?? '' };
}

export function saidBy({ chat }: Pick<Call, 'chat'>): Said {
  return { user: chat.user ?? '', platform: chat.platform, at: Date.now() };
}
