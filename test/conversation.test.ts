import { afterEach, describe, expect, test } from 'vitest';
import { type App, startApp } from '../src/app.ts';
import { silent } from '../src/log.ts';
import { lastText, startOpenAi } from './support/model/openai.ts';
import type { Turn } from './support/model/script.ts';
import { createPlaygroundClient, type PlaygroundClient } from './support/playground-client.ts';
import { read } from './support/slack/reader.ts';
import { BOT } from './support/slack/workspace.ts';
import { startSlack } from './support/slack-server.ts';
import { soon } from './support/soon.ts';

/** The incident of the sample cluster that the conversation is about. */
const INCIDENT = 'Deployment search/search-api runs out of memory';
const LOOK = { namespace: 'search' };

/** What a person says in ten turns, what the model does about it, and what must stand in the answer. */
const TURNS: readonly {
  says: string;
  does: readonly ((last: string) => Turn)[];
  answer: readonly (string | RegExp)[];
}[] = [
  {
    says: 'why?',
    does: [
      () => ({ text: 'Error: the container search-api is killed, since it needs more than its limit of 512Mi [E1].' }),
    ],
    answer: ['more than its limit of 512Mi [E1]', 'Most often', 'Show E1'],
  },
  {
    says: 'show me the logs of the previous run',
    does: [(last) => ({ text: `The log ends without a word of its own ${cite(last)}.` })],
    answer: ['Logs of Pod search/search-api', 'ends without a word'],
  },
  { says: 'events', does: [], answer: ['Events about Pod search/search-api', 'BackOff', 'no model was asked'] },
  {
    says: 'did the new version bring it about?',
    does: [
      () => ({ calls: [{ name: 'rollout', arguments: { kind: 'Deployment', name: 'search-api', ...LOOK } }] }),
      (last) => ({
        text: `Revision 15 came with the image registry.example.com/search/search-api:8.4.0 ${cite(last)}.`,
      }),
    ],
    answer: ['Revision 15', 'Rollouts of Deployment search/search-api', 'after 1 look'],
  },
  {
    says: 'compare what it uses with what it may have',
    does: [
      () => ({
        calls: [
          { name: 'describe', arguments: { kind: 'Deployment', name: 'search-api', ...LOOK } },
          { name: 'events', arguments: { kind: 'Deployment', name: 'search-api', ...LOOK } },
        ],
      }),
      (last) => ({ text: `Its limit is 512Mi, and it once was 4096Gi ${cite(last)}.` }),
    ],
    answer: ['after 2 looks', '4096Gi', 'not verified'],
  },
  {
    says: 'what changed?',
    does: [() => ({ text: 'Nothing has changed since.' })],
    answer: ['Nothing has changed since', 'Still so'],
  },
  { says: 'describe the deployment search-api', does: [], answer: ['Deployment search/search-api'] },
  { says: 'what is related?', does: [], answer: ['Service', 'search-api'] },
  {
    says: 'how do I fix it?',
    does: [() => ({ text: 'Solution: run `docker rm -R search-api`, or raise the limit as the runbook says.' })],
    answer: ['docker rm -R search-api', 'not verified', 'kubectl -n search set resources'],
  },
  {
    says: 'write the conclusion for the ticket, please',
    does: [() => ({ status: 500, message: 'boom' })],
    answer: [/answered 500|has trouble|failed|500/, 'Without a model I understand plain questions only'],
  },
];

/** The exhibit that a tool's answer came with; where there was none, the one that the question was asked with. */
function cite(last: string): string {
  return `[${/\b(E\d+) /.exec(last)?.[1] ?? 'E1'}]`;
}

/** A model that follows the script of the turns, whatever it is asked in between. */
function startModel() {
  const progress = new Map<string, number>();
  return startOpenAi({
    script: (request) => {
      const said = request.body.messages.findLast(
        ({ role, content }) => role === 'user' && TURNS.some(({ says }) => says === content),
      );
      const turn = TURNS.find(({ says }) => says === said?.content);
      // An explanation of the analysis itself.
      if (!turn)
        return {
          text: 'Error: the container search-api runs out of memory [E1].\n\nSolution: raise its limit of 512Mi.',
        };
      const step = progress.get(turn.says) ?? 0;
      progress.set(turn.says, step + 1);
      return (
        turn.does[Math.min(step, turn.does.length - 1)]?.(lastText(request)) ?? {
          text: 'Nothing is scripted for this.',
        }
      );
    },
  });
}

let app: App | undefined;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await app?.stop();
  app = undefined;
  for (const close of closing.splice(0)) await close();
});

async function start(env: Record<string, string>): Promise<Awaited<ReturnType<typeof startModel>>> {
  const model = await startModel();
  closing.push(() => model.stop());
  app = await startApp({
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: ':memory:',
      OPENAI_API_KEY: model.key,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'gpt-test',
      ...env,
    },
    cluster: { sample: true },
    log: silent,
  });
  return model;
}

/** A place in which the conversation is held. */
interface Room {
  command(line: string): Promise<void>;
  reply(text: string): Promise<void>;
  /** What the bot has said so far, in the channel and in the thread, as letters. */
  heard(): string[];
}

async function converse(room: Room): Promise<void> {
  await room.command('analyze Pod -n search');
  await soon(() => expect(room.heard().filter((text) => text.includes('Worded by openai'))).toHaveLength(1));
  expect(room.heard().find((text) => text.includes('Worded by openai'))).toContain(INCIDENT);

  for (const { says, answer } of TURNS) {
    const before = room.heard().length;
    await room.reply(says);
    const said = await soon(() => {
      const all = room.heard();
      const last = all.at(-1) ?? '';
      if (all.length <= before || /\bStop\b/.test(last) || last.endsWith('…'))
        throw new Error(`no answer to ${says}: ${last}`);
      return all.slice(before).join('\n');
    });
    for (const part of answer) {
      if (typeof part === 'string') expect(said).toContain(part);
      else expect(said).toMatch(part);
    }
  }
}

describe('a conversation of ten turns about an incident of the sample cluster', () => {
  test.each(['socket', 'http'] as const)('works in Slack, by %s', async (mode) => {
    const slack = await startSlack({ mode, requestUrl: () => `${app?.url}/slack/events` });
    closing.push(() => slack.stop());
    const model = await start(slack.env);
    const ours = () => slack.workspace.messages.filter(({ user, onlyFor }) => user === BOT.user && !onlyFor);

    await converse({
      command: (line) => slack.command(line),
      reply: (text) => slack.write(text, { thread: ours()[0]?.ts ?? '' }),
      heard: () => ours().map((message) => read(message).text),
    });

    // One request for the explanation, one for each answer, and one more for each round of looks.
    expect(model.requests.length).toBeLessThanOrEqual(1 + TURNS.flatMap(({ does }) => does).length);
    expect(
      ours()
        .filter((message) => read(message).live.length > 0)
        .flatMap((message) => read(message).live),
    ).toEqual(expect.not.arrayContaining([expect.stringContaining('@')]));
  });

  test('works in the playground', async () => {
    await start({});
    const client: PlaygroundClient = await createPlaygroundClient(app?.url ?? '');
    closing.push(() => client.close());

    await converse({
      command: (line) => client.say(`/k8sgpt ${line}`),
      reply: (text) => client.say(text, client.heard()[0]?.id),
      heard: () => client.heard().map(({ text }) => text),
    });
  });
});
