import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/index.ts';
import { collect, thrown } from '../support/model/pieces.ts';

test('repeats what the user said last', async () => {
  const backend = await openBackend({ name: 'echo', preset: 'noopai' }, {});

  const pieces = await collect(
    backend.complete(
      {
        messages: [
          { role: 'user', text: 'Why?' },
          { role: 'assistant', text: 'Because.' },
          { role: 'user', text: 'Well?' },
          { role: 'tool', call: 'a', name: 'nodes', text: 'none' },
        ],
      },
      new AbortController().signal,
    ),
  );

  expect(backend).toMatchObject({ name: 'echo', model: '' });
  expect(pieces).toEqual([
    { type: 'text', text: 'Well?' },
    { type: 'end', reason: 'stop' },
  ]);
});

test('says nothing to nothing, and nothing when it is given up', async () => {
  const backend = await openBackend({ name: 'echo', preset: 'noopai' }, {});

  expect(await collect(backend.complete({ messages: [] }, new AbortController().signal))).toEqual([
    { type: 'end', reason: 'stop' },
  ]);
  expect(await thrown(backend.complete({ messages: [] }, AbortSignal.abort('enough')))).toBe('enough');
});
