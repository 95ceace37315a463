import { expect, test } from 'vitest';
import { bad, type Checkup, type Finding, good, note } from '../../src/checkup.ts';
import type { Call } from '../../src/command.ts';
import { parse } from '../../src/command-line.ts';
import doctor from '../../src/commands/doctor.ts';

function checkup(platform: string, isSet: boolean, findings: readonly Finding[] = []): Checkup {
  return {
    platform,
    isSet: () => isSet,
    async *run() {
      yield* findings;
    },
  };
}

async function run(words: string[], checkups: readonly Checkup[]) {
  const written: string[] = [];
  const chat = { where: 'terminal', write: (text: string) => void written.push(text) };
  const call = { ...parse(doctor, words, 'terminal'), chat, services: { checkups } } as unknown as Call;
  return { status: await doctor.run(call), written };
}

const slack = checkup('slack', true, [good('The token is right')]);
const mattermost = checkup('mattermost', true, [bad('There is no team', 'Add one.'), note('That is \u202eall')]);

test('looks at what is set, and says each thing as soon as it is known', async () => {
  const { status, written } = await run([], [slack, checkup('other', false, [bad('Never looked at')]), mattermost]);

  expect(status).toBe(1);
  expect(written).toEqual([
    'slack\n',
    '✔ The token is right\n',
    '\nmattermost\n',
    '✖ There is no team\n    Add one.\n',
    '– That is \\u{202e}all\n',
  ]);
});

test('looks at one that is named, set or not', async () => {
  const { status, written } = await run(['Other'], [slack, checkup('other', false, [good('Fine')])]);

  expect(status).toBe(0);
  expect(written).toEqual(['other\n', '✔ Fine\n']);
});

test('is one document as JSON', async () => {
  const { status, written } = await run(['-o', 'json'], [slack, mattermost]);

  expect(status).toBe(1);
  expect(JSON.parse(written.join(''))).toMatchObject({
    status: 'ProblemDetected',
    findings: [
      { platform: 'slack', state: 'good' },
      { platform: 'mattermost', state: 'bad', text: 'There is no team', cure: 'Add one.' },
      { platform: 'mattermost', state: 'note' },
    ],
  });
});

test.each([
  [['matermost'], 'UsageError', 'doctor does not know "matermost". Did you mean mattermost?'],
  [['irc'], 'UsageError', 'doctor does not know "irc". It knows slack and mattermost.'],
  [['-o', 'xml'], 'UsageError', 'There is no output "xml". Choose text or json.'],
])('refuses %s', async (words, name, message) => {
  await expect(run(words, [slack, mattermost])).rejects.toMatchObject({ name, message });
});

test('says what to set where nothing is', async () => {
  const none = [checkup('slack', false), checkup('mattermost', false)];

  await expect(run([], none)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^No chat platform is set\. Set SLACK_BOT_TOKEN, or MATTERMOST_URL/),
  });
});
