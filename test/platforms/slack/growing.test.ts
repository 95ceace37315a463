import { describe, expect, test } from 'vitest';
import type { Block, Message } from '../../../src/message.ts';
import type { Growing } from '../../../src/platform.ts';
import { type Started, type StartedOptions, started } from '../../support/slack/started.ts';
import { ANNA } from '../../support/slack/workspace.ts';
import { soon } from '../../support/soon.ts';

const text = (words: string): Block => ({ type: 'text', text: words });
const say = (words: string): Message => ({ text: words, blocks: [text(words)] });
const table: Block = { type: 'table', columns: [{ label: 'Name' }], rows: [['a cell']] };

interface Grown {
  app: Started;
  growing: Growing;
  /** How often a method of the Web API was called since the message began. */
  calls(method: string): number;
  /** The letters of what stands in the thread. */
  thread(): string[];
}

async function grown(options: StartedOptions = {}): Promise<Grown> {
  const app = await started(options);
  const root = await app.platform.post({ channel: 'C0OPS' }, say('A report'));
  const growing = await app.platform.grow(root.place, say('Begin'), ANNA);
  return {
    app,
    growing,
    calls: (method) => app.slack.calls.get(method) ?? 0,
    thread: () => app.shown().flatMap((message) => (message.thread === root.id ? [message.text] : [])),
  };
}

describe('a message that is streamed', () => {
  test('is begun, appended to, ended and brought to its whole', async () => {
    const { app, growing, calls } = await grown();

    await growing.append([text('One')]);
    await soon(() => expect(app.shown().at(-1)?.text).toBe('Begin\nOne'));
    await growing.finish([{ type: 'feedback', good: 'good', bad: 'bad' }]);

    const methods = ['chat.startStream', 'chat.appendStream', 'chat.stopStream', 'chat.update', 'chat.postMessage'];
    expect(methods.map(calls)).toEqual([1, 1, 1, 1, 1]);
    const [, message] = app.slack.workspace.messages;
    expect(message).toMatchObject({
      ts: growing.posted.id,
      text: 'Begin',
      blocks: [{}, {}, { type: 'context_actions' }],
    });
  });

  test('gets all that waits in one call', async () => {
    const { growing, calls, thread } = await grown();

    for (let index = 0; index < 20; index++) await growing.append([text(`${index};`)]);
    await soon(() => expect(thread()[0]).toContain('19;'));

    expect(calls('chat.appendStream')).toBeLessThanOrEqual(3);
    await growing.finish([]);
  });

  test('waits when Slack asks it to', async () => {
    const { app, growing, thread } = await grown();
    app.slack.limit('chat.appendStream', 2, 0);

    await growing.append([text('One')]);

    await soon(() => expect(thread()).toEqual(['Begin\nOne']));
    expect(app.slack.calls.get('chat.update')).toBeUndefined();
    await growing.finish([]);
  });

  test.each([
    ['Slack has ended it, since it went on too long', (app: Started) => app.slack.api.endStreams()],
    ['Slack takes an append no more', (app: Started) => app.slack.fail('chat.appendStream', 9, 'internal_error')],
    ['a person has stopped it', (app: Started) => app.slack.fail('chat.appendStream', 9, 'stopped_by_user')],
  ])('goes on by updates once %s', async (_, happen) => {
    const { app, growing, calls, thread } = await grown();
    await growing.append([text('One')]);
    await soon(() => expect(thread()).toEqual(['Begin\nOne']));

    happen(app);
    await growing.append([text('Two')]);
    await soon(() => expect(thread()).toEqual(['Begin\nOne\nTwo']));
    const appends = calls('chat.appendStream');
    await growing.append([text('Three')]);
    await soon(() => expect(thread()).toEqual(['Begin\nOne\nTwo\nThree']));
    await growing.finish([text('Four')]);

    expect(calls('chat.appendStream')).toBe(appends);
    expect(thread()).toEqual(['Begin\nOne\nTwo\nThree\nFour']);
  });

  test('stands whole at its end although Slack had ended it in silence', async () => {
    let now = 0;
    const { growing, thread } = await grown({ now: () => now, streamMs: 300_000, minUpdateGapMs: 0 });
    now = 300_001;

    await growing.finish([text('One')]);

    expect(thread()).toEqual(['Begin\nOne']);
  });

  test('goes on by updates for what a stream may not hold', async () => {
    const { growing, calls, thread } = await grown();

    await growing.append([table]);
    await soon(() => expect(thread()[0]).toContain('a cell'));
    await growing.append([text('After')]);
    await growing.finish([]);

    expect(calls('chat.appendStream')).toBe(0);
    expect(thread()).toEqual(['Begin\nName\na cell\nAfter']);
  });

  test('is posted anew where Slack puts nothing in the place of what it streamed', async () => {
    const { app, growing, thread } = await grown();
    app.slack.fail('chat.update', 1, 'block_mismatch');

    await growing.finish([text('One')]);
    await app.platform.update(growing.posted, say('Two'));

    expect(thread()).toEqual(['Two']);
  });

  test('that another process left open can be updated all the same', async () => {
    const { app, growing, thread } = await grown();
    const another = await app.another();

    await another.update(growing.posted, say('Anew'));

    expect(thread()).toEqual(['Anew']);
  });

  test('is sent to its last word, and ended, before the platform stops', async () => {
    const { app, growing, thread } = await grown();

    await Promise.all([growing.append([text('One')]), growing.append([text('Two')])]);
    await app.platform.stop();

    expect(thread()).toEqual(['Begin\nOne\nTwo']);
    expect(app.slack.calls.get('chat.stopStream')).toBe(1);
  });
});

