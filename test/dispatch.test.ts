import { beforeEach, expect, test } from 'vitest';
import { type Command, defineCommand, type Services } from '../src/command.ts';
import { createHandlers } from '../src/dispatch.ts';
import { UsageError, UserError } from '../src/errors.ts';
import { growByUpdates } from '../src/growing.ts';
import { type Logger, silent } from '../src/log.ts';
import type { Message } from '../src/message.ts';
import { noMetrics } from '../src/metrics.ts';
import type { Incoming, Place, Platform, Posted } from '../src/platform.ts';
import { createSqliteStore } from '../src/stores/sqlite.ts';
import { soon } from './support/soon.ts';

let sent: { way: 'post' | 'update' | 'whisper'; text: string; thread?: string }[];
let logged: object[];

const note = (way: 'post' | 'update' | 'whisper', text: string, thread?: string) =>
  sent.push({ way, text, ...(thread && { thread }) });
const platform: Platform = {
  name: 'test',
  async start() {},
  async stop() {},
  async post(to: Place, message: Message): Promise<Posted> {
    note('post', message.text, to.thread);
    return { id: `${sent.length}`, place: { channel: to.channel, thread: to.thread ?? `${sent.length}` } };
  },
  async update(_: Posted, message: Message) {
    note('update', message.text);
  },
  async whisper(_: Place, __: string, message: Message) {
    note('whisper', message.text);
  },
  find: async () => undefined,
  grow: (to, message) => growByUpdates(platform, to, message),
};
const log: Logger = { ...silent, error: (fields) => void logged.push(fields), child: () => log };
const says = (text: string): Message => ({ text, blocks: [] });

const command = (name: string, run: Command['run']) =>
  defineCommand({ name, summary: '', words: '[word …]', options: [], examples: [], run });
const commands = [
  command('say', async ({ words, chat }) => void (await chat.post(says(words.join(' '))))),
  command('work', async ({ chat }) => {
    chat.progress('Reading', 1, 3);
    await soon(() => expect(sent).toHaveLength(1));
    chat.progress('Reading', 2, 3);
    const summary = await chat.post(says('summary'));
    await chat.post(says('explanation'), summary);
  }),
  command('quick', async ({ chat }) => {
    chat.progress('Reading', 1, 3);
    await chat.post(says('summary'));
  }),
  command('fail', async () => {
    throw new TypeError('x is not a function');
  }),
  command('work-refuse', async ({ chat }) => {
    chat.progress('Reading', 1, 3);
    await soon(() => expect(sent).toHaveLength(1));
    throw new UserError('There is no namespace "x".');
  }),
  command('refuse', async () => {
    throw new UserError('There is no namespace "x".');
  }),
  command('pick', async ({ words }) => {
    throw new UsageError(`The filter "${words[0]}" does not exist.`);
  }),
  defineCommand({
    ...command('ask', async () => {}),
    question: ({ words }) => ({ text: words.join(' '), wishes: { language: 'German' } }),
  }),
  command('help', async ({ chat }) => void (await chat.post(says('help')))),
];

/** What the threads were asked, and what they say to it. */
let asked: { text: string; wishes?: object | undefined; delivery: string }[];
let refusal: Error | undefined;

let deliveries = 0;
const incoming = (text: string, given: Partial<Incoming> = {}): Incoming => ({
  text,
  user: 'U1',
  place: { channel: 'C1' },
  delivery: `${deliveries++}`,
  ...given,
});
let handlers: ReturnType<typeof createHandlers>;

beforeEach(() => {
  sent = [];
  logged = [];
  const store = createSqliteStore({ file: ':memory:' });
  asked = [];
  refusal = undefined;
  const threads: Pick<Services['threads'], 'ask'> = {
    async ask(_, { text, delivery }, wishes) {
      if (refusal) throw refusal;
      asked.push({ text, delivery, ...(wishes && { wishes }) });
    },
  };
  const services = {
    commands,
    threads,
    analysis: { cluster: 'test', filters: [] },
    metrics: noMetrics,
  } as unknown as Services;
  handlers = createHandlers(platform, {
    services,
    store,
    log,
    signal: new AbortController().signal,
    progressAfterMs: 0,
  });
});

test('a command line runs its command where it was typed', async () => {
  await handlers.command(incoming('say hello “to you”', { place: { channel: 'C1', thread: '7' } }));

  await soon(() => expect(sent).toHaveLength(1));
  expect(sent).toEqual([{ way: 'post', text: 'hello to you', thread: '7' }]);
});

test('an event that is delivered again is answered once', async () => {
  const twice = incoming('say hello');

  await Promise.all([handlers.command(twice), handlers.command(twice)]);
  await handlers.command(incoming('say last'));

  await soon(() => expect(sent.at(-1)?.text).toBe('last'));
  expect(sent).toHaveLength(2);
});

test('one message shows the progress and becomes the answer; what is under it goes into its thread', async () => {
  await handlers.command(incoming('work'));

  await soon(() => expect(sent.at(-1)?.text).toBe('explanation'));
  expect(sent.filter(({ way, thread }) => way === 'post' && !thread)).toEqual([{ way: 'post', text: 'Reading' }]);
  expect(sent.at(-2)).toEqual({ way: 'update', text: 'summary' });
  expect(sent.at(-1)).toEqual({ way: 'post', text: 'explanation', thread: '1' });
});

test('what is done at once shows no progress', async () => {
  await handlers.command(incoming('quick'));
  await new Promise((resolve) => setTimeout(resolve, 5));

  expect(sent).toEqual([{ way: 'post', text: 'summary' }]);
});

