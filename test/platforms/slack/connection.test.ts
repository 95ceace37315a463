import { describe, expect, test } from 'vitest';
import { signature } from '../../support/slack/delivery.ts';
import { openSlack } from '../../support/slack/harness.ts';
import { started } from '../../support/slack/started.ts';
import { soon } from '../../support/soon.ts';

const none = { command: async () => {}, reply: async () => {}, form: () => undefined };

describe('the start', () => {
  test.each([
    ['SLACK_BOT_TOKEN', { SLACK_BOT_TOKEN: 'xoxb-wrong' }],
    ['SLACK_APP_TOKEN', { SLACK_APP_TOKEN: 'xapp-wrong' }],
  ])('names %s when Slack refuses it', async (setting, env) => {
    const harness = await openSlack('socket', {}, env);

    await expect(harness.platform.start(none)).rejects.toMatchObject({
      name: 'ConfigError',
      setting,
      message: expect.stringContaining('invalid_auth'),
    });
    await harness.stop();
  });

  test('says where it looked for Slack when no one is there', async () => {
    const harness = await openSlack('http', {}, { SLACK_API_URL: 'http://127.0.0.1:1/' });

    await expect(harness.platform.start(none)).rejects.toThrow('Slack cannot be reached at http://127.0.0.1:1/');
    await harness.stop();
  });
});

describe('Socket Mode', () => {
  test('starts although Slack asks it to wait', async () => {
    const harness = await openSlack('socket');
    harness.slack.limit('apps.connections.open', 2, 0);

    await harness.platform.start(none);

    await harness.command('hello');
    await harness.stop();
  });

  test.each(['warning', 'refresh_requested'] as const)('moves to another connection on %s', async (reason) => {
    const app = await started();

    app.slack.sockets.refresh(reason);
    await soon(() => expect(app.slack.sockets.made()).toBe(2));
    await app.command('after');

    await app.heard(1);
    expect(app.slack.calls.get('apps.connections.open')).toBe(2);
  });

  test('tries on while Slack is away', async () => {
    const app = await started();
    app.slack.limit('apps.connections.open', 3, 0);

    await app.disconnect?.();
    await app.command('after');

    await app.heard(1);
    expect(app.slack.calls.get('apps.connections.open')).toBeGreaterThan(3);
  });

  test('does not come back once it was stopped', async () => {
    const app = await started();

    await app.platform.stop();

    await soon(() => expect(app.slack.sockets.count()).toBe(0));
    await expect(app.command('anyone?')).rejects.toThrow('no connection');
    expect(app.slack.calls.get('apps.connections.open')).toBe(1);
  });
});

describe('HTTP', () => {
  const post = (url: string, body: string, headers: Record<string, string>) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const secret = 'the-signing-secret';
  const now = () => Math.floor(Date.now() / 1000);

  test('answers the challenge of Slack’s settings page', async () => {
    const app = await started({ mode: 'http' });
    const body = JSON.stringify({ type: 'url_verification', challenge: 'prove it' });

    const response = await post(app.url, body, signature(body, secret, now()));

    expect(await response.json()).toEqual({ challenge: 'prove it' });
  });

  test.each([
    ['an old signature', (body: string) => signature(body, secret, now() - 301)],
    ['one of another body', () => signature('{}', secret, now())],
    ['no signature', () => ({})],
  ])('refuses %s', async (_, sign) => {
    const app = await started({ mode: 'http' });
    const event = { type: 'app_mention', user: 'U1', channel: 'C1', text: 'forged', ts: '1.1' };
    const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event });

    const response = await post(app.url, body, sign(body));

    expect(response.status).toBe(401);
    expect(app.commands).toEqual([]);
  });

  test.each([
    ['GET', '', 404],
    ['POST', '/below', 404],
  ])('has nothing for %s %s', async (method, path, status) => {
    const app = await started({ mode: 'http' });

    expect((await fetch(`${app.url}${path}`, { method })).status).toBe(status);
  });

  test('is not asked a second time, however long a command takes', async () => {
    const done = Promise.withResolvers<void>();
    const app = await started({ mode: 'http', ackMs: 10_000, handle: () => done.promise });

    await app.mention('analyze');

    await app.heard(1);
    expect(app.slack.deliveries.filter(({ retry }) => retry)).toEqual([]);
    done.resolve();
  });
});
