import { ConfigError } from '../../errors.ts';

export interface Settings {
  botToken: string;
  /** Socket Mode: Slack is called; nothing of ours must be reachable. HTTP: Slack calls `/slack/events`. */
  mode: { kind: 'socket'; appToken: string } | { kind: 'http'; signingSecret: string };
  /** The root of the Web API, with a slash at its end; absent: Slack's own. */
  apiUrl?: string;
}

const WHERE = {
  SLACK_BOT_TOKEN: 'Copy the Bot User OAuth Token (xoxb-…) from "OAuth & Permissions" of your Slack app.',
  SLACK_APP_TOKEN: 'Make an app-level token (xapp-…) with the scope connections:write under "Basic Information".',
  SLACK_SIGNING_SECRET: 'Copy the Signing Secret from "Basic Information" of your Slack app.',
  SLACK_API_URL: 'Give the root of a Slack Web API, such as https://slack.com/api/, or leave it out.',
  SLACK_SOCKET_MODE: 'Set it to true or false, or leave it out.',
};

/** Reads the settings; `undefined` where there is no Slack app at all. Throws `ConfigError` for half of one. */
export function readSettings(env: NodeJS.ProcessEnv): Settings | undefined {
  const botToken = env.SLACK_BOT_TOKEN?.trim();
  const appToken = env.SLACK_APP_TOKEN?.trim();
  const signingSecret = env.SLACK_SIGNING_SECRET?.trim();
  if (!botToken) {
    const [other] = (['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'] as const).filter((name) => env[name]?.trim());
    if (other) throw refuse('SLACK_BOT_TOKEN', `is missing, though ${other} is set`);
    return undefined;
  }
  if (!botToken.startsWith('xoxb-')) throw refuse('SLACK_BOT_TOKEN', 'is not a bot token: those begin with xoxb-');
  if (appToken && !appToken.startsWith('xapp-')) {
    throw refuse('SLACK_APP_TOKEN', 'is not an app-level token: those begin with xapp-');
  }
  return { botToken, mode: readMode(env, appToken, signingSecret), ...readApiUrl(env) };
}

function readMode(env: NodeJS.ProcessEnv, appToken?: string, signingSecret?: string): Settings['mode'] {
  const choice = env.SLACK_SOCKET_MODE?.trim().toLowerCase() || undefined;
  if (choice && !['true', 'false'].includes(choice)) throw refuse('SLACK_SOCKET_MODE', `cannot be '${choice}'`);
  if (choice === 'true' && !appToken) throw refuse('SLACK_APP_TOKEN', 'is missing, though SLACK_SOCKET_MODE is true');
  if (choice === 'false' && !signingSecret) {
    throw refuse('SLACK_SIGNING_SECRET', 'is missing, though SLACK_SOCKET_MODE is false');
  }
  if (appToken && choice !== 'false') return { kind: 'socket', appToken };
  if (signingSecret) return { kind: 'http', signingSecret };
  throw refuse('SLACK_APP_TOKEN', 'is missing, and so is SLACK_SIGNING_SECRET; SLACK_BOT_TOKEN needs one of the two');
}

function readApiUrl(env: NodeJS.ProcessEnv): { apiUrl?: string } {
  const url = env.SLACK_API_URL?.trim();
  if (!url) return {};
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw refuse('SLACK_API_URL', `is no URL: '${url}'`);
  return { apiUrl: url.endsWith('/') ? url : `${url}/` };
}

/** An error that names the setting, what is wrong with it, and where to get a right one. Never the value of a secret. */
export function refuse(setting: keyof typeof WHERE, problem: string): ConfigError {
  return new ConfigError(setting, `${setting} ${problem}. ${WHERE[setting]}`);
}
