import { expect, test } from 'vitest';
import { problemsOfHome, problemsOfView, refusalOf } from '../../support/slack/block-kit.ts';
import { read } from '../../support/slack/reader.ts';

/** The Slack of these tests must refuse what Slack refuses, or they would hold nothing. */
const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const section = (text: unknown) => ({ type: 'section', text });
const button = (more: object) => ({ type: 'actions', elements: [{ type: 'button', text: plain(1), ...more }] });
const rich = (...elements: unknown[]) => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });
const table = (rows: unknown[][], type = 'table') => ({ type, rows, ...(type === 'table' ? {} : { caption: 'c' }) });
const plan = (tasks: unknown[]) => ({ type: 'plan', title: 'Plan', tasks });
const task = (id: number) => ({ task_id: `t${id}`, title: 'Task', status: 'pending' });
const picture = { type: 'image', alt_text: 'x', slack_file: { id: 'F00000001' } };
const cell = (length = 1) => ({ type: 'raw_text', text: 'x'.repeat(length) });

test.each<[string, unknown[], RegExp]>([
  ['51 blocks', Array(51).fill({ type: 'divider' }), /no more than 50 items.*\/blocks\]/],
  ['a type that there is not', [{ type: 'heading' }], /unsupported type: heading.*\/blocks\/0\/type/],
  ['a member that there is not', [{ type: 'divider', text: 'x' }], /invalid additional property: text/],
  ['a member that is missing', [{ type: 'header' }], /missing required field: text/],
  ['an alert, which is for modals', [{ type: 'alert', text: plain(1) }], /unsupported type: alert/],
  ['an input, which is for modals', [{ type: 'input', label: plain(1), element: {} }], /unsupported type: input/],
  ['a long header', [{ type: 'header', text: plain(151) }], /less than 151 characters.*\/blocks\/0\/text\/text/],
  ['a long section', [section(plain(3001))], /less than 3001/],
  ['an empty text', [section(plain(0))], /more than 0/],
  ['11 fields', [{ type: 'section', fields: Array(11).fill(plain(1)) }], /no more than 10/],
  [
    '26 buttons',
    [{ type: 'actions', elements: Array(26).fill({ type: 'button', text: plain(1) }) }],
    /no more than 25/,
  ],
  ['a long label', [button({ text: plain(76) })], /less than 76/],
  ['a long value', [button({ value: 'x'.repeat(2001) })], /less than 2001/],
  ['a style that there is not', [button({ style: 'green' })], /must be one of/],
  [
    'one action twice in a block',
    [{ type: 'actions', elements: Array(2).fill({ type: 'button', text: plain(1), action_id: 'a' }) }],
    /action_id/,
  ],
  ['one block id twice', Array(2).fill({ type: 'divider', block_id: 'a' }), /block_id/],
  ['an empty rich text', [rich({ type: 'text', text: '' })], /more than 0/],
  ['a link that is none', [rich({ type: 'link', url: 'javascript:x' })], /must be a URL/],
  ['a person that is none', [rich({ type: 'user', user_id: 'anna' })], /must be a user id/],
  ['a date without a format', [rich({ type: 'date', timestamp: 1, format: 'soon' })], /a format with a token/],
  ['two tables', Array(2).fill(table([[cell()]])), /only_one_table_allowed/],
  ['101 rows', [table(Array(101).fill([cell()]))], /no more than 100/],
  ['21 columns', [table([Array(21).fill(cell())])], /no more than 20/],
  ['an empty cell', [table([[cell(0)]])], /more than 0/],
  ['a number in a table without sorting', [table([[{ type: 'raw_number', value: 1, text: '1' }]])], /unsupported type/],
  ['10,001 letters in a table', [table([[cell(9000), cell(1001)]])], /10001 characters/],
  ['a data table of a header alone', [table([[cell()]], 'data_table')], /no fewer than 2/],
  ['rows of two lengths', [table([[cell()], [cell(), cell()]], 'data_table')], /rows of one length/],
  ['a plan without a title', [{ type: 'plan', tasks: [] }], /missing required field: title/],
  ['a plan of 51 tasks', [plan(Array.from({ length: 51 }, (_, index) => task(index)))], /no more than 50/],
  ['one task twice', [plan([task(1), task(1)])], /task_id is not unique/],
  ['a long task', [plan([{ ...task(1), title: 'x'.repeat(257) }])], /less than 257/],
  ['a state that there is not', [plan([{ ...task(1), status: 'running' }])], /must be one of/],
  ['a task whose output is plain', [plan([{ ...task(1), output: 'text' }])], /unsupported type/],
  ['a picture without words', [{ type: 'image', slack_file: { id: 'F00000001' } }], /missing required field: alt_text/],
  ['a picture from nowhere', [{ type: 'image', alt_text: 'x' }], /one of image_url and slack_file/],
  ['a file that is named twice', [{ ...picture, image_url: 'https://x.example/y.png' }], /one of image_url and/],
  ['a file id that is none', [{ ...picture, slack_file: { id: 'trend' } }], /must be a file id/],
  ['words of more than 2000', [{ ...picture, alt_text: 'x'.repeat(2001) }], /less than 2001/],
  ['markdown of more than 12,000', Array(2).fill({ type: 'markdown', text: 'x'.repeat(6001) }), /markdown/],
])('refuses %s', (_, blocks, words) => {
  const refusal = refusalOf(blocks);

  expect(refusal?.error).toBe('invalid_blocks');
  expect(refusal?.messages.join('\n')).toMatch(words);
});

test('refuses more than Slack stores, and takes what is just below', () => {
  const text = (length: number) => rich({ type: 'text', text: 'x'.repeat(length) });

  expect(refusalOf([text(7000), text(7000)])?.error).toBe('msg_blocks_too_long');
  expect(refusalOf([text(6400), text(6400)])).toBeUndefined();
});

test.each<[string, object, RegExp]>([
  ['a long title', { title: plain(25) }, /less than 25/],
  ['no blocks', { blocks: [] }, /no fewer than 1/],
  ['a table', { blocks: [table([[cell()]])] }, /unsupported type: table/],
  ['a long memory', { private_metadata: 'x'.repeat(3001) }, /less than 3001/],
])('refuses a modal with %s', (_, change, words) => {
  const view = { type: 'modal', title: plain(1), blocks: [{ type: 'divider' }], ...change };

  expect(problemsOfView(view).join('\n')).toMatch(words);
});

test.each<[string, object, RegExp]>([
  ['a table', { blocks: [table([[cell()]])] }, /unsupported type: table/],
  ['101 blocks', { blocks: Array(101).fill({ type: 'divider' }) }, /no more than 100/],
  ['no blocks', { blocks: [] }, /no fewer than 1/],
  ['a title', { title: plain(1) }, /invalid additional property: title/],
])('refuses a Home tab with %s', (_, change, words) => {
  expect(problemsOfHome({ type: 'home', blocks: [{ type: 'divider' }], ...change }).join('\n')).toMatch(words);
});

test.each([
  ['*bold* _it_ ~no~ `code` :tada:', 'bold it no code 🙂', []],
  ['<!channel> <@U1> <https://x.example|y>', '@channel @U1 y', ['@channel', '@U1', 'https://x.example']],
  ['see https://x.example', 'see https://x.example', ['https://x.example']],
  ['&lt;!here&gt; &amp;', '<!here> &', []],
])('reads mrkdwn as Slack shows it: %s', (text, shown, live) => {
  expect(read({ blocks: [section({ type: 'mrkdwn', text })] })).toEqual({ text: shown, live });
});
