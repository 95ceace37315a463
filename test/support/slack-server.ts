import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentOf, SlackRefusal, wire } from './slack/content.ts';
import { type Kind, NoConnection, overHttp, overSocket, type Retry, type Sockets } from './slack/delivery.ts';
import { createPeople, type People } from './slack/people.ts';
import { createWebApi, type WebApi } from './slack/web-api.ts';
import { BOT, createWorkspace, TEAM, type Workspace } from './slack/workspace.ts';

const BOT_TOKEN = 'xoxb-1-bot';
const APP_TOKEN = 'xapp-1-app';
const SIGNING_SECRET = 'the-signing-secret';
const PATIENCE_MS = 15_000;
/** So often it is seen whether a replica has come back that an event can be delivered to. */
const RECONNECT_MS = 10;
/** Slack ends a stream some five minutes after it began. */
const STREAM_MS = 300_000;
const ALL_SCOPES = [
  'app_mentions:read,channels:history,groups:history,im:history,mpim:history',
  'chat:write,commands,files:write,im:write',
].flatMap((some) => some.split(','));

export interface SlackServerOptions {
  mode: 'socket' | 'http';
  /** Where the app listens; for HTTP. */
  requestUrl?: () => string;
  scopes?: string[];
  /** Slack waits 3 s for an acknowledgement, and lets a trigger live for as long; a busy machine is given more here. */
  ackMs?: number;
  triggerMs?: number;
  minUpdateGapMs?: number;
  /** Slack delivers at once what was not acknowledged, then after a minute, then after five; here after this pause each time. */
  redeliverMs?: number;
  streamMs?: number;
  /** Slack looks through a file for some seconds; here so many messages that show it are refused meanwhile. */
  pictureLooks?: number;
  /** Whether the app has a Home tab. */
  hasHome?: boolean;
  /** Methods that this workspace lacks, each with the error that says so. */
  lacks?: Record<string, string>;
  now?: () => number;
}

export interface SlackServer extends People {
  /** The settings of an app that was installed here. */
  env: Record<string, string>;
  workspace: Workspace;
  api: WebApi;
  sockets: Sockets;
  /** The next calls of the method are refused with 429 and Retry-After. */
  limit(method: string, times: number, retryAfterSeconds: number): void;
  /** The next calls of the method fail with this error, or with this HTTP status and no answer of Slack's. */
  fail(method: string, times: number, error: string | number): void;
  /** How often each method was called. */
  calls: Map<string, number>;
  /** How many deliveries there were, those that were repeated included. */
  deliveries: { kind: Kind; retry?: Retry }[];
  stop(): Promise<void>;
}

