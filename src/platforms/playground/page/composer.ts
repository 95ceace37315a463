import { type ComponentChildren, h } from 'preact';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Whole } from '../wire.ts';
import { complete } from './complete.ts';
import { draft } from './draft.ts';
import { Icon } from './icons.ts';
import { complain } from './notice.ts';
import { seenIn } from './seen.ts';
import { say } from './server.ts';
import { useStore } from './store.ts';
import { Key, Suggestions } from './suggestions.ts';

interface Props {
  whole: Whole;
  channel: string;
  thread?: string;
  placeholder: string;
}

const KEYS = [
  ['/', 'for commands'],
  ['Enter', 'to send'],
  ['Shift+Enter', 'for a new line'],
] as const;
const KEYS_IN_THREAD = [
  ['Enter', 'to send'],
  ['Esc', 'to close the thread'],
] as const;

/** Where a message is typed: Enter sends, Shift+Enter begins a line, Tab completes, ArrowUp brings back what was sent. */
export function Composer({ whole, channel, thread, placeholder }: Props): ComponentChildren {
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [caret, setCaret] = useState(0);
  const [pick, setPick] = useState<number>();
  const [dismissed, setDismissed] = useState('');
  const [recalled, setRecalled] = useState(-1);
  const next = useRef<number | undefined>(undefined);
  const drafted = useStore(draft);
  const id = useId();

  const seen = useMemo(() => seenIn(whole.entries), [whole]);
  const completion = useMemo(() => complete(text, caret, { ...whole, seen }), [text, caret, seen]);
  const suggestions = completion?.suggestions ?? [];
  const isOpen =
    completion !== undefined && dismissed !== text && (suggestions.length > 0 || completion.usage !== undefined);
  const isListed = isOpen && suggestions.length > 0;
  const chosen = Math.min(pick ?? completion?.chosen ?? -1, suggestions.length - 1);

  const write = (words: string, at = words.length) => {
    setText(words);
    setCaret(at);
    setPick(undefined);
    next.current = at;
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
    if (next.current !== undefined) element.setSelectionRange(next.current, next.current);
    next.current = undefined;
  }, [text]);

  useEffect(() => {
    if (!matchMedia('(pointer: coarse)').matches) box.current?.focus();
  }, [channel, thread]);

  useEffect(() => {
    if (thread || !drafted) return;
    write(drafted.text);
    box.current?.focus();
    draft.set(undefined);
  }, [drafted]);

  const send = () => {
    const words = text.trim();
    if (!words) return;
    write('');
    setRecalled(-1);
    say({ channel, ...(thread && { thread }), text: words }).catch((error: unknown) => {
      // What was typed is not lost, unless something else has been typed since.
      if (!box.current?.value) write(words);
      complain(error);
    });
  };

  const take = (index: number) => {
    const suggestion = suggestions[index];
    if (!completion || !suggestion) return;
    const after = text.slice(completion.to).replace(/^ /, '');
    write(text.slice(0, completion.from) + suggestion.insert + after, completion.from + suggestion.insert.length);
  };

  const recall = (step: 1 | -1) => {
    const sent = sentBefore(whole);
    const index = Math.max(-1, Math.min(recalled + step, sent.length - 1));
    setRecalled(index);
    write(sent[index] ?? '');
    setDismissed(sent[index] ?? '');
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const act = keyAct(event, { isOpen, isListed, chosen, isRecalling: text === '' || recalled >= 0 });
    if (!act) return;
    event.preventDefault();
    if (act === 'send') send();
    else if (act === 'take') take(Math.max(chosen, 0));
    else if (act === 'dismiss') setDismissed(text);
    else if (act === 'next') setPick((chosen + 1) % suggestions.length);
    else if (act === 'previous') setPick((chosen <= 0 ? suggestions.length : chosen) - 1);
    else recall(act === 'older' ? 1 : -1);
  };

  const onInput = (event: { currentTarget: HTMLTextAreaElement }) => {
    setText(event.currentTarget.value);
    setCaret(event.currentTarget.selectionStart);
    setPick(undefined);
    setRecalled(-1);
  };

  return h(
    'div',
    { class: 'composer' },
    isOpen && completion && h(Suggestions, { id, completion, chosen, take }),
    h(
      'form',
      {
        class: 'composer-box',
        onSubmit(event: SubmitEvent) {
          event.preventDefault();
          send();
        },
      },
      h('textarea', {
        ref: box,
        rows: 1,
        value: text,
        placeholder,
        'aria-label': placeholder,
        'aria-autocomplete': 'list',
        'aria-haspopup': 'listbox',
        'aria-controls': isListed ? id : undefined,
        'aria-activedescendant': isListed && chosen >= 0 ? `${id}-${chosen}` : undefined,
        enterkeyhint: 'send',
        spellcheck: false,
        onInput,
        onKeyDown,
        onSelect: (event: { currentTarget: HTMLTextAreaElement }) => setCaret(event.currentTarget.selectionStart),
        onBlur: () => setDismissed(text),
        onFocus: () => setDismissed(''),
      }),
      h(
        'button',
        { class: 'send', type: 'submit', 'aria-label': 'Send', disabled: text.trim() === '' },
        h(Icon, { name: 'send' }),
      ),
    ),
    h(
      'p',
      { class: 'composer-keys', 'aria-hidden': 'true' },
      ...(thread ? KEYS_IN_THREAD : KEYS).flatMap(([name, does]) => [h(Key, { name }), ` ${does}`]),
    ),
  );
}

interface Situation {
  isOpen: boolean;
  isListed: boolean;
  chosen: number;
  isRecalling: boolean;
}

type Act = 'send' | 'take' | 'dismiss' | 'next' | 'previous' | 'older' | 'newer';

/** What a key does in the composer; `undefined`: what it always does. */
function keyAct(event: KeyboardEvent, { isOpen, isListed, chosen, isRecalling }: Situation): Act | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  switch (event.key) {
    case 'Enter':
      if (event.shiftKey) return undefined;
      return isListed && chosen >= 0 ? 'take' : 'send';
    case 'Tab':
      return isListed && !event.shiftKey ? 'take' : undefined;
    case 'Escape':
      return isOpen ? 'dismiss' : undefined;
    case 'ArrowDown':
      if (isListed) return 'next';
      return isRecalling ? 'newer' : undefined;
    case 'ArrowUp':
      if (isListed) return 'previous';
      return isRecalling ? 'older' : undefined;
    default:
      return undefined;
  }
}

/** What the person sent, newest first, each once. */
function sentBefore(whole: Whole): string[] {
  const words = whole.entries.flatMap(({ author, body }) =>
    author === 'person' && 'words' in body ? [body.words] : [],
  );
  return [...new Set(words.reverse())];
}
