import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Access } from '../../src/kubernetes/kubeconfig.ts';
import { type Pause, Session } from '../../src/kubernetes/session.ts';
import type { Answer } from '../../src/kubernetes/transport.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const access: Access = { name: 'test', source: 'file', cluster: { server: 'https://api' }, user: { name: 'anna' } };

const pause: Pause = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

/** A session of one second with a server that takes so long for each answer. */
function sessionWith(milliseconds: number, answer: Partial<Answer> = {}, signal?: AbortSignal): Session {
  const transport = {
    get: async (_path: string, _accept: string, _identity: unknown, signal: AbortSignal): Promise<Answer> => {
      await pause(milliseconds, signal);
      return { status: 200, text: '{}', headers: {}, ...answer };
    },
    close: async () => {},
  };
  return new Session({ access, transport, identify: async () => ({ headers: {} }), timeoutMs: 1_000, pause }, signal);
}

/** How the work ends, after so much time. */
async function after(milliseconds: number, work: Promise<unknown>): Promise<unknown> {
  const settled = Promise.race([
    work.then(
      () => 'done',
      (error: unknown) => error,
    ),
    pause(milliseconds, new AbortController().signal).then(() => 'pending'),
  ]);
  await vi.advanceTimersByTimeAsync(milliseconds);
  return settled;
}

async function pages(session: Session, count: number): Promise<void> {
  for (let page = 0; page < count; page++) await session.get('/page');
}

test('a read may take long while pages keep coming', async () => {
  expect(await after(4_100, pages(sessionWith(800), 5))).toBe('done');
});

test('a read ends when nothing comes for so long', async () => {
  expect(await after(1_100, pages(sessionWith(1_200), 1))).toMatchObject({
    name: 'DeadlineError',
    message: 'nothing came from the server for 1 s',
  });
});

test('a read ends at last, whatever comes', async () => {
  expect(await after(20_100, pages(sessionWith(800), 30))).toMatchObject({ name: 'DeadlineError' });
});

test('a busy server is waited for as long as it says, but not for ever', async () => {
  const session = sessionWith(0, { status: 429, headers: { 'retry-after': '0.1' } });

  expect(await after(900, session.get('/page'))).toMatchObject({ name: 'StatusError', status: 429 });
  expect(session.requests).toBe(6);
});

test('who asks may stop while a busy server is waited for', async () => {
  const controller = new AbortController();
  const session = sessionWith(0, { status: 503, headers: { 'retry-after': '600' } }, controller.signal);
  setTimeout(() => controller.abort(new Error('stopped')), 500);

  expect(await after(600, session.get('/page'))).toMatchObject({ message: 'stopped' });
});
