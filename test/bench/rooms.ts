import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { envOf } from '../support/mattermost/command.ts';
import type { Post } from '../support/mattermost/state.ts';
import { startMattermost } from '../support/mattermost-server.ts';
import { createPlaygroundClient } from '../support/playground-client.ts';
import { BOT } from '../support/slack/workspace.ts';
import { startSlack } from '../support/slack-server.ts';
import { FIRST_WORD } from './spoken.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** What Slack allows: about one update a second of a message. */
const UPDATE_GAP_MS = 950;
const POLL_MS = 5;

/** A chat service, and the whole program in it, which runs in a process of its own. */
export interface Room {
  readonly name: string;
  readonly program: ChildProcess;
  /** Begins so many threads, without a model. */
  begin(count: number): Promise<string[]>;
  /** Resolves when the question was acknowledged. */
  ask(thread: string, question: string): Promise<void>;
  /** Something small that a person does meanwhile; resolves when it was acknowledged. */
  murmur(): Promise<void>;
  readonly murmurEveryMs: number;
  /** In how many messages of a thread the model's first word stands, and whether one is still being written. */
  seen(thread: string): Seen;
  close(): Promise<void>;
}

interface Seen {
  answers: number;
  unfinished: boolean;
}

export async function openSlackRoom(env: Record<string, string>): Promise<Room> {
  const slack = await startSlack({ mode: 'socket', minUpdateGapMs: UPDATE_GAP_MS });
  const program = start({ ...env, ...slack.env });
  await slack.sockets.connected();
  const { messages } = slack.workspace;
  const seen = (thread: string) =>
    seenIn(messages.filter((each) => each.user === BOT.user && each.thread_ts === thread));
  return {
    name: 'Slack',
    program,
    async begin(count) {
      const threads: string[] = [];
      while (threads.length < count) {
        await slack.write(`<@${BOT.user}> what can you do?`);
        threads.push(messages.findLast(({ user }) => user !== BOT.user)?.ts ?? '');
      }
      await until(() => threads.every((thread) => !seen(thread).unfinished));
      return threads;
    },
    ask: (thread, question) => slack.write(question, { thread }),
    murmur: () => slack.command('analyze Pood'),
    murmurEveryMs: 50,
    seen,
    async close() {
      await end(program);
      await slack.stop();
    },
  };
}

export async function openPlaygroundRoom(env: Record<string, string>): Promise<Room> {
  const program = start(env);
  const client = await createPlaygroundClient(await urlOf(program));
  const ofBot = () =>
    client.entries().flatMap(({ id, author, thread, whispered, body }) => {
      const isShown = author === 'bot' && !whispered && 'message' in body;
      return isShown ? [{ id, thread, blocks: body.message.blocks }] : [];
    });
  const roots = () => ofBot().filter(({ thread }) => thread === undefined);
  return {
    name: 'the playground',
    program,
    async begin(count) {
      for (let said = 0; said < count; said++) await client.say('/k8sgpt ask what can you do?');
      await until(() => roots().length === count && !seenIn(roots()).unfinished);
      return roots().map(({ id }) => id);
    },
    ask: (thread, question) => client.say(question, thread),
    murmur: () => client.say('thanks', roots()[0]?.id),
    // It keeps a few hundred messages, these among them.
    murmurEveryMs: 250,
    seen: (thread) => seenIn(ofBot().filter((each) => each.thread === thread)),
    async close() {
      await client.close();
      await end(program);
    },
  };
}

export async function openMattermostRoom(env: Record<string, string>): Promise<Room> {
  const mattermost = await startMattermost();
  const { MATTERMOST_BOT_USER_ID: bot } = mattermost.settings;
  const program = start({ ...env, ...(await envOf(mattermost.settings)) });
  await mattermost.hub.connected(bot);
  const person = await mattermost.person();
  const { posts } = mattermost.state;
  // An edit gives a post other props, so what is known of them is known of the post.
  const contents = new WeakMap<object, { blocks: readonly unknown[] }>();
  const contentOf = (post: Post) => {
    const content = contents.get(post.props) ?? { blocks: [post.message, post.props] };
    contents.set(post.props, content);
    return content;
  };
  const seen = (thread: string) =>
    seenIn(posts.filter((each) => each.user_id === bot && each.root_id === thread && !each.delete_at).map(contentOf));
  return {
    name: 'Mattermost',
    program,
    async begin(count) {
      const threads: string[] = [];
      while (threads.length < count) threads.push((await person.say('@k8sgpt what can you do?')).id);
      await until(() => threads.every((thread) => !seen(thread).unfinished));
      return threads;
    },
    ask: async (thread, question) => void (await person.say(question, { thread })),
    murmur: () => person.command('/k8sgpt analyze Pood').then(() => {}),
    murmurEveryMs: 50,
    seen,
    async close() {
      person.close();
      await end(program);
      await mattermost.stop();
    },
  };
}

/** Of each content of a message, so that looking often costs nothing. */
const known = new WeakMap<object, Seen>();

export function seenIn(messages: readonly { blocks: readonly unknown[] }[]): Seen {
  const all = messages.map(({ blocks }) => {
    const before = known.get(blocks);
    if (before) return before;
    const text = JSON.stringify(blocks);
    const now = { answers: Number(text.includes(FIRST_WORD)), unfinished: text.includes('stop q-') };
    known.set(blocks, now);
    return now;
  });
  return {
    answers: all.reduce((sum, { answers }) => sum + answers, 0),
    unfinished: all.length === 0 || all.some(({ unfinished }) => unfinished),
  };
}

function start(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [MAIN, '--sample'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Where it listens, by its banner. */
async function urlOf({ stdout }: ChildProcess): Promise<string> {
  const [line] = stdout ? ((await once(stdout, 'data')) as [Buffer]) : [''];
  const [url] = /http:\/\/[\d.:]+/.exec(String(line)) ?? [];
  if (!url) throw new Error(`the program has not started: ${line}`);
  return url;
}

async function end(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  await ended;
}

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
