import { beforeEach, describe, expect, test } from 'vitest';
import mute from '../../src/commands/mute.ts';
import mutes from '../../src/commands/mutes.ts';
import unmute from '../../src/commands/unmute.ts';
import { UserError } from '../../src/errors.ts';
import { toMarkdown } from '../../src/markdown.ts';
import { createAttentionScene } from '../support/attention.ts';
import { lineOf, sentForm } from '../support/commands.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let scene: ReturnType<typeof createAttentionScene>;
beforeEach(() => {
  scene = createAttentionScene();
});

describe('mute', () => {
  test.each([
    ['2d', 2 * DAY_MS],
    ['2 days', 2 * DAY_MS],
    ['1h 30m', 1.5 * HOUR_MS],
    ['90d', 90 * DAY_MS],
  ])('for %s keeps until when, by whom and of what', async (length, ms) => {
    const before = Date.now();
    await scene.run(mute, `inc-cart01 ${length}`, 'U7');
    const [kept] = await scene.attention.mutes('prod');
    expect(kept).toMatchObject({
      cluster: 'prod',
      incident: 'inc-cart01',
      title: 'Pod shop/cart crashes',
      by: { user: 'U7', platform: 'slack' },
    });
    expect((kept?.until ?? 0) - before - ms).toBeLessThan(5000);
    expect(kept?.until).toBeGreaterThanOrEqual(before + ms);
    expect(kept).not.toHaveProperty('reason');
  });

  test('is told to the channel with the reason and the way back, and the messages that stand are shown anew', async () => {
    const { to, message } = await scene.run(mute, 'inc-cart01 1d --reason "fix is rolling out"', 'U7');
    const [kept] = await scene.attention.mutes('prod');
    expect(to).toBe('channel');
    expect(message.blocks[0]).toMatchObject({
      text: [
        'Muted by ',
        { user: 'U7' },
        ' until ',
        { time: new Date(kept?.until ?? 0).toISOString() },
        ': Pod shop/cart crashes.',
      ],
    });
    expect(message.text).toBe('Muted for 1 day: Pod shop/cart crashes.');
    expect(toMarkdown(message)).toContain('Reason: fix is rolling out');
    expect(kept?.reason).toBe('fix is rolling out');
    expect(scene.asked.refreshes).toBe(1);
    await scene.run(unmute, lineOf(scene.actions(), 'Unmute'));
    expect(await scene.attention.mutes('prod')).toEqual([]);
  });

  test('under an earlier id is of the incident as it is known now', async () => {
    await scene.run(mute, 'INC-OLD001 1d');
    expect((await scene.attention.mutes('prod')).map(({ incident }) => incident)).toEqual(['inc-cart01']);
  });

  test('without a duration shows the person alone a form, which mutes when it is sent', async () => {
    const { to, message } = await scene.run(mute, 'inc-old001');
    expect(to).toBe('person');
    expect(message.text).toBe('For how long shall Pod shop/cart crashes be muted?');
    expect(scene.actions()).toEqual([
      { label: 'Mute …', form: 'mute', values: { incident: 'inc-cart01' }, style: 'primary' },
    ]);
    expect(scene.asked.refreshes).toBe(0);
    const typed = { duration: '4h', reason: 'it’s known, "really"' };
    await scene.run(mute, sentForm(mute, scene.services, { incident: 'inc-cart01' }, typed));
    const [kept] = await scene.attention.mutes('prod');
    expect(kept?.incident).toBe('inc-cart01');
    expect(kept && kept.until - kept.by.at).toBe(4 * HOUR_MS);
    expect(kept?.reason).toBe('it\'s known, "really"');
  });

  test('has a form with the incident to be typed where no button names it', () => {
    const form = mute.form?.(scene.services as never, {});
    expect(form?.fields.map(({ name, input }) => [name, input.type])).toEqual([
      ['incident', 'text'],
      ['duration', 'choice'],
      ['reason', 'text'],
    ]);
    expect(form?.fields[1]?.input).toMatchObject({ choices: ['1h', '4h', '1d', '2d', '7d', '30d'] });
  });

  test.each([
    ['', 'Say which incident: /k8sgpt mute inc-… 1d'],
    ['cart 1d', '"cart" is no incident: its id begins with inc-.'],
    ['inc-gone01 1d', 'No incident inc-gone01 is known here. Run the analysis again: /k8sgpt analyze'],
    ['inc-gone01', 'No incident inc-gone01 is known here.'],
    ['inc-cart01 soon', '"soon" is no length of time.'],
    ['inc-cart01 30', '"30" has no unit. Write 30m, 30h or 30d.'],
    ['inc-cart01 91d', 'An incident can be muted for 90 days at most, not for 13 weeks.'],
    ['inc-cart01 1d --reason known bug', 'A reason of several words stands in quotes: --reason "a known bug".'],
    [`inc-cart01 1d --reason ${'x'.repeat(201)}`, 'A reason has 200 letters at most, and this one has 201.'],
  ])('%j is refused with the cure, and nothing is muted', async (line, text) => {
    await expect(scene.run(mute, line)).rejects.toThrow(UserError);
    await expect(scene.run(mute, line)).rejects.toThrow(text);
    expect(await scene.attention.mutes('prod')).toEqual([]);
    expect(scene.asked.refreshes).toBe(0);
  });
});

