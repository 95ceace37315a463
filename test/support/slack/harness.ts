import { createServer, type RequestListener } from 'node:http';
import { silent } from '../../../src/log.ts';
import type { HttpHost, Platform } from '../../../src/platform.ts';
import { createSlack } from '../../../src/platforms/slack/index.ts';
import type { PlatformHarness, Shown } from '../../contracts/platform.ts';
import { type SlackServer, type SlackServerOptions, startSlack } from '../slack-server.ts';
import { signature } from './delivery.ts';
import { read } from './reader.ts';
import { BOT, type SlackMessage } from './workspace.ts';

/** Slack and our platform in it, with Bolt between the two. */
export interface SlackHarness extends PlatformHarness {
  slack: SlackServer;
  /** Where the app listens, in HTTP mode. */
  url: string;
}

const UPDATE_EVERY_MS = 25;

export async function openSlack(
  mode: 'socket' | 'http',
  options: Partial<SlackServerOptions> = {},
  env: Record<string, string> = {},
): Promise<SlackHarness> {
  const host = await startHost();
  const url = `${host.url}/slack/events`;
  const slack = await startSlack({ mode, requestUrl: () => url, minUpdateGapMs: 10, ...options });
  const others: Platform[] = [];

  function create(http: HttpHost): Platform {
    const settings = { ...slack.env, ...env };
    return createSlack({ env: settings, http, log: silent, updateEveryMs: UPDATE_EVERY_MS, retryMs: 1 }) as Platform;
  }

  const platform = create(host);

  function message({ id }: Shown): SlackMessage {
    const found = slack.workspace.messages.find(({ ts }) => ts === id);
    if (!found) throw new Error(`no message ${id}`);
    return found;
  }

  const name = `<@${BOT.user}>`;
  const harness: SlackHarness = {
    slack,
    url,
    platform,
    bert: 'U0BERT',
    command: slack.command,
    mention: (text, { thread } = {}) => slack.write(`${name} ${text}`, thread ? { thread } : {}),
    reply: (text, thread) => slack.write(text, { thread }),
    botReply: (text, thread) => slack.write(text, { thread, bot: true }),
    press: (shown, label) => slack.press(message(shown), label),
    async fill(values) {
      // A person fills in a form that is there.
      while (!slack.api.view) await new Promise((resolve) => setImmediate(resolve));
      await slack.fill(values);
    },
    redeliver: slack.redeliver,
    shown: (channel) =>
      slack.workspace.messages
        .filter((one) => one.user === BOT.user && (!channel || one.channel === channel))
        .map(shownOf),
    async another(on = { command: async () => {}, reply: async () => {}, form: () => undefined }) {
      // Over HTTP Slack calls the first one alone, as a balancer might.
      const other = create({ mount() {} });
      others.push(other);
      await other.start(on);
      return other;
    },
    stopGrowth: slack.api.endStreams,
    rateLimit: () => slack.limit('chat.postMessage', 1, 0),
    async stop() {
      await Promise.all([platform, ...others].map((one) => one.stop()));
      await slack.stop();
      await host.close();
    },
  };
  if (mode === 'http') harness.forge = () => forge(url);
  else {
    harness.disconnect = async () => {
      slack.sockets.cut();
      await slack.sockets.connected();
    };
  }
  return harness;
}

function shownOf(message: SlackMessage): Shown {
  const { ts, thread_ts, edited, onlyFor, files } = message;
  const { text, live } = read(message);
  const attached = files.map((file) => [file.title, file.name, file.content].join('\n'));
  return {
    id: ts,
    text: [text, ...attached].filter((part) => part !== '').join('\n'),
    live,
    pictures: (message.blocks as { type: string; alt_text?: string }[]).flatMap(({ type, alt_text: alt }) =>
      type === 'image' ? (alt ?? []) : [],
    ),
    edited,
    ...(thread_ts ? { thread: thread_ts } : {}),
    ...(onlyFor ? { user: onlyFor } : {}),
  };
}

async function forge(url: string): Promise<number> {
  const body = new URLSearchParams({
    command: '/k8sgpt',
    text: 'forged',
    trigger_id: '1',
    user_id: 'U1',
    channel_id: 'C1',
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { ...headers, ...signature(body, 'a guess', Math.floor(Date.now() / 1000)) },
  });
  return response.status;
}

/** The program's HTTP server, as far as a platform knows it. */
async function startHost() {
  const mounted = new Map<string, RequestListener>();
  const server = createServer((request, response) => {
    const [, listener] = [...mounted].find(([path]) => request.url?.startsWith(path)) ?? [];
    if (listener) listener(request, response);
    else response.writeHead(404).end();
  });
  // A client that is held up keeps its connection, whose end it might not see before it asks again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    mount(path: string, listener: RequestListener) {
      mounted.set(path, listener);
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
