import { expect, test } from 'vitest';
import { readDeclared } from '../../src/digests/declared.ts';
import { ConfigError, UsageError } from '../../src/errors.ts';

const AROUND = {
  platforms: ['slack', 'mattermost'],
  now: 1_790_000_000_000,
  filtersOf(filters: readonly string[]) {
    if (filters.includes('Pot')) throw new UsageError('There is no filter Pot. Did you mean Pod?');
    return [...filters];
  },
};

const read = (chat: Record<string, unknown>) => readDeclared({ chat, ...AROUND });

test('without any, nothing is declared', () => {
  expect(read({})).toEqual({ schedules: [], watches: [] });
});

test('a digest is what the same command would schedule, under a name that restarts do not change', () => {
  const entry = {
    channel: 'C1',
    when: 'every weekday at 9',
    timezone: 'Asia/Tokyo',
    filters: ['Pod'],
    namespace: 'shop',
  };

  const [schedule] = read({ digests: [entry] }).schedules;

  expect(schedule).toMatchObject({
    platform: 'slack',
    channel: 'C1',
    cron: '0 9 * * 1-5',
    zone: 'Asia/Tokyo',
    filters: ['Pod'],
    namespace: 'shop',
    quiet: 'line',
    declared: true,
    since: AROUND.now,
  });
  expect(schedule?.id).toMatch(/^dig-[0-9a-f]{5}$/);
  expect(read({ digests: [{ ...entry }] }).schedules[0]?.id).toBe(schedule?.id);
});

test('a watch has the defaults of the command', () => {
  const [watch] = read({ watches: [{ channel: 'C1', quiet: '22:00-07:00', timezone: 'Europe/Berlin' }] }).watches;

  expect(watch).toMatchObject({
    severity: 'high',
    settleMs: 120_000,
    perHour: 6,
    quietHours: { from: '22:00', until: '07:00', zone: 'Europe/Berlin' },
  });
});

test.each([
  [{ digests: {} }, /^chat\.digests in the file of K8SGPT_CONFIG must be a list\.$/],
  [{ digests: [3] }, /^chat\.digests\[0\] .* must have fields, such as channel\.$/],
  [{ digests: [{ when: '@daily' }] }, /^chat\.digests\[0\]\.channel .* is missing/],
  [{ digests: [{ channel: 'C1' }] }, /^chat\.digests\[0\]\.when .* is missing/],
  [{ digests: [{ channel: 'C1', when: 'sometimes' }] }, /^chat\.digests\[0\]\.when .* cannot be used\. /],
  [{ digests: [{ channel: 'C1', when: 9 }] }, /^chat\.digests\[0\]\.when .* must be a text; put it in quotes\.$/],
  [
    { digests: [{ channel: 'C1', when: '@daily', timezone: 'Asia/Tokio' }] },
    /\.timezone .* Did you mean Asia\/Tokyo or Asia\/Tomsk\?$/,
  ],
  [{ digests: [{ channel: 'C1', when: '@daily', quiet: 'no' }] }, /\.quiet .* must be line or nothing, not "no"\.$/],
  [{ digests: [{ channel: 'C1', when: '@daily', filters: 'Pod' }] }, /\.filters .* must be a list\.$/],
  [{ digests: [{ channel: 'C1', when: '@daily', filters: ['Pot'] }] }, /\.filters .* There is no filter Pot\./],
  [{ watches: [{ channel: 'C1', severity: 'huge' }] }, /\.severity .* must be one of .*, not "huge"\.$/],
  [{ watches: [{ channel: 'C1', perHour: 0 }] }, /\.perHour .* must be a number from 1 on\.$/],
  [{ watches: [{ channel: 'C1', settle: 'soon' }] }, /\.settle .* cannot be used\./],
])('what cannot be understood is named, with the cure: %j', (chat, message) => {
  expect(() => read(chat)).toThrow(ConfigError);
  expect(() => read(chat)).toThrow(message);
});

test('a channel may be of another platform, which there must be', () => {
  const watch = { channel: 'z1', platform: 'mattermost' };
  expect(read({ watches: [watch] }).watches).toMatchObject([{ platform: 'mattermost', channel: 'z1' }]);
  expect(() => read({ watches: [{ ...watch, platform: 'teams' }] })).toThrow(
    'is "teams", and there is none but slack and mattermost',
  );
});
