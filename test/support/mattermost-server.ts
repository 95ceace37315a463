import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { actionRoutes } from './mattermost/action-routes.ts';
import { type Call, type Parts, Reply } from './mattermost/call.ts';
import { channelRoutes } from './mattermost/channel-routes.ts';
import { commandRoutes } from './mattermost/command-routes.ts';
import { fileRoutes } from './mattermost/file-routes.ts';
import { createHub, type Hub } from './mattermost/hub.ts';
import { newId } from './mattermost/ids.ts';
import { createIntegrations } from './mattermost/integrations.ts';
import { createLimiter, type RateLimit } from './mattermost/limiter.ts';
import { peopleRoutes } from './mattermost/people-routes.ts';
import { createPermissions } from './mattermost/permissions.ts';
import { postRoutes } from './mattermost/post-routes.ts';
import { createPosts } from './mattermost/posts.ts';
import { Refusal } from './mattermost/refusal.ts';
import { createRouter, refuseIds } from './mattermost/router.ts';
import { createSeals } from './mattermost/seals.ts';
import { createState, type State } from './mattermost/state.ts';
import { OPEN, systemRoutes } from './mattermost/system-routes.ts';

export interface MattermostOptions {
  version?: string;
  /** Where the server is on its host, such as `/chat`. */
  path?: string;
  /** A certificate and its key; then it is `https:`. */
  tls?: { cert: string; key: string };
  /** The server lets a trigger live for 3 s, and waits 30 s for an integration. */
  triggerMs?: number;
  integrationMs?: number;
  /** Who opens a WebSocket and does not say who they are is shown the door after 5 s. */
  authMs?: number;
  callsInternal?: boolean;
  /** What its configuration for clients has in place of the usual, such as `MaxPostSize`. */
  config?: Record<string, string>;
  maxFileSize?: number;
  rateLimit?: RateLimit;
  now?: () => number;
}

/** One request that was answered. */
export interface Asked {
  /** As `POST /posts/:post/actions/:action`; of what is not there, method and path. */
  route: string;
  path: string;
  user: string;
  status: number;
  body: unknown;
}

export interface Settings {
  MATTERMOST_URL: string;
  MATTERMOST_TOKEN: string;
  MATTERMOST_TEAM: string;
  MATTERMOST_TEAM_ID: string;
  MATTERMOST_CHANNEL_ID: string;
  MATTERMOST_BOT_USER_ID: string;
  MATTERMOST_ADMIN_TOKEN: string;
  MATTERMOST_USER_TOKEN: string;
}

