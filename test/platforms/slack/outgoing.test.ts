import { describe, expect, test } from 'vitest';
import type { Block, Message } from '../../../src/message.ts';
import { createPacer } from '../../../src/platforms/shared/pacer.ts';
import { started } from '../../support/slack/started.ts';
import { ANNA } from '../../support/slack/workspace.ts';

const PLACE = { channel: 'C0OPS' };
const say = (text: string): Message => ({ text, blocks: [{ type: 'text', text }] });
const pages = (count: number): Message => ({
  text: 'Pages',
  blocks: Array.from({ length: count }, (_, index): Block[] => [
    { type: 'heading', text: `Page ${index + 1}` },
    { type: 'text', text: 'word '.repeat(2000) },
  ]).flat(),
});
const file = (content: string): Block => ({ type: 'file', name: 'a.txt', title: 'A', content });

test('a message that Slack took late is not overtaken by the next', async () => {
  const app = await started();
  app.slack.limit('chat.postMessage', 1, 0);

  await Promise.all(['one', 'two', 'three'].map((text) => app.platform.post(PLACE, say(text))));

  expect(app.shown().map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

describe('an update', () => {
  test('of a burst costs two calls, a pause apart', async () => {
    const app = await started({ minUpdateGapMs: 15 });
    const posted = await app.platform.post(PLACE, say('0'));

    await Promise.all(['1', '2', '3', '4'].map((text) => app.platform.update(posted, say(text))));

    expect(app.slack.calls.get('chat.update')).toBe(2);
  });

  test('that needs more or fewer pages than before changes those that are there', async () => {
    const app = await started();
    const posted = await app.platform.post(PLACE, pages(2));
    const [, second] = app.shown();
    expect(app.shown()).toHaveLength(2);

    await app.platform.update(posted, pages(3));
    expect(app.shown()).toHaveLength(3);
    expect(app.shown()[1]).toMatchObject({ id: second?.id, edited: true });

    await app.platform.update(posted, say('Short'));
    expect(app.shown()).toMatchObject([{ id: posted.id, text: 'Short' }]);
  });

  test('attaches a file once, and a changed one again', async () => {
    const app = await started();
    const posted = await app.platform.post(PLACE, { text: 'F', blocks: [file('one')] });

    await app.platform.update(posted, { text: 'F', blocks: [file('one'), { type: 'divider' }] });
    await app.platform.update(posted, { text: 'F', blocks: [file('two')] });

    const files = app.slack.workspace.messages.flatMap((message) => message.files);
    expect(files.map(({ content }) => content)).toEqual(['one', 'two']);
  });

  test('of a message that someone has deleted becomes a new one', async () => {
    const app = await started();
    const posted = await app.platform.post(PLACE, say('Before'));
    app.slack.workspace.messages.length = 0;

    await app.platform.update(posted, say('After'));

    expect(app.shown()).toMatchObject([{ text: 'After', edited: false }]);
    expect(app.shown()[0]?.thread).toBeUndefined();
  });

  test('does not wait once the platform stops', async () => {
    const app = await started({ minUpdateGapMs: 0 });
    const posted = await app.platform.post(PLACE, say('Before'));

    const updates = ['1', '2', '3'].map((text) => app.platform.update(posted, say(text)));
    await app.platform.stop();

    await Promise.all(updates);
    expect(app.shown()).toMatchObject([{ text: '3' }]);
  });
});

describe('the pacer', () => {
  test('sends the first and the last of a burst, and goes on after a failure', async () => {
    const sent: string[] = [];
    const pacer = createPacer<string>(1, async (value) => {
      sent.push(value);
      if (value === 'bad') throw new Error('bad');
    });

    await Promise.all(['a', 'b', 'c'].map((value) => pacer.send('key', value)));
    await expect(pacer.send('other', 'bad')).rejects.toThrow('bad');
    await pacer.send('other', 'good');

    expect(sent).toEqual(['a', 'c', 'bad', 'good']);
  });

  test('sends what waits at once when it is to finish', async () => {
    const sent: number[] = [];
    const pacer = createPacer<number>(60_000, async (value) => void sent.push(value));

    await pacer.send('key', 1);
    const second = pacer.send('key', 2);
    await pacer.finish();
    await second;

    expect(sent).toEqual([1, 2]);
  });

  test('finishes after what is being sent, and after what waits behind that', async () => {
    const sent: number[] = [];
    const gate = Promise.withResolvers<void>();
    const pacer = createPacer<number>(60_000, async (value) => {
      await gate.promise;
      sent.push(value);
    });

    const both = [pacer.send('key', 1), pacer.send('key', 2)];
    const finished = pacer.finish();
    gate.resolve();
    await finished;

    expect(sent).toEqual([1, 2]);
    await Promise.all(both);
  });
});

describe('what Slack refuses', () => {
  test('is sent by its letters, and logged', async () => {
    const app = await started();
    const call = app.slack.api.call;
    let refused = 0;
    app.slack.api.call = (method, token, args) => {
      // A Slack that does not know rich text.
      if (!args.blocks?.includes('rich_text')) return call(method, token, args);
      refused++;
      return call(method, token, { ...args, blocks: '[{"type":"unknown"}]' });
    };

    await app.platform.post(PLACE, say('Letters <!channel>'));

    expect(refused).toBe(1);
    expect(app.shown()).toMatchObject([{ text: expect.stringContaining('Letters <!channel>'), live: [] }]);
  });

  test('in an update replaces the blocks that stood there', async () => {
    const app = await started();
    const posted = await app.platform.post(PLACE, say('Working'));
    const call = app.slack.api.call;
    app.slack.api.call = (method, token, args) =>
      call(method, token, args.blocks?.includes('rich_text') ? { ...args, blocks: '[{"type":"unknown"}]' } : args);

    await app.platform.update(posted, say('Done'));

    expect(app.shown()).toMatchObject([{ id: posted.id, text: expect.stringContaining('Done') }]);
    expect(app.shown()[0]?.text).not.toContain('Working');
  });

  test('a plan, is shown in lines, and no other is tried', async () => {
    const app = await started();
    const plan: Message = {
      text: 'P',
      blocks: [{ type: 'steps', title: 'Plan', steps: [{ label: 'Look', state: 'failed' }] }],
    };
    const call = app.slack.api.call;
    let refused = 0;
    app.slack.api.call = (method, token, args) => {
      // A Slack that does not know plans.
      if (!args.blocks?.includes('"plan"')) return call(method, token, args);
      refused++;
      return call(method, token, { ...args, blocks: '[{"type":"unknown"}]' });
    };

    const posted = await app.platform.post(PLACE, plan);
    await app.platform.update(posted, plan);
    await app.platform.post(PLACE, plan);

    expect(refused).toBe(1);
    expect(app.shown().map(({ text }) => text)).toEqual(['Plan\n❌ Look', 'Plan\n❌ Look']);
  });

  test('as a file for lack of a scope leaves a word with the cure', async () => {
    const app = await started({ scopes: ['chat:write'] });

    const posted = await app.platform.post(PLACE, { text: 'F', blocks: [file('content')] });

    const [, word] = app.shown();
    expect(word).toMatchObject({ thread: posted.id, text: expect.stringContaining('files:write') });
  });

  test('in an archived channel is told with what to do about it', async () => {
    const app = await started();

    await expect(app.platform.post({ channel: 'C0OLD' }, say('Hello?'))).rejects.toThrow(
      'it is archived. Unarchive it',
    );
    await app.platform.post(PLACE, say('Still here'));
    expect(app.shown()).toHaveLength(1);
  });
});

describe('a whisper', () => {
  test('has its files in the person’s own conversation with the bot', async () => {
    const app = await started();

    await app.platform.whisper(PLACE, ANNA, { text: 'F', blocks: [{ type: 'text', text: 'Psst' }, file('secret')] });

    expect(app.shown('C0OPS')).toMatchObject([{ user: ANNA }]);
    expect(app.shown('C0OPS')[0]?.text).not.toContain('secret');
    expect(app.shown(app.slack.workspace.directOf(ANNA).id)).toMatchObject([
      { text: expect.stringContaining('secret') },
    ]);
  });

  test.each(['C0NOBOT', 'G0SECRET'])(
    'about %s, where the bot is not, is said in that conversation',
    async (channel) => {
      const app = await started();

      await app.platform.whisper({ channel }, ANNA, say('The answer'));

      const { id } = app.slack.workspace.directOf(ANNA);
      expect(app.shown()).toMatchObject([{ text: expect.stringMatching(/The answer.*\/invite @k8sgpt/s) }]);
      expect(app.shown(id)).toHaveLength(1);
    },
  );

  test('in a direct conversation is a message, since no one else is there', async () => {
    const app = await started();
    const { id } = app.slack.workspace.directOf(ANNA);

    await app.platform.whisper({ channel: id }, ANNA, say('Psst'));

    expect(app.shown(id)[0]).toMatchObject({ text: 'Psst' });
    expect(app.shown(id)[0]?.user).toBeUndefined();
  });
});

test('a page in the thread that someone has deleted comes back, and is no error where it is not needed', async () => {
  const app = await started();
  const posted = await app.platform.post(PLACE, pages(2));

  app.slack.workspace.messages.splice(1, 1);
  await app.platform.update(posted, pages(2));
  expect(app.shown()).toHaveLength(2);
  app.slack.workspace.messages.splice(1, 1);
  await app.platform.update(posted, say('Short'));

  expect(app.shown()).toMatchObject([{ text: 'Short' }]);
});
