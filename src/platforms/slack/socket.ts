import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import { errorCode, slackLogger } from './client.ts';
import { refuse } from './settings.ts';

const LONGEST_WAIT_MS = 30_000;
const CLOSE_WAIT_MS = 2000;
/** Longer than Slack's default of 5 s, which would take a long analysis for a broken connection. */
const PONG_WAIT_MS = 30_000;

export interface Connection {
  receiver: SocketModeReceiver;
  /** Connects, and keeps connected. Throws `ConfigError` where Slack refuses the token. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Socket Mode connection. It reconnects by itself, since the library would wait five seconds each time that Slack
 * moves a connection (every hour or so), and would end the process if Slack then refused the token.
 */
export function createConnection(appToken: string, client: WebClientOptions, retryMs: number, log: Logger): Connection {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: slackLogger(log),
    autoReconnectEnabled: false,
    clientPingTimeout: PONG_WAIT_MS,
    // What is not acknowledged, Slack delivers again.
    processEventErrorHandler: async () => false,
    installerOptions: { clientOptions: { ...client, retryConfig: { retries: 0 } } },
  });
  const stopping = new AbortController();
  let connecting = false;

  async function connect(): Promise<void> {
    connecting = true;
    await receiver.client.start().finally(() => {
      connecting = false;
    });
  }

  receiver.client.on('disconnected', () => {
    if (!connecting && !stopping.signal.aborted) void reconnect();
  });

  async function reconnect(): Promise<void> {
    for (let wait = retryMs; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await connect();
        log.info({}, 'Connected to Slack again');
        return;
      } catch (err) {
        log.warn({ err, waitMs: wait }, 'Slack could not be reached');
        // All replicas would come back at one moment otherwise.
        const jittered = wait * (0.5 + Math.random());
        await sleep(jittered, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      }
    }
  }

  return {
    receiver,
    async start() {
      try {
        await connect();
      } catch (error) {
        const code = errorCode(error);
        if (code) throw refuse('SLACK_APP_TOKEN', `was refused by Slack (${code})`);
        await reconnect();
      }
    },
    async stop() {
      stopping.abort();
      const closed = receiver.client.disconnect();
      await Promise.race([closed, sleep(CLOSE_WAIT_MS, undefined, { ref: false })]);
    },
  };
}
