import { type ComponentChildren, Fragment, h } from 'preact';
import { type Inline, type Text, UNVERIFIED, visible } from '../../../message.ts';
import { fullTime } from './times.ts';

/** Letters of a name that fit a line everywhere, so that it is not broken at its dashes. */
const UNBROKEN = 30;

/** A run of text. All of it becomes text nodes, so that no letter of it is ever markup. */
export function Words({ text }: { text: Text }): ComponentChildren {
  const inlines = typeof text === 'string' ? [text] : text;
  return h(Fragment, null, ...inlines.map(inlineOf));
}

function inlineOf(inline: Inline): ComponentChildren {
  if (typeof inline === 'string') return harmless(inline);
  if ('bold' in inline) return h('strong', null, harmless(inline.bold));
  if ('italic' in inline) return h('em', null, harmless(inline.italic));
  if ('code' in inline) return h('code', { class: widthOf(inline.code) }, harmless(inline.code));
  if ('link' in inline) return h(Link, { to: inline.link }, harmless(inline.label));
  if ('user' in inline) return h('span', { class: 'mention' }, `@${harmless(inline.user)}`);
  if ('unverified' in inline) {
    // The brackets are for those who hear it, or copy it.
    return h(
      'span',
      { class: 'unverified' },
      h('s', { class: widthOf(inline.unverified) }, harmless(inline.unverified)),
      h(
        'span',
        { class: 'flag' },
        h('span', { class: 'hidden' }, ' ('),
        UNVERIFIED,
        h('span', { class: 'hidden' }, ')'),
      ),
    );
  }
  return h('time', { dateTime: inline.time }, fullTime(inline.time));
}

function widthOf(name: string): string {
  return name.length <= UNBROKEN ? 'unbroken' : '';
}

/** A link that opens beside the page; an address that is not of the web is shown, and leads nowhere. */
export function Link({
  to,
  class: look,
  children,
}: {
  to: string;
  class?: string;
  children?: ComponentChildren;
}): ComponentChildren {
  if (!/^https?:\/\//i.test(to)) return h('span', { class: look }, children, ` (${harmless(to)})`);
  // What leads to another message is shown in this page.
  const here = globalThis.location?.origin;
  const beside = here && URL.parse(to)?.origin === here ? {} : { target: '_blank', rel: 'noreferrer noopener' };
  return h('a', { class: look, href: to, ...beside }, children);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point.
const COLOURS = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** A text without a terminal's colours, and with each letter written out that would hide or turn the ones around it. */
export function harmless(text: string): string {
  return visible(text.replace(COLOURS, ''));
}
