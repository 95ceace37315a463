import { beforeEach, describe, expect, test, vi } from 'vitest';
import { understand } from '../../src/analysis/run.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import type { Services } from '../../src/command.ts';
import digest from '../../src/commands/digest.ts';
import { ownZone } from '../../src/digests/when.ts';
import type { Schedule } from '../../src/digests.ts';
import { UserError } from '../../src/errors.ts';
import { toMarkdown } from '../../src/markdown.ts';
import { createTestChannel, lineOf, sentForm } from '../support/commands.ts';
import { createFakeDigests } from '../support/fake-digests.ts';

const DECLARED: Schedule = {
  id: 'dig-file1',
  platform: 'slack',
  channel: 'C1',
  cron: '0 8 * * *',
  zone: 'UTC',
  filters: [],
  quiet: 'line',
  since: 0,
  declared: true,
  by: { user: '', platform: 'slack', at: 0 },
};

function createScene(declared: Schedule[] = []) {
  const { digests, asked } = createFakeDigests({ schedules: declared });
  const services: Partial<Services> = {
    digests,
    analysis: {
      cluster: 'prod',
      filters: analyzers.map(({ filter, summary }) => ({ name: filter, summary, core: true })),
      filtersOf: (request) => understand(analyzers, request).chosen.map(({ filter }) => filter),
    } as Partial<Services['analysis']> as Services['analysis'],
  };
  const channel = createTestChannel(services);
  return {
    ...channel,
    services,
    asked,
    all: async () => (await digests.schedules()).map(({ schedule }) => schedule),
    go: (line: string, where?: string) => channel.run(digest, line, 'U1', where),
  };
}

let scene: ReturnType<typeof createScene>;
beforeEach(() => {
  scene = createScene();
});

