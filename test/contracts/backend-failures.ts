import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { BackendFault } from '../../src/backend.ts';
import { fails, thrown } from '../support/model/pieces.ts';
import type { Turn } from '../support/model/script.ts';
import { soon } from '../support/soon.ts';
import type { BackendSession } from './backend.ts';
import { QUESTION } from './backend-conversations.ts';

/** What goes wrong, and what is given up, is told as what it is, and leaves nothing behind. */
export function failures(on: BackendSession): void {
  test('asks nothing when it is given up before', async () => {
    const backend = await on.serve([{ text: 'Yes.' }]);

    const given = await thrown(on.ask(backend, QUESTION, AbortSignal.abort(new Error('enough'))));

    expect(given).toEqual(new Error('enough'));
    expect(on.model.requests).toEqual([]);
  });

  test('leaves at once when it is given up before the answer', async () => {
    const control = new AbortController();
    const backend = await on.serve(() => new Promise<Turn>(() => {}));
    const answer = thrown(on.ask(backend, QUESTION, control.signal));
    await soon(() => expect(on.model.requests).toHaveLength(1));

    control.abort(new Error('enough'));

    expect(await answer).toEqual(new Error('enough'));
    await soon(() => expect(on.model.requests[0]?.broken).toBe(true));
  });

  test('leaves at once when it is given up in the midst', async () => {
    const control = new AbortController();
    const backend = await on.serve([{ text: ['The ', 'image ', 'is '], hangAfter: 2 }]);
    const pieces = on.ask(backend, QUESTION, control.signal);
    await pieces.next();
    await pieces.next();
    const waiting = pieces.next();

    control.abort(new Error('enough'));

    await expect(waiting).rejects.toEqual(new Error('enough'));
    await soon(() => expect(on.model.requests[0]?.broken).toBe(true));
  });

  test('ends the connection when nobody wants the rest', async () => {
    const backend = await on.serve([{ text: ['The ', 'image ', 'is '], hangAfter: 2 }]);

    for await (const piece of on.ask(backend)) if (piece.type === 'text') break;

    await soon(() => expect(on.model.requests[0]?.broken).toBe(true));
  });

  test.each<[string, Turn, BackendFault]>([
    ['a refusal of the rights', { status: 403 }, 'refused'],
    ['too many requests', { status: 429 }, 'limited'],
    ['an error of the service', { status: 500 }, 'overloaded'],
    ['a service that is not there for now', { status: 503 }, 'overloaded'],
    ['a request that it does not take', { status: 400 }, 'invalid'],
    ['a broken connection', { text: ['The ', 'image '], cutAfter: 1 }, 'cut'],
    ['a broken connection before the first piece', { text: ['The '], cutAfter: 0 }, 'cut'],
    ['an answer without its end', { text: ['The ', 'image '], noEnd: true }, 'cut'],
  ])('tells of %s, and asks once', async (_, turn, fault) => {
    const backend = await on.serve([turn, { text: 'Yes.' }]);

    const error = await fails(on.ask(backend));

    expect(error).toMatchObject({ fault, retryAfterMs: undefined });
    expect(on.model.requests).toHaveLength(1);
  });

  test('tells of an answer that is not of its protocol', async ({ skip }) => {
    skip(on.lacks('frames') !== undefined, on.lacks('frames'));
    const backend = await on.serve([{ text: ['The '], garbage: on.harness.garbage }]);

    expect((await fails(on.ask(backend))).fault).toBe('invalid');
  });

  test('tells when it may ask again', async ({ skip }) => {
    skip(on.lacks('Retry-After') !== undefined, on.lacks('Retry-After'));
    const backend = await on.serve([{ status: 429, retryAfter: 7 }]);

    const error = await fails(on.ask(backend));

    expect(error).toMatchObject({ fault: 'limited', retryAfterMs: 7000 });
    expect(error.message).toContain('in 7 seconds');
  });

  test('tells of a wrong key', async ({ skip }) => {
    skip(on.lacks('keys') !== undefined, on.lacks('keys'));
    await on.serve([]);
    const backend = await on.harness.open(on.model.url, 'the-wrong-key-0123456789');

    const error = await fails(on.ask(backend));

    expect(error.fault).toBe('refused');
    expect(on.model.requests).toHaveLength(1);
  });

  test('tells that nobody is there', async () => {
    const backend = await on.serve([]);
    await on.model.stop();

    const error = await fails(on.ask(backend));

    expect(error.fault).toBe('unreachable');
    expect(error.message).toContain('ECONNREFUSED');
  });

  test.each([400, 401, 403, 404, 413, 429, 500])('shows no key that the service shows with %i', async (status) => {
    const backend = await on.serve(() => {
      const { key } = on.model;
      return { status, message: `Not with ${key}, nor with ${encodeURIComponent(key)}!` };
    });

    const error = await fails(on.ask(backend));

    const all = inspect(error, { depth: 10 });
    expect(all).not.toContain(on.model.key);
    expect(all).not.toContain(encodeURIComponent(on.model.key));
  });

  test('is named as its settings say', async () => {
    const backend = await on.serve([{ status: 500 }]);

    const error = await fails(on.ask(backend));

    expect(backend.name).toBe('the-lab');
    expect(error.message).toMatch(/the-lab/);
  });
}
