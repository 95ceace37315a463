import { type ComponentChildren, h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Entry, Whole } from '../wire.ts';
import { harmless } from './inline.ts';
import { bornAt, room } from './room.ts';
import { useStore } from './store.ts';

/** What was there when the room was looked at last. */
interface Heard {
  /** The birth of the newest message. */
  newest: number;
  growing: ReadonlySet<string>;
}

/** Tells screen readers of each new message of the bot by its one line, wherever it was posted, and of the end of one that grew. */
export function Announcer(): ComponentChildren {
  const whole = useStore(room);
  const heard = useRef<Heard | undefined>(undefined);
  const [line, setLine] = useState('');

  useEffect(() => {
    if (!whole) return;
    const { said, now } = listen(whole, heard.current);
    if (said) setLine(said);
    heard.current = now;
  }, [whole]);

  return h('div', { class: 'hidden', role: 'status', 'aria-live': 'polite' }, line);
}

/** What is to be said of the room, after what was heard of it before. */
function listen({ entries }: Whole, before: Heard | undefined): { said?: string; now: Heard } {
  const bots = entries.filter(({ author }) => author === 'bot');
  const newest = bots.at(-1);
  const now = {
    newest: newest ? bornAt(newest) : 0,
    growing: new Set(bots.flatMap(({ id, growing }) => (growing ? [id] : []))),
  };
  if (!before) return { now };
  if (newest && now.newest > before.newest && 'message' in newest.body) {
    return { said: `${whereOf(newest)}: ${harmless(newest.body.message.text)}`, now };
  }
  const ended = bots.find(({ id, growing }) => !growing && before.growing.has(id));
  return ended ? { said: `${whereOf(ended)}: the answer is complete.`, now } : { now };
}

function whereOf({ channel, thread }: Entry): string {
  return `k8sgpt in ${thread ? 'a thread of ' : ''}${channel}`;
}
