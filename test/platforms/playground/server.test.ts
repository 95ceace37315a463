import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silent } from '../../../src/log.ts';
import type { Handlers, Incoming, Platform } from '../../../src/platform.ts';
import { createPlayground } from '../../../src/platforms/playground/index.ts';
import { Room } from '../../../src/platforms/playground/room.ts';
import { COMMANDS, FILTERS, FORM, REPORT } from './samples.ts';
import { type Served, serve } from './support.ts';

let served: Served;
let room: Room;
let playground: Platform;
let commands: Incoming[];
let replies: Incoming[];
let handlers: Handlers;

beforeEach(async () => {
  served = await serve();
  room = new Room();
  commands = [];
  replies = [];
  handlers = {
    command: async (incoming) => void commands.push(incoming),
    reply: async (incoming) => void replies.push(incoming),
    form: ({ form }) => (form === FORM.name ? FORM : undefined),
  };
  playground = createPlayground({
    http: served.host,
    log: silent,
    commands: COMMANDS,
    filters: FILTERS,
    cluster: 'sample',
    room,
  });
  await playground.start(handlers);
});

afterEach(async () => {
  await playground.stop();
  await served.close();
});

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(served.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const said = (text: string, more = {}) => ({ delivery: randomUUID(), channel: 'general', text, ...more });

/** fetch sets Host itself, so a foreign one goes by hand. */
function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${served.url}/`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('serves the page, with a policy that lets it run its own files alone', async () => {
  const response = await fetch(served.url);

  expect(response.headers.get('content-type')).toContain('text/html');
  expect(await response.text()).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=/);
  const policy = response.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('serves every file that the page and its modules ask for', async () => {
  const seen = new Set<string>();
  const wanted = ['/'];
  for (const path of wanted) {
    const response = await fetch(served.url + path);
    expect(response.status, path).toBe(200);
    const text = await response.text();
    expect(text.length, path).toBeGreaterThan(0);
    const base = new URL(path, served.url);
    for (const [, found] of text.matchAll(/(?:from\s*|(?:src|href)=|url\()["']([./][^"']*)["']/g)) {
      const next = new URL(found ?? '', base).pathname;
      if (!seen.has(next)) wanted.push(next);
      seen.add(next);
    }
  }

  expect(seen.size).toBeGreaterThan(20);
  expect([...seen]).toEqual(expect.arrayContaining(['/page/main.ts', '/page/preact.js', '/page/inter.woff2']));
});

test('strips types without a warning', async () => {
  const warned = vi.fn();
  process.on('warning', warned);

  const code = await (await fetch(`${served.url}/page/room.ts`)).text();

  expect(code).not.toContain('import type');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

test.each([
  '/nothing',
  '/page/',
  '/page/tsconfig.json',
  '/page/..%2findex.ts',
  '/page/../index.ts',
  '/index.ts',
  '/say',
])('has nothing at %s', async (path) => {
  const response = await fetch(served.url + path);

  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: expect.stringContaining('nothing at') });
});

test('answers to names of this machine only', async () => {
  const port = new URL(served.url).port;

  expect(await statusWithHost(`localhost:${port}`)).toBe(200);
  expect(await statusWithHost(`[::1]:${port}`)).toBe(200);
  expect(await statusWithHost('127.0.0.1')).toBe(200);
  expect(await statusWithHost(`rebound.example:${port}`)).toBe(403);
  expect(await statusWithHost('127.0.0.1.rebound.example')).toBe(403);
  expect(await statusWithHost('localhost.rebound.example')).toBe(403);
});

test.each([
  ['another site', { origin: 'https://elsewhere.example' }, 403],
  ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
  ['a sandboxed frame', { origin: 'null' }, 403],
  ['a link of another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a plain form', { 'content-type': 'text/plain' }, 415],
])('refuses a message from %s', async (_, headers, status) => {
  const response = await post('/say', said('/k8sgpt analyze'), headers);

  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/\.$/) });
  expect(commands).toEqual([]);
  expect(room.entries).toEqual([]);
});

test.each([
  ['no JSON', 400, '{'],
  ['an array', 400, '[]'],
  ['no delivery', 400, { channel: 'general', text: 'hello' }],
  ['no words', 400, said('  ')],
  ['a number for words', 400, { ...said(''), text: 7 }],
  ['a channel that is not there', 404, said('hello', { channel: 'nowhere' })],
  ['a thread that is not there', 404, said('hello', { thread: 'gone' })],
  ['too much', 413, said('x'.repeat(70_000))],
])('refuses a message with %s', async (_, status, body) => {
  const response = await post('/say', body);

  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/\.$/) });
  expect(room.entries).toEqual([]);
});

test('acknowledges a command before it works', async () => {
  const done = Promise.withResolvers<void>();
  handlers.command = () => done.promise;

  const response = await post('/say', said('/k8sgpt analyze'));

  expect(response.status).toBe(202);
  done.resolve();
});

test('shows what was typed, and only talks to the bot where it is meant', async () => {
  await post('/say', said('lunch?'));
  await post('/say', said('/k8sgpt analyze'));
  await post('/say', said('a word', { thread: room.entries[0]?.id }));

  expect(room.entries.map(({ body }) => body)).toEqual([
    { words: 'lunch?' },
    { words: '/k8sgpt analyze' },
    { words: 'a word' },
  ]);
  expect(commands).toMatchObject([{ text: 'analyze', user: 'you', place: { channel: 'general' } }]);
  expect(replies).toEqual([]);
});

test('answers a mention in a thread of its own', async () => {
  await post('/say', said('@k8sgpt analyze'));

  expect(commands).toMatchObject([{ text: 'analyze', place: { channel: 'general', thread: room.entries[0]?.id } }]);
});

test('whispers about a command of another app', async () => {
  await post('/say', said('/giphy cat'));

  expect(room.entries).toMatchObject([{ body: { words: '/giphy cat' } }, { author: 'bot', whispered: true }]);
  expect(commands).toEqual([]);
});

test('runs only command lines that a message offers', async () => {
  const { id } = await playground.post({ channel: 'general' }, REPORT);
  const press = (run: string) => post('/press', { delivery: randomUUID(), message: id, run });

  expect((await press('explain inc-4f2a9c')).status).toBe(202);
  expect((await press('explain something else')).status).toBe(404);
  expect((await post('/press', { delivery: randomUUID(), message: 'gone', run: 'explain inc-4f2a9c' })).status).toBe(
    404,
  );
  expect(commands.map(({ text }) => text)).toEqual(['explain inc-4f2a9c']);
});

test('says so when there is no form of a name', async () => {
  const { id } = await playground.post({ channel: 'general' }, REPORT);

  const response = await post('/form/ask', { message: id, form: 'nonsense', values: {} });

  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: 'There is no form named nonsense.' });
});

test('streams the whole room, then each change, and resumes after the last event seen', async () => {
  const posted = await playground.post({ channel: 'general' }, { text: 'before', blocks: [] });
  const first = await events();
  const whole = await first.next();
  await playground.update(posted, { text: 'now', blocks: [] });
  const change = await first.next();
  first.stop();
  await playground.post({ channel: 'general' }, { text: 'missed', blocks: [] });

  const second = await events({ 'last-event-id': change.id });
  const missed = await second.next();
  second.stop();

  expect(whole).toMatchObject({ event: 'whole', data: { cluster: 'sample', user: 'you', keeps: 500 } });
  expect(whole.data.entries).toMatchObject([{ body: { message: { text: 'before' } } }]);
  expect(change).toMatchObject({ event: 'change', data: { entries: [{ body: { message: { text: 'now' } } }] } });
  expect(missed).toMatchObject({ event: 'change', data: { entries: [{ body: { message: { text: 'missed' } } }] } });
  expect(missed.data.entries).toHaveLength(1);
});

test.each(['old.3', 'nonsense', ''])('streams the whole room to a page that saw %j last', async (id) => {
  const stream = await events({ 'last-event-id': id });

  expect((await stream.next()).event).toBe('whole');
  stream.stop();
});

test('ends its streams when it stops, and answers that it is not running', async () => {
  const stream = await events();
  await stream.next();

  await playground.stop();

  await expect(stream.next()).rejects.toThrow('ended');
  expect((await fetch(served.url)).status).toBe(503);
});

test('stops although a page takes nothing', async () => {
  const stuck = connect(Number(new URL(served.url).port), '127.0.0.1');
  stuck.write('GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  stuck.pause();
  await once(stuck, 'ready');
  for (let i = 0; i < 20; i++) {
    await playground.post({ channel: 'general' }, { text: 'x'.repeat(1_000_000), blocks: [] });
    await nextTurn();
  }

  const began = performance.now();
  await playground.stop();

  expect(performance.now() - began).toBeLessThan(5000);
  stuck.destroy();
});

interface ServerSentEvent {
  id: string;
  event: string;
  data: { entries: unknown[] };
}

/** The server's events, one by one. */
async function events(headers: Record<string, string> = {}) {
  const stopper = new AbortController();
  const response = await fetch(`${served.url}/events`, { headers, signal: stopper.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  return {
    async next(): Promise<ServerSentEvent> {
      for (;;) {
        const block = /^(id: .*)\n(event: .*)\n(data: .*)\n\n/m.exec(waiting);
        if (block) {
          waiting = waiting.slice(block.index + block[0].length);
          const [id, event, data] = block.slice(1).map((line) => line.replace(/^\w+: /, ''));
          return { id: id ?? '', event: event ?? '', data: JSON.parse(data ?? '') };
        }
        const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done) throw new Error('the stream ended');
        waiting += value;
      }
    },
    stop: () => stopper.abort(),
  };
}

test('what could not be kept is said so, and stands in the room once when it is sent again', async () => {
  handlers.command = async (incoming) => {
    commands.push(incoming);
    if (commands.length === 1) throw new Error('nowhere to keep it');
  };
  const message = said('/k8sgpt analyze');

  const refused = await post('/say', message);
  const taken = await post('/say', message);

  expect(refused.status).toBe(503);
  expect(await refused.json()).toEqual({ error: expect.stringContaining('Try again') });
  expect(taken.status).toBe(202);
  expect(commands).toHaveLength(2);
  expect(room.entries).toHaveLength(1);
});

test('a message that grows is known as one until its end', async () => {
  const growing = await playground.grow({ channel: 'general' }, { text: 'Begin', blocks: [] }, 'you');
  const entry = () => room.get(growing.posted.id);
  expect(entry()).toMatchObject({ growing: true });

  await growing.append([{ type: 'text', text: 'One' }]);
  expect(entry()).toMatchObject({ growing: true, body: { message: { blocks: [{ text: 'One' }] } } });
  await growing.finish([{ type: 'text', text: 'Two' }]);

  expect(entry()?.growing).toBeUndefined();
  expect(room.since(0)?.entries).toEqual([entry()]);
});
