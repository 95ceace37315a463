import { describe, expect, test } from 'vitest';
import type { Form, Message, Step } from '../../../src/message.ts';
import { started } from '../../support/slack/started.ts';
import { ANNA, BERT, BOT } from '../../support/slack/workspace.ts';
import { soon } from '../../support/soon.ts';

const say = (text: string): Message => ({ text, blocks: [{ type: 'text', text }] });
const FIELDS = [{ name: 'n', label: 'N', option: '-n', input: { type: 'text' as const } }];
const FORM: Form = { name: 'f', title: 'F', submit: 'Go', command: 'go', fields: FIELDS };

describe('what is heard', () => {
  test('a mention opens a thread under itself', async () => {
    const app = await started();

    await app.mention('analyze');

    const [mention] = app.slack.workspace.messages;
    expect((await app.heard(1)).place).toEqual({ channel: 'C0OPS', thread: mention?.ts });
  });

  test('an answer under a person’s mention, since we have posted there', async () => {
    const app = await started();
    await app.mention('analyze');
    const { place } = await app.heard(1);
    await app.platform.post(place, say('A report'));

    await app.reply('and why?', place.thread ?? '');

    await soon(() => expect(app.replies).toMatchObject([{ text: 'and why?', user: ANNA, place }]));
    expect(app.slack.calls.get('conversations.replies')).toBeUndefined();
  });

  test('an answer in a thread from before the start, as Slack remembers it', async () => {
    const app = await started();
    const root = app.slack.workspace.add({ channel: 'C0OPS', user: ANNA, text: 'old question' });
    app.slack.workspace.add({ channel: 'C0OPS', user: BOT.user, thread_ts: root.ts, text: 'old answer' });

    await app.reply('and now?', root.ts);
    await app.reply('and then?', root.ts);

    await soon(() => expect(app.replies).toHaveLength(2));
    expect(app.slack.calls.get('conversations.replies')).toBe(1);
  });

  test('nothing of other people’s threads and channels, edits and notices', async () => {
    const app = await started();
    const root = app.slack.workspace.add({ channel: 'C0OPS', user: BERT, text: 'lunch?' });

    await app.reply('yes', root.ts);
    await app.slack.write('analyze');
    const { id } = await app.platform.post({ channel: 'C0OPS' }, say('A report'));
    await app.slack.write('why?', { thread: id, subtype: 'message_changed' });
    await app.slack.write(`<@${BOT.user}> analyze`, { bot: true });
    await app.command('last');

    await app.heard(1);
    await soon(() => expect(app.slack.calls.get('conversations.replies')).toBe(1));
    expect(app.commands).toMatchObject([{ text: 'last' }]);
    expect(app.replies).toEqual([]);
  });

  test('a direct message as a command, and in a thread of ours as an answer', async () => {
    const app = await started();
    const { id: channel } = app.slack.workspace.directOf(ANNA);

    await app.slack.write('status', { channel });
    const { place } = await app.heard(1);
    expect(place).toEqual({ channel });
    const posted = await app.platform.post(place, say('Fine'));
    await app.slack.write('really?', { channel, thread: posted.id });

    await soon(() => expect(app.replies).toMatchObject([{ text: 'really?', place: posted.place }]));
  });

  test('a button on a whisper, in the place of the whisper', async () => {
    const app = await started();
    const actions = [{ label: 'Go', run: 'go' }];
    await app.platform.whisper({ channel: 'C0OPS' }, ANNA, { text: 'Psst', blocks: [{ type: 'actions', actions }] });
    const [whisper] = app.shown();
    if (!whisper) throw new Error('no whisper');

    await app.press(whisper, 'Go');

    expect((await app.heard(1)).place).toEqual({ channel: 'C0OPS' });
  });

  test('a person who pressed, not the one who had asked', async () => {
    const app = await started();
    const actions = [{ label: 'Go', run: 'go' }];
    await app.platform.post({ channel: 'C0OPS' }, { text: 'Hm', blocks: [{ type: 'actions', actions }] });
    const message = app.slack.workspace.messages.at(-1);
    if (!message) throw new Error('no message');

    await app.slack.press(message, 'Go', BERT);

    expect((await app.heard(1)).user).toBe(BERT);
  });
});

test('a person’s file, or an answer also sent to the channel, is an answer', async () => {
  const app = await started();
  const { id } = await app.platform.post({ channel: 'C0OPS' }, say('A report'));

  await app.slack.write('see this', { thread: id, subtype: 'file_share' });
  await app.slack.write('and this', { thread: id, subtype: 'thread_broadcast' });

  await soon(() => expect(app.replies.map(({ text }) => text)).toEqual(['see this', 'and this']));
});

describe('forms', () => {
  const actions = [{ label: 'Open', form: 'f' }];
  const withButton: Message = { text: 'A form', blocks: [{ type: 'actions', actions }] };

  test('that there are no longer are answered with a word', async () => {
    const app = await started();
    await app.platform.post({ channel: 'C0OPS' }, withButton);
    const [message] = app.shown();
    if (!message) throw new Error('no message');

    await app.press(message, 'Open');

    await soon(() =>
      expect(app.shown().at(-1)).toMatchObject({ user: ANNA, text: expect.stringContaining("no form 'f'") }),
    );
  });

  test('that Slack would not open any more say so', async () => {
    const app = await started({ form: FORM, triggerMs: -1 });
    await app.platform.post({ channel: 'C0OPS' }, withButton);
    const [message] = app.shown();
    if (!message) throw new Error('no message');

    await app.press(message, 'Open');

    await soon(() => expect(app.shown().at(-1)?.text).toContain('Press the button again'));
  });

  test('have groups of choices where there are more than a menu takes', async () => {
    const choices = Array.from({ length: 250 }, (_, index) => `team-${String(index).padStart(3, '0')}`);
    const field = {
      name: 'namespace',
      label: 'Namespace',
      option: '-n',
      input: { type: 'choice' as const, many: false, choices },
    };
    const app = await started({ form: { ...FORM, fields: [field] } });
    await app.platform.post({ channel: 'C0OPS' }, withButton);
    const [message] = app.shown();
    if (!message) throw new Error('no message');

    await app.press(message, 'Open');
    await app.fill({ namespace: 'team-249' });

    expect((await app.heard(1)).text).toBe('go -n team-249');
  });
});

