import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { actionRoutes } from './mattermost/action-routes.ts';
import { type Call, type Parts, Reply } from './mattermost/call.ts';
import { channelRoutes } from './mattermost/channel-routes.ts';
import { commandRoutes } from './mattermost/command-routes.ts';
import { commandRuns } from './mattermost/command-runs.ts';
import { fileRoutes } from './mattermost/file-routes.ts';
import { bytesOf, json, jsonOf, tokenOf } from './mattermost/http.ts';
import { createHub, type Hub } from './mattermost/hub.ts';
import { newId } from './mattermost/ids.ts';
import { createIntegrations } from './mattermost/integrations.ts';
import { createLimiter, type RateLimit } from './mattermost/limiter.ts';
import { newcomer } from './mattermost/newcomer.ts';
import { createOrders, limitHeaders } from './mattermost/orders.ts';
import { peopleRoutes } from './mattermost/people-routes.ts';
import { createPermissions } from './mattermost/permissions.ts';
import { createPerson, type Person } from './mattermost/person.ts';
import { postRoutes } from './mattermost/post-routes.ts';
import { createPosts } from './mattermost/posts.ts';
import { reactionRoutes } from './mattermost/reaction-routes.ts';
import { Refusal } from './mattermost/refusal.ts';
import { createRouter, refuseIds } from './mattermost/router.ts';
import { createSeals } from './mattermost/seals.ts';
import { type Settings, settle } from './mattermost/settle.ts';
import { createState, type State } from './mattermost/state.ts';
import { OPEN, systemRoutes } from './mattermost/system-routes.ts';

export interface MattermostOptions {
  version?: string;
  /** Where the server is on its host, such as `/chat`. */
  path?: string;
  /** A certificate and its key; then it is `https:`. Its persons trust this authority. */
  tls?: { cert: string; key: string; ca?: string };
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

export interface MattermostServer {
  settings: Settings;
  state: State;
  hub: Hub;
  asked: Asked[];
  /** How often a route was asked for. */
  count(route: string): number;
  /** Somebody at a client: `dev`, or whose token it is. */
  person(token?: string): Promise<Person>;
  /** One more person of the team and the channel. */
  newcomer(name: string): Promise<Person>;
  /** Of a route here and below, ` of <user>` at its end means those of this user alone. The next so many requests of the route are answered with this status, and with the id of an error. */
  fail(route: string, status: number, times?: number, id?: string): void;
  /** The next so many are answered as 429, with these seconds to wait. */
  limit(route: string, times: number, retryAfterSeconds: number): void;
  /** How many requests it takes from now on; without a limit, all. */
  rateLimit(limit?: RateLimit): void;
  /** Those of the route take so long from now on; 0 ends it. */
  delay(route: string, ms: number): void;
  /** The next so many requests are done, and their connection cut before the answer. */
  loseAnswer(route: string, times?: number): void;
  /** Stops and starts again on the same port: what is in the database stays, connections and their queues do not. */
  restart(downMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** web/handlers.go: so much more than a file may be the body of a request. */
const SLACK = 512;
const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

/** A strict Mattermost on 127.0.0.1: REST, WebSocket, calls of integrations. It follows the server's sources, 6.7.2. */
export async function startMattermost(options: MattermostOptions = {}): Promise<MattermostServer> {
  const { version = '6.7.2', path: base = '', now = Date.now } = options;
  // As `model.CurrentVersion`, the build, a hash of the settings, and whether there is a license.
  const build = `${version}..${newId()}.false`;
  const state = createState(now);
  const may = createPermissions(state);
  const hub = createHub({
    state,
    isAdmin: may.isAdmin,
    version,
    build,
    ...(options.authMs ? { authMs: options.authMs } : {}),
  });
  const seals = createSeals(now, options.triggerMs ?? 3000);
  const posts = createPosts(state, hub, seals.withCookies);
  const { config = {} } = options;
  const { integrationMs: timeoutMs = 30_000, callsInternal = true, maxFileSize = 100 * 1024 * 1024 } = options;
  const integrations = createIntegrations({ timeoutMs, callsInternal });
  const parts: Parts = { state, may, posts, hub, seals, integrations, version, maxFileSize, config };
  const find = createRouter(
    [
      postRoutes,
      actionRoutes,
      commandRoutes,
      commandRuns,
      peopleRoutes,
      channelRoutes,
      fileRoutes,
      reactionRoutes,
      systemRoutes,
    ].map((make) => make(parts)),
  );
  let limiter = options.rateLimit && createLimiter(options.rateLimit, now);
  const orders = createOrders();
  const asked: Asked[] = [];
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const site = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}${base}`;

  const settings = settle(state, posts, site);

  async function listen(wanted: number): Promise<Server> {
    const made: Server = options.tls
      ? createTlsServer({ cert: options.tls.cert, key: options.tls.key }, serve)
      : createServer(serve);
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
    // What is larger than any file is not read to its end, and so is no JSON.
    const body = bytes.length > maxFileSize + SLACK ? undefined : jsonOf(bytes);
    const entry: Asked = { route, path, user, status: 0, body };
    asked.push(entry);
    const finish = async (reply: Reply): Promise<void> => {
      entry.status = reply.status;
      await sleep(orders.delayOf(route));
      if (orders.loses(route) || orders.loses(`${route} of ${user}`)) return void (request.socket as Socket).destroy();
      const common = { 'x-request-id': newId(), 'x-version-id': build };
      response.writeHead(reply.status, { ...common, ...reply.headers }).end(reply.body);
    };

    const limited = limiter?.(token || 'nobody');
    const order = orders.take(route) ?? orders.take(`${route} of ${user}`);
    if (order?.status === 429 || limited?.refused) {
      const headers = { ...PLAIN, ...limited?.headers, ...(order ? limitHeaders(order.retryAfter) : {}) };
      return finish(new Reply(429, 'limit exceeded\n', headers));
    }
    try {
      if (order) throw new Refusal(order.status, order.id);
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
      const said = { id, message, detailed_error: detail, request_id: newId(), status_code: status };
      // Of a path that there is not, the server does not say that its answer is JSON.
      const isNowhere = id === 'api.context.404.app_error';
      await finish(isNowhere ? new Reply(status, JSON.stringify(said), PLAIN) : json(status, said));
    }
  }

  return {
    settings,
    newcomer: (name) => newcomer(settings, name, options.tls?.ca),
    person: (token = settings.MATTERMOST_USER_TOKEN) =>
      createPerson({
        url: site,
        token,
        channel: settings.MATTERMOST_CHANNEL_ID,
        team: settings.MATTERMOST_TEAM_ID,
        ...(options.tls?.ca ? { ca: options.tls.ca } : {}),
      }),
    state,
    hub,
    asked,
    count: (route) => asked.filter((one) => one.route === route).length,
    fail: (route, status, times = 1, id = 'app.made.to.fail.app_error') =>
      orders.add(route, { status, times, id, retryAfter: 0 }),
    limit: (route, times, retryAfter) => orders.add(route, { status: 429, times, id: '', retryAfter }),
    rateLimit(limit) {
      limiter = limit && createLimiter(limit, now);
    },
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
