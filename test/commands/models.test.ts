import { beforeEach, describe, expect, test } from 'vitest';
import { createReports } from '../../src/analysis/reports.ts';
import type { Call, Command } from '../../src/command.ts';
import { parse, split } from '../../src/command-line.ts';
import ask from '../../src/commands/ask.ts';
import auth from '../../src/commands/auth.ts';
import cache from '../../src/commands/cache.ts';
import evidence from '../../src/commands/evidence.ts';
import feedback from '../../src/commands/feedback.ts';
import language from '../../src/commands/language.ts';
import stop from '../../src/commands/stop.ts';
import { toMarkdown } from '../../src/markdown.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { overloaded, scriptedBackend } from '../support/backends.ts';
import { answeringOf, noThreads } from '../support/services.ts';

let said: string[];
let answering: ReturnType<typeof answeringOf>;
let threads: ReturnType<typeof noThreads>;
const store = createSqliteStore({ file: ':memory:' });

beforeEach(() => {
  said = [];
  answering = answeringOf(
    scriptedBackend('openai', overloaded('openai')).backend,
    scriptedBackend('groq', 'Yes').backend,
  );
  threads = noThreads();
});

async function run(command: Command, line: string): Promise<string> {
  const tell = async (message: Parameters<typeof toMarkdown>[0]) => {
    said.push(toMarkdown(message));
    return { id: '1', place: { channel: 'C1', thread: '1' } };
  };
  const chat = {
    where: 'chat',
    platform: 'slack',
    prefix: '/k8sgpt',
    place: { channel: 'C1', thread: '1' },
    user: 'U1',
    post: tell,
    whisper: tell,
  };
  const services = { ...answering, threads, reports: createReports(store, []) };
  const call = { ...parse(command, split(line), 'chat'), chat, services, signal: new AbortController().signal };
  await command.run(call as unknown as Call);
  return said.at(-1) ?? '';
}

const answer = {
  text: 'Error: memory.',
  backend: 'openai',
  model: 'gpt',
  at: '2026-03-14T10:00:00.000Z',
  title: 'Pod shop/cart runs out of memory',
};
const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

describe('auth list', () => {
  test('shows the models in their order, how they are, and what was spent', async () => {
    const signal = new AbortController().signal;
    for (let time = 0; time < 3; time++) {
      await answering.models.ask({ messages: [{ role: 'user', text: '?' }] }, { signal });
    }
    await answering.metering.note(
      { channel: 'slack:C1', thread: '1' },
      { price: { input: 1, output: 1 } },
      { input: 1_000_000, output: 500_000 },
    );

    const text = await run(auth, 'list');

    expect(text).toMatch(/`openai` \(default\) \| openai-1 \| left alone until .*: The backend openai answered 500\./);
    expect(text).toContain('| `groq` | groq-1 | ready |');
    expect(text).toContain('| `builtin` | runbooks, no model | always ready |');
    for (const label of ['Today', 'In this channel today', 'In this thread']) {
      expect(text).toContain(`**${label}:** 1 request, 1,500,000 tokens, $1.50`);
    }
  });

  test('says what to set where there is none', async () => {
    answering = answeringOf();

    expect(await run(auth, '')).toContain('No model is configured');
  });

  test('takes no keys', async () => {
    await expect(run(auth, 'add')).rejects.toThrow('Keys belong into the settings, never into a chat.');
  });
});

