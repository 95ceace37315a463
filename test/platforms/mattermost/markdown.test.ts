import { Parser } from '@mattermost/commonmark';
import { Lexer, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import type { Text } from '../../../src/message.ts';
import { fenced, labelOf, linesOf } from '../../../src/platforms/mattermost/markdown.ts';

const nobody = () => undefined;
const line = (text: Text) => linesOf(text, nobody).join('\n');

describe('what could be more than letters is code', () => {
  test.each([
    ['@channel and @here', '`@channel` and `@here`'],
    ['mail anna@example.com', 'mail `anna@example.com`'],
    ['see (https://x.example/a_b), or www.x.example.', 'see (`https://x.example/a_b`), or `www.x.example`.'],
    ['image registry.example.com/shop/cart:1.2', 'image `registry.example.com/shop/cart:1.2`'],
    ['~town-square #1 $HOME {{x}}', '`~town-square #1 $HOME {{x}}`'],
    [':tada: and :)', '`:tada`: and `:)`'],
    ['*bold* and snake_case', '`*bold*` and `snake_case`'],
    ['a `b` c', 'a `` `b` `` c'],
    ['<b>x</b> &amp; &lt;', '`<b>x</b> &amp`; `&lt`;'],
    ['===', '`===`'],
    ['C:\\temp', '`C:\\temp`'],
  ])('%s', (text, markdown) => {
    expect(line(text)).toBe(markdown);
  });
});

describe('plain words stay as they are', () => {
  test.each([
    'Pod shop/cart-7d9 is in CrashLoopBackOff (exit code 137), 3 of 4 ready.',
    'It’s 80% of 512Mi; that is "too much" – since 09:40 UTC!',
    '0 of 3 replicas: 10.0.0.1, fe80 and shop/cart',
    '日本語 und Größe',
  ])('%s', (text) => {
    expect(line(text)).toBe(text);
  });
});

test('words at the beginning of a line make no list, no quote and no code of it', () => {
  expect(linesOf('- one\n+ two\n> three\n4. four\n5) five\n    six', nobody)).toEqual([
    '\\- one',
    '\\+ two',
    '\\> three',
    '4\\. four',
    '5\\) five',
    '\u2002\u2002\u2002\u2002six',
  ]);
});

test('a style is around plain words alone, and ends with its line', () => {
  expect(line([{ bold: 'no key PAYMENT_URL, here' }])).toBe('**no key** `PAYMENT_URL`, **here**');
  expect(linesOf([{ bold: 'one\ntwo' }], nobody)).toEqual(['**one**', '**two**']);
  expect(line([{ italic: ' "so" ' }])).toBe('\u2002_"so"_ ');
  expect(line([{ bold: '- - -' }])).toBe('\\- - -');
  expect(line([{ unverified: 'gone' }, ' now'])).toBe('~~gone~~ (not verified) now');
});

test('codes that touch are one', () => {
  expect(line([{ code: 'a' }, { code: 'b' }])).toBe('`ab`');
  expect(line([{ code: 'x' }, '@all'])).toBe('`x@all`');
});

test('links, people and times', () => {
  const name = (user: string) => (user === 'u1' ? 'anna' : undefined);
  expect(linesOf([{ link: 'https://x.example/a(b)', label: 'the [docs]' }], name)).toEqual([
    '[the `[docs]`](https://x.example/a%28b%29)',
  ]);
  expect(linesOf([{ link: 'https://x.example/', label: 'https://x.example/' }], name)).toEqual([
    '<https://x.example/>',
  ]);
  expect(linesOf([{ link: 'javascript:alert(1)', label: 'x' }], name)).toEqual(['x (`javascript:alert(1`))']);
  expect(linesOf([{ user: 'u1' }, ' and ', { user: 'u2' }], name)).toEqual(['@anna and `@u2`']);
  expect(linesOf([{ time: '2026-07-30T12:00:00Z' }], name)).toEqual(['2026-07-30 12:00 UTC']);
});

test('a pipe ends no cell', () => {
  const cell = (text: Text) => linesOf(text, nobody, { inTable: true });
  expect(cell('a | b')).toEqual(['a \\| b']);
  expect(cell([{ code: 'x|y' }])).toEqual(['`x`\\|`y`']);
});

test('a code block ends at its own end', () => {
  expect(fenced('a ``` b', 'sh')).toBe('````sh\na ``` b\n````');
  expect(fenced('x', 'no language')).toBe('```\nx\n```');
});

test('a label has no emoji but those that are meant', () => {
  expect(labelOf('Explain :tada: 10:30')).toBe('Explain :\u2060tada: 10:30');
});

interface Reading {
  /** What is more than letters. */
  live: string[];
  letters: string;
}

/** As the web client's parser would: it is a fork of this one. */
function asWeb(markdown: string): Reading {
  const live: string[] = [];
  const walk = (tokens: Token[]): string =>
    tokens
      .map((token) => {
        if (!['paragraph', 'text', 'codespan', 'space', 'br', 'escape'].includes(token.type)) live.push(token.type);
        if ('tokens' in token && token.tokens) return walk(token.tokens);
        return token.type === 'space' || token.type === 'br' ? ' ' : 'text' in token ? String(token.text) : token.raw;
      })
      .join('');
  const letters = walk(new Lexer({ gfm: true, breaks: true }).lex(markdown));
  return { live, letters };
}

/** As Mattermost's apps for phones do: this is their parser, which knows mentions, channels, hashtags and emoji as well. */
function asApp(markdown: string): Reading {
  const live: string[] = [];
  let letters = '';
  const walker = new Parser().parse(markdown).walker();
  for (let event = walker.next(); event; event = walker.next()) {
    const { type, literal } = event.node;
    if (!event.entering) continue;
    if (['document', 'paragraph', 'text', 'code', 'softbreak', 'linebreak'].includes(type)) letters += literal ?? ' ';
    else live.push(type);
  }
  return { live, letters };
}

test.each([
  ['the web client', asWeb],
  ['the apps', asApp],
])('of ten thousand texts made of markup none is anything but its letters in %s', (_, read) => {
  const alphabet =
    '* _ ~ ` [ ] ( ) # - + > < | \\ ! @ & ; : / . a b 1 $ { } = " \' http:// www. @all :tada: x.com/ #tag ~chan'.split(
      ' ',
    );
  alphabet.push(' ', ' ', '\n');
  // The same texts in each run.
  let state = 42;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const bare = (words: string) => words.replace(/[\s\u2002]+/g, '');
  for (let index = 0; index < 10_000; index++) {
    const text = Array.from({ length: 1 + random(14) }, () => alphabet[random(alphabet.length)]).join('');
    const markdown = line(text);
    const { live, letters } = read(markdown);
    expect(live, JSON.stringify({ text, markdown })).toEqual([]);
    expect(bare(letters), JSON.stringify({ text, markdown })).toBe(bare(text));
  }
});
