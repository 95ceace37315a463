import type { RequestListener } from 'node:http';
import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { UserError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Handlers, HttpHost, Place, Platform } from '../../platform.ts';
import { sendingBy } from '../shared/sending.ts';
import { acknowledgeWhatIsTaken } from './acknowledgement.ts';
import { clientOptions, errorCode, impatientClient, slackLogger } from './client.ts';
import { listen } from './incoming.ts';
import { LIMITS } from './limits.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { SCOPES } from './scopes.ts';
import { readSettings, refuse } from './settings.ts';
import { createConnection } from './socket.ts';
import { createStreams } from './streams.ts';
import { createThreads } from './threads.ts';

const PATH = '/slack/events';

export interface SlackOptions {
  env: NodeJS.ProcessEnv;
  http: HttpHost;
  log: Logger;
  /** For tests: the pause between two updates of a message, and before the first try more after a failure. */
  updateEveryMs?: number;
  retryMs?: number;
}

/** Slack as a platform; `undefined` where no Slack app is set. Throws `ConfigError` for settings that cannot work. */
export function createSlack(options: SlackOptions): Platform | undefined {
  const { env, http, log, updateEveryMs = LIMITS.updateEveryMs, retryMs = 500 } = options;
  const settings = readSettings(env);
  if (!settings) return undefined;
  const { botToken, mode } = settings;
  const web = clientOptions(settings, retryMs, log);
  const client = new WebClient(botToken, web);
  const lookUp = impatientClient(settings, log);
  let outgoing: Outgoing | undefined;
  let disconnect: (() => Promise<void>) | undefined;

  function sender(): Outgoing {
    if (!outgoing) throw new Error('Slack has not been started');
    return outgoing;
  }

  async function start(on: Handlers): Promise<void> {
    const bot = await identify(client, log);
    const threads = createThreads(lookUp, bot.user, log);
    const streaming = new WebClient(botToken, web);
    const streams = createStreams({
      client: streaming,
      impatient: lookUp,
      team: bot.team,
      everyMs: updateEveryMs,
      log,
    });
    outgoing = createOutgoing({ client, bot, threads, streams, updateEveryMs, retryMs, log });
    const tell = (place: Place, user: string, text: string) =>
      sender().whisper(place, user, { text, blocks: [{ type: 'alert', level: 'warning', text }] });
    const open = (receiver: Receiver) => {
      const authorize = async () => ({ botToken, botId: bot.id, botUserId: bot.user });
      const app = new App({ receiver, authorize, convoStore: false, clientOptions: web, logger: slackLogger(log) });
      acknowledgeWhatIsTaken(app, log);
      const conversationWith = (user: string) => sender().conversationWith(user);
      listen({ app, on, botUser: bot.user, threads, tell, conversationWith, log });
    };

    if (mode.kind === 'socket') {
      const connection = createConnection(mode.appToken, web, retryMs, log);
      disconnect = connection.stop;
      open(connection.receiver);
      await connection.start();
    } else {
      const receiver = new HTTPReceiver({
        signingSecret: mode.signingSecret,
        logger: slackLogger(log),
        processEventErrorHandler: async ({ response }) => {
          if (!response.headersSent) response.writeHead(500).end();
          return true;
        },
      });
      open(receiver);
      http.mount(PATH, onlyItsPath(receiver.requestListener));
    }
  }

  return {
    name: 'slack',
    start,
    async stop() {
      await disconnect?.();
      await outgoing?.finish();
    },
    ...sendingBy(sender),
  };
}

interface Bot {
  /** Its user, by which it is mentioned. */
  user: string;
  id?: string;
  name: string;
  /** The workspace. */
  team: string;
}

/** Asks Slack whose the token is. Throws `ConfigError` where Slack refuses it. */
async function identify(client: WebClient, log: Logger): Promise<Bot> {
  const answer = await client.auth.test().catch((error: Error) => {
    const code = errorCode(error);
    if (code) throw refuse('SLACK_BOT_TOKEN', `was refused by Slack (${code})`);
    throw new UserError(`Slack cannot be reached at ${client.slackApiUrl}: ${error.message}`, { cause: error });
  });
  const { scopes = SCOPES } = answer.response_metadata ?? {};
  const missing = SCOPES.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) log.warn({ missing }, 'The Slack app lacks scopes; install it anew with manifest.yaml');
  const { user_id: user = '', bot_id: id, user: name = 'k8sgpt', team_id: team = '' } = answer;
  return { user, name, team, ...(id ? { id } : {}) };
}

/** Bolt throws for a path that is not its own, which would end the process. */
function onlyItsPath(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.method === 'POST' && request.url?.split('?')[0] === PATH) return listener(request, response);
    response.writeHead(404).end();
  };
}
