import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBoard } from '../../src/threads/board.ts';
import { createTestChat } from '../support/chat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open(check = () => {}) {
  const chat = createTestChat();
  const board = createBoard({
    platform: chat.platform(),
    place: { channel: 'C1' },
    key: 'q-1',
    check,
    onPosted: async () => {},
  });
  const says = (text: string) => () => ({ text, blocks: [] });
  const standing = () => chat.messages.map(({ message, edits }) => `${message.text} ${edits}`);
  return { chat, board, says, standing };
}

test('work that is done at once shows no status', async () => {
  const { board, says, standing } = open();

  board.status(says('looking'));
  await vi.advanceTimersByTimeAsync(300);
  await board.answer(says('done')());
  await vi.advanceTimersByTimeAsync(5000);

  expect(standing()).toEqual(['done 0']);
});

test('shows how far the work is after a moment, and what is over within a second not at all', async () => {
  const { board, says, standing } = open();

  board.status(says('looking'));
  await vi.advanceTimersByTimeAsync(400);
  expect(standing()).toEqual(['looking 0']);
  board.status(says('reading logs'));
  await vi.advanceTimersByTimeAsync(900);
  board.status(says('read logs'));
  await vi.advanceTimersByTimeAsync(100);

  expect(standing()).toEqual(['read logs 1']);
});

test('first words are not held up by a status that waits', async () => {
  const { board, says, standing } = open();

  board.status(says('looking'));
  await vi.advanceTimersByTimeAsync(400);
  board.status(says('reading logs'));
  await vi.advanceTimersByTimeAsync(500);
  board.status(says('It is the memory'), true);
  await vi.advanceTimersByTimeAsync(0);
  expect(standing()).toEqual(['It is the memory 1']);
  await vi.advanceTimersByTimeAsync(5000);

  expect(standing()).toEqual(['It is the memory 1']);
});

test('a status that cannot be shown is no reason to give up, and the answer stands once', async () => {
  const { chat, board, says, standing } = open();

  chat.failing = new Error('away');
  board.status(says('looking'), true);
  await vi.advanceTimersByTimeAsync(0);
  delete chat.failing;
  board.status(says('still looking'), true);
  await board.answer(says('done')());

  expect(standing()).toEqual(['done 1']);
});

test('what may be another process’ to post by now is not posted', async () => {
  const { board, says, standing } = open(() => {
    throw new Error('another process has the lock');
  });

  board.status(says('looking'), true);
  await expect(board.answer(says('done')())).rejects.toThrow('another process');

  expect(standing()).toEqual([]);
});
