import { type ComponentChildren, h } from 'preact';
import type { CommandHelp, Whole } from '../wire.ts';
import { draft } from './draft.ts';
import { Icon, Mark } from './icons.ts';
import { useStore } from './store.ts';
import { theme, toggleTheme } from './theme.ts';
import { read, unreadIn } from './unread.ts';
import { go, where } from './where.ts';

/** The workspace, its cluster and its channels. */
export function Sidebar({ whole, close }: { whole: Whole; close(): void }): ComponentChildren {
  const { channel } = useStore(where);
  useStore(read);
  return h(
    'nav',
    { class: 'sidebar', id: 'sidebar', 'aria-label': 'Channels' },
    h(
      'header',
      { class: 'workspace' },
      h(Mark, { size: 32 }),
      h('div', null, h('p', { class: 'workspace-name' }, 'Playground'), h('p', null, 'k8sgpt on this machine')),
    ),
    h('h2', null, 'Cluster'),
    h('p', { class: 'cluster' }, h('span', { class: 'pulse' }), h('span', { class: 'cluster-name' }, whole.cluster)),
    h('h2', null, 'Channels'),
    h(
      'ul',
      null,
      ...whole.channels.map(({ id }) => {
        const unread = id === channel ? 0 : unreadIn(whole, id);
        return h(
          'li',
          { key: id },
          h(
            'button',
            {
              class: `channel ${unread > 0 ? 'unread' : ''}`,
              type: 'button',
              'aria-current': id === channel ? 'page' : undefined,
              onClick() {
                go({ channel: id });
                close();
              },
            },
            h('span', { class: 'hash', 'aria-hidden': 'true' }, '#'),
            h('span', { class: 'channel-name' }, id),
            unread > 0 &&
              h('span', { class: 'count' }, h('span', null, unread), h('span', { class: 'hidden' }, ' unread')),
          ),
        );
      }),
    ),
    h('h2', null, 'Commands'),
    h('ul', null, ...whole.commands.map((command) => h(CommandItem, { key: command.name, command, close }))),
    h(
      'footer',
      { class: 'person' },
      h('span', { class: 'initial small' }, whole.user.slice(0, 1).toUpperCase()),
      h('span', null, whole.user),
      h(ThemeButton, null),
    ),
  );
}

/** A command; a click puts it into the composer. */
function CommandItem({ command, close }: { command: CommandHelp; close(): void }): ComponentChildren {
  const take = () => {
    draft.set({ text: `/k8sgpt ${command.name} ` });
    close();
  };
  return h(
    'li',
    null,
    h(
      'button',
      { class: 'command', type: 'button', title: command.summary, onClick: take },
      h('span', { class: 'hash', 'aria-hidden': 'true' }, '/'),
      command.name,
    ),
  );
}

function ThemeButton(): ComponentChildren {
  const isDark = useStore(theme) === 'dark';
  const label = isDark ? 'Switch to the light theme' : 'Switch to the dark theme';
  return h(
    'button',
    { class: 'quiet', type: 'button', 'aria-label': label, title: label, onClick: toggleTheme },
    h(Icon, { name: isDark ? 'sun' : 'moon' }),
  );
}
