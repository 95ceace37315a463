import type { Checkup, Finding } from '../checkup.ts';
import { defineCommand } from '../command.ts';
import { nearest, UsageError, UserError } from '../errors.ts';
import { visible } from '../message.ts';

const MARKS = { good: '✔', bad: '✖', note: '–' } as const;

export default defineCommand({
  name: 'doctor',
  summary: 'Checks the settings of Slack and Mattermost against the services, and says how to mend what is wrong.',
  words: '[platform]',
  options: [{ name: 'output', short: 'o', value: 'format', summary: 'text or json.' }],
  examples: [
    { line: 'doctor', does: 'Every platform that is set.' },
    { line: 'doctor mattermost', does: 'Its server, token, permissions, slash command, buttons and WebSocket.' },
  ],
  where: 'terminal',

  /** The status is 1 where something must be mended. */
  async run({ words, options, services, chat }) {
    const output = options.output ?? 'text';
    if (output !== 'text' && output !== 'json') {
      throw new UsageError(`There is no output "${output}". Choose text or json.`);
    }
    const found: (Finding & { platform: string })[] = [];
    for (const [at, checkup] of chosen(services.checkups, words).entries()) {
      const { platform } = checkup;
      if (output === 'text') chat.write(`${at > 0 ? '\n' : ''}${platform}\n`);
      for await (const finding of checkup.run()) {
        found.push({ platform, ...finding });
        if (output === 'text') chat.write(lineOf(finding));
      }
    }
    const isWell = found.every(({ state }) => state !== 'bad');
    if (output === 'json') {
      chat.write(`${JSON.stringify({ status: isWell ? 'OK' : 'ProblemDetected', findings: found }, null, 2)}\n`);
    }
    return isWell ? 0 : 1;
  },
});

function chosen(checkups: readonly Checkup[], [name]: readonly string[]): Checkup[] {
  const names = checkups.map(({ platform }) => platform);
  if (name !== undefined) {
    const one = checkups.find(({ platform }) => platform === name.toLowerCase());
    if (one) return [one];
    const [like] = nearest(name, names);
    throw new UsageError(
      `doctor does not know "${name}". ${like ? `Did you mean ${like}?` : `It knows ${names.join(' and ')}.`}`,
    );
  }
  const set = checkups.filter((checkup) => checkup.isSet());
  if (set.length > 0) return set;
  throw new UserError(
    'No chat platform is set. Set SLACK_BOT_TOKEN, or MATTERMOST_URL and MATTERMOST_TOKEN; see deploy/slack/README.md and deploy/mattermost/README.md.',
  );
}

/** What servers say is letters, whatever it does to a screen. */
function lineOf({ state, text, cure }: Finding): string {
  return [`${MARKS[state]} ${visible(text)}`, ...(cure ? [`    ${visible(cure)}`] : []), ''].join('\n');
}
