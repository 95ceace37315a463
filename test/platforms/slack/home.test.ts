import { describe, expect, test } from 'vitest';
import type { Block, Form, Message } from '../../../src/message.ts';
import { read } from '../../support/slack/reader.ts';
import { type Started, started } from '../../support/slack/started.ts';
import { ANNA, BERT } from '../../support/slack/workspace.ts';
import { soon } from '../../support/soon.ts';

const say = (text: string, ...blocks: Block[]): Message => ({ text, blocks: [{ type: 'text', text }, ...blocks] });
const button = (label: string, run: string): Block => ({ type: 'actions', actions: [{ label, run }] });

/** What a person sees in the Home tab, once there is something. */
function homeOf(app: Started, user = ANNA): Promise<string> {
  return soon(() => {
    const home = app.slack.api.home(user);
    if (!home) throw new Error('nothing was published');
    return read(home).text;
  });
}

describe('the Home tab', () => {
  test('is made for the person who opens it', async () => {
    const app = await started({ home: async (user) => say(`For ${user}`) });

    await app.slack.openHome(ANNA);
    await app.slack.openHome(BERT);

    expect(await homeOf(app, ANNA)).toBe(`For ${ANNA}`);
    expect(await homeOf(app, BERT)).toBe(`For ${BERT}`);
  });

  test('is made anew each time, and not for who opens the messages beside it', async () => {
    let visits = 0;
    const app = await started({ home: async () => say(`Visit ${++visits}`) });

    await app.slack.openHome(ANNA, 'messages');
    await app.slack.openHome();
    await homeOf(app);
    await app.slack.openHome();

    await soon(async () => expect(await homeOf(app)).toBe('Visit 2'));
  });

  test('keeps Slack not waiting', async () => {
    const app = await started({ home: () => new Promise(() => {}), ackMs: 1000 });

    await app.slack.openHome();

    expect(app.slack.deliveries).toHaveLength(1);
  });

  test('says so where it could not be made', async () => {
    const app = await started({
      home: async () => {
        throw new Error('boom');
      },
    });

    await app.slack.openHome();

    expect(await homeOf(app)).toContain('This page could not be made.');
  });

  test('that the app does not have is no trouble', async () => {
    const app = await started({ home: async () => say('Hello'), hasHome: false });

    await app.slack.openHome();

    await soon(() => expect(app.slack.calls.get('views.publish')).toBe(1));
    await app.command('status');
    await app.heard(1);
  });

  test('takes every kind of block', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    const columns = [{ label: 'Schedule' }, { label: 'Next' }];
    const blocks: Block[] = [
      { type: 'heading', text: 'The heading' },
      { type: 'table', columns, rows: [['dig-1', 'at nine'], ...Array.from({ length: 40 }, () => ['x', 'y'])] },
      { type: 'code', text: 'z'.repeat(9000) },
      { type: 'file', name: 'a.txt', title: 'A file', content: 'what is in it' },
      { type: 'steps', title: 'The plan', steps: [{ label: 'Read', state: 'done', result: '12 lines' }] },
      { type: 'feedback', good: 'good', bad: 'bad' },
      { type: 'image', name: 'trend', title: 'Trend', alt: 'Three are open', svg },
      { type: 'card', severity: 'high', title: 'A card', lines: ['Its line'], actions: [{ label: 'Do', run: 'do' }] },
    ];
    const app = await started({ home: async () => ({ text: 'Home', blocks }) });

    await app.slack.openHome();

    const text = await homeOf(app);
    for (const words of ['The heading', 'dig-1 – Next: at nine', '11 more rows', 'A file', 'what is in it', '12 lines'])
      expect(text).toContain(words);
    for (const words of ['Trend: Three are open', 'A card', 'Its line', 'Do']) expect(text).toContain(words);
  });

  test('that is too long says so', async () => {
    const lines: Block[] = Array.from({ length: 120 }, (_, index) => ({ type: 'text', text: `Line ${index}` }));
    const app = await started({ home: async () => say('Home', ...lines) });

    await app.slack.openHome();

    expect(await homeOf(app)).toMatch(/Line 97\nThere is more than this page can show\.$/);
  });
});

