import { type ComponentChildren, h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { harmless } from './inline.ts';
import { bornAt, room } from './room.ts';
import { useStore } from './store.ts';

/** Tells screen readers of each new message of the bot by its one line, wherever it was posted. */
export function Announcer(): ComponentChildren {
  const whole = useStore(room);
  const heard = useRef<number | undefined>(undefined);
  const [line, setLine] = useState('');

  useEffect(() => {
    if (!whole) return;
    const newest = whole.entries.filter((entry) => entry.author === 'bot').at(-1);
    const born = newest ? bornAt(newest) : 0;
    const isFirst = heard.current === undefined;
    if (newest && !isFirst && born > (heard.current ?? 0) && 'message' in newest.body) {
      setLine(
        `k8sgpt in ${newest.thread ? 'a thread of ' : ''}${newest.channel}: ${harmless(newest.body.message.text)}`,
      );
    }
    heard.current = born;
  }, [whole]);

  return h('div', { class: 'hidden', role: 'status', 'aria-live': 'polite' }, line);
}