export interface MattermostServer {
  /** As the tools for a real server print them: a team, a channel, an administrator, a person and a bot. */
  settings: Settings;
  state: State;
  hub: Hub;
  asked: Asked[];
  /** How often a route was asked for. */
  count(route: string): number;
  /** The next so many requests of the route are answered with this status, and with the id of an error. */
  fail(route: string, status: number, times?: number, id?: string): void;
  /** The next so many are answered as 429, with these seconds to wait. */
  limit(route: string, times: number, retryAfterSeconds: number): void;
  /** Those of the route take so long from now on; 0 ends it. */
  delay(route: string, ms: number): void;
  /** The next so many requests are done, and their connection cut before the answer. */
  loseAnswer(route: string, times?: number): void;
  /** Stops and starts again on the same port: what is in the database stays, connections and their queues do not. */
  restart(downMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** A strict Mattermost on 127.0.0.1: REST, WebSocket, calls of integrations. It follows the server's sources, 6.7.2. */
export async function startMattermost(options: MattermostOptions = {}): Promise<MattermostServer> {
  const { version = '6.7.2', path: base = '', now = Date.now } = options;
  const state = createState(now);
  const may = createPermissions(state);
  const hub = createHub({
    state,
    isAdmin: may.isAdmin,
    version,
    ...(options.authMs ? { authMs: options.authMs } : {}),
  });
  const seals = createSeals(now, options.triggerMs ?? 3000);
  const posts = createPosts(state, hub, seals.withCookies);
  const { config = {} } = options;
  const { integrationMs: timeoutMs = 30_000, callsInternal = true, maxFileSize = 100 * 1024 * 1024 } = options;
  const integrations = createIntegrations({ timeoutMs, callsInternal });
  const parts: Parts = { state, may, posts, hub, seals, integrations, version, maxFileSize, config };
  const find = createRouter(
    [postRoutes, actionRoutes, commandRoutes, peopleRoutes, channelRoutes, fileRoutes, systemRoutes].map((make) =>
      make(parts),
    ),
  );
  const limiter = options.rateLimit && createLimiter(options.rateLimit, now);
  const orders = createOrders();
  const asked: Asked[] = [];
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const site = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}${base}`;

  async function listen(wanted: number): Promise<Server> {
    const made: Server = options.tls ? createTlsServer(options.tls, serve) : createServer(serve);
    made.keepAliveTimeout = 0;
    made.on('upgrade', upgrade);
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject);
      made.listen(wanted, '127.0.0.1', resolve);
    });
    return made;
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = pathOf(request);
    if (!/^\/api\/v4\/websocket\/?$/.test(path)) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      return;
    }
    const order = orders.take('GET /websocket');
    if (order) {
      socket.end(`HTTP/1.1 ${order.status} Refused\r\nconnection: close\r\n\r\n`);
      return;
    }
    hub.accept(request, socket, head, tokenOf(request) ?? '');
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    answer(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500).end(String(error));
    });
  }

  /** The path behind the server's own, or one that nothing answers. */
  function pathOf(request: IncomingMessage): string {
    const [path = ''] = (request.url ?? '').split('?');
    return path.startsWith(`${base}/`) ? path.slice(base.length) : '/nowhere';
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await bytesOf(request);
    if (!bytes) return;
    const path = pathOf(request);
    const method = request.method ?? '';
    const isApi = path.startsWith('/api/v4/');
    const found = find(method, isApi ? path.slice('/api/v4'.length) : path);
    const route = found?.route ?? `${method} ${path}`;
    const token = tokenOf(request) ?? '';
    const user = state.sessions.get(token)?.user ?? '';
    const body = jsonOf(bytes);
    const entry: Asked = { route, path, user, status: 0, body };
    asked.push(entry);
    const finish = async (reply: Reply): Promise<void> => {
      entry.status = reply.status;
      await sleep(orders.delayOf(route));
      if (orders.loses(route)) return void (request.socket as Socket).destroy();
      const common = { 'x-request-id': newId(), 'x-version-id': `${version}.${version}.0.false` };
      response.writeHead(reply.status, { ...common, ...reply.headers }).end(reply.body);
    };

    const limited = limiter?.(token || 'nobody');
    const order = orders.take(route);
    if (order?.status === 429 || limited?.refused) {
      const headers = { ...limited?.headers, ...(order ? limitHeaders(order.retryAfter) : {}) };
      return finish(new Reply(429, 'limit exceeded\n', { 'content-type': 'text/plain; charset=utf-8', ...headers }));
    }
    try {
      if (order) throw new Refusal(order.status, order.id);
      if (bytes.length > maxFileSize + 512) throw new Refusal(413, 'api.file.upload_file.too_large_detailed.app_error');
      if (!found || (isApi === route.includes(' /hooks/') && !route.endsWith('/incoming'))) {
        throw new Refusal(404, 'api.context.404.app_error');
      }
      if (!OPEN.includes(route) && user === '') throw new Refusal(401, 'api.context.session_expired.app_error');
      refuseIds(found.params);
      const query = new URL(request.url ?? '', site).searchParams;
      const { headers } = request;
      const host = `${options.tls ? 'https' : 'http'}://${headers.host}${base}`;
      const { params } = found;
      const call: Call = { method, path, params, query, headers, bytes, body, user, token, site: host };
      const result = await found.handler(call);
      const reply = result instanceof Reply ? result : json(200, result);
      await finish(new Reply(reply.status, reply.body, { ...limited?.headers, ...reply.headers }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { id, message, status } = error;
      // web/handlers.go: others than developers are not told.
      const detail = config.EnableDeveloper === 'false' ? '' : error.detail;
      await finish(json(status, { id, message, detailed_error: detail, request_id: newId(), status_code: status }));
    }
  }

  return {
    settings: settle(state, site),
    state,
    hub,
    asked,
    count: (route) => asked.filter((one) => one.route === route).length,
    fail: (route, status, times = 1, id = 'app.made.to.fail.app_error') =>
      orders.add(route, { status, times, id, retryAfter: 0 }),
    limit: (route, times, retryAfter) => orders.add(route, { status: 429, times, id: '', retryAfter }),
    delay: orders.delay,
    loseAnswer: (route, times = 1) => orders.lose(route, times),
    async restart(downMs = 0) {
      await close();
      hub.close();
      posts.forget();
      await sleep(downMs);
      server = await listen(port);
    },
    async stop() {
      await close();
      hub.close();
    },
  };

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    hub.close();
    await closed;
  }
}

