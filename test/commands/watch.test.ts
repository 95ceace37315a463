import { beforeEach, describe, expect, test } from 'vitest';
import { understand } from '../../src/analysis/run.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import type { Services } from '../../src/command.ts';
import watch from '../../src/commands/watch.ts';
import { ownZone } from '../../src/digests/when.ts';
import type { Watch } from '../../src/digests.ts';
import { UserError } from '../../src/errors.ts';
import { toMarkdown } from '../../src/markdown.ts';
import { createTestChannel, lineOf } from '../support/commands.ts';
import { createFakeDigests } from '../support/fake-digests.ts';

const MINUTE_MS = 60_000;
const DECLARED: Watch = {
  id: 'watch-file1',
  platform: 'slack',
  channel: 'C1',
  filters: [],
  severity: 'critical',
  settleMs: 0,
  perHour: 1,
  declared: true,
  by: { user: '', platform: 'slack', at: 0 },
};

function createScene(declared: Watch[] = []) {
  const { digests } = createFakeDigests({ watches: declared });
  const services: Partial<Services> = {
    digests,
    analysis: {
      filtersOf: (request) => understand(analyzers, request).chosen.map(({ filter }) => filter),
    } as Partial<Services['analysis']> as Services['analysis'],
  };
  const channel = createTestChannel(services);
  return {
    ...channel,
    all: () => digests.watches(),
    go: (line: string, where?: string) => channel.run(watch, line, 'U1', where),
  };
}

let scene: ReturnType<typeof createScene>;
beforeEach(() => {
  scene = createScene();
});

describe('watch', () => {
  test('begins one in a channel that has none, of high incidents that last two minutes, six an hour', async () => {
    const { to, message } = await scene.go('');
    expect(await scene.all()).toEqual([
      {
        id: 'watch-1',
        platform: 'slack',
        channel: 'C1',
        filters: [],
        severity: 'high',
        settleMs: 2 * MINUTE_MS,
        perHour: 6,
        by: { user: 'U1', platform: 'slack', at: expect.any(Number) },
      },
    ]);
    expect(to).toBe('channel');
    expect(message.text).toBe(
      'Watching: watch-1: incidents of at least high severity that last 2 minutes, at most 6 messages an hour.',
    );
    expect(toMarkdown(message)).toContain('What is open already is not told');
    expect(scene.actions()).toEqual([
      { label: 'Analyze now', run: 'analyze' },
      { label: 'Stop', run: 'watch stop watch-1', style: 'danger' },
    ]);
  });

  test('keeps all that is said of it', async () => {
    const { message } = await scene.go(
      'start -n shop -f pods,svc --severity Medium --settle 90s --per-hour 1 --quiet 22-7:30 --tz europe/berlin',
    );
    const [kept] = await scene.all();
    expect(kept).toMatchObject({
      namespace: 'shop',
      severity: 'medium',
      settleMs: 1.5 * MINUTE_MS,
      perHour: 1,
      quietHours: { from: '22:00', until: '07:30', zone: 'Europe/Berlin' },
    });
    expect([...(kept?.filters ?? [])].sort()).toEqual(['Pod', 'Service']);
    expect(message.text).toMatch(
      /of at least medium severity in namespace shop that last 1 minute 30 seconds, at most 1 message an hour, quiet from 22:00 to 07:30 Europe\/Berlin\.$/,
    );
    expect(scene.actions()[0]).toEqual({ label: 'Analyze now', run: 'analyze -n shop' });
  });

  test.each(['critical', 'high', 'medium', 'low'])('takes the severity %s', async (severity) => {
    await scene.go(`--severity ${severity}`);
    expect(await scene.all()).toMatchObject([{ severity }]);
  });

  test('has quiet hours in the program’s own zone, and tells at once with --settle 0', async () => {
    await scene.go('--quiet 22:00-07:00 --settle 0');
    expect(await scene.all()).toMatchObject([{ settleMs: 0, quietHours: { zone: ownZone() } }]);
  });

  test('without a word lists where there is one; with options begins another', async () => {
    await scene.go('');
    expect((await scene.go('')).message.text).toContain('with 1 watch.');
    expect(await scene.all()).toHaveLength(1);
    await scene.go('-n shop');
    expect(await scene.all()).toHaveLength(2);
  });

  test.each([
    ['--severity urgent', 'There is no severity "urgent". Choose critical, high, medium, low.'],
    ['--per-hour 0', '--per-hour must be a number from 1 to 60, not "0".'],
    ['--per-hour many', '--per-hour must be a number from 1 to 60, not "many".'],
    ['--settle soon', '"soon" is no length of time.'],
    ['--settle 5', '"5" has no unit. Write 5m, 5h or 5d.'],
    ['--settle 2d', '--settle may be a day at most.'],
    ['--quiet night', '"night" are no quiet hours. Write them as 22:00-07:00.'],
    ['--quiet 22:00-07:00 --tz Tokyo', 'There is no time zone "Tokyo". Did you mean Asia/Tokyo?'],
    ['--tz CET', '"CET" says nothing of summer time.'],
    ['-f Pood', 'The filter "Pood" does not exist.'],
    ['-n Shop_1', '"Shop_1" is no namespace'],
    ['off', 'watch cannot "off". It knows start, list and stop.'],
  ])('%j is refused with the cure, and nothing is watched', async (line, text) => {
    await expect(scene.go(line)).rejects.toThrow(UserError);
    await expect(scene.go(line)).rejects.toThrow(text);
    expect(await scene.all()).toEqual([]);
  });
});

