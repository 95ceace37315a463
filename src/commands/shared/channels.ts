import type { Said } from '../../attention.ts';
import type { Call } from '../../command.ts';
import type { Channel, Schedule } from '../../digests.ts';

type Scope = Pick<Schedule, 'filters' | 'namespace'>;

/** The channel that a command was called in. */
export function channelOf({ chat }: Pick<Call, 'chat'>): Channel {
  return { platform: chat.platform, channel: chat.place?.channel ?? '' };
}

/** The channel with what of the cluster shall be told there. Throws `UsageError` for a filter that does not exist. */
export function scopeOf(call: Pick<Call, 'chat' | 'options' | 'services'>): Channel & Scope {
  const { options, services } = call;
  const filters = Array.isArray(options.filter) ? options.filter : [];
  return {
    ...channelOf(call),
    filters: filters.length > 0 ? services.analysis.filtersOf({ filters }) : [],
    ...(typeof options.namespace === 'string' && { namespace: options.namespace }),
  };
}

export function saidBy({ chat }: Pick<Call, 'chat'>): Said {
  return { user: chat.user ?? '', platform: chat.platform, at: Date.now() };
}
