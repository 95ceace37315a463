import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/server/http.ts';

let ready = true;
const open: HttpServer[] = [];
const create = () => {
  const server = createHttpServer({ ready: () => ready });
  open.push(server);
  return server;
};
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

test('the longest mounted path gets the request', async () => {
  const server = create();
  for (const path of ['/', '/slack', '/slack/events']) server.mount(path, (_, response) => void response.end(path));
  const url = await server.listen('127.0.0.1', 0);
  const ask = async (path: string) => (await fetch(url + path)).text();

  expect(await ask('/slack/events?x=1')).toBe('/slack/events');
  expect(await ask('/slack/other')).toBe('/slack');
  expect(await ask('/slackish')).toBe('/');
});

test('says whether it lives and whether it is ready', async () => {
  const url = await create().listen('127.0.0.1', 0);

  expect((await fetch(`${url}/live`)).status).toBe(200);
  ready = false;
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  ready = true;
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
});

test('an address that is none harms nobody', async () => {
  const url = new URL(await create().listen('127.0.0.1', 0));
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(url.port), '127.0.0.1', () => socket.end('GET // HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.once('data', (data) => resolve(String(data))).on('error', reject);
  });

  expect(answer).toContain('404');
  expect((await fetch(`${url}live`)).status).toBe(200);
});

test('a port that is taken is named with the cure', async () => {
  const url = await create().listen('127.0.0.1', 0);
  const port = Number(new URL(url).port);

  await expect(create().listen('127.0.0.1', port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is already in use. Set PORT to another, such as PORT=${port + 1}.`,
  );
});

test('an address that this machine does not have is named with the cure', async () => {
  await expect(create().listen('192.0.2.1', 0)).rejects.toThrow(
    'This machine has no address 192.0.2.1. Set HOST to one that it has, or leave it out.',
  );
});

const noIPv6 = !networkInterfaces().lo?.some(({ address }) => address === '::1');
test.skipIf(noIPv6)('an address of IPv6 is one that people can open', async () => {
  const url = await create().listen('::1', 0);

  expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await fetch(`${url}/live`)).status).toBe(200);
});
