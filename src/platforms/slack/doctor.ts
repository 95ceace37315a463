import { WebClient } from '@slack/web-api';
import { bad, type Finding, good, note } from '../../checkup.ts';
import { ConfigError, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { clientOptions, errorCode, impatientClient } from './client.ts';
import { SCOPES } from './scopes.ts';
import { readSettings, type Settings } from './settings.ts';

/** Looks whether Slack takes the tokens, and whether the app may do what it needs. Posts nothing. */
export async function* examine({ env, log }: { env: NodeJS.ProcessEnv; log: Logger }): AsyncGenerator<Finding> {
  const settings = settingsOf(env);
  if ('state' in settings) return yield settings;
  yield good(`Settings: Slack ${settings.mode.kind === 'socket' ? 'in Socket Mode' : 'over HTTP'}`);
  const client = impatientClient(settings, log);
  try {
    const { user, team, response_metadata: { scopes = SCOPES } = {} } = await client.auth.test();
    yield good(`The token is that of @${user} in ${team}`);
    const missing = SCOPES.filter((scope) => !scopes.includes(scope));
    yield missing.length === 0
      ? good(`The app has the ${SCOPES.length} scopes that it needs`)
      : bad(`The app lacks ${missing.join(', ')}`, 'Paste deploy/slack/manifest.yaml again, and reinstall the app.');
  } catch (error) {
    yield refused('SLACK_BOT_TOKEN', error, client.slackApiUrl);
    return;
  }
  yield settings.mode.kind === 'socket'
    ? await connect(settings, settings.mode.appToken, log)
    : note('Whether SLACK_SIGNING_SECRET is right shows with the first event alone', 'Write /k8sgpt help in Slack.');
}

function settingsOf(env: NodeJS.ProcessEnv): Settings | Finding {
  try {
    const settings = readSettings(env);
    return settings ?? bad('Slack is not set', 'Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN; see deploy/slack/README.md.');
  } catch (error) {
    if (error instanceof ConfigError) return bad(error.message);
    throw error;
  }
}

/** Asks for the address of a connection, and opens none: Slack would send it events. */
async function connect(settings: Settings, appToken: string, log: Logger): Promise<Finding> {
  const client = new WebClient(appToken, { ...clientOptions(settings, 0, log), retryConfig: { retries: 0 } });
  try {
    await client.apps.connections.open({});
    return good('Socket Mode: Slack lets the app connect');
  } catch (error) {
    return refused('SLACK_APP_TOKEN', error, client.slackApiUrl);
  }
}

const CURES = {
  SLACK_BOT_TOKEN: 'Copy the Bot User OAuth Token again from "OAuth & Permissions" of the app.',
  SLACK_APP_TOKEN: 'Make an app-level token with connections:write under "Basic Information", and turn Socket Mode on.',
};

function refused(setting: keyof typeof CURES, error: unknown, url: string): Finding {
  const code = errorCode(error);
  if (code) return bad(`${setting} is refused by Slack (${code})`, CURES[setting]);
  return bad(
    `Slack cannot be reached at ${url}: ${messageOf(error)}`,
    'Let this machine reach it, by a proxy if need be.',
  );
}
