import { type ComponentChildren, h } from 'preact';
import { Icon } from './icons.ts';
import { connection, room } from './room.ts';
import { createStore, useStore } from './store.ts';

const SHOWN_MS = 6000;
const complaint = createStore('');
let timer: number | undefined;

/** Shows what went wrong, for a while. */
export function complain(error: unknown): void {
  complaint.set(error instanceof Error ? error.message : String(error));
  clearTimeout(timer);
  timer = window.setTimeout(() => complaint.set(''), SHOWN_MS);
}

/** What went wrong last, at the foot of the page. */
export function Complaint(): ComponentChildren {
  const text = useStore(complaint);
  return h('div', { class: 'complaint', role: 'alert' }, text && h('p', null, h(Icon, { name: 'error' }), text));
}

/** Says that the server is away, as long as it is. */
export function AwayBanner(): ComponentChildren {
  const isAway = useStore(connection) === 'away';
  const kept = useStore(room) ? ' What you see may be old.' : '';
  return h(
    'div',
    { class: 'away', role: 'status' },
    isAway && h('p', null, h('span', { class: 'spinner' }), `The server is away. Trying to reach it again.${kept}`),
  );
}