describe('digest schedule', () => {
  test.each([
    ['every weekday at 9 --tz Asia/Tokyo', '0 9 * * 1-5', 'Asia/Tokyo'],
    ['"0 9,17 * * *" --tz Europe/Berlin', '0 9,17 * * *', 'Europe/Berlin'],
    ['0 9 * * 1-5', '0 9 * * 1-5', ownZone()],
    ['@daily --tz asia/calcutta', '0 0 * * *', 'Asia/Kolkata'],
  ])('understands %s', async (line, cron, zone) => {
    await scene.go(`schedule ${line}`);
    expect(await scene.all()).toMatchObject([
      { cron, zone, filters: [], quiet: 'line', channel: 'C1', platform: 'slack' },
    ]);
  });

  test('keeps filters, namespace, what is said where nothing changed, and by whom', async () => {
    await scene.go('schedule daily at 7 -f pods,deploy --filter Service -n shop --quiet nothing');
    const [kept] = await scene.all();
    expect(kept).toMatchObject({ namespace: 'shop', quiet: 'nothing', by: { user: 'U1', platform: 'slack' } });
    expect([...(kept?.filters ?? [])].sort()).toEqual(['Deployment', 'Pod', 'Service']);
  });

  test('is told to the channel in words, with the next one and what can be done to it', async () => {
    const { to, message } = await scene.go('schedule every weekday at 9 --tz Asia/Tokyo -n shop --quiet nothing');
    expect(to).toBe('channel');
    expect(message.text).toBe(
      'Scheduled: dig-1: every weekday at 09:00, Asia/Tokyo; namespace shop; silent where nothing changed; next Fri 1 Jan 2100 09:00.',
    );
    expect(scene.actions()).toEqual([
      { label: 'Preview', run: 'digest preview dig-1' },
      { label: 'Post now', run: 'digest now dig-1' },
      { label: 'Pause', run: 'digest pause dig-1' },
      { label: 'Remove', run: 'digest remove dig-1', style: 'danger' },
    ]);
  });

  test('without a time shows the person alone a form, whose line schedules when it is sent', async () => {
    const { to } = await scene.go('schedule');
    expect(to).toBe('person');
    expect(scene.actions()).toEqual([{ label: 'Schedule …', form: 'digest', style: 'primary' }]);

    const typed = { when: 'every monday at 8:30', tz: 'Europe/Berlin', filters: 'Pod Service', namespace: 'shop' };
    await scene.go(sentForm(digest, scene.services, {}, typed));

    const [kept] = await scene.all();
    expect(kept).toMatchObject({ cron: '30 8 * * 1', zone: 'Europe/Berlin', namespace: 'shop' });
    expect([...(kept?.filters ?? [])].sort()).toEqual(['Pod', 'Service']);
  });

  test('has a form that is sent as it is', async () => {
    await scene.go(sentForm(digest, scene.services, {}));
    expect(await scene.all()).toMatchObject([{ cron: '0 9 * * 1-5', zone: ownZone(), quiet: 'line' }]);
  });

  test('takes the place of another one, whose values the form has', async () => {
    await scene.go('schedule daily at 7 --tz UTC');
    const { message } = await scene.go(
      sentForm(digest, scene.services, { id: 'dig-1', when: 'daily at 8', tz: 'UTC' }),
    );
    expect(message.text).toMatch(/^Scheduled: dig-2: .* It takes the place of dig-1\.$/);
    expect(await scene.all()).toMatchObject([{ id: 'dig-2', cron: '0 8 * * *' }]);
  });

  test.each([
    ['schedule 0 25 * * *', '"25" is no hour. It takes 0 to 23'],
    ['schedule 0 9 * *', '"0 9 * *" has 4 fields instead of 5: minute, hour,'],
    ['schedule whenever you like', '"whenever" in "whenever you like" is not understood.'],
    ['schedule daily at 9 --tz Tokyo', 'There is no time zone "Tokyo". Did you mean Asia/Tokyo?'],
    ['schedule daily at 9 --tz CET', '"CET" says nothing of summer time. Name a place, such as Europe/Berlin.'],
    ['schedule daily at 9 -f Pood', 'The filter "Pood" does not exist.'],
    ['schedule daily at 9 -n Shop_1', '"Shop_1" is no namespace: its name has small letters, digits and dashes'],
    ['schedule daily at 9 --quiet never', 'There is no --quiet "never". Choose line or nothing.'],
    ['schedule daily at 9 --replace dig-9', 'This channel has no digest'],
    ['postpone dig-1', 'digest cannot "postpone". It knows schedule, list, pause, resume, remove, now, preview.'],
    ['pause', 'This channel has no digest. Schedule one: /k8sgpt digest schedule every weekday at 9'],
  ])('%j is refused with the cure, and nothing is scheduled', async (line, text) => {
    await expect(scene.go(line)).rejects.toThrow(UserError);
    await expect(scene.go(line)).rejects.toThrow(text);
    expect(await scene.all()).toEqual([]);
  });

  test('one that would take the place of what the settings have is refused', async () => {
    scene = createScene([DECLARED]);
    await expect(scene.go('schedule daily at 9 --replace dig-file1')).rejects.toThrow('declared in the settings');
    expect(await scene.all()).toEqual([DECLARED]);
  });
});

describe('digest list', () => {
  test('offers the form where there is none', async () => {
    for (const line of ['', 'list']) {
      const { message } = await scene.go(line);
      expect(message.text).toBe('This channel gets no digest yet.');
      expect(scene.actions()).toEqual([{ label: 'Schedule …', form: 'digest', style: 'primary' }]);
    }
  });

  test('has those of this channel alone, and no way to change what the settings have', async () => {
    scene = createScene([DECLARED]);
    await scene.go('schedule daily at 9 --tz UTC');
    await scene.go('schedule daily at 10 --tz UTC', 'C2');

    const { message } = await scene.go('list');

    expect(message.text).toBe('This channel gets 2 digests.');
    expect(toMarkdown(message)).toMatch(/dig-file1: .*declared in the settings/);
    expect(toMarkdown(message)).not.toContain('dig-2');
    expect(scene.actions().map((action) => ('run' in action ? action.run : action.label))).toEqual([
      'digest now dig-file1',
      'digest now dig-1',
      'digest pause dig-1',
      'digest remove dig-1',
      'Schedule …',
    ]);
  });
});