/** A strict Slack on 127.0.0.1: Web API, Socket Mode or HTTP delivery, response URLs, files. */
export async function startSlack(options: SlackServerOptions): Promise<SlackServer> {
  const {
    mode,
    scopes = ALL_SCOPES,
    ackMs = PATIENCE_MS,
    triggerMs = PATIENCE_MS,
    minUpdateGapMs = 0,
    redeliverMs = 0,
    streamMs = STREAM_MS,
    pictureLooks = 1,
    hasHome = true,
    lacks = {},
    now = Date.now,
  } = options;
  const workspace = createWorkspace();
  const triggers = new Map<string, number>();
  const responses = new Map<string, { left: number; until: number; channel: string; user: string }>();
  const limits = new Map<string, { times: number; retryAfterSeconds: number }>();
  const failures = new Map<string, { times: number; error: string | number }>();
  const calls = new Map<string, number>();
  const deliveries: SlackServer['deliveries'] = [];
  let stopped = false;

  const server = createServer((request, response) => void serve(request, response));
  // A client that is held up keeps its connection, whose end it might not see before it asks again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const root = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const sockets = overSocket(server, workspace.newId, ackMs);
  const delivery = mode === 'socket' ? sockets : overHttp(options.requestUrl ?? (() => ''), SIGNING_SECRET, now, ackMs);

  async function send(kind: Kind, payload: Record<string, unknown>, retry?: Retry): Promise<unknown> {
    deliveries.push({ kind, ...(retry ? { retry } : {}) });
    return delivery.send(kind, payload, retry);
  }

  /** Delivers an event, up to four times, until it is acknowledged; to whatever replica is there. */
  async function deliverEvent(payload: Record<string, unknown>, retry?: Retry): Promise<void> {
    await send('events_api', payload, retry).catch(async (error: Error) => {
      if (stopped) throw error;
      if (error instanceof NoConnection) {
        await sleep(RECONNECT_MS);
        return deliverEvent(payload, retry);
      }
      const num = (retry?.num ?? 0) + 1;
      if (num > 3) throw error;
      await sleep(redeliverMs);
      await deliverEvent(payload, { num, reason: 'timeout' });
    });
  }

  function eventOf(event: Record<string, unknown>): Record<string, unknown> {
    const id = workspace.newId('Ev');
    return {
      type: 'event_callback',
      token: 'legacy',
      team_id: TEAM,
      api_app_id: 'A0APP',
      event_id: id,
      event_time: 1,
      event,
    };
  }

  const api = createWebApi({
    workspace,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    scopes,
    minUpdateGapMs,
    streamMs,
    pictureLooks,
    hasHome,
    now,
    triggers,
    openSocket: sockets.open,
    uploadUrl: (file) => `${root}/upload/${file}`,
    posted(message, change) {
      // The app hears its own messages too.
      const event = change
        ? { type: 'message', subtype: change, channel: message.channel, message: wire(message) }
        : wire(message);
      if (message.files.length > 0) Object.assign(event, { subtype: 'file_share' });
      deliverEvent(eventOf(event)).catch(() => {});
    },
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request).catch(() => undefined);
    // The app has gone, as it does at the end of a test.
    if (!body) return;
    const [, area = '', name = ''] = (request.url ?? '').split('/');
    if (area === 'api') return answerCall(name, request, body, response);
    if (area === 'upload') return takeUpload(name, request, body, response);
    if (area === 'response') return takeResponse(name, body, response);
    response.writeHead(404).end();
  }

  function answerCall(method: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    calls.set(method, (calls.get(method) ?? 0) + 1);
    const limit = limits.get(method);
    if (limit && limit.times > 0) {
      limit.times--;
      response
        .writeHead(429, { 'retry-after': String(limit.retryAfterSeconds) })
        .end('{"ok":false,"error":"ratelimited"}');
      return;
    }
    const failure = failures.get(method);
    if (failure && failure.times > 0 && typeof failure.error === 'number') {
      failure.times--;
      response.writeHead(failure.error).end('The service is unavailable.');
      return;
    }
    const args = Object.fromEntries(new URLSearchParams(body.toString()));
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? args.token ?? '';
    let answer: Record<string, unknown>;
    try {
      refuseByOrder(method);
      answer = api.call(method, token, args);
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      answer = error.answer;
    }
    const limited = answer.error === 'ratelimited';
    response.writeHead(limited ? 429 : 200, {
      'content-type': 'application/json',
      'x-oauth-scopes': scopes.join(','),
      ...(limited ? { 'retry-after': '0' } : {}),
    });
    response.end(JSON.stringify(answer));
  }

  /** What the test has ordered to fail. */
  function refuseByOrder(method: string): void {
    if (lacks[method]) throw new SlackRefusal(lacks[method]);
    const failure = failures.get(method);
    if (!failure || failure.times === 0 || typeof failure.error === 'number') return;
    failure.times--;
    throw new SlackRefusal(failure.error);
  }

  async function takeUpload(
    id: string,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const file = api.uploads.get(id);
    if (!file || file.looks !== undefined) return void response.writeHead(404).end();
    const type = request.headers['content-type'] ?? '';
    const bytes = type.startsWith('multipart/') ? await partOf(body, type) : body;
    Object.assign(file, { bytes, content: bytes.toString() });
    response.writeHead(200).end(`OK - ${bytes.length}`);
  }

  /** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five times in half an hour. */
  function takeResponse(id: string, body: Buffer, response: ServerResponse): void {
    const target = responses.get(id);
    if (!target || now() > target.until) return void response.writeHead(404).end('expired_url');
    if (target.left === 0) return void response.writeHead(404).end('used_url');
    target.left--;
    const message = JSON.parse(body.toString()) as { text?: string; blocks?: unknown; response_type?: string };
    try {
      const onlyFor = message.response_type === 'in_channel' ? {} : { onlyFor: target.user };
      workspace.add({ channel: target.channel, user: BOT.user, bot_id: BOT.id, ...onlyFor, ...contentOf(message) });
      response.writeHead(200).end('ok');
    } catch (error) {
      response.writeHead(400).end((error as Error).message);
    }
  }

  const people = createPeople({
    workspace,
    api,
    send,
    deliverEvent,
    eventOf,
    newTrigger() {
      const id = workspace.newId('trigger');
      triggers.set(id, now() + triggerMs);
      return id;
    },
    newResponseUrl(channel, user) {
      const id = workspace.newId('response');
      responses.set(id, { left: 5, until: now() + 30 * 60_000, channel, user });
      return `${root}/response/${id}`;
    },
  });

  return {
    ...people,
    env: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_API_URL: `${root}/api`,
      ...(mode === 'socket' ? { SLACK_APP_TOKEN: APP_TOKEN } : { SLACK_SIGNING_SECRET: SIGNING_SECRET }),
    },
    workspace,
    api,
    sockets,
    calls,
    deliveries,
    limit(method, times, retryAfterSeconds) {
      limits.set(method, { times, retryAfterSeconds });
    },
    fail(method, times, error) {
      failures.set(method, { times, error });
    },
    async stop() {
      stopped = true;
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function partOf(body: Buffer, type: string): Promise<Buffer> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const [part] = form.values();
  return part instanceof Blob ? Buffer.from(await part.arrayBuffer()) : Buffer.from(String(part));
}