/** What a fresh server is given to be tried with. */
function settle(state: State, url: string): Settings {
  const admin = state.addUser({ username: 'admin', password: 'Loopback-only-1', roles: 'system_admin system_user' });
  const dev = state.addUser({ username: 'dev', password: 'Loopback-only-1' });
  const bot = state.addUser({ username: 'k8sgpt', is_bot: true, first_name: 'k8sgpt-chat', bot_description: '' });
  const team = state.addTeam('platform', admin.id);
  for (const { id } of [dev, bot]) team.members.add(id);
  for (const one of state.channels.values()) for (const { id } of [dev, bot]) one.members.add(id);
  const members = new Set([admin.id, dev.id, bot.id]);
  const ops = { type: 'O', name: 'ops', display_name: 'Ops' } as const;
  const channel = state.addChannel({ ...ops, team_id: team.id, members, admins: new Set([admin.id]) });
  return {
    MATTERMOST_URL: url,
    MATTERMOST_TOKEN: state.addSession(bot.id, newId()),
    MATTERMOST_TEAM: team.name,
    MATTERMOST_TEAM_ID: team.id,
    MATTERMOST_CHANNEL_ID: channel.id,
    MATTERMOST_BOT_USER_ID: bot.id,
    MATTERMOST_ADMIN_TOKEN: state.addSession(admin.id),
    MATTERMOST_USER_TOKEN: state.addSession(dev.id),
  };
}

interface Order {
  status: number;
  times: number;
  id: string;
  retryAfter: number;
}

/** What a test has ordered to go wrong. */
function createOrders() {
  const orders = new Map<string, Order[]>();
  const delays = new Map<string, number>();
  const lost = new Map<string, number>();
  return {
    add(route: string, order: Order) {
      orders.set(route, [...(orders.get(route) ?? []), order]);
    },
    take(route: string): Order | undefined {
      const order = orders.get(route)?.find(({ times }) => times > 0);
      if (order) order.times--;
      return order;
    },
    delay: (route: string, ms: number) => void delays.set(route, ms),
    delayOf: (route: string) => delays.get(route) ?? 0,
    lose: (route: string, times: number) => void lost.set(route, times),
    loses(route: string): boolean {
      const times = lost.get(route) ?? 0;
      lost.set(route, Math.max(0, times - 1));
      return times > 0;
    },
  };
}

function limitHeaders(seconds: number): Record<string, string> {
  return {
    'x-ratelimit-limit': '101',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(seconds),
    'retry-after': String(seconds),
  };
}

/** app/authentication.go: a cookie, then the header; of an unknown token there is no user. */
function tokenOf({ headers }: IncomingMessage): string | undefined {
  const cookie = /(?:^|;\s*)MMAUTHTOKEN=([^;]+)/.exec(headers.cookie ?? '')?.[1];
  return cookie ?? /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

function json(status: number, value: unknown): Reply {
  return new Reply(status, JSON.stringify(value), { 'content-type': 'application/json' });
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Nothing where the client went away meanwhile. */
async function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