describe('digest pause, resume and remove', () => {
  test('mean the only one of the channel, and each has its way back', async () => {
    await scene.go('schedule every weekday at 9 --tz UTC -n shop -f Pod');

    expect((await scene.go('pause')).message.text).toMatch(/^Paused: dig-1: .*; paused/);
    expect(await scene.all()).toMatchObject([{ paused: true }]);
    expect((await scene.go(lineOf(scene.actions(), 'Resume'))).message.text).toMatch(/^Resumed: dig-1/);
    expect(await scene.all()).toMatchObject([{ paused: false }]);

    const { message } = await scene.go(lineOf(scene.actions(), 'Remove'));
    expect(message.text).toBe('Removed the digest dig-1, which came every weekday at 09:00, UTC.');
    expect(await scene.all()).toEqual([]);
    const [again] = scene.actions();
    if (!again || !('form' in again)) throw new Error('no form');
    await scene.go(sentForm(digest, scene.services, again.values ?? {}));
    expect(await scene.all()).toMatchObject([
      { cron: '0 9 * * 1-5', zone: 'UTC', namespace: 'shop', filters: ['Pod'] },
    ]);
  });

  test('ask which one is meant where there are several', async () => {
    await scene.go('schedule daily at 9');
    await scene.go('schedule daily at 10');
    await expect(scene.go('pause')).rejects.toThrow('Say which digest to pause: dig-1, dig-2.');
    await expect(scene.go('remove dig-7')).rejects.toThrow('This channel has no digest dig-7. It has: dig-1, dig-2.');
    await scene.go('remove dig-1');
    expect(await scene.all()).toMatchObject([{ id: 'dig-2' }]);
  });

  test('reach a digest of another channel by its id, as the buttons of the bot’s own page do', async () => {
    await scene.go('schedule daily at 9', 'C2');
    await scene.go('pause dig-1', 'D1');
    expect(await scene.all()).toMatchObject([{ id: 'dig-1', channel: 'C2', paused: true }]);
  });

  test.each(['pause', 'remove'])('%s leaves what the settings have', async (verb) => {
    scene = createScene([DECLARED]);
    await expect(scene.go(verb)).rejects.toThrow('dig-file1 is declared in the settings.');
    expect(await scene.all()).toEqual([DECLARED]);
  });

  test('say so where it went meanwhile', async () => {
    await scene.go('schedule daily at 9');
    vi.spyOn(scene.services.digests as NonNullable<Services['digests']>, 'pause').mockResolvedValue(undefined);
    await expect(scene.go('pause')).rejects.toThrow('There is no digest dig-1 any more.');
  });
});

describe('digest now and preview', () => {
  test('now has it posted, and tells the person alone', async () => {
    await scene.go('schedule daily at 9');
    const { to, message } = await scene.go('now');
    expect(to).toBe('person');
    expect(message.text).toContain('dig-1 is being made');
    expect(scene.asked.now).toEqual(['dig-1']);
  });

  test('a preview is of the digest that is scheduled', async () => {
    await scene.go('schedule daily at 9 -n shop --tz UTC');
    const { message } = await scene.go('preview');
    expect(scene.asked.previews).toMatchObject([{ id: 'dig-1', wanted: { namespace: 'shop' } }]);
    expect(toMarkdown(message)).toContain('A preview of `dig-1`');
    await scene.go(lineOf(scene.actions(), 'Post now'));
    expect(scene.asked.now).toEqual(['dig-1']);
  });

  test('a preview of the first one where there are several, and of the one that is named', async () => {
    await scene.go('schedule daily at 9');
    await scene.go('schedule daily at 10');
    await scene.go('preview');
    await scene.go('preview dig-2');
    expect(scene.asked.previews.map(({ id }) => id)).toEqual(['dig-1', 'dig-2']);
    await expect(scene.go('preview dig-3')).rejects.toThrow('This channel has no digest dig-3.');
  });

  test('a preview where nothing is scheduled leads to the form', async () => {
    const { message } = await scene.go('preview -n shop');
    expect(scene.asked.previews).toMatchObject([{ wanted: { namespace: 'shop', cron: '0 9 * * 1-5' } }]);
    expect(scene.asked.previews[0]).not.toHaveProperty('id');
    expect(toMarkdown(message)).toContain('no digest is scheduled here yet');
    expect(scene.actions()).toEqual([{ label: 'Schedule …', form: 'digest', style: 'primary' }]);
  });

  test('a preview of what a person asks for is not of the digest that is scheduled', async () => {
    await scene.go('schedule daily at 9 -n shop');
    const { message } = await scene.go('preview -n bank');
    expect(scene.asked.previews).toMatchObject([{ wanted: { namespace: 'bank' } }]);
    expect(scene.asked.previews[0]).not.toHaveProperty('id');
    expect(toMarkdown(message)).not.toContain('no digest is scheduled here yet');
  });
});
