import { expect, onTestFinished, test } from 'vitest';
import type { WatchEvent } from '../../src/custom-resources.ts';
import { connectResources } from '../../src/kubernetes/index.ts';
import { type ApiOptions, type Reply, startApi, status } from '../support/api-server.ts';

const RESULT = { kind: 'Result', group: 'core.k8sgpt.ai', version: 'v1alpha1', plural: 'results' };
const NAME = { namespace: 'team', name: 'one' };
const object = { metadata: { ...NAME, resourceVersion: '7' } };

/** A server that gives these replies, one after the other, the last one for ever. */
async function open(...replies: [Reply, ...Reply[]]) {
  const reply: ApiOptions['reply'] = () => (replies.length > 1 ? replies.shift() : replies[0]);
  const api = await startApi({ reply });
  const waits: number[] = [];
  const pause = async (milliseconds: number) => void waits.push(milliseconds);
  const resources = await connectResources({ kubeconfig: api.kubeconfig(), env: {}, pause });
  onTestFinished(async () => {
    await resources.close();
    await api.close();
  });
  return { resources, api, waits };
}

const signal = () => AbortSignal.timeout(20_000);

test('an object is asked for where the API serves it', async () => {
  const { resources, api } = await open({ status: 200, body: object });

  expect(await resources.get(RESULT, NAME, signal())).toEqual(object);
  expect(api.seen[0]?.path).toBe('/apis/core.k8sgpt.ai/v1alpha1/namespaces/team/results/one');
});

test('what does not exist is undefined, and cannot be deleted', async () => {
  const { resources } = await open(status(404, 'results "one" not found'));

  expect(await resources.get(RESULT, NAME, signal())).toBeUndefined();
  expect(await resources.delete(RESULT, NAME, signal())).toBe(false);
});

test.each([
  [status(409, 'results "one" already exists'), 'exists', /already exists/],
  [status(409, 'the object has been modified'), 'conflict', /modified/],
  [
    status(403, 'no'),
    'forbidden',
    /add the rule \{apiGroups: \["core.k8sgpt.ai"\], resources: \["results"\], verbs: \["create"\]\}/,
  ],
  [status(422, 'spec.kind: Required value'), 'invalid', /Required value/],
  [status(500, 'etcd'), 'failed', /etcd/],
  [{ fault: 'reset' } as const, 'unreachable', /cannot be reached/],
])('a refusal is told by its fault: %j', async (reply, fault, message) => {
  const { resources } = await open(reply);

  const failure = resources.create(RESULT, object, signal());

  await expect(failure).rejects.toMatchObject({ fault, message: expect.stringMatching(message) });
});

test('a server that asks for patience is given it', async () => {
  const busy = { ...status(429, 'busy'), headers: { 'retry-after': '2' } };
  const { resources, waits } = await open(busy, busy, { status: 201, body: object });

  expect(await resources.create(RESULT, object, signal())).toEqual(object);
  expect(waits).toHaveLength(2);
  expect(waits.every((ms) => ms >= 2000 && ms < 2500)).toBe(true);
});

test('a long list comes in pages', async () => {
  const page = (name: string, next?: string) => ({
    status: 200,
    body: { metadata: { resourceVersion: '9', continue: next }, items: [{ metadata: { namespace: 'team', name } }] },
  });
  const { resources, api } = await open(page('one', 'more'), page('two'));

  const { objects, version } = await resources.list(RESULT, { namespace: 'team', selector: 'a=b' }, signal());

  expect(objects.map(({ metadata }) => metadata.name)).toEqual(['one', 'two']);
  expect(version).toBe('9');
  expect(api.seen.map(({ query }) => [query.get('labelSelector'), query.get('continue')])).toEqual([
    ['a=b', null],
    ['a=b', 'more'],
  ]);
});

test('a watch tells events line by line, and what ends it', async () => {
  const line = (type: string, of: object) => `${JSON.stringify({ type, object: of })}\n`;
  const body =
    line('ADDED', object) +
    line('BOOKMARK', { metadata: { resourceVersion: '8' } }) +
    line('DELETED', object) +
    line('ERROR', { kind: 'Status', code: 410, message: 'too old' });
  const { resources } = await open({ status: 200, body });
  const events: WatchEvent[] = [];

  const watched = resources.watch(RESULT, '5', (event) => events.push(event), signal());

  await expect(watched).rejects.toMatchObject({ fault: 'expired' });
  expect(events).toEqual([
    { type: 'set', object, version: '7' },
    { type: 'bookmark', version: '8' },
    { type: 'deleted', object, version: '7' },
  ]);
});

test('of a Secret one value is given, as text', async () => {
  const secret = { ...object, data: { key: Buffer.from('sk-1\n').toString('base64'), other: 'eA==' } };
  const { resources } = await open({ status: 200, body: secret });

  expect(await resources.secretValue(NAME, 'key', signal())).toBe('sk-1');
  expect(await resources.secretValue(NAME, 'none', signal())).toBeUndefined();
});