describe('where Slack streams nothing, a message is updated', () => {
  test.each(['unknown_method', 'feature_not_enabled', 'not_allowed_token_type', 'missing_scope'])(
    'since the workspace has it not (%s), which is not asked again for a while',
    async (error) => {
      const { app, growing, calls, thread } = await grown({ lacks: { 'chat.startStream': error } });

      await growing.append([text('One')]);
      await soon(() => expect(thread()).toEqual(['Begin\nOne']));
      await growing.finish([text('Two')]);
      await app.platform.grow(growing.posted.place, say('Another'), ANNA);

      expect(thread()).toEqual(['Begin\nOne\nTwo', 'Another']);
      expect(calls('chat.startStream')).toBe(1);
    },
  );

  test('since this channel has it not, which is asked anew for another message', async () => {
    const { app, growing, calls, thread } = await grown({
      lacks: { 'chat.startStream': 'channel_type_not_supported' },
    });

    await growing.finish([text('One')]);
    await app.platform.grow(growing.posted.place, say('Another'), ANNA);

    expect(thread()).toEqual(['Begin\nOne', 'Another']);
    expect(calls('chat.startStream')).toBe(2);
  });

  test('since too many are streamed at present', async () => {
    const app = await started();
    const root = await app.platform.post({ channel: 'C0OPS' }, say('A report'));
    app.slack.limit('chat.startStream', 1, 60);

    const growing = await app.platform.grow(root.place, say('Begin'), ANNA);
    await growing.finish([text('One')]);

    expect(app.shown().at(-1)).toMatchObject({ text: 'Begin\nOne', thread: root.id });
  });

  test('since it stands in no thread', async () => {
    const app = await started();

    const growing = await app.platform.grow({ channel: 'C0OPS' }, say('Begin'), ANNA);
    await growing.finish([text('One')]);

    expect(app.shown()).toMatchObject([{ text: 'Begin\nOne' }]);
    expect(app.slack.calls.get('chat.startStream')).toBeUndefined();
  });

  test('since its beginning is more than a stream may hold', async () => {
    const app = await started();
    const root = await app.platform.post({ channel: 'C0OPS' }, say('A report'));

    const growing = await app.platform.grow(root.place, { text: 'T', blocks: [table] }, ANNA);
    await growing.finish([text('One')]);

    expect(app.shown().at(-1)?.text).toBe('Name\na cell\nOne');
    expect(app.slack.calls.get('chat.startStream')).toBeUndefined();
  });

  test('and the person answered alone where the bot is not: at the beginning and the end', async () => {
    const app = await started({
      async handle({ place, user }, { platform }) {
        const growing = await platform.grow(place, say('Begin'), user);
        for (let index = 0; index < 9; index++) await growing.append([text(`${index};`)]);
        await growing.finish([text('End')]);
      },
    });

    await app.command('ask', { channel: 'C0NOBOT' });

    await soon(() => expect(app.shown('C0NOBOT')).toHaveLength(2));
    expect(app.shown('C0NOBOT')[1]).toMatchObject({ user: ANNA, text: expect.stringMatching(/Begin\n0;\n.*8;\nEnd/s) });
  });
});