describe('cache', () => {
  beforeEach(() => answering.cache.set(KEY, answer));

  test('lists, shows and removes an answer by the beginning of its key', async () => {
    expect(await run(cache, 'list')).toMatch(/1 answer is kept in memory[\s\S]*`a1b2c3d4e5f6`/);
    expect(await run(cache, 'get a1b2')).toMatch(/runs out of memory[\s\S]*Error: memory\.[\s\S]*openai \(gpt\)/);
    expect(await run(cache, 'remove a1b2')).toContain('Removed the answer a1b2c3d4e5f6');
    expect(await run(cache, 'list')).toContain('0 answers are kept');
  });

  test('purges all only when told so twice', async () => {
    expect(await run(cache, 'purge')).toContain('This would remove all 1 answers');
    expect(answering.cache.answers.size).toBe(1);
    expect(await run(cache, 'purge --all')).toContain('Removed 1 answer from memory.');
    expect(answering.cache.answers.size).toBe(0);
  });

  test.each([
    ['get', 'Say which answer'],
    ['get xyz', '"xyz" is no key'],
    ['get ffff', 'No answer with the key ffff is kept'],
    ['dance', 'cache cannot "dance"'],
  ])('%s is told what is wrong', async (line, message) => {
    await expect(run(cache, line)).rejects.toThrow(message);
  });

  test('a beginning that several keys have is not enough', async () => {
    await answering.cache.set(`${KEY.slice(0, 20)}ffffffffffff`, answer);

    await expect(run(cache, 'get a1b2')).rejects.toThrow('2 answers have keys that begin with a1b2');
  });
});

describe('feedback', () => {
  test('a bad answer is dropped, a good one stays', async () => {
    await answering.cache.set(KEY, answer);

    await run(feedback, `good inc-4f2a9c --answer ${KEY}`);
    expect(answering.cache.answers.size).toBe(1);
    expect(await run(feedback, `bad inc-4f2a9c --answer ${KEY}`)).toContain('The kept answer is dropped');
    expect(answering.cache.answers.size).toBe(0);
    expect(await store.get(`feedback:v1:${KEY}:U1`)).toBe('bad');
  });

  test('an explanation without a model has feedback too', async () => {
    expect(await run(feedback, 'bad inc-4f2a9c')).toBe('Noted: this did not help. Thank you for saying so.');
    expect(await store.get('feedback:v1:inc-4f2a9c:U1')).toBe('bad');
  });
});

describe('language', () => {
  test('is set for the channel, shown, and set back', async () => {
    let kept: string | undefined;
    threads.setLanguage = async (platform, channel, wanted) => {
      expect([platform, channel]).toEqual(['slack', 'C1']);
      kept = wanted;
    };
    threads.languageOf = async () => kept ?? 'English';

    expect(await run(language, 'deutsch')).toContain('Models answer in German in this channel from now on.');
    expect(await run(language, '')).toContain('Models answer in German in this channel.');
    expect(await run(language, 'off')).toContain('English');
    await expect(run(language, 'klingon')).rejects.toThrow('The language "klingon" is not known here.');
  });
});

describe('evidence', () => {
  test('shows what an answer cites', async () => {
    threads.exhibit = async ({ platform, channel, thread }, id) => {
      expect([platform, channel, thread, id]).toEqual(['slack', 'C1', '1', 'E3']);
      return { id: 'E3', title: 'Logs of Pod shop/cart', text: 'out of memory', command: 'kubectl logs cart' };
    };

    expect(await run(evidence, 'E3')).toMatch(
      /E3: Logs of Pod shop\/cart[\s\S]*out of memory[\s\S]*`kubectl logs cart`/,
    );
  });

  test.each([
    ['E9', 'There is no E9 in this thread'],
    ['inc-1', '"inc-1" is no piece of evidence'],
    ['', '"" is no piece of evidence'],
  ])('%s is told what is wrong', async (line, message) => {
    await expect(run(evidence, line)).rejects.toThrow(message);
  });
});

test('stop ends the work on a question, and on nothing else', async () => {
  const stopped: string[] = [];
  threads.stop = async (question) => void stopped.push(question);

  await run(stop, 'q-0123456789');
  await expect(run(stop, 'everything')).rejects.toThrow('"everything" is no question that could be stopped.');

  expect(stopped).toEqual(['q-0123456789']);
});

test('ask takes its words and wishes as a question', () => {
  const given = parse(ask, split('why is "the cart" down? --language fr --backend groq'), 'chat');

  expect(ask.question?.({ ...given, services: answering as never })).toEqual({
    text: 'why is the cart down?',
    wishes: { backend: 'groq', language: 'French' },
  });
  expect(() => ask.question?.({ words: [], options: {}, services: answering as never })).toThrow(
    'Say what you want to know',
  );
});
