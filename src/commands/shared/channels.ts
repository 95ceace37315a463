import type { Said } from '../../attention.ts';
import type { Call } from '../../command.ts';
import type { Channel, Schedule } from '../../digests.ts';
import { UsageError } from '../../errors.ts';

type Scope = Pick<Schedule, 'filters' | 'namespace'>;

/** As Kubernetes has them (RFC 1123). */
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The channel that a command was called in. */
export function channelOf({ chat }: Pick<Call, 'chat'>): Channel {
  return { platform: chat.platform, channel: chat.place?.channel ?? '' };
}

/** The channel with what of the cluster shall be told there. Throws `UsageError` for a filter or a namespace that cannot be. */
export function scopeOf(call: Pick<Call, 'chat' | 'options' | 'services'>): Channel & Scope {
  const { options, services } = call;
  const filters = Array.isArray(options.filter) ? options.filter : [];
  return {
    ...channelOf(call),
    filters: filters.length > 0 ? services.analysis.filtersOf({ filters }) : [],
    ...(typeof options.namespace === 'string' && { namespace: namespaceOf(options.namespace) }),
  };
}

/** Whether it exists is not asked: it may come later. Throws `UsageError` for what is no name of one; `cure` ends the sentence. */
export function namespaceOf(text: string, cure = ''): string {
  if (NAMESPACE.test(text)) return text;
  throw new UsageError(`"${text}" is no namespace: its name has small letters, digits and dashes, 63 at most.${cure}`);
}

export function saidBy({ chat }: Pick<Call, 'chat'>): Said {
  return { user: chat.user ?? '', platform: chat.platform, at: Date.now() };
}