describe('where the bot is not', () => {
  const report = (text: string): Message => ({ ...say(text), blocks: [{ type: 'text', text }] });
  const progress: Message = { text: 'Reading', blocks: [{ type: 'progress', label: 'Reading', done: 1, of: 2 }] };
  const steps = (state: Step['state']): Message => ({
    text: 'Looking',
    blocks: [{ type: 'steps', title: 'Looking', steps: [{ label: 'Read', state }] }],
  });

  test.each(['C0NOBOT', 'G0SECRET'])(
    'the one who asked in %s is answered alone, and told how to invite',
    async (channel) => {
      const app = await started({
        async handle({ place }, { platform }) {
          const status = await platform.post(place, progress);
          await platform.update(status, steps('running'));
          await platform.update(status, report('The answer'));
        },
      });

      await app.command('analyze', { channel });

      await soon(() =>
        expect(app.shown(channel)).toMatchObject([{ user: ANNA, text: expect.stringContaining('The answer') }]),
      );
      expect(app.shown(channel)[0]?.text).toContain('/invite @k8sgpt');
    },
  );

  test('what was done is shown there, in lines', async () => {
    const app = await started({ handle: ({ place }, { platform }) => platform.post(place, steps('done')) });

    await app.command('analyze', { channel: 'C0NOBOT' });

    await soon(() => expect(app.shown('C0NOBOT')).toMatchObject([{ text: expect.stringContaining('✅ Read') }]));
  });

  test('two people are answered each for themselves', async () => {
    const both = Promise.withResolvers<void>();
    const app = await started({
      async handle({ place, user }, { platform }) {
        await both.promise;
        await platform.post(place, report(`for ${user}`));
      },
    });

    await app.command('analyze', { channel: 'C0NOBOT', user: ANNA });
    await app.command('analyze', { channel: 'C0NOBOT', user: BERT });
    both.resolve();

    await soon(() => expect(app.shown('C0NOBOT')).toHaveLength(2));
    for (const { user, text } of app.shown('C0NOBOT')) expect(text).toContain(`for ${user}`);
  });

  test('a form is opened and answered there too', async () => {
    const form: Message = { text: 'Form', blocks: [{ type: 'actions', actions: [{ label: 'Open', form: 'f' }] }] };
    const app = await started({
      form: FORM,
      handle: ({ place, text }, { platform }) => platform.post(place, text === 'go' ? report('Gone') : form),
    });

    await app.command('analyze', { channel: 'C0NOBOT' });
    const shown = await soon(() => {
      const [message] = app.shown('C0NOBOT');
      return message ?? Promise.reject(new Error('nothing is shown'));
    });
    await app.press(shown, 'Open');
    await app.fill({});

    await soon(() =>
      expect(app.shown('C0NOBOT').at(-1)).toMatchObject({ user: ANNA, text: expect.stringContaining('Gone') }),
    );
  });

  test('a form that is sent before its opening is acknowledged is answered too', async () => {
    const app = await started({
      form: FORM,
      handle: ({ place }, { platform }) => platform.post(place, report('Gone')),
    });
    const whisper = app.slack.workspace.add({
      channel: 'C0NOBOT',
      user: BOT.user,
      onlyFor: ANNA,
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'form:0', text: { text: 'Open' }, value: '{"form":"f"}' }],
        },
      ],
    });
    const { call } = app.slack.api;
    let sending: Promise<void> | undefined;
    app.slack.api.call = (method, token, args) => {
      const answer = call(method, token, args);
      if (method === 'views.open') sending = app.fill({});
      return answer;
    };

    await app.slack.press(whisper, 'Open');

    await soon(() =>
      expect(app.shown('C0NOBOT').at(-1)).toMatchObject({ user: ANNA, text: expect.stringContaining('Gone') }),
    );
    await sending;
  });

  test('a digest fails with the cure, and so does a sixth answer', async () => {
    const errors: unknown[] = [];
    const app = await started({
      async handle({ place }, { platform }) {
        for (let answer = 1; answer <= 6; answer++) {
          await platform.post(place, report(`answer ${answer}`)).catch((error) => errors.push(error));
        }
      },
    });

    await expect(app.platform.post({ channel: 'C0NOBOT' }, say('Digest'))).rejects.toThrow('/invite @k8sgpt');
    await app.command('analyze', { channel: 'C0NOBOT' });

    await soon(() => expect(errors).toMatchObject([{ name: 'UserError' }]));
    expect(app.shown('C0NOBOT')).toHaveLength(5);
  });

  test('what does not fit is counted', async () => {
    const long: Message = {
      text: 'Long',
      blocks: [
        { type: 'text', text: 'word '.repeat(6000) },
        { type: 'code', text: 'x\n'.repeat(5000) },
      ],
    };
    const app = await started({ handle: ({ place }, { platform }) => platform.post(place, long) });

    await app.command('analyze', { channel: 'C0NOBOT' });

    await soon(() =>
      expect(app.shown('C0NOBOT')[0]?.text).toMatch(/\d+ more messages and files could not be shown here/),
    );
    expect(app.shown('C0NOBOT')[0]?.text).not.toContain('in the thread');
  });
});