test.each([
  ['analise', 'There is no command "analise". The help command lists them all.'],
  ['sayy hello', 'There is no command "sayy". Did you mean say? The help command lists them all.'],
  ['say --loud', 'say has no option --loud. See: help say'],
  ['say "open', 'A quote (") is opened and never closed in: say "open'],
  ['refuse', 'There is no namespace "x".'],
])('what a person can mend is told to that person: %s', async (text, answer) => {
  await handlers.command(incoming(text));

  await soon(() => expect(sent).toEqual([{ way: 'whisper', text: answer }]));
  expect(logged).toEqual([]);
});

test('an error that comes after a progress takes its place', async () => {
  await handlers.command(incoming('work-refuse'));

  await soon(() =>
    expect(sent).toEqual([
      { way: 'post', text: 'Reading' },
      { way: 'update', text: 'There is no namespace "x".' },
    ]),
  );
});

test('a fault of ours is logged in full and told without its inside', async () => {
  await handlers.command(incoming('fail'));

  await soon(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.text).toMatch(
    /^That failed for a reason that is ours, not yours\. The log has it under [0-9a-f]{6}\.$/,
  );
  expect(sent[0]?.text).not.toContain('function');
  expect(logged).toMatchObject([{ err: { message: 'x is not a function' }, text: 'fail' }]);
});

const inThread = { place: { channel: 'C1', thread: '7' } };

test('an answer in a thread that is a command runs', async () => {
  await handlers.reply(incoming('say there', inThread));

  await soon(() => expect(sent).toEqual([{ way: 'post', text: 'there', thread: '7' }]));
  expect(asked).toEqual([]);
});

test.each([
  ['why?', 'why?'],
  ['why', 'why'],
  ['help', 'help'],
  ['show me the logs', 'show me the logs'],
  ['pick the right one for me', 'pick the right one for me'],
  ['say, what is wrong?', 'say, what is wrong?'],
  ['say --x why?', 'say --x why?'],
  ['ask him why', 'him why'],
])('other words are a question: %s', async (text, question) => {
  await handlers.reply(incoming(text, inThread));

  await soon(() => expect(asked).toMatchObject([{ text: question }]));
  expect(sent).toEqual([]);
});

test.each(['thanks!', 'ok', '👍'])('nobody answers small talk: %s', async (text) => {
  await handlers.reply(incoming(text, inThread));
  await handlers.reply(incoming('say last', inThread));

  await soon(() => expect(sent).toHaveLength(1));
  expect(asked).toEqual([]);
});

test('a mention in words is a question, one that is mistyped as a command is told', async () => {
  await handlers.command(incoming('what is going on in shop', { spoken: true }));
  await handlers.command(incoming('say --loud', { spoken: true }));
  await handlers.command(incoming('pick Podd', { spoken: true }));

  expect(asked).toMatchObject([{ text: 'what is going on in shop' }]);
  await soon(() =>
    expect(sent.map(({ text }) => text)).toEqual([
      'say has no option --loud. See: help say',
      'The filter "Podd" does not exist.',
    ]),
  );
});

test('a slash command is never a question by itself', async () => {
  await handlers.command(incoming('what is going on'));

  await soon(() =>
    expect(sent).toMatchObject([{ way: 'whisper', text: expect.stringContaining('There is no command "what"') }]),
  );
  expect(asked).toEqual([]);
});

test('ask hands its words on, and is taken when they cannot be lost', async () => {
  const twice = incoming('ask why is it down?');

  await Promise.all([handlers.command(twice), handlers.command(twice)]);

  // That a question is answered once is the threads’ to see to.
  expect(asked).toMatchObject([
    { text: 'why is it down?', wishes: { language: 'German' }, delivery: twice.delivery },
    { text: 'why is it down?' },
  ]);
});

test('a question that could not be taken is delivered again; one that is refused is told why', async () => {
  refusal = new Error('the store is gone');
  await expect(handlers.reply(incoming('why?', inThread))).rejects.toThrow('the store is gone');
  expect(sent).toEqual([]);

  refusal = new UserError('Too many questions wait.');
  await handlers.reply(incoming('why?', inThread));
  expect(sent).toEqual([{ way: 'whisper', text: 'Too many questions wait.' }]);
});

test('a command is taken before it is done', async () => {
  await handlers.command(incoming('work'));
  expect(sent.length).toBeLessThan(3);

  await soon(() => expect(sent.at(-1)?.text).toBe('explanation'));
});

test.each([
  ['is over', 'work', 'explanation'],
  ['is refused', 'refuse', 'There is no namespace "x".'],
  ['failed', 'fail', expect.stringContaining('That failed')],
  ['is none', 'nonsense', expect.stringContaining('There is no command "nonsense"')],
])('who asks is told when a command %s, after what people are told', async (_, line, last) => {
  const ends: unknown[] = [];

  await handlers.command(incoming(line), () => ends.push(sent.at(-1)?.text));

  await soon(() => expect(ends).toEqual([last]));
});

test('who asks is told when a thread has a question, and nothing of an event that was delivered before', async () => {
  let ends = 0;
  await handlers.command(incoming('ask why is it down?'), () => ends++);
  expect(ends).toBe(1);

  const twice = incoming('say hello');
  await handlers.command(twice, () => ends++);
  await handlers.command(twice, () => ends++);
  await soon(() => expect(ends).toBe(2));
});

test('a sentence that is no command after all, and cannot be asked either, is told so', async () => {
  refusal = new Error('the store is gone');

  await handlers.command(incoming('pick the one that is worst of all', { spoken: true }));

  await soon(() => expect(sent.at(-1)?.text).toContain('That failed'));
  expect(logged).toHaveLength(1);
});
