import { type ComponentChildren, h } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Entry } from '../wire.ts';
import { EntryRow } from './entry.ts';
import { Icon } from './icons.ts';
import { dayOf } from './times.ts';

/** Messages of one author that come within this time stand under one name. */
const TOGETHER_MS = 4 * 60_000;
const NEAR_PX = 24;
const SHORT_PX = 120;

interface Props {
  label: string;
  user: string;
  entries: readonly Entry[];
  /** The message that all others answer; it is shown in brief. */
  thread?: string;
  /** The message that it is opened at. */
  goal?: string | undefined;
  /** Shown under a message, such as the summary of its thread. */
  under?(entry: Entry): ComponentChildren;
  /** Shown above the first message. */
  above?: ComponentChildren;
}

/** The list of messages. It stays at the newest one until the person scrolls away. */
export function Log({ label, user, entries, thread, goal: opened, under, above }: Props): ComponentChildren {
  const box = useRef<HTMLDivElement>(null);
  const goal = useRef(0);
  const end = useRef(0);
  const following = useRef<'rest' | 'end' | undefined>('rest');
  const newest = useRef<string | undefined>(undefined);
  const [isBehind, setBehind] = useState(false);

  const follow = () => {
    const element = box.current;
    if (!element) return;
    end.current = endOf(element);
    if (!following.current) return;
    goal.current = following.current === 'end' ? end.current : restingPlace(element);
    element.scrollTop = goal.current;
  };
  /** Who went on to the end of a message that grows stays there; who waits at its beginning is left there to read. */
  const look = (element: HTMLElement) => {
    if (Math.abs(element.scrollTop - goal.current) < 2) following.current ??= 'rest';
    else if (end.current - element.scrollTop >= NEAR_PX) following.current = undefined;
    else following.current = element.scrollTop > goal.current ? 'end' : 'rest';
  };
  useLayoutEffect(() => {
    const element = box.current;
    // They may have scrolled a moment ago; what has become shorter has moved them itself.
    if (element && endOf(element) >= end.current) look(element);
    const last = entries.at(-1);
    // Who says something wants to see the answer.
    const isNew = last?.id !== newest.current;
    if (isNew && (last?.author === 'person' || following.current)) following.current = 'rest';
    newest.current = last?.id;
    follow();
  }, [entries]);
  useLayoutEffect(() => {
    const target = opened && box.current?.querySelector(`[data-id="${CSS.escape(opened)}"]`);
    if (!target) return;
    following.current = undefined;
    target.scrollIntoView({ block: 'center' });
  }, [opened]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    // Folded files, fonts and windows change heights too.
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    end.current = endOf(element);
    look(element);
    setBehind((lastRow(element)?.offsetTop ?? 0) > element.scrollTop + element.clientHeight - NEAR_PX);
  };
  const toNewest = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };

  return h(
    'div',
    { class: 'log-frame' },
    h(
      'div',
      // Announcements are made one line a message (see `Announcer`), not with every block of a report.
      { class: 'log', role: 'log', 'aria-label': label, 'aria-live': 'off', tabIndex: 0, ref: box, onScroll: scrolled },
      h('div', { class: 'log-rows' }, above, ...rows({ entries, user, thread, under })),
    ),
    isBehind &&
      h(
        'button',
        {
          class: 'to-newest',
          type: 'button',
          title: 'Newest messages',
          'aria-label': 'Newest messages',
          onClick: toNewest,
        },
        h(Icon, { name: 'down' }),
      ),
  );
}

function rows({
  entries,
  user,
  thread,
  under,
}: Pick<Props, 'entries' | 'user' | 'thread' | 'under'>): ComponentChildren[] {
  const list: ComponentChildren[] = [];
  let previous: Entry | undefined;
  for (const entry of entries) {
    const day = dayOf(entry.at);
    if (previous ? dayOf(previous.at) !== day : !thread) {
      list.push(h('div', { key: `${entry.id}-day`, class: 'day' }, h('span', null, day)));
    }
    list.push(
      h(
        'div',
        { key: entry.id, class: 'row' },
        h(EntryRow, { entry, user, follows: continues(entry, previous), isRoot: entry.id === thread }),
        under?.(entry),
      ),
    );
    previous = entry;
  }
  return list;
}

/** Whether a message goes on where the same person left off. The bot's are long, so each has its own head. */
function continues(entry: Entry, previous: Entry | undefined): boolean {
  if (!previous || previous.id === entry.thread) return false;
  if (entry.author === 'bot' || previous.author === 'bot') return false;
  return Date.parse(entry.at) - Date.parse(previous.at) < TOGETHER_MS;
}

/** At the end, but never past the beginning of the last answer and its question: a long report is read from its top. */
function restingPlace(element: HTMLElement): number {
  const end = endOf(element);
  const last = lastRow(element);
  if (!last) return end;
  const question = last.previousElementSibling;
  const isShort = question instanceof HTMLElement && question.matches('.row') && question.offsetHeight < SHORT_PX;
  return Math.min(end, (isShort ? question : last).offsetTop - 8);
}

function endOf(element: HTMLElement): number {
  return element.scrollHeight - element.clientHeight;
}

function lastRow(element: HTMLElement): HTMLElement | null {
  return element.querySelector<HTMLElement>('.row:last-child');
}
