import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import maintenance from '../../src/commands/maintenance.ts';
import { UserError } from '../../src/errors.ts';
import { createAttentionScene } from '../support/attention.ts';
import { lineOf } from '../support/commands.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 2, 14, 10);

let scene: ReturnType<typeof createAttentionScene>;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  scene = createAttentionScene();
});
afterEach(() => {
  vi.useRealTimers();
});

const windows = () => scene.attention.maintenance('prod');

describe('maintenance', () => {
  test('begins now, and tells the channel from when, until when and by whom, with a way back', async () => {
    const { to, message } = await scene.run(maintenance, 'shop 2 hours --reason "database upgrade"', 'U7');
    expect(await windows()).toEqual([
      {
        id: expect.stringMatching(/^mnt-[a-z2-9]{5}$/),
        cluster: 'prod',
        namespace: 'shop',
        from: NOW,
        until: NOW + 2 * HOUR_MS,
        reason: 'database upgrade',
        by: { user: 'U7', platform: 'slack', at: NOW },
      },
    ]);
    expect(to).toBe('channel');
    expect(message.text).toBe('Maintenance of namespace shop for 2 hours.');
    expect(message.blocks[0]).toMatchObject({
      text: expect.arrayContaining([
        { bold: 'shop' },
        { time: '2026-03-14T10:00:00.000Z' },
        { time: '2026-03-14T12:00:00.000Z' },
        { user: 'U7' },
      ]),
    });
    expect(scene.asked.refreshes).toBe(1);
    await scene.run(maintenance, lineOf(scene.actions(), 'Cancel'));
    expect(await windows()).toEqual([]);
    expect(scene.asked.refreshes).toBe(2);
  });

  test.each([
    ['--from 22:00 --tz Asia/Tokyo', '2026-03-14T13:00:00.000Z'],
    ['--from 18:00 --tz Asia/Tokyo', '2026-03-15T09:00:00.000Z'],
    ['--from "tomorrow 9:00" --tz Europe/Berlin', '2026-03-15T08:00:00.000Z'],
    ['--from "2026-03-29 02:30" --tz Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['--from 2026-03-20T22:00+01:00', '2026-03-20T21:00:00.000Z'],
    ['--from "in 3h"', '2026-03-14T13:00:00.000Z'],
    // Under way already, and not over yet.
    ['--from "2026-03-14 09:00" --tz UTC', '2026-03-14T09:00:00.000Z'],
  ])('%s begins at %s', async (options, from) => {
    await scene.run(maintenance, `shop 4h ${options}`);
    expect((await windows()).map((window) => [window.from, window.until])).toEqual([
      [Date.parse(from), Date.parse(from) + 4 * HOUR_MS],
    ]);
  });

  test('is listed by its start, with a button to cancel each', async () => {
    await scene.run(maintenance, 'shop 1h --from "in 2h"', 'U7');
    await scene.run(maintenance, 'billing 1h --reason "new disks"', 'U8');
    const ids = (await windows()).map(({ id }) => id);
    for (const line of ['list', '']) {
      const { message } = await scene.run(maintenance, line);
      expect(message.text).toBe('2 maintenance windows.');
      expect(message.blocks.filter(({ type }) => type === 'text')).toEqual([
        expect.objectContaining({ text: expect.arrayContaining([{ bold: 'billing' }, { user: 'U8' }, ': new disks']) }),
        expect.objectContaining({ text: expect.arrayContaining([{ bold: 'shop' }, { user: 'U7' }]) }),
      ]);
      expect(scene.actions().map((action) => 'run' in action && action.run)).toEqual(
        ids.map((id) => `maintenance cancel ${id}`),
      );
    }
  });

  test('says how to plan one where there is none', async () => {
    const { message } = await scene.run(maintenance, 'list');
    expect(message.text).toBe('No maintenance is planned. Plan one: /k8sgpt maintenance shop 2h --from 22:00');
  });

  test('may be of a namespace that is called like a word of it', async () => {
    await scene.run(maintenance, 'list 1h');
    expect((await windows()).map(({ namespace }) => namespace)).toEqual(['list']);
  });

  test('that is unknown is not cancelled, and those that there are are named', async () => {
    await expect(scene.run(maintenance, 'cancel mnt-zzzzz')).rejects.toThrow('No maintenance is planned.');
    await scene.run(maintenance, 'shop 1h');
    const [window] = await windows();
    await expect(scene.run(maintenance, 'cancel mnt-zzzzz')).rejects.toThrow(
      `There is no maintenance mnt-zzzzz. There is: ${window?.id}.`,
    );
    await expect(scene.run(maintenance, 'cancel')).rejects.toThrow(`Say which to cancel: ${window?.id}.`);
    expect(await windows()).toHaveLength(1);
  });

  test.each([
    ['shop', 'Say how long it lasts: /k8sgpt maintenance shop 2h'],
    ['Shop_1 2h', '"Shop_1" is no namespace'],
    ['2h shop', '"shop" is no length of time.'],
    ['shop 31d', 'Maintenance lasts 30 days at most, not 31 days.'],
    ['shop 1h --from "2026-03-14 09:00" --tz UTC', 'Maintenance from 2026-03-14 09:00 would be over already.'],
    ['shop 1h --from "in 91d"', 'Maintenance can be planned 90 days ahead at most.'],
    ['shop 1h --from noonish', '"noonish" is no time. Write it as 22:00'],
    ['shop 1h --from 22:00 --tz Tokyo', 'There is no time zone "Tokyo". Did you mean Asia/Tokyo?'],
    ['shop 1h --reason new disks', 'A reason of several words stands in quotes'],
  ])('%j is refused with the cure, and nothing is planned', async (line, text) => {
    await expect(scene.run(maintenance, line)).rejects.toThrow(UserError);
    await expect(scene.run(maintenance, line)).rejects.toThrow(text);
    expect(await windows()).toEqual([]);
    expect(scene.asked.refreshes).toBe(0);
  });
});
