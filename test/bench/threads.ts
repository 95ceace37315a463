import { env as ours } from 'node:process';
import { acknowledgements, median, memoryOf } from './measure.ts';
import { benchOperations } from './operations.ts';
import { openMattermostRoom, openPlaygroundRoom, openSlackRoom, type Room, until } from './rooms.ts';
import { askDirectly, questionOf, startSpoken } from './spoken.ts';

const MANY = 50;
/** Questions of a single thread, one after another. */
const RUNS = 3;

/**
 * What people wait for in threads: until the model's first words stand there, set against the model's own time to its first
 * token at the same load, in one run on one machine.
 */
export async function benchThreads(folder: string, say: (line: string) => void): Promise<void> {
  const model = await startSpoken();
  const env = {
    PATH: ours.PATH ?? '',
    HOME: folder,
    DATA_DIR: ':memory:',
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    OPENAI_API_KEY: model.key,
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'gpt-test',
  };
  try {
    for (const open of [openSlackRoom, openMattermostRoom, openPlaygroundRoom]) {
      const room = await open(env);
      try {
        await benchRoom(room, model, say);
      } finally {
        await room.close();
      }
    }
  } finally {
    await model.stop();
  }
  await benchOperations(say);
}

async function benchRoom(room: Room, model: { url: string; key: string }, say: (line: string) => void): Promise<void> {
  const threads = await room.begin(MANY);
  const before = await memoryOf(room.program.pid);
  for (const looks of [false, true]) {
    const alone = { direct: [] as number[], shown: [] as number[] };
    for (let run = 0; run < RUNS; run++) {
      alone.direct.push(await askDirectly(model, questionOf(looks, run)));
      alone.shown.push(await answered(room, threads[0] ?? '', questionOf(looks, run)));
    }
    say(lineOf(room, 1, looks, alone));
    const direct = await Promise.all(threads.map((_, at) => askDirectly(model, questionOf(looks, at))));
    const work = Promise.all(threads.map((thread, at) => answered(room, thread, questionOf(looks, at))));
    const acknowledged = await acknowledgements(room.murmur, work, room.murmurEveryMs);
    say(lineOf(room, MANY, looks, { direct, shown: await work }));
    const [p50, p99, max] = [acknowledged.p50, acknowledged.p99, acknowledged.max].map(
      (each) => `${each.toFixed(0)} ms`,
    );
    say(`  acknowledgements meanwhile: ${acknowledged.count}, median ${p50}, p99 ${p99}, longest ${max}`);
  }
  const after = await memoryOf(room.program.pid);
  if (before && after)
    say(`  memory: ${mebibytes(before.now)} before, ${mebibytes(after.now)} after, ${mebibytes(after.peak)} at most`);
}

/** Milliseconds until the model's first words stand in the thread; resolves when the whole answer does. */
async function answered(room: Room, thread: string, question: string): Promise<number> {
  const { answers } = room.seen(thread);
  const began = performance.now();
  await room.ask(thread, question);
  await until(() => room.seen(thread).answers > answers);
  const first = performance.now() - began;
  await until(() => !room.seen(thread).unfinished);
  return first;
}

function lineOf(
  room: Room,
  count: number,
  looks: boolean,
  { direct, shown }: { direct: number[]; shown: number[] },
): string {
  const [own, ours] = [median(direct), median(shown)];
  const slowest = `${(Math.max(...shown) / Math.max(...direct)).toFixed(2)}`;
  const what = `${room.name}, ${count === 1 ? '1 thread' : `${count} threads at once`}, ${looks ? 'one look' : 'no look'}`;
  return `${what}: first words after ${ours.toFixed(0)} ms, the model's own after ${own.toFixed(0)} ms; ratio ${(ours / own).toFixed(2)} (slowest ${slowest})`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
