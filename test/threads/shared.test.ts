import { expect, test } from 'vitest';
import { createShared } from '../../src/threads/shared.ts';

const patient = new AbortController().signal;

function open() {
  const runs: { signal: AbortSignal; done: PromiseWithResolvers<string> }[] = [];
  const shared = createShared((signal) => {
    const done = Promise.withResolvers<string>();
    runs.push({ signal, done });
    return done.promise;
  });
  return { runs, shared };
}

test('is done once for all who want it at the same time, and anew afterwards', async () => {
  const { runs, shared } = open();

  const first = [shared(patient), shared(patient)];
  runs[0]?.done.resolve('now');
  expect(await Promise.all(first)).toEqual(['now', 'now']);
  const later = shared(patient);
  runs[1]?.done.resolve('later');

  expect(await later).toBe('later');
  expect(runs).toHaveLength(2);
});

test('fails for all who wait, and is tried anew', async () => {
  const { runs, shared } = open();

  const first = [shared(patient), shared(patient)];
  runs[0]?.done.reject(new Error('refused'));
  for (const each of first) await expect(each).rejects.toThrow('refused');
  const later = shared(patient);
  runs[1]?.done.resolve('well');

  expect(await later).toBe('well');
});

test('goes on for the others where one gives up, and ends where all have', async () => {
  const { runs, shared } = open();
  const [one, other] = [new AbortController(), new AbortController()];
  const waiting = [shared(one.signal), shared(other.signal)];

  one.abort(new Error('one gave up'));
  await expect(waiting[0]).rejects.toThrow('one gave up');
  expect(runs[0]?.signal.aborted).toBe(false);
  other.abort(new Error('so did the other'));
  await expect(waiting[1]).rejects.toThrow('so did the other');
  expect(runs[0]?.signal.aborted).toBe(true);
  const later = shared(patient);
  runs[1]?.done.resolve('anew');

  expect(await later).toBe('anew');
});

test('is not begun for who has given up before', async () => {
  const { runs, shared } = open();

  await expect(shared(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');

  expect(runs).toHaveLength(0);
});
