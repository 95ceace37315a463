import { expect, test } from 'vitest';
import { fromMarkdown } from '../src/explanation/from-markdown.ts';
import { toMarkdown } from '../src/markdown.ts';
import { plain } from '../src/message.ts';

const same = (text: string) => text;

test.each([
  '**bold** *it* __b__ _i_ ~~s~~',
  '[x](http://evil.example) ![i](x) [r]: http://x',
  '<b> <http://x.example> &lt; &amp; &#35;',
  'https://x.example www.x.example me@x.example',
  '`c` ``` # no\n# yes\n> q\n- l\n+ l\n1. one\n2) two\n---\n===',
  'a_b_c DB_HOST _x a_ 1.5 x-y \\n \\',
])('data cannot become markup: %j', (data) => {
  const markdown = toMarkdown({ text: '', blocks: [{ type: 'text', text: data }] });

  const blocks = fromMarkdown(markdown, same);

  expect(blocks).toEqual([{ type: 'text', text: expect.anything() }]);
  const [block] = blocks;
  expect(block?.type === 'text' && plain(block.text)).toBe(data);
  expect(
    block?.type === 'text' && typeof block.text !== 'string' && block.text.every((part) => typeof part === 'string'),
  ).toBe(true);
});

test('names stay as they are written', () => {
  expect(
    toMarkdown({ text: '', blocks: [{ type: 'text', text: 'key DATABASE_HOST of status.conditions[Ready]' }] }),
  ).toBe('key DATABASE_HOST of status.conditions\\[Ready]');
});

test('code with backticks stays whole', () => {
  const code = '``` and `';
  const markdown = toMarkdown({
    text: '',
    blocks: [
      { type: 'text', text: [{ code: 'a`b' }] },
      { type: 'code', text: code },
    ],
  });

  const blocks = fromMarkdown(markdown, same);

  expect(blocks).toEqual([
    { type: 'text', text: [{ code: 'a`b' }] },
    { type: 'code', text: code },
  ]);
});

test('what is filled in stays data', () => {
  const [block] = fromMarkdown('Look at **{name}** and `{name}`: {name}', (text) =>
    text.replaceAll('{name}', '*[x](y)*'),
  );

  expect(block).toEqual({
    type: 'text',
    text: ['Look at ', { bold: '*[x](y)*' }, ' and ', { code: '*[x](y)*' }, ': *[x](y)*'],
  });
});

test('a list with commands under its steps keeps its numbers', () => {
  const blocks = fromMarkdown('1. First\n   ```sh\n   kubectl get pods\n   ```\n2. Second', same);

  expect(blocks).toEqual([
    { type: 'text', text: [{ bold: '1.' }, ' ', 'First'] },
    { type: 'code', text: 'kubectl get pods', language: 'sh' },
    { type: 'text', text: [{ bold: '2.' }, ' ', 'Second'] },
  ]);
});

test('a table has as many bars as columns, whatever is in its cells', () => {
  const markdown = toMarkdown({
    text: '',
    blocks: [
      { type: 'table', columns: [{ label: 'a' }, { label: 'b', align: 'right' }], rows: [['x|y', 'two\nlines']] },
    ],
  });

  expect(markdown).toBe('| a | b |\n| --- | ---: |\n| x\\|y | two lines |');
});

test('steps are a list of tasks, and say what ticks cannot', () => {
  const markdown = toMarkdown({
    text: '',
    blocks: [
      {
        type: 'steps',
        title: '*Plan*',
        steps: [
          { label: 'Read *logs*', state: 'done', result: '12 lines' },
          { label: 'Ask', state: 'failed', result: 'not there' },
          { label: 'Look', state: 'running' },
          { label: 'Compare', state: 'waiting' },
        ],
      },
    ],
  });

  expect(markdown).toBe(
    [
      '\\*Plan\\*',
      '',
      '- [x] Read \\*logs\\*: 12 lines',
      '- [ ] Ask: failed: not there',
      '- [ ] Look: running',
      '- [ ] Compare',
    ].join('\n'),
  );
});

test('what is not verified is struck out, and said to be', () => {
  const text = ['It is ', { unverified: '~~gone~~' }];

  expect(toMarkdown({ text: '', blocks: [{ type: 'text', text }] })).toBe('It is ~~\\~\\~gone\\~\\~~~ (not verified)');
});
