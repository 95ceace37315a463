import { describe, expect, test } from 'vitest';
import type { Handlers } from '../../../src/platform.ts';
import { started } from '../../support/slack/started.ts';
import { BOT } from '../../support/slack/workspace.ts';

/** What another replica hears. */
function recorder(): { heard: string[]; on: Handlers } {
  const heard: string[] = [];
  const hear = async ({ text }: { text: string }) => void heard.push(text);
  return { heard, on: { command: hear, reply: hear, form: () => undefined } };
}

describe.each(['socket', 'http'] as const)('an event that was not taken (%s)', (mode) => {
  test('is delivered again by Slack, and answered once', async () => {
    const app = await started({
      mode,
      ackMs: mode === 'socket' ? 200 : 10_000,
      async take() {
        if (app.commands.length === 1) throw new Error('nowhere to keep it');
      },
    });

    await app.mention('analyze');
    await app.slack.redeliver();

    expect(app.commands).toMatchObject([{ text: 'analyze' }, { text: 'analyze' }]);
    expect(app.slack.deliveries.filter(({ retry }) => retry)).not.toEqual([]);
  });

  test('since Slack could not say whose its thread is, is delivered again', async () => {
    const app = await started({ mode, ackMs: mode === 'socket' ? 200 : 10_000 });
    const root = app.slack.workspace.add({ channel: 'C0OPS', user: BOT.user, text: 'An old report' });
    app.slack.limit('conversations.replies', 1, 60);

    await app.reply('and now?', root.ts);

    expect(app.replies).toMatchObject([{ text: 'and now?' }]);
  });
});

describe('two replicas', () => {
  test('share what Slack says', async () => {
    const app = await started();
    const { heard, on } = recorder();
    await app.another(on);

    for (const text of ['1', '2', '3', '4']) await app.command(text);

    expect(app.commands).toHaveLength(2);
    expect([...app.commands.map(({ text }) => text), ...heard].sort()).toEqual(['1', '2', '3', '4']);
  });

  test('take over what the other one had not acknowledged when it went', async () => {
    const app = await started({ take: () => new Promise(() => {}) });
    const { heard, on } = recorder();

    const said = app.mention('analyze');
    await app.heard(1);
    await app.another(on);
    app.slack.sockets.cut(1);
    await said;

    expect(heard).toEqual(['analyze']);
  });
});

test('what is taken late is acknowledged in time, and its failure is no one’s but the log’s', async () => {
  const taking = Promise.withResolvers<void>();
  const app = await started({ take: () => (app.commands.length === 1 ? taking.promise : Promise.resolve()) });

  await app.command('analyze');
  taking.reject(new Error('too late'));
  await app.slack.redeliver();

  expect(app.commands).toHaveLength(2);
});
