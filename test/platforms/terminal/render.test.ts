import { expect, test } from 'vitest';
import type { Message } from '../../../src/message.ts';
import { createTerminal } from '../../../src/platforms/terminal/index.ts';
import { renderMessage } from '../../../src/platforms/terminal/render.ts';

const message: Message = {
  text: 'x',
  blocks: [
    { type: 'heading', text: 'prod: 1 high' },
    { type: 'card', severity: 'high', title: 'Deployment shop/cart runs out of memory', lines: ['Affects 3 Pods'] },
    { type: 'table', columns: [{ label: 'Filter' }, { label: 'Looks for' }], rows: [['Pod', 'a '.repeat(30).trim()]] },
    { type: 'actions', actions: [{ label: 'Explain', run: 'explain inc-1' }] },
  ],
};

test('without colour it is plain letters', () => {
  expect(renderMessage(message, { color: false, width: 40, prefix: 'k8sgpt-chat' })).toBe(
    [
      'prod: 1 high',
      '',
      'high      Deployment shop/cart runs out',
      '          of memory',
      '          Affects 3 Pods',
      '',
      'Filter  Looks for',
      'Pod     a a a a a a a a a a a a a a a a',
      '        a a a a a a a a a a a a a a',
      '',
      'Explain: k8sgpt-chat explain inc-1',
    ].join('\n'),
  );
});

test('a table has its last column below where too little of the line is left', () => {
  const table: Message = {
    text: '',
    blocks: [
      { type: 'table', columns: [{ label: 'Command' }, { label: 'Does' }], rows: [['explain <code>', 'Explains']] },
    ],
  };

  expect(renderMessage(table, { color: false, width: 40, prefix: '' })).toBe(
    ['Command', '    Does', 'explain <code>', '    Explains'].join('\n'),
  );
});

test('times are UTC to the minute', () => {
  const text = ['As of ', { time: '2026-09-16T09:40:12.000Z' }];

  expect(renderMessage({ text: '', blocks: [{ type: 'note', text }] }, { color: false, width: 80, prefix: '' })).toBe(
    'As of 2026-09-16 09:40 UTC',
  );
});

test('names and logs cannot colour the screen, move the cursor or turn the writing round', () => {
  const evil = '\u001b[31mred\u001b[2J\u0007\u202etxt\r';

  const shown = renderMessage(
    {
      text: '',
      blocks: [
        { type: 'text', text: evil },
        { type: 'code', text: evil },
      ],
    },
    { color: false, width: 80, prefix: 'k8sgpt-chat' },
  );

  const written = 'red\\u{7}\\u{202e}txt\\u{d}';
  expect(shown).toBe(`${written}\n    ${written}`);
});

test('progress goes to standard error, and only where somebody looks', async () => {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err', isTTY: boolean) => ({
    isTTY,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const watched = createTerminal({ stdout: stream('out', false), stderr: stream('err', true), env: {} });

  watched.progress('Reading prod', 3, 18);
  await watched.post({ text: '', blocks: [{ type: 'text', text: 'done' }] });

  expect(written.err).toBe('\r\u001b[2KReading prod (3 of 18)\r\u001b[2K');
  expect(written.out).toBe('done\n');

  const unwatched = createTerminal({ stdout: stream('out', false), stderr: stream('err', false), env: {} });
  written.err = '';
  unwatched.progress('Reading prod', 3, 18);
  expect(written.err).toBe('');
});

test('colour follows the terminal, NO_COLOR and FORCE_COLOR', async () => {
  const shown = async (isTTY: boolean, env: NodeJS.ProcessEnv) => {
    let out = '';
    const stream = {
      isTTY,
      write: (text: string) => {
        out += text;
      },
    };
    await createTerminal({ stdout: stream, stderr: stream, env }).post(message);
    return out.includes('\u001b[');
  };

  expect(await shown(true, {})).toBe(true);
  expect(await shown(false, {})).toBe(false);
  expect(await shown(true, { NO_COLOR: '1' })).toBe(false);
  expect(await shown(false, { FORCE_COLOR: '1' })).toBe(true);
});

test('steps are lines, each with its state; what is not verified is said to be', () => {
  const shown: Message = {
    text: '',
    blocks: [
      {
        type: 'steps',
        title: 'Looking',
        steps: [
          { label: 'Read the logs of shop/web', state: 'done', result: '12 lines' },
          { label: 'Look at the node', state: 'running' },
        ],
      },
      { type: 'text', text: ['It is ', { unverified: 'gone' }] },
    ],
  };

  expect(renderMessage(shown, { color: false, width: 42, prefix: '' })).toBe(
    [
      'Looking',
      '  done     Read the logs of shop/web: 12',
      '           lines',
      '  running  Look at the node',
      '',
      'It is gone (not verified)',
    ].join('\n'),
  );
});