describe('watch list', () => {
  test('says how to begin where there is none', async () => {
    const { message } = await scene.go('list');
    expect(message.text).toBe('This channel watches nothing. Begin: /k8sgpt watch --severity high');
  });

  test('has those of this channel, and no button for what the settings have', async () => {
    scene = createScene([DECLARED]);
    await scene.go('start');
    await scene.go('start', 'C2');
    const { message } = await scene.go('list');
    expect(message.text).toContain('with 2 watches.');
    expect(toMarkdown(message)).toMatch(/watch-file1: .* declared in the settings/);
    expect(scene.actions()).toEqual([{ label: 'Stop', run: 'watch stop watch-1', style: 'danger' }]);
  });
});

describe('watch stop', () => {
  test.each([
    '-n shop -f Pod --severity low --settle 90s --per-hour 3 --quiet 22:00-07:00 --tz Asia/Tokyo',
    '--settle 0',
    '--settle 2h',
  ])('ends the only one, and its button begins the same anew: %s', async (line) => {
    await scene.go(line);
    const [before] = await scene.all();
    const { message } = await scene.go('stop');
    expect(message.text).toMatch(/^Stopped: watch-1: incidents/);
    expect(await scene.all()).toEqual([]);

    await scene.go(lineOf(scene.actions(), 'Start it again'));

    const by = expect.anything();
    expect(await scene.all()).toEqual([{ ...before, id: 'watch-2', by }]);
  });

  test('asks which one is meant where there are several', async () => {
    await scene.go('start');
    await scene.go('start');
    await expect(scene.go('stop')).rejects.toThrow('Say which watch to stop: watch-1, watch-2.');
    await expect(scene.go('stop watch-7')).rejects.toThrow(
      'This channel has no watch watch-7. It has: watch-1, watch-2.',
    );
    await scene.go('stop watch-1');
    expect(await scene.all()).toMatchObject([{ id: 'watch-2' }]);
  });

  test('has nothing to end in another channel', async () => {
    await scene.go('start');
    await expect(scene.go('stop watch-1', 'C2')).rejects.toThrow('This channel watches nothing.');
  });

  test('leaves what the settings have', async () => {
    scene = createScene([DECLARED]);
    await expect(scene.go('stop')).rejects.toThrow('watch-file1 is declared in the settings.');
    expect(await scene.all()).toEqual([DECLARED]);
  });
});
