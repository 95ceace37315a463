import { type ComponentChildren, h } from 'preact';
import type { Entry, Whole } from '../wire.ts';
import { Composer } from './composer.ts';
import { Icon, Mark } from './icons.ts';
import { Log } from './log.ts';
import { clockTime } from './times.ts';
import { isUnread } from './unread.ts';
import { go } from './where.ts';

interface SummaryProps {
  whole: Whole;
  root: Entry;
  replies?: readonly Entry[] | undefined;
  isOpen: boolean;
}

/** `3 replies`, under the message that they answer. */
export function ThreadSummary({ whole, root, replies: all = [], isOpen }: SummaryProps): ComponentChildren {
  const replies = all.filter((entry) => !entry.whispered);
  const last = replies.at(-1);
  if (!last) return null;
  const fresh = !isOpen && replies.some((entry) => isUnread(whole, entry));
  return h(
    'button',
    {
      class: `thread-summary ${fresh ? 'fresh' : ''}`,
      type: 'button',
      'aria-expanded': isOpen,
      onClick: () => go({ channel: root.channel, thread: root.id }),
    },
    replies.some((entry) => entry.author === 'bot') ? h(Mark, { size: 20 }) : h(Icon, { name: 'thread' }),
    h('span', { class: 'thread-count' }, counted(replies.length)),
    h('span', { class: 'thread-last' }, fresh ? 'New' : `Last at ${clockTime(last.at)}`),
    h(Icon, { name: 'chevron' }),
  );
}

/** The thread pane: a message and its answers. */
export function Thread({
  whole,
  channel,
  thread,
  message,
}: {
  whole: Whole;
  channel: string;
  thread: string;
  message?: string | undefined;
}): ComponentChildren {
  const entries = whole.entries.filter((entry) => entry.id === thread || entry.thread === thread);
  const close = () => {
    go({ channel });
    document.querySelector<HTMLElement>('main textarea')?.focus();
  };
  return h(
    'aside',
    {
      class: 'thread',
      'aria-label': 'Thread',
      onKeyDown(event: KeyboardEvent) {
        if (event.key === 'Escape' && !event.defaultPrevented) close();
      },
    },
    h(
      'header',
      { class: 'bar' },
      h('h2', null, 'Thread'),
      h('span', { class: 'bar-topic' }, `#${channel}`),
      h(
        'button',
        { class: 'quiet', type: 'button', 'aria-label': 'Close thread', onClick: close },
        h(Icon, { name: 'close' }),
      ),
    ),
    h(Log, {
      key: thread,
      label: 'Messages in the thread',
      user: whole.user,
      entries,
      thread,
      goal: message,
      under: (entry) =>
        entry.id === thread &&
        entries.length > 1 &&
        h('div', { class: 'day' }, h('span', null, counted(entries.length - 1))),
      above: entries.length === 0 && h('p', { class: 'note' }, 'This thread is no longer kept. Run the command again.'),
    }),
    h(Composer, { whole, channel, thread, placeholder: 'Reply in the thread' }),
  );
}

function counted(replies: number): string {
  return replies === 1 ? '1 reply' : `${replies} replies`;
}
