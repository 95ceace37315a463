import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Script, type Turn, turnFor } from './script.ts';

/** A request that a model's server has got. */
export interface ModelRequest<Body> {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** As it came, and what it says. */
  text: string;
  body: Body;
  /** Why it was refused, where it was: by the service's own rules, or by the script's `status`. */
  refused?: string;
  /** All of the answer was sent. */
  finished: boolean;
  /** The connection ended before that. */
  broken: boolean;
}

/** A model's service on 127.0.0.1 that answers from a script and takes nothing that the real one would refuse. */
export interface TestModel<Body> {
  /** The root of the service, as its SDK wants it for a base URL. */
  url: string;
  /** What proves who asks; a request with anything else is refused. */
  key: string;
  /** Oldest first, refused ones included. */
  requests: ModelRequest<Body>[];
  /** Answers that are being sent, now and at most at any time. */
  open: number;
  maxOpen: number;
  /** Ends all connections, at once. */
  stop(): Promise<void>;
}

/** Why a service does not take a request, in its terms. */
export interface Refusal {
  status: number;
  message: string;
  code?: string;
  /** The parameter that is wrong. */
  param?: string;
}

export interface Answer {
  headers: Record<string, string>;
  /** For each piece of text its bytes on the wire; before the first, after the last, and none of them in a cut answer. */
  head?: readonly Frame[];
  pieces: readonly Frame[];
  tail: readonly Frame[];
}

export type Frame = string | Uint8Array;

/** One service's protocol. */
export interface Dialect<Body> {
  /** Behind the root, in the base URL. */
  path: string;
  key: string;
  http2?: true;
  /** The first thing that is wrong with a request. */
  check(request: ModelRequest<Body>): Refusal | undefined;
  refusal(refusal: Refusal): { status?: number; headers?: Record<string, string>; body: unknown };
  answer(turn: Turn, request: ModelRequest<Body>, index: number): Answer;
}

export async function startServer<Body>(
  dialect: Dialect<Body>,
  script: Script<ModelRequest<Body>>,
): Promise<TestModel<Body>> {
  const sockets = new Set<Socket>();
  const serve = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => {
    handle(request, response as ServerResponse).catch((error: Error) => {
      // A mistake of a test's or of this server, which should be seen.
      if (!response.headersSent) (response as ServerResponse).writeHead(500).end(`${error.stack}`);
      else void breakOff(response as ServerResponse);
    });
  };
  const server = dialect.http2 ? createHttp2Server(serve) : createServer(serve);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const model: TestModel<Body> = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${dialect.path}`,
    key: dialect.key,
    requests: [],
    open: 0,
    maxOpen: 0,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  let turns = 0;

  async function handle(incoming: IncomingMessage | Http2ServerRequest, response: ServerResponse): Promise<void> {
    const text = await textOf(incoming);
    const request: ModelRequest<Body> = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      text,
      body: parsed(text) as Body,
      finished: false,
      broken: false,
    };
    model.requests.push(request);
    const gone = new AbortController();
    response.on('close', () => {
      request.broken = !request.finished;
      gone.abort();
    });
    const wrong = dialect.check(request);
    if (wrong) return refuse(request, response, wrong);

    const index = turns++;
    const turn: Turn = await turnFor(script, request, index).catch((error: Error) => ({
      status: 500,
      message: error.message,
    }));
    if (turn.delayMs) await setTimeout(turn.delayMs);
    if (turn.status) {
      const { status, message = 'The script says so.', code } = turn;
      const headers = {
        ...turn.headers,
        ...(turn.retryAfter !== undefined && { 'retry-after': `${turn.retryAfter}` }),
      };
      return refuse(request, response, { status, message, ...(code && { code }) }, headers);
    }
    model.open++;
    model.maxOpen = Math.max(model.maxOpen, model.open);
    try {
      await play(turn, dialect.answer(turn, request, index), request, response, gone.signal);
    } finally {
      model.open--;
    }
  }

  function refuse(
    request: ModelRequest<Body>,
    response: ServerResponse,
    refusal: Refusal,
    headers: Record<string, string> = {},
  ): void {
    const { status = refusal.status, headers: own, body } = dialect.refusal(refusal);
    request.refused = refusal.message;
    request.finished = true;
    response.writeHead(status, { 'content-type': 'application/json', ...own, ...headers });
    response.end(JSON.stringify(body));
  }

  return model;
}

/** Sends the answer, or as much of it as the turn says. */
async function play(
  turn: Turn,
  { headers, head = [], pieces, tail }: Answer,
  request: ModelRequest<unknown>,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const hung = () => new Promise((resolve) => gone.addEventListener('abort', resolve));
  const send = async (frame: Frame) => {
    for (const part of parts(frame, turn.bytes)) {
      if (gone.aborted) return;
      if (!response.write(part))
        await Promise.race([new Promise((resolve) => response.once('drain', resolve)), hung()]);
      // So that the parts arrive as parts.
      if (turn.bytes) await setImmediate();
    }
  };

  response.writeHead(200, headers);
  response.flushHeaders?.();
  if (turn.firstTokenMs) await setTimeout(turn.firstTokenMs);
  for (const frame of head) await send(frame);
  for (const [at, frame] of pieces.entries()) {
    if (turn.hangAfter === at) return void (await hung());
    if (turn.cutAfter === at) return breakOff(response);
    if (at > 0 && turn.pieceMs) await setTimeout(turn.pieceMs);
    await send(frame);
    if (at === 0) await turn.hold;
  }
  if (turn.hangAfter !== undefined) return void (await hung());
  if (turn.cutAfter !== undefined) return breakOff(response);
  if (turn.garbage !== undefined) await send(turn.garbage);
  else if (!turn.noEnd) for (const frame of tail) await send(frame);
  request.finished = !gone.aborted;
  response.end();
}

/** The connection ends without another word, when what was written has left. */
async function breakOff(response: ServerResponse): Promise<void> {
  const { stream } = response as unknown as { stream?: { session?: { destroy(): void } } };
  if (!stream) return void response.destroy();
  // HTTP/2 sends its frames in the turns after they were written.
  await setImmediate();
  await setImmediate();
  stream.session?.destroy();
}

function parts(frame: Frame, size: number | undefined): Uint8Array[] {
  const bytes = typeof frame === 'string' ? Buffer.from(frame) : frame;
  if (!size) return [bytes];
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

async function textOf(incoming: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The JSON value; `undefined` is what every check refuses. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An event of a stream, by the rules of HTML's server-sent events. */
export function event(data: unknown, name?: string): string {
  return `${name ? `event: ${name}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
