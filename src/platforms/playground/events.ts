import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Room } from './room.ts';
import type { Change, Whole } from './wire.ts';

const HEARTBEAT_MS = 15_000;
/** A page that stands still, such as one of a laptop that sleeps, takes nothing: so long is waited for it at the end. */
const END_MS = 1000;
/** Bytes that may wait for a page that does not read; past them it is cut off, and comes back for what it missed. */
const BACKLOG_LIMIT = 64_000_000;

/** The streams of server-sent events to the pages that are open. */
export class Events {
  readonly #room: Room;
  readonly #whole: () => Whole;
  readonly #open = new Set<ServerResponse>();

  constructor(room: Room, whole: () => Whole) {
    this.#room = room;
    this.#whole = whole;
  }

  /** Sends the whole room, or what the page has missed since the event it saw last, and from then on every change. */
  stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 1000\n\n');
    const missed = this.#missed(request.headers['last-event-id']);
    if (missed) this.#send(response, 'change', missed);
    else this.#send(response, 'whole', this.#whole());

    const unwatch = this.#room.watch((change) => this.#send(response, 'change', change));
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
    this.#open.add(response);
    response.on('close', () => {
      unwatch();
      clearInterval(heartbeat);
      this.#open.delete(response);
    });
  }

  /** Ends every stream once what is on its way has been handed over, or cannot be. */
  async end(): Promise<void> {
    await Promise.all([...this.#open].map(endStream));
  }

  #missed(lastEventId: string | string[] | undefined): Change | undefined {
    const [boot, version] = String(lastEventId ?? '').split('.');
    if (boot !== this.#room.boot || !version || !/^\d+$/.test(version)) return undefined;
    return this.#room.since(Number(version));
  }

  #send(response: ServerResponse, event: 'whole' | 'change', data: Whole | Change): void {
    if (response.writableLength > BACKLOG_LIMIT) {
      response.destroy();
      return;
    }
    const id = `${this.#room.boot}.${this.#room.version}`;
    response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

function endStream(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => response.destroy(), END_MS);
    response.on('close', () => {
      clearTimeout(late);
      resolve();
    });
    response.end(() => response.destroy());
  });
}
