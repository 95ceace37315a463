import { type ComponentChildren, Fragment, h } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Message } from '../../../message.ts';
import type { Entry } from '../wire.ts';
import { Body } from './body.ts';
import { type Doing, DoingContext } from './doing.ts';
import { showForm } from './form.ts';
import { Icon, Mark } from './icons.ts';
import { harmless } from './inline.ts';
import { complain } from './notice.ts';
import { askForm, press } from './server.ts';
import { SeverityChip } from './severity.ts';
import { clockTime, fullTime } from './times.ts';
import { go } from './where.ts';

interface Props {
  entry: Entry;
  user: string;
  /** Whether it follows a message of the same author, so that name and face are left out. */
  follows: boolean;
  /** Whether it heads a thread: a long message is shown by its one line there. */
  isRoot: boolean;
}

/** Blocks that the head of a thread may have and still be shown whole. */
const BRIEF_BLOCKS = 2;

/** A message: who, when, what. Drawn again only when it has changed. */
export function EntryRow({ entry, user, follows, isRoot }: Props): ComponentChildren {
  return useMemo(() => row({ entry, user, follows, isRoot }), [entry, user, follows, isRoot]);
}

function row({ entry, user, follows, isRoot }: Props): ComponentChildren {
  const isBot = entry.author === 'bot';
  const message = 'message' in entry.body ? entry.body.message : undefined;
  const name = isBot ? 'k8sgpt' : user;
  return h(
    'div',
    { class: `entry ${follows ? 'follows' : ''} ${entry.whispered ? 'whispered' : ''}`, 'data-id': entry.id },
    h('div', { class: 'face' }, follows ? null : isBot ? h(Mark, { size: 36 }) : h(Initial, { name })),
    h(
      'div',
      { class: 'said', 'aria-busy': entry.growing },
      entry.whispered && h('p', { class: 'only-you' }, h(Icon, { name: 'eye' }), 'Only visible to you'),
      h(
        'div',
        { class: follows ? 'hidden' : 'byline' },
        h('span', { class: 'name' }, name),
        isBot && h('span', { class: 'badge' }, 'app'),
        h('time', { dateTime: entry.at, title: fullTime(entry.at) }, clockTime(entry.at)),
        message?.severity && h(SeverityChip, { severity: message.severity }),
      ),
      message
        ? h(DoingContext.Provider, { value: doingOf(entry) }, h(isRoot ? BriefBody : Body, { message }))
        : h(Typed, { words: 'words' in entry.body ? entry.body.words : '' }),
      entry.growing && h(Writing, null),
    ),
  );
}

function BriefBody({ message }: { message: Message }): ComponentChildren {
  const [isWhole, setWhole] = useState(message.blocks.length <= BRIEF_BLOCKS);
  if (isWhole) return h(Body, { message });
  return h(
    Fragment,
    null,
    h('p', { class: 'text' }, harmless(message.text)),
    h('button', { class: 'quiet more', type: 'button', onClick: () => setWhole(true) }, 'Show the whole message'),
  );
}

/** Under a message that is not at its end yet. */
function Writing(): ComponentChildren {
  return h(
    'p',
    { class: 'writing' },
    h('i', null),
    h('i', null),
    h('i', null),
    h('span', { class: 'hidden' }, 'still being written'),
  );
}

function Initial({ name }: { name: string }): ComponentChildren {
  return h('span', { class: 'initial', 'aria-hidden': 'true' }, name.slice(0, 1).toUpperCase());
}

/** What a person typed, with the command's or the bot's name marked. */
function Typed({ words }: { words: string }): ComponentChildren {
  const parts = harmless(words).split(/(^\/[a-z][\w-]*(?=\s|$)|(?<![\w@/.])@k8sgpt(?![\w-]))/i);
  return h(
    'p',
    { class: words.startsWith('/') ? 'text typed-command' : 'text' },
    ...parts.map((part, index) => (index % 2 === 1 ? h('span', { class: 'mention' }, part) : part)),
  );
}

/** Buttons answer in the message's thread, so that is opened. */
function doingOf(entry: Entry): Doing {
  const openThread = () => {
    if (!entry.whispered) go({ channel: entry.channel, thread: entry.thread ?? entry.id });
  };
  return {
    async run(run) {
      await press({ message: entry.id, run }).then(openThread, complain);
    },
    async openForm(form, values) {
      const asked = { message: entry.id, form, values };
      await askForm(asked).then((answer) => showForm({ form: answer, asked, sent: openThread }), complain);
    },
  };
}
