import { type ComponentChildren, h } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons.ts';
import { harmless } from './inline.ts';

/** Letters of a file that are shown; the rest is in the download. */
const SHOWN_LETTERS = 200_000;
/** Commands are read, not aligned, so their long lines are wrapped; what they are needs no label. */
const SHELL = /^(sh|bash|shell|console)$/;
const COPIED_MS = 1600;

export function Code({ text, language }: { text: string; language?: string }): ComponentChildren {
  const isShell = SHELL.test(language ?? '');
  return h(
    'figure',
    { class: isShell ? 'code wraps' : 'code' },
    language && !isShell && h('figcaption', null, harmless(language)),
    h('pre', { tabIndex: 0 }, h('code', null, harmless(text))),
    h(CopyButton, { text }),
  );
}

/** A file, folded; opened it shows what is in it. */
export function File({ name, title, content }: { name: string; title: string; content: string }): ComponentChildren {
  const lines = content.split('\n').length;
  const size = `${lines.toLocaleString('en-GB')} ${lines === 1 ? 'line' : 'lines'}`;
  const isCut = content.length > SHOWN_LETTERS;
  return h(
    'div',
    { class: 'file' },
    h(
      'details',
      null,
      h(
        'summary',
        null,
        h(Icon, { name: 'file' }),
        h(
          'span',
          { class: 'file-words' },
          h('span', { class: 'file-title' }, harmless(title)),
          h('span', { class: 'file-name' }, `${harmless(name)} · ${size}`),
        ),
        h(Icon, { name: 'chevron' }),
      ),
      h('pre', { tabIndex: 0 }, h('code', null, harmless(content.slice(0, SHOWN_LETTERS)))),
      isCut &&
        h(
          'p',
          { class: 'note' },
          `The first ${SHOWN_LETTERS.toLocaleString('en-GB')} letters. Download the file for all.`,
        ),
    ),
    h(DownloadButton, { name, content }),
  );
}

function CopyButton({ text }: { text: string }): ComponentChildren {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  const copy = async () => {
    const done = await navigator.clipboard.writeText(text).then(
      () => 'copied' as const,
      () => 'refused' as const,
    );
    setState(done);
    setTimeout(() => setState('ready'), COPIED_MS);
  };
  const label = { ready: 'Copy', copied: 'Copied', refused: 'Not allowed' }[state];
  return h(
    'button',
    { class: 'quiet copy', type: 'button', onClick: copy },
    h(Icon, { name: state === 'copied' ? 'check' : 'copy' }),
    h('span', { 'aria-live': 'polite' }, label),
  );
}

function DownloadButton({ name, content }: { name: string; content: string }): ComponentChildren {
  const download = () => {
    const address = URL.createObjectURL(new Blob([content], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address));
  };
  return h(
    'button',
    { class: 'quiet', type: 'button', 'aria-label': `Download ${name}`, onClick: download },
    h(Icon, { name: 'download' }),
    h('span', null, 'Download'),
  );
}
