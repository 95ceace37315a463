import { type ComponentChildren, h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Announcer } from './announcer.ts';
import { ChannelPane } from './channel.ts';
import { OpenForm } from './form.ts';
import { AwayBanner, Complaint } from './notice.ts';
import { room } from './room.ts';
import { Sidebar } from './sidebar.ts';
import { useStore } from './store.ts';
import { Thread } from './thread.ts';
import { markRead } from './unread.ts';
import { where } from './where.ts';

/** The whole page. */
export function App(): ComponentChildren {
  const whole = useStore(room);
  const place = useStore(where);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const channel = whole?.channels.some(({ id }) => id === place.channel) ? place.channel : 'general';
  const thread = place.channel === channel ? place.thread : undefined;

  useEffect(() => {
    const seen = () => {
      if (!whole || document.hidden) return;
      const here = whole.entries.filter((entry) => entry.channel === channel);
      markRead(
        here.filter((entry) => entry.thread === undefined),
        channel,
      );
      if (thread)
        markRead(
          here.filter((entry) => entry.thread === thread),
          thread,
        );
    };
    seen();
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [whole, channel, thread]);

  useEffect(() => {
    document.title = `#${channel} · Playground`;
  }, [channel]);

  useEffect(() => {
    document.addEventListener('keydown', slashToComposer);
    return () => document.removeEventListener('keydown', slashToComposer);
  }, []);

  return h(
    'div',
    {
      class: `app ${thread ? 'with-thread' : ''} ${isMenuOpen ? 'with-menu' : ''}`,
      onKeyDown(event: KeyboardEvent) {
        if (event.key === 'Escape') setMenuOpen(false);
      },
    },
    h(AwayBanner, null),
    whole && h(Sidebar, { whole, close: () => setMenuOpen(false) }),
    isMenuOpen && h('div', { class: 'scrim', onClick: () => setMenuOpen(false) }),
    whole &&
      h(
        'main',
        { class: 'main' },
        h('h1', { class: 'hidden' }, `Playground, channel ${channel}`),
        h(ChannelPane, { whole, channel, thread, isMenuOpen, openMenu: () => setMenuOpen(!isMenuOpen) }),
        thread && h(Thread, { whole, channel, thread, message: place.message }),
      ),
    h(OpenForm, null),
    h(Complaint, null),
    h(Announcer, null),
  );
}

/** A slash typed anywhere else begins a command in the channel's composer. */
function slashToComposer(event: KeyboardEvent): void {
  const element = event.target as HTMLElement;
  const isTyping = element.matches('input, select, textarea') || document.querySelector('dialog[open]') !== null;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  document.querySelector<HTMLElement>('.pane textarea')?.focus();
}
