import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { commandLine } from '../../src/message.ts';
import { soon } from '../support/soon.ts';
import { FORM, type Session, say, withBlocks } from './platform-session.ts';

/** What people do reaches the handlers: acknowledged first, once, with its words, person and place. */
export function hears(on: Session): void {
  test('acknowledges before the command is done', async () => {
    const done = Promise.withResolvers<void>();
    on.handle = () => done.promise;

    await on.harness.command('analyze');

    await on.arrived('analyze');
    done.resolve();
  });

  test('acknowledges only what was taken', async () => {
    let isTaken = false;
    on.take = async () => {
      await sleep(50);
      isTaken = true;
    };

    await on.harness.command('analyze');

    expect(isTaken).toBe(true);
  });

  test('acknowledges in time what takes long', async () => {
    on.take = () => new Promise(() => {});

    await on.harness.command('analyze');

    expect(on.commands).toHaveLength(1);
  });

  test('is told again what was not taken', async () => {
    on.take = async () => {
      if (on.commands.length === 1) throw new Error('nowhere to keep it');
    };

    void on.harness.command('analyze').catch(() => {});
    await on.arrived('analyze');
    await on.harness.redeliver();

    expect(on.commands).toHaveLength(2);
    expect(on.commands[1]).toEqual(on.commands[0]);
    await on.harness.redeliver();
    expect(on.commands).toHaveLength(2);
  });

  test('hands over a command with its words, person and place', async () => {
    await on.harness.command('analyze Pod -n "my shop"', { user: on.harness.bert });

    const incoming = await on.arrived('analyze Pod -n "my shop"');
    expect(incoming).toMatchObject({ user: on.harness.bert, delivery: expect.stringMatching(/./) });
    expect(incoming.place.channel).not.toBe('');
    expect(incoming.place.thread).toBeUndefined();
    expect(incoming.spoken).toBeUndefined();
  });

  test('gives each use of a command a delivery of its own', async () => {
    await on.harness.command('status');
    await on.harness.command('status');

    await soon(() => expect(on.commands).toHaveLength(2));
    expect(on.commands[0]?.delivery).not.toBe(on.commands[1]?.delivery);
  });

  test('takes a mention for a command, once and without the name', async () => {
    await on.harness.mention('analyze -n shop');

    expect(await on.arrived('analyze -n shop')).toMatchObject({ spoken: true });
    await on.settled();
    expect(on.commands).toHaveLength(1);
    expect(on.replies).toEqual([]);
  });

  test('keeps a mention in its thread', async () => {
    const { place } = await on.somewhere();
    const { thread } = (await on.harness.platform.post(place, say('A report'))).place;

    await on.harness.mention('explain', { thread });

    expect((await on.arrived('explain')).place).toEqual({ channel: place.channel, thread });
    await on.settled();
    expect(on.commands).toHaveLength(1);
    expect(on.replies).toEqual([]);
  });

  test('runs a button’s command line in the thread of its message', async () => {
    const { place } = await on.somewhere();
    const actions = [{ label: 'Explain', run: "explain inc-1 'a b'" }];
    const posted = await on.harness.platform.post(place, withBlocks({ type: 'actions', actions }));

    await on.harness.press(await on.shownWith('Explain'), 'Explain');

    const incoming = await on.arrived("explain inc-1 'a b'");
    expect(incoming).toMatchObject({ place: posted.place, user: expect.stringMatching(/./) });
    expect(incoming.spoken).toBeUndefined();
    await on.harness.platform.post(incoming.place, say('Because'));
    expect((await on.shownWith('Because')).thread).toBe(posted.place.thread);
  });

  test('keeps a button in the thread that its message stands in', async () => {
    const { place } = await on.somewhere();
    const posted = await on.harness.platform.post(place, say('A report'));
    const actions = [{ label: 'More', run: 'more' }];
    await on.harness.platform.post(posted.place, withBlocks({ type: 'actions', actions }));

    await on.harness.press(await on.shownWith('More'), 'More');

    expect((await on.arrived('more')).place).toEqual(posted.place);
  });

  test('runs the command line of 👍 and 👎', async () => {
    const { place } = await on.somewhere();
    await on.harness.platform.post(place, withBlocks({ type: 'feedback', good: 'feedback good', bad: 'feedback bad' }));
    const [message] = on.harness.shown();
    if (!message) throw new Error('no message');

    await on.harness.press(message, '👍');
    await on.harness.press(message, '👎');

    await on.arrived('feedback good');
    await on.arrived('feedback bad');
  });

  test('opens a form, filled in as the button says, and runs what it makes', async () => {
    const { place } = await on.somewhere();
    const actions = [{ label: 'Change', form: 'analyze', values: { namespace: 'my shop', filters: 'Pod Node' } }];
    const posted = await on.harness.platform.post(place, withBlocks({ type: 'actions', actions }));

    await on.harness.press(await on.shownWith('Change'), 'Change');
    await soon(() => expect(on.requests).toMatchObject([{ form: 'analyze', place: posted.place }]));
    await on.harness.fill({ severity: 'low' });

    const line = commandLine(FORM, { namespace: 'my shop', filters: 'Pod Node', severity: 'low' });
    expect((await on.arrived(line)).place).toEqual(posted.place);
  });

  test('hands over an answer in a thread of ours, without a mention', async () => {
    const { place } = await on.somewhere();
    const posted = await on.harness.platform.post(place, say('A report'));

    await on.harness.reply('and why?', posted.place.thread ?? '');

    await soon(() => expect(on.replies).toMatchObject([{ text: 'and why?', place: posted.place }]));
    expect(on.commands).toEqual([]);
  });

  test('hears neither itself nor other bots', async () => {
    const { place } = await on.somewhere();
    const posted = await on.harness.platform.post(place, say('analyze'));
    await on.harness.platform.post(posted.place, say('analyze'));
    await on.harness.botReply?.('analyze', posted.place.thread ?? '');

    await on.settled();

    expect(on.replies).toEqual([]);
    expect(on.commands).toEqual([]);
  });

  test('answers a redelivery once', async () => {
    await on.harness.command('analyze');
    await on.arrived('analyze');
    await on.harness.redeliver();
    await on.settled();
    expect(on.commands).toHaveLength(1);

    await on.harness.mention('status');
    await on.arrived('status');
    await on.harness.redeliver();
    await on.settled();
    expect(on.commands).toHaveLength(2);
  });

  test('goes on after a command that failed', async () => {
    on.handle = async () => {
      throw new Error('boom');
    };
    await on.harness.command('bad');
    await on.arrived('bad');

    await on.harness.command('good');

    await on.arrived('good');
  });

  test('works on several commands at once', async () => {
    const first = Promise.withResolvers<void>();
    on.handle = ({ text, place }) =>
      text === 'slow' ? first.promise : on.harness.platform.post(place, say('fast answer')).then(() => {});

    await on.harness.command('slow');
    await on.harness.command('fast');

    await on.shownWith('fast answer');
    first.resolve();
  });

  test('comes back after the connection was dropped', async ({ skip }) => {
    if (!on.harness.disconnect) return skip('the service keeps no connection');

    await on.harness.disconnect();
    await on.harness.command('after');

    await on.arrived('after');
  });

  test('refuses what is not from the service', async ({ skip }) => {
    if (!on.harness.forge) return skip('the platform is not called from outside');

    expect([401, 403]).toContain(await on.harness.forge());

    await on.settled();
    expect(on.commands).toEqual([]);
  });
}
