import { afterEach, expect, test } from 'vitest';
import type { Notice, SinkSettings } from '../../src/sink.ts';
import { sinkTypes } from '../../src/sinks/index.ts';
import { post } from '../../src/sinks/shared/post.ts';
import { noticeOf } from '../support/sinks/notices.ts';
import { type Receiver, type Service, startReceiver } from '../support/sinks/receiver.ts';
import {
  type Alert,
  alertmanager,
  anyJson,
  cloudEvents,
  firing,
  mattermostAt,
  slackAt,
} from '../support/sinks/services.ts';

const HOUR = 3_600_000;
const NASTY = '<!channel> @all & <https://evil.test|click> *bold* `code` [x](http://evil.test)\u202e';

let receiver: Receiver | undefined;
afterEach(() => receiver?.stop());

/** Sends notices to a service as it is; what it took, as JSON. */
async function send(
  type: string,
  path: string,
  service: Service,
  notices: Notice[],
  given: Partial<SinkSettings> = {},
) {
  const found = sinkTypes.find((each) => each.type === type);
  if (!found) throw new Error(`no type ${type}`);
  receiver = await startReceiver(service);
  const settings = { name: type, type, webhook: `${receiver.url}${path}`, ...given };
  for (const notice of notices) {
    const posting = { fetch, timeoutMs: 5000, signal: new AbortController().signal, now: 0 };
    expect(await post(found.request(notice, settings), settings, posting)).toEqual({ end: 'sent' });
  }
  return receiver.taken.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

const nasty = noticeOf({
  cluster: NASTY,
  problems: Array.from({ length: 11 }, () => NASTY.repeat(10)),
  details: `# Meaning\n${NASTY}\n`.repeat(100),
  incident: {
    title: NASTY,
    code: NASTY,
    cause: { kind: 'Pod', name: NASTY },
    namespaces: Array.from({ length: 200 }, (_, index) => `${NASTY}-${index}`),
  },
});
const solved = noticeOf({ what: 'solved', at: '2026-03-14T12:00:00.000Z' });

test('Slack takes messages with everything that names and texts can hold', async () => {
  const [first, , last] = await send('slack', '/services/T0/B0/key', slackAt('/services/T0/B0/key'), [
    noticeOf(),
    nasty,
    solved,
  ]);

  expect(first?.text).toBe('New in prod: Deployment shop/cart runs out of memory (high)');
  expect(last?.text).toBe('Solved in prod: Deployment shop/cart runs out of memory');
});

test('Mattermost takes them, under the name, in the channel and with the picture that the settings say', async () => {
  const settings = { channel: 'town-square', username: 'k8sgpt', iconUrl: 'https://example.test/icon.png' };

  const [first] = await send(
    'mattermost',
    '/hooks/abc',
    mattermostAt('/hooks/abc'),
    [noticeOf(), nasty, solved],
    settings,
  );

  expect(first).toMatchObject({
    channel: 'town-square',
    username: 'k8sgpt',
    icon_url: 'https://example.test/icon.png',
    text: '**New in prod\\: Deployment shop/cart runs out of memory \\(high\\)**',
  });
});

test('A service of one’s own gets the notice as it is, with the headers of the settings', async () => {
  const headers = { Authorization: 'Bearer 0123456789' };

  const [first] = await send('webhook', '/in', anyJson, [noticeOf(), nasty, solved], { headers });

  expect(first).toEqual(noticeOf());
  expect(receiver?.taken[0]?.headers.authorization).toBe('Bearer 0123456789');
});

test('A CloudEvent has the id of the notice, so that a repetition is known', async () => {
  const [first, second] = await send('cloudevents', '/', cloudEvents(), [noticeOf(), nasty, solved]);

  expect(first).toMatchObject({ id: noticeOf().id, type: 'k8sgpt-chat.incident.new', source: '/k8sgpt-chat/prod' });
  expect(second?.data).toEqual(JSON.parse(JSON.stringify(nasty)));
});

test('Alertmanager has one alert while an incident is open, and none when it is solved', async () => {
  const alerts = new Map<string, Alert>();
  const now = Date.parse('2026-03-14T12:00:00.000Z');
  const worse = noticeOf({ what: 'worse', at: '2026-03-14T11:00:00.000Z', incident: { severity: 'critical' } });
  const service = alertmanager(alerts, '/am');
  const seen: (string | undefined)[][] = [];
  const noting: Service = (arrival) => {
    const answer = service(arrival);
    seen.push(firing(alerts, now).map(({ labels }) => labels.severity));
    return answer;
  };

  await send('alertmanager', '/am/', noting, [
    noticeOf(),
    worse,
    { ...solved, incident: { ...solved.incident, severity: 'low' } },
  ]);

  expect(seen).toEqual([['high'], ['critical'], []]);
});

test('Alertmanager holds an incident for open though nothing is heard of it for months', async () => {
  const alerts = new Map<string, Alert>();

  await send('alertmanager', '', alertmanager(alerts), [noticeOf(), nasty]);

  expect(firing(alerts, Date.parse(noticeOf().at) + 90 * 24 * HOUR)).toHaveLength(2);
});
