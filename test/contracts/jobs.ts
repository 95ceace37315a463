import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Job, type JobCounts, type Jobs, NotYet } from '../../src/jobs.ts';
import { soon } from '../support/soon.ts';

/** The first pause before work is tried again, in all implementations that are tried; each further one is twice as long. */
export const RETRY_MS = 10;

/** Where jobs are kept, and the processes that work on them. */
export interface JobsHarness {
  /** Jobs of one more process; closed at the end. */
  open(options?: { concurrency?: number }): Jobs;
  /** Ends a process without a word: nothing of it reaches the place where jobs are kept any more. */
  kill(jobs: Jobs): void;
  /** So long a process may be silent before its work is another one's. */
  leaseMs: number;
  close(): Promise<void>;
}

/** What all jobs must do. `prepare` gives an empty place for each case; the pause after a first failure is short there. */
export function jobsContract(name: string, prepare: () => Promise<JobsHarness>): void {
  describe(`${name} as jobs`, () => {
    let harness: JobsHarness;
    const opened: Jobs[] = [];

    beforeEach(async () => {
      harness = await prepare();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((jobs) => jobs.close()));
      await harness.close();
    });

    function open(options?: { concurrency?: number }): Jobs {
      const jobs = harness.open(options);
      opened.push(jobs);
      return jobs;
    }

    const counted = (jobs: Jobs, counts: Partial<JobCounts>) =>
      soon(async () => expect(await jobs.counts()).toEqual({ waiting: 0, active: 0, failed: 0, ...counts }));

    test('does work with its data, soon', async () => {
      const jobs = open();
      const done = Promise.withResolvers<{ data: unknown; job: Job; at: number }>();
      jobs.handle('greet', async (data, job) => done.resolve({ data, job, at: performance.now() }));
      await jobs.start();
      await jobs.add('greet', 'first', 'warm-up');
      await done.promise;
      const second = Promise.withResolvers<{ data: unknown; job: Job; at: number }>();
      jobs.handle('measure', async (data, job) => second.resolve({ data, job, at: performance.now() }));

      const added = performance.now();
      await jobs.add('measure', 'C1:1712.5', { words: ['ключ', null, 1] });

      const { data, job, at } = await second.promise;
      expect(data).toEqual({ words: ['ключ', null, 1] });
      expect(job).toMatchObject({ id: 'C1:1712.5', attempt: 1 });
      expect(job.signal.aborted).toBe(false);
      expect(at - added).toBeLessThan(1000);
      await counted(jobs, {});
    });

    test('does work once, though it is added often and by several processes', async () => {
      const [one, two] = [open(), open()];
      const work = vi.fn(async () => undefined);
      for (const jobs of [one, two]) jobs.handle('explain', work);
      await Promise.all([one, two, one, two].map((jobs) => jobs.add('explain', '42', {})));
      await Promise.all([one.start(), two.start()]);
      await soon(() => expect(work).toHaveBeenCalledTimes(1));
      await counted(one, {});

      for (const jobs of [one, two]) await jobs.add('explain', '42', {});
      await one.add('explain', 'other', {});

      await soon(() => expect(work).toHaveBeenCalledTimes(2));
      await counted(one, {});
      expect(work).toHaveBeenCalledTimes(2);
    });

    test('keeps work that was added before anybody works on it, over a close', async () => {
      const before = open();
      await before.add('explain', 'a', 1);
      expect(await before.counts()).toEqual({ waiting: 1, active: 0, failed: 0 });
      await before.close();
      const after = open();
      const work = vi.fn(async () => undefined);
      after.handle('explain', work);

      await after.start();

      await soon(() =>
        expect(work).toHaveBeenCalledExactlyOnceWith(1, expect.objectContaining({ id: 'a', attempt: 1 })),
      );
    });

    test('begins work in the order in which it was added', async () => {
      const jobs = open({ concurrency: 1 });
      const begun: unknown[] = [];
      jobs.handle('explain', async (data) => void begun.push(data));
      const order = Array.from({ length: 20 }, (_, index) => index);
      for (const index of order) await jobs.add('explain', `job-${index}`, index);

      await jobs.start();

      await soon(() => expect(begun).toEqual(order));
    });

    test('does no more at a time than it shall', async () => {
      const jobs = open({ concurrency: 3 });
      const go = Promise.withResolvers<void>();
      let active = 0;
      jobs.handle('explain', async () => {
        active++;
        await go.promise;
      });
      for (let index = 0; index < 5; index++) await jobs.add('explain', `job-${index}`, {});
      await jobs.start();

      await counted(jobs, { active: 3, waiting: 2 });
      expect(active).toBe(3);

      go.resolve();
      await counted(jobs, {});
      expect(active).toBe(5);
    });

    test('tries again with pauses, then gives up and counts it', async () => {
      const jobs = open();
      const attempts: { attempt: number; at: number }[] = [];
      jobs.handle('explain', async (_, { attempt }) => {
        attempts.push({ attempt, at: performance.now() });
        throw new Error('the model is overloaded');
      });
      await jobs.start();

      await jobs.add('explain', 'a', {});

      await counted(jobs, { failed: 1 });
      expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      const pauses = attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0));
      // A busy machine makes any of them longer, so they are not set against each other.
      expect(pauses.at(-1)).toBeGreaterThan(4 * RETRY_MS);
      await jobs.add('explain', 'a', {});
      await counted(jobs, { failed: 1 });
      expect(attempts).toHaveLength(5);
    });

    test('is done with work that works at last', async () => {
      const jobs = open();
      const work = vi.fn(async (_: unknown, { attempt }: Job) => {
        if (attempt < 3) throw new Error('the model is overloaded');
      });
      jobs.handle('explain', work);
      await jobs.start();

      await jobs.add('explain', 'a', {});

      await soon(() => expect(work).toHaveBeenCalledTimes(3));
      await counted(jobs, {});
    });

    test('comes again to work whose time has not come, as often as it takes', async () => {
      const jobs = open();
      const attempts: number[] = [];
      jobs.handle('explain', async (data, { attempt }) => {
        attempts.push(attempt);
        if (attempts.length < 10) throw new NotYet(5);
        expect(data).toEqual({ question: 'why?' });
      });
      await jobs.start();

      await jobs.add('explain', 'a', { question: 'why?' });

      await soon(() => expect(attempts).toEqual(Array.from({ length: 10 }, () => 1)));
      await counted(jobs, {});
    });

    test('lets other work go on while some is not due', async () => {
      const jobs = open({ concurrency: 1 });
      const work = vi.fn(async () => undefined);
      jobs.handle('early', async () => {
        throw new NotYet(60_000);
      });
      jobs.handle('explain', work);
      await jobs.start();

      await jobs.add('early', 'a', {});
      await jobs.add('explain', 'b', {});

      await soon(() => expect(work).toHaveBeenCalledTimes(1));
      await counted(jobs, { waiting: 1 });
    });

    test('aborts work when it closes, and another process has it at once', async () => {
      const one = open();
      const begun = Promise.withResolvers<Job>();
      one.handle('explain', (_, job) => {
        begun.resolve(job);
        return new Promise((_resolve, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)));
      });
      await one.start();
      await one.add('explain', 'a', 7);
      const job = await begun.promise;
      const two = open();
      const again = Promise.withResolvers<[unknown, Job, number]>();
      two.handle('explain', async (data, next) => again.resolve([data, next, performance.now()]));
      await two.start();

      await one.close();

      const closed = performance.now();
      const [data, next, at] = await again.promise;
      expect(job.signal.aborted).toBe(true);
      expect(data).toBe(7);
      expect(next).toMatchObject({ id: 'a', attempt: 2 });
      expect(at - closed).toBeLessThan(harness.leaseMs);
      await counted(two, {});
    });

    test('counts no failure for work that is handed on', async () => {
      for (let round = 0; round < 6; round++) {
        const jobs = open();
        const begun = Promise.withResolvers<void>();
        jobs.handle('explain', (_, { signal }) => {
          begun.resolve();
          return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        });
        await jobs.start();
        await jobs.add('explain', 'a', {});
        await begun.promise;
        await jobs.close();
      }

      expect(await open().counts()).toEqual({ waiting: 1, active: 0, failed: 0 });
    });

    test('hands on what does not obey its signal', async () => {
      const one = open();
      const begun = Promise.withResolvers<void>();
      one.handle('explain', () => {
        begun.resolve();
        return new Promise(() => {});
      });
      await one.start();
      await one.add('explain', 'a', {});
      await begun.promise;

      await one.close();

      expect(await open().counts()).toEqual({ waiting: 1, active: 0, failed: 0 });
    });

    test('takes over the work of a process that died', async () => {
      const [one, two] = [open(), open()];
      const begun = Promise.withResolvers<void>();
      one.handle('explain', () => {
        begun.resolve();
        return new Promise(() => {});
      });
      await one.start();
      await one.add('explain', 'a', 7);
      await begun.promise;
      const again = Promise.withResolvers<[unknown, Job]>();
      two.handle('explain', async (data, job) => again.resolve([data, job]));
      await two.start();

      harness.kill(one);

      const killed = performance.now();
      const [data, job] = await again.promise;
      expect(data).toBe(7);
      expect(job).toMatchObject({ id: 'a', attempt: 2 });
      expect(performance.now() - killed).toBeLessThan(2 * harness.leaseMs);
      await counted(two, {});
    });

    test('keeps work that takes longer than a lease', async () => {
      const [one, two] = [open(), open()];
      const go = Promise.withResolvers<void>();
      const work = vi.fn(() => go.promise);
      for (const jobs of [one, two]) {
        jobs.handle('explain', work);
        await jobs.start();
      }
      await one.add('explain', 'a', {});
      const begun = performance.now();

      await soon(() => expect(performance.now() - begun).toBeGreaterThan(1.6 * harness.leaseMs));
      go.resolve();

      await counted(one, {});
      expect(work).toHaveBeenCalledTimes(1);
    });

    test('leaves work of a kind that it does not know to others', async () => {
      const [old, fresh] = [open(), open()];
      old.handle('explain', async () => undefined);
      await old.start();
      await old.add('investigate', 'a', 7);
      const work = vi.fn(async () => undefined);
      fresh.handle('investigate', work);

      await fresh.start();

      await soon(() => expect(work).toHaveBeenCalledExactlyOnceWith(7, expect.objectContaining({ attempt: 1 })));
      await counted(fresh, {});
    });

    test('does 200 pieces of work in two processes, each once', async () => {
      const done: string[] = [];
      const processes = [open(), open()];
      for (const [index, jobs] of processes.entries()) {
        jobs.handle('explain', async (_, { id }) => void done.push(`${id} by ${index}`));
        await jobs.start();
      }
      const ids = Array.from({ length: 200 }, (_, index) => `job-${index}`);

      await Promise.all(ids.map((id, index) => processes[index % 2]?.add('explain', id, { index })));

      await soon(() => expect(done.length).toBeGreaterThanOrEqual(200));
      for (const jobs of processes) await counted(jobs, {});
      expect(new Set(done.map((line) => line.split(' ')[0]))).toEqual(new Set(ids));
      expect(done).toHaveLength(200);
      for (const by of ['by 0', 'by 1']) expect(done.filter((line) => line.endsWith(by)).length).toBeGreaterThan(0);
    });
  });
}
