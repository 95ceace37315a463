import { type ComponentChildren, h } from 'preact';
import type { Whole } from '../wire.ts';
import { Composer } from './composer.ts';
import { Icon } from './icons.ts';
import { Log } from './log.ts';
import { ThreadSummary } from './thread.ts';
import { Welcome } from './welcome.ts';

interface Props {
  whole: Whole;
  channel: string;
  /** The thread that is open beside it. */
  thread?: string;
  isMenuOpen: boolean;
  openMenu(): void;
}

/** A channel: its messages, and where one is typed. */
export function ChannelPane({ whole, channel, thread, isMenuOpen, openMenu }: Props): ComponentChildren {
  const entries = whole.entries.filter((entry) => entry.channel === channel && entry.thread === undefined);
  const replies = Map.groupBy(whole.entries, (entry) => entry.thread);
  const topic = whole.channels.find(({ id }) => id === channel)?.topic;
  return h(
    'section',
    { class: 'pane', 'aria-label': `Channel ${channel}` },
    h(
      'header',
      { class: 'bar' },
      h(
        'button',
        {
          class: 'quiet menu',
          type: 'button',
          'aria-label': 'Channels',
          'aria-controls': 'sidebar',
          'aria-expanded': isMenuOpen,
          onClick: openMenu,
        },
        h(Icon, { name: 'menu' }),
      ),
      h('h2', null, h('span', { class: 'hash' }, '#'), channel),
      h('span', { class: 'bar-topic' }, topic),
    ),
    h(Log, {
      key: channel,
      label: `Messages in ${channel}`,
      user: whole.user,
      entries,
      above:
        entries.length === 0
          ? h(Welcome, { channel })
          : h('p', { class: 'kept' }, `Kept in memory until the program ends: the newest ${whole.keeps} messages.`),
      under: (entry) =>
        h(ThreadSummary, { whole, root: entry, replies: replies.get(entry.id), isOpen: entry.id === thread }),
    }),
    h(Composer, { key: channel, whole, channel, placeholder: `Message #${channel}` }),
  );
}
