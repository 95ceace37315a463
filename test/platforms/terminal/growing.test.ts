import { expect, test } from 'vitest';
import type { Block, Message } from '../../../src/message.ts';
import { createTerminal } from '../../../src/platforms/terminal/index.ts';

function open() {
  const out: string[] = [];
  const stdout = { write: (text: string) => out.push(text) };
  const terminal = createTerminal({ stdout, stderr: { write: () => {} }, env: {} });
  return { terminal, printed: () => out.join('') };
}

const message = (text: string): Message => ({ text, blocks: [{ type: 'heading', text }] });
const text = (words: string): Block[] => [{ type: 'text', text: words }];
const item = (start: number, words: string): Block[] => [{ type: 'list', ordered: true, start, items: [words] }];

test('a message grows below what is printed, and the items of a list stand together', async () => {
  const { terminal, printed } = open();

  const growing = await terminal.grow(message('One'));
  await growing.append(text('Do this:'));
  await growing.append(item(1, 'look'));
  expect(printed()).toBe('One\nDo this:\n  1. look\n');

  await growing.append(item(2, 'mend'));
  await growing.append([]);
  await growing.finish(text('That is all.'));
  expect(printed()).toBe('One\nDo this:\n  1. look\n  2. mend\n\nThat is all.\n');
});

test('of messages that grow at the same time each stands whole, in the order in which they began', async () => {
  const { terminal, printed } = open();

  const one = await terminal.grow(message('One'));
  const two = await terminal.grow(message('Two'));
  await terminal.post(message('Three'));
  await two.append(text('two grows'));
  await one.append(text('one grows'));
  await two.finish(text('two ends'));
  expect(printed()).toBe('One\none grows\n');

  await one.finish([]);
  expect(printed()).toBe('One\none grows\n\nTwo\ntwo grows\n\ntwo ends\n\nThree\n');
});