describe('a button of the Home tab', () => {
  test('is answered in the person’s own conversation with the bot', async () => {
    const app = await started({
      home: async () => say('Home', button('Pause', 'digest pause dig-1')),
      handle: ({ place }, { platform }) => platform.post(place, say('Paused')),
    });
    await app.slack.openHome(BERT);
    await homeOf(app, BERT);

    await app.slack.pressAtHome('Pause', BERT);

    const { channel } = { channel: app.slack.workspace.directOf(BERT).id };
    expect(await app.heard(1)).toMatchObject({ text: 'digest pause dig-1', user: BERT, place: { channel } });
    await soon(() => expect(app.shown(channel)).toMatchObject([{ text: 'Paused' }]));
  });

  test('opens a form, whose command is answered there too', async () => {
    const input = { type: 'text' as const };
    const form: Form = {
      name: 'schedule',
      title: 'Schedule',
      submit: 'Schedule',
      command: 'digest schedule',
      fields: [{ name: 'when', label: 'When', input }],
    };
    const open: Block = { type: 'actions', actions: [{ label: 'New', form: 'schedule' }] };
    const app = await started({ home: async () => say('Home', open), form });
    await app.slack.openHome();
    await homeOf(app);

    await app.slack.pressAtHome('New');
    await app.fill({ when: 'daily' });

    const place = { channel: app.slack.workspace.directOf(ANNA).id };
    expect(await app.heard(1)).toMatchObject({ text: 'digest schedule daily', user: ANNA, place });
    // Of what the form has changed the page tells as well.
    await soon(() => expect(app.slack.calls.get('views.publish')).toBe(2));
  });

  test('shows what it has changed, once its command is over', async () => {
    let paused = false;
    const work = Promise.withResolvers<void>();
    const app = await started({
      home: async () => (paused ? say('Paused', button('Resume', 'resume')) : say('Runs', button('Pause', 'pause'))),
      async handle() {
        await work.promise;
        paused = true;
      },
    });
    await app.slack.openHome();
    await homeOf(app);

    await app.slack.pressAtHome('Pause');
    await app.heard(1);
    expect(await homeOf(app)).toContain('Runs');
    work.resolve();

    await soon(async () => expect(await homeOf(app)).toContain('Paused'));
    await app.slack.pressAtHome('Resume');
    expect(await app.heard(2)).toMatchObject({ text: 'resume' });
  });

  test('has the page made anew where its command failed, too', async () => {
    const app = await started({
      home: async () => say('Home', button('Pause', 'pause')),
      handle: async () => Promise.reject(new Error('boom')),
    });
    await app.slack.openHome();
    await homeOf(app);

    await app.slack.pressAtHome('Pause');

    await soon(() => expect(app.slack.calls.get('views.publish')).toBe(2));
  });

  test('is not undone by a page that was begun earlier and took longer', async () => {
    let visits = 0;
    const slow = Promise.withResolvers<void>();
    const app = await started({
      home: async () => {
        const visit = ++visits;
        if (visit === 2) await slow.promise;
        return say(`Visit ${visit}`, button('Pause', 'pause'));
      },
      handle: async () => {},
    });
    await app.slack.openHome();
    await homeOf(app);

    await app.slack.openHome();
    await app.slack.pressAtHome('Pause');
    await soon(async () => expect(await homeOf(app)).toContain('Visit 3'));
    slow.resolve();
    await app.slack.openHome(BERT);
    await homeOf(app, BERT);

    expect(await homeOf(app)).toContain('Visit 3');
  });

  test('has the page made; one of a message has not', async () => {
    const app = await started({ home: async () => say('Home'), handle: async () => {} });
    await app.platform.post({ channel: 'C0OPS' }, say('A report', button('Again', 'analyze')));

    const [shown] = app.shown();
    if (!shown) throw new Error('nothing was posted');
    await app.press(shown, 'Again');
    await app.heard(1);
    await app.slack.openHome();
    await homeOf(app);

    expect(app.slack.calls.get('views.publish')).toBe(1);
  });
});

describe('a link to a message', () => {
  const PLACE = { channel: 'C0OPS' };

  test('is asked for once', async () => {
    const app = await started();
    const posted = await app.platform.post(PLACE, say('A report'));

    const links = [await app.platform.link?.(posted), await app.platform.link?.(posted)];

    const address = `https://team.slack.com/archives/C0OPS/p${posted.id.replace('.', '')}`;
    expect(links).toEqual([address, address]);
    expect(app.slack.calls.get('chat.getPermalink')).toBe(1);
  });

  test('leads to what was posted in the place of a message that someone has deleted', async () => {
    const app = await started();
    const posted = await app.platform.post(PLACE, say('A report'));
    app.slack.workspace.messages.splice(0);
    expect(await app.platform.link?.(posted)).toBeUndefined();

    await app.platform.update(posted, say('Once more'));

    const [shown] = app.shown();
    expect(await app.platform.link?.(posted)).toContain(shown?.id.replace('.', ''));
  });

  test('there is none where nothing was posted', async () => {
    const app = await started();

    expect(await app.platform.link?.({ id: '', place: PLACE })).toBeUndefined();
  });
});
