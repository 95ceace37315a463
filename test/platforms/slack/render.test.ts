import type { DataTableBlock, KnownBlock, RichTextBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import type { Block, Message } from '../../../src/message.ts';
import { chop } from '../../../src/platforms/shared/words.ts';
import { render } from '../../../src/platforms/slack/render.ts';
import { typed } from '../../../src/platforms/slack/rich-text.ts';
import { refusalOf } from '../../support/slack/block-kit.ts';
import { read } from '../../support/slack/reader.ts';

const of = (...blocks: Block[]): Message => ({ text: 'A message', blocks });
const typesOf = (blocks: KnownBlock[]) => blocks.map(({ type }) => type);
const LONG = 'x'.repeat(5000);

describe('blocks', () => {
  test.each<[string, Block, string[]]>([
    ['a heading', { type: 'heading', text: 'Title' }, ['header']],
    ['a heading too long for a header', { type: 'heading', text: 'x'.repeat(151) }, ['rich_text']],
    ['a heading with more than letters', { type: 'heading', text: [{ code: 'x' }] }, ['rich_text']],
    ['small print', { type: 'note', text: 'took 2 s' }, ['context']],
    ['an alert, which Slack has in modals alone', { type: 'alert', level: 'error', text: 'No' }, ['rich_text']],
    ['a short table', { type: 'table', columns: [{ label: 'A' }], rows: [['1']] }, ['table']],
    ['a long table', { type: 'table', columns: [{ label: 'A' }], rows: Array(21).fill(['1']) }, ['data_table']],
    ['an empty text', { type: 'text', text: '' }, []],
    ['an empty list', { type: 'list', items: [] }, []],
    ['steps', { type: 'steps', title: 'Plan', steps: [{ label: 'Look', state: 'running' }] }, ['plan']],
    ['feedback', { type: 'feedback', good: 'g', bad: 'b' }, ['context_actions']],
  ])('renders %s', (_, block, types) => {
    expect(typesOf(render(of(block)).first.blocks)).toEqual(types);
  });

  test('gives 26 buttons two rows, and shortens a label that is too long', () => {
    const actions = Array.from({ length: 26 }, (_, index) => ({ label: LONG, run: `run ${index}` }));

    const { blocks } = render(of({ type: 'actions', actions })).first;

    expect(typesOf(blocks)).toEqual(['actions', 'actions']);
    expect(refusalOf(blocks)).toBeUndefined();
    expect(read({ blocks }).text).toContain('x…');
  });

  test('shows code whose letters grow when they are made visible', () => {
    const { first, files } = render(of({ type: 'code', text: '\u001b[1m'.repeat(700) }));

    expect(refusalOf(first.blocks)).toBeUndefined();
    expect(files).toMatchObject([{ name: 'code.txt', content: expect.stringContaining('\u001b') }]);
  });

  test('gives buttons with much behind them more room', () => {
    const actions = Array.from({ length: 20 }, (_, index) => ({ label: 'Go', run: `${index} ${'x'.repeat(1900)}` }));

    const { first, more } = render(of({ type: 'actions', actions }));

    for (const page of [first, ...more]) expect(refusalOf(page.blocks)).toBeUndefined();
    expect(
      [first, ...more]
        .map((page) => read(page).text)
        .join('')
        .match(/Go/g),
    ).toHaveLength(20);
  });

  test('fails rather than cut a command line', () => {
    expect(() => render(of({ type: 'actions', actions: [{ label: 'Go', run: LONG }] }))).toThrow(/5000 letters/);
  });

  test('shows as words what is no link', () => {
    const { blocks } = render(of({ type: 'text', text: [{ link: 'javascript:alert(1)', label: 'here' }] })).first;

    expect(read({ blocks })).toEqual({ text: 'here (javascript:alert(1))', live: [] });
  });

  test('strikes out what is not verified, and says so', () => {
    const { blocks } = render(of({ type: 'text', text: ['It is ', { unverified: '*gone*' }] })).first;

    expect(blocks).toMatchObject([
      {
        elements: [
          {
            elements: [
              { text: 'It is ' },
              { type: 'text', text: '*gone*', style: { strike: true } },
              { type: 'text', text: ' (not verified)' },
            ],
          },
        ],
      },
    ]);
  });

  test('shows a time that is none by its letters', () => {
    expect(read(render(of({ type: 'text', text: [{ time: 'soon' }] })).first).text).toBe('soon');
  });

  test('counts on in an ordered list that needs several blocks', () => {
    const items = Array.from({ length: 100 }, (_, index) => `item ${index}`);

    const { first, more } = render(of({ type: 'list', items, ordered: true }));

    const lists = [first, ...more]
      .flatMap((page) => page.blocks as RichTextBlock[])
      .map((block) => block.elements?.[0]);
    let next = 0;
    for (const list of lists.slice(0, -1)) {
      expect(list).toMatchObject(next === 0 ? { style: 'ordered' } : { style: 'ordered', offset: next });
      next += list?.elements.length ?? 0;
    }
    expect(lists.length).toBeGreaterThan(1);
  });

  test('counts on where a list before ended', () => {
    const { first } = render(of({ type: 'list', items: ['item'], ordered: true, start: 3 }));

    expect(first.blocks[0]).toMatchObject({ elements: [{ style: 'ordered', offset: 2 }] });
  });

  test('names the severity beside its colour, also to screen readers', () => {
    const message: Message = { ...of({ type: 'card', severity: 'high', title: 'Title', lines: [] }), severity: 'ok' };

    const { first } = render(message);

    expect(read({ blocks: first.blocks }).text).toBe('🟠 high  Title');
    expect(first.text).toBe('🟢 ok: A message');
  });
});

describe('tables', () => {
  const columns = [{ label: 'Name' }, { label: 'Restarts', align: 'right' as const }];

  test('sort numbers as numbers and keep code as code', () => {
    const rows = Array.from({ length: 22 }, (_, index) => [[{ code: `pod-${index}` }], String(index)]);

    const [table] = render(of({ type: 'table', columns, rows })).first.blocks as DataTableBlock[];

    const code = { type: 'text', text: 'pod-0', style: { code: true } };
    expect(table?.rows[1]).toMatchObject([
      { type: 'rich_text', elements: [{ elements: [code] }] },
      { type: 'raw_number', value: 0, text: '0' },
    ]);
  });

  test.each([
    ['rows', { columns, rows: Array.from({ length: 103 }, () => ['a', '1']) }, '3 more rows:'],
    ['letters', { columns, rows: Array.from({ length: 21 }, () => ['a'.repeat(990), '1']) }, /\d+ more rows/],
    ['columns', { columns: Array(22).fill({ label: 'C' }), rows: [Array(22).fill('v')] }, '2 more columns:'],
    [
      'letters in one row',
      { columns: Array(20).fill({ label: 'C' }), rows: Array(30).fill(Array(20).fill('a'.repeat(600))) },
      '30 more rows',
    ],
    ['cells', { columns, rows: [['a'.repeat(1001), '1']] }, '1 shortened cell:'],
  ])('go into a file whole when there are too many %s', (_, table, words) => {
    const { first, more, files } = render(of({ type: 'table', ...table }));

    expect(refusalOf(first.blocks)).toBeUndefined();
    expect(more).toEqual([]);
    expect(read(first).text).toMatch(words);
    expect(files).toMatchObject([{ name: 'table.csv', content: expect.stringContaining('\n') }]);
    expect(files[0]?.content.split('\n')).toHaveLength(table.rows.length + 1);
  });

  test('are quoted in a file, and never formulas', () => {
    const rows = [['=1+1', '-5'], ['a,"b"', '@x'], ...Array(100).fill(['a', 'b'])];

    const [file] = render(of({ type: 'table', columns, rows })).files;

    expect(file?.content.split('\n').slice(0, 3)).toEqual(['Name,Restarts', "'=1+1,-5", `"a,""b""",'@x`]);
  });
});

describe('pages', () => {
  test('hold what Slack takes, whatever a message is made of', () => {
    const text = 'word "quoted" \\ {brace} ü 漢字 🙂 '.repeat(400);
    const blocks: Block[] = Array.from({ length: 12 }, (_, index): Block[] => [
      { type: 'heading', text: `Heading ${index}` },
      { type: 'text', text: [{ bold: text }, text] },
      { type: 'card', severity: 'low', title: text, lines: [text, text], actions: [{ label: 'Go', run: 'go' }] },
      { type: 'facts', facts: Array(40).fill({ label: 'label', value: [{ code: 'value' }] }) },
      { type: 'table', columns: [{ label: 'A' }], rows: Array(30).fill([text.slice(0, 200)]) },
      { type: 'note', text },
      { type: 'code', text: text.slice(0, 2900) },
      { type: 'divider' },
    ]).flat();

    const { first, more } = render(of(...blocks));

    for (const page of [first, ...more]) expect(refusalOf(page.blocks)).toBeUndefined();
    const letters = [first, ...more].map((page) => read(page).text).join('');
    expect(letters.match(/漢字/g)?.length).toBeGreaterThan(12 * 400 * 6);
  });

  test('keep a card and its buttons together, and count the cards that stand elsewhere', () => {
    const cards = Array.from(
      { length: 60 },
      (_, index): Block => ({
        type: 'card',
        severity: 'low',
        title: 'Title '.repeat(40),
        lines: [`line ${index}`],
        actions: [{ label: 'Explain', run: `explain ${index}` }],
      }),
    );

    const { first, more } = render(of(...cards));

    for (const page of more) expect(typesOf(page.blocks).slice(0, 2)).toEqual(['rich_text', 'actions']);
    const elsewhere = more.flatMap(({ blocks }) => typesOf(blocks)).filter((type) => type === 'actions').length;
    expect(read(first).text).toContain(`${more.length} more messages in the thread, with ${elsewhere} more cards`);
    expect(more[0]?.text).toBe(`A message (2 of ${more.length + 1})`);
  });

  test('leave room for the word on what stands elsewhere', () => {
    const { first, more } = render(of(...Array(60).fill({ type: 'divider' })));

    expect(more).toHaveLength(1);
    expect(refusalOf(first.blocks)).toBeUndefined();
  });

  test('hold one table each', () => {
    const table: Block = { type: 'table', columns: [{ label: 'A' }], rows: [['1']] };

    const { first, more } = render(of(table, { type: 'divider' }, table));

    expect(typesOf(first.blocks)).toEqual(['table', 'divider', 'context']);
    expect(more.map(({ blocks }) => typesOf(blocks))).toEqual([['table']]);
  });

  test('give files names of their own', () => {
    const code: Block = { type: 'code', text: LONG };

    expect(render(of(code, code, code)).files.map(({ name }) => name)).toEqual([
      'code.txt',
      'code-2.txt',
      'code-3.txt',
    ]);
  });
});

describe('letters', () => {
  test('are cut after words and never within one', () => {
    expect(chop('aaa bbb ccc', 8)).toEqual(['aaa bbb ', 'ccc']);
    expect(chop('🙂🙂🙂', 3)).toEqual(['🙂', '🙂', '🙂']);
    expect(chop('', 3)).toEqual([]);
  });

  test.each([
    ['get &lt;pod&gt; &amp; more', 'get <pod> & more'],
    ['logs <http://quay.io/app|quay.io/app>', 'logs quay.io/app'],
    ['see <https://x.example>', 'see https://x.example'],
    ['ask <@U1|bert> in <#C1|ops>, <!here>', 'ask bert in #ops, @here'],
    ['&amp;lt;', '&lt;'],
  ])('are what a person typed: %s', (sent, text) => {
    expect(typed(sent)).toBe(text);
  });
});
