import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Command } from '../../command.ts';
import { inTime } from '../../deliveries.ts';
import { growByUpdates } from '../../growing.ts';
import type { Logger } from '../../log.ts';
import type { Message } from '../../message.ts';
import type { HttpHost, Place, Platform, Posted } from '../../platform.ts';
import { type Asset, loadAssets } from './assets.ts';
import { readJson, sendJson } from './body.ts';
import { createDeeds, type Deeds } from './deeds.ts';
import { Events } from './events.ts';
import { Refusal, refuseStrangers, setSafeHeaders } from './guard.ts';
import { CAPS, Room } from './room.ts';
import { vocabularyOf } from './vocabulary.ts';
import type { FilterHelp, Whole } from './wire.ts';

export interface PlaygroundOptions {
  http: HttpHost;
  log: Logger;
  commands: readonly Command[];
  filters: readonly FilterHelp[];
  /** The cluster's name, for the sidebar. */
  cluster: string;
  /** Where people open it; `undefined` before it can be opened. */
  address?(): string | undefined;
  /** The one person who uses it. */
  user?: string;
  /** The transcript; a test brings its own. */
  room?: Room;
}

/** A chat client in the browser, for one person on this machine; its state is in memory and ends with the program. */
export function createPlayground(options: PlaygroundOptions): Platform {
  const { http, log, commands, filters, cluster, user = 'you', room = new Room() } = options;
  const vocabulary = vocabularyOf(commands, filters);
  const whole = (): Whole => ({
    boot: room.boot,
    cluster,
    user,
    keeps: CAPS.messages,
    channels: room.channels,
    entries: room.entries,
    ...vocabulary,
  });
  const events = new Events(room, whole);
  let assets: ReadonlyMap<string, Asset> = new Map();
  let deeds: Deeds | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSafeHeaders(response);
    refuseStrangers(request);
    if (!deeds) throw new Refusal(503, 'The playground is not running.');
    const path = (request.url ?? '/').replace(/\?.*$/s, '');
    if (request.method === 'POST') return act(deeds, path, request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Refusal(405, `The playground has no answer to ${request.method}.`);
    }
    if (path === '/events' && request.method === 'GET') return events.stream(request, response);
    const asset = assets.get(path);
    if (!asset) throw new Refusal(404, `The playground has nothing at ${path}.`);
    response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.body.length });
    response.end(request.method === 'HEAD' ? undefined : asset.body);
  }

  async function act(deeds: Deeds, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const deed = { '/say': deeds.say, '/press': deeds.press, '/form': deeds.sendForm }[path];
    if (path !== '/form/ask' && !deed) throw new Refusal(404, `The playground has nothing at ${path}.`);
    const body = await readJson(request);
    if (!deed) return sendJson(response, 200, deeds.askForm(body));
    const taking = deed(body);
    await inTime(taking);
    sendJson(response, 202, {});
    taking.catch((err: unknown) => log.error({ err }, 'What the playground took late was lost'));
  }

  function refuse(error: unknown, response: ServerResponse): void {
    if (!(error instanceof Refusal)) log.error({ err: error }, 'The playground could not answer a request');
    if (response.headersSent) return void response.destroy();
    const refusal =
      error instanceof Refusal ? error : new Refusal(503, 'The playground failed. Try again; its log says why.');
    // What is left of a body that was too long is not read.
    if (refusal.status === 413) response.setHeader('connection', 'close');
    sendJson(response, refusal.status, { error: refusal.message });
  }

  function add(to: Place, message: Message, more: { key?: string; growing?: true }): Posted {
    const { id, channel, thread } = room.add({ ...to, author: 'bot', body: { message }, ...more });
    return { id, place: { channel, thread: thread ?? id } };
  }

  const platform: Platform = {
    name: 'playground',

    async start(on) {
      assets = await loadAssets();
      deeds = createDeeds(room, user, on);
      http.mount('/', (request, response) => {
        answer(request, response).catch((error: unknown) => refuse(error, response));
      });
    },

    async stop() {
      deeds = undefined;
      await events.end();
    },

    post: async (to, message, { key } = {}) => add(to, message, key === undefined ? {} : { key }),

    async update(posted, message) {
      if (!room.replace(posted.id, message)) log.debug({ id: posted.id }, 'A message to update is no longer kept');
    },

    async whisper(to, _user, message) {
      room.add({ ...to, author: 'bot', whispered: true, body: { message } });
    },

    async find({ channel, thread }, key) {
      const entry = room.find(channel, thread, key);
      return entry && { id: entry.id, place: { channel, thread: thread ?? entry.id } };
    },

    async link({ id, place }) {
      const address = options.address?.();
      const { channel, thread = id } = place;
      return (
        address && `${address}/#${[channel, thread, id === thread ? [] : id].flat().map(encodeURIComponent).join('/')}`
      );
    },

    async grow(to, message) {
      const begin = async () => add(to, message, { growing: true });
      const growing = await growByUpdates({ post: begin, update: platform.update }, to, message);
      return {
        ...growing,
        async finish(blocks) {
          await growing.finish(blocks);
          room.settle(growing.posted.id);
        },
      };
    },
  };
  return platform;
}
