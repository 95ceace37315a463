import { expect, test } from 'vitest';
import type { Piece, Preset } from '../../../src/backend.ts';
import { type Ask, aboutOf, createBackend } from '../../../src/backends/shared/backend.ts';
import { collect, fails, thrown } from '../../support/model/pieces.ts';

const preset: Preset = { name: 'lab', summary: 'A lab', needs: [], env: {} };
const open = (ask: Ask) => createBackend(aboutOf({ name: 'lab', preset: 'lab' }, preset), ask);
const signal = new AbortController().signal;
const never = () => new Promise<never>(() => {});

test('leaves an SDK that does not hear of the abort', async () => {
  const control = new AbortController();
  const backend = open(async function* () {
    yield { type: 'text', text: 'The ' };
    await never();
  });
  const pieces = backend.complete({ messages: [] }, control.signal)[Symbol.asyncIterator]();
  await pieces.next();
  const waiting = pieces.next();

  control.abort(new Error('enough'));

  await expect(waiting).rejects.toEqual(new Error('enough'));
});

test('gives no piece more after the abort, though it has come', async () => {
  const control = new AbortController();
  const backend = open(async function* () {
    yield { type: 'text', text: 'The ' };
    yield { type: 'text', text: 'image ' };
    yield { type: 'end', reason: 'stop' };
  });
  const got: Piece[] = [];

  const error = await thrown(
    (async function* () {
      for await (const piece of backend.complete({ messages: [] }, control.signal)) {
        got.push(piece);
        control.abort('enough');
        yield piece;
      }
    })(),
  );

  expect(error).toBe('enough');
  expect(got).toHaveLength(1);
});

test('throws the signal’s reason, whatever the SDK throws then', async () => {
  const control = new AbortController();
  // biome-ignore lint/correctness/useYield: it fails before its first piece
  const backend = open(async function* () {
    control.abort('enough');
    throw new Error('Request was aborted.');
  });

  expect(await thrown(backend.complete({ messages: [] }, control.signal))).toBe('enough');
});

test('asks for nothing behind the end, and tells the SDK that it is over', async () => {
  let given: AbortSignal | undefined;
  const backend = open(async function* (_, inner) {
    given = inner;
    yield { type: 'end', reason: 'stop' };
    yield { type: 'text', text: 'more' };
  });

  expect(await collect(backend.complete({ messages: [] }, signal))).toEqual([{ type: 'end', reason: 'stop' }]);
  expect(given?.aborted).toBe(true);
});

test('keeps a mistake of ours for the log, unless it holds a secret', async () => {
  const settings = { name: 'lab', preset: 'lab', key: 'the-secret-key' };
  const failing = (message: string) =>
    createBackend(aboutOf(settings, preset), () => {
      throw new TypeError(message);
    });

  const [plain, secret] = await Promise.all(
    ['x is undefined', 'the-secret-key is undefined'].map((message) =>
      fails(failing(message).complete({ messages: [] }, signal)),
    ),
  );

  expect(plain?.cause).toBeInstanceOf(TypeError);
  expect(secret?.cause).toBeUndefined();
});