describe('unmute', () => {
  test('is told to the channel with a way to mute again', async () => {
    await scene.run(mute, 'inc-cart01 1d');
    const { to, message } = await scene.run(unmute, 'inc-old001', 'U2');
    expect(to).toBe('channel');
    expect(message.blocks[0]).toMatchObject({ text: ['Unmuted by ', { user: 'U2' }, expect.stringContaining('cart')] });
    expect(scene.actions()).toEqual([{ label: 'Mute …', form: 'mute', values: { incident: 'inc-cart01' } }]);
    expect(await scene.attention.mutes('prod')).toEqual([]);
    expect(scene.asked.refreshes).toBe(2);
  });

  test('works for what is muted though the history has forgotten it', async () => {
    await scene.run(mute, 'inc-cart01 1d');
    scene.tracks.clear();
    const { message } = await scene.run(unmute, 'inc-cart01');
    expect(message.text).toBe('Unmuted: Pod shop/cart crashes.');
  });

  test.each([
    ['', 'Say which incident: /k8sgpt unmute inc-…'],
    ['inc-cart01', 'inc-cart01 is not muted: Pod shop/cart crashes.'],
    ['inc-gone01', 'No incident inc-gone01 is known here. Run the analysis again: /k8sgpt analyze'],
  ])('%j is refused with the cure', async (line, text) => {
    await expect(scene.run(unmute, line)).rejects.toThrow(UserError);
    await expect(scene.run(unmute, line)).rejects.toThrow(text);
    expect(scene.asked.refreshes).toBe(0);
  });
});

describe('mutes', () => {
  const by = { user: 'U1', platform: 'slack', at: Date.now() };

  test('says so where there is nothing', async () => {
    const { message } = await scene.run(mutes, '');
    expect(message.text).toBe('Nothing is muted, and no maintenance is planned.');
  });

  test('lists what is muted by its end, and the maintenance, each with the way back', async () => {
    const until = Date.now() + DAY_MS;
    await scene.attention.mute({ cluster: 'prod', incident: 'inc-b', title: 'B fails', until: until + 1, by });
    await scene.attention.mute({ cluster: 'prod', incident: 'inc-a', title: 'A fails', until, by, reason: 'known' });
    const window = { id: 'mnt-abcde', cluster: 'prod', namespace: 'shop', from: until, until: until + DAY_MS, by };
    await scene.attention.plan({ ...window, reason: 'upgrade' });

    const { message } = await scene.run(mutes, '');
    expect(message.text).toBe('2 incidents muted, 1 maintenance window.');
    expect(message.blocks.filter(({ type }) => type === 'text')).toEqual([
      {
        type: 'text',
        text: [
          { bold: 'A fails' },
          ' (',
          { code: 'inc-a' },
          ') until ',
          { time: new Date(until).toISOString() },
          ', by ',
          { user: 'U1' },
          ': known',
        ],
      },
      expect.objectContaining({ text: expect.arrayContaining([{ bold: 'B fails' }, '.']) }),
      expect.objectContaining({ text: expect.arrayContaining([{ bold: 'shop' }, ': upgrade']) }),
    ]);
    expect(scene.actions()).toEqual([
      { label: 'Unmute', run: 'unmute inc-a' },
      { label: 'Unmute', run: 'unmute inc-b' },
      { label: 'Cancel', run: 'maintenance cancel mnt-abcde', style: 'danger' },
    ]);
  });

  test('has buttons for the first twenty, and every mute is in the list', async () => {
    for (let at = 0; at < 30; at++) {
      const until = Date.now() + DAY_MS + at * 1000;
      await scene.attention.mute({ cluster: 'prod', incident: `inc-${at}`, title: `Trouble ${at}.`, until, by });
    }
    const { message } = await scene.run(mutes, '');
    expect(scene.actions()).toHaveLength(20);
    for (let at = 0; at < 30; at++) expect(toMarkdown(message)).toContain(`inc-${at}\``);
  });
});
