import { LogLevel, type Logger as SlackLogger } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import type { Settings } from './settings.ts';

const REQUEST_TIMEOUT_MS = 30_000;

/** Options for all clients of the Web API. `retryMs` is the pause before the first of five tries more. */
export function clientOptions(settings: Settings, retryMs: number, log: Logger): WebClientOptions {
  return {
    ...(settings.apiUrl ? { slackApiUrl: settings.apiUrl } : {}),
    timeout: REQUEST_TIMEOUT_MS,
    retryConfig: { retries: 5, factor: 2, minTimeout: retryMs, randomize: true },
    logger: slackLogger(log),
  };
}

/** A client that asks once and doesn't wait, for what can be done without. */
export function impatientClient(settings: Settings, log: Logger): WebClient {
  const options = clientOptions(settings, 0, log);
  return new WebClient(settings.botToken, { ...options, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true });
}

/**
 * Slack's name for what went wrong, such as `not_in_channel`; empty where Slack gave none. A connection that closes
 * before it was greeted rejects with nothing at all.
 */
export function errorCode(error: unknown): string {
  const code = (error as { data?: { error?: unknown } } | undefined)?.data?.error;
  return typeof code === 'string' ? code : '';
}

/** Our logger for Slack's libraries. What they say at `debug` holds tokens and texts, so it is left out. */
export function slackLogger(log: Logger): SlackLogger {
  const words = (parts: unknown[]) => ({ said: parts.map(String).join(' ') });
  return {
    debug() {},
    info: (...parts) => log.debug(words(parts), 'Slack library'),
    warn: (...parts) => log.warn(words(parts), 'Slack library'),
    error: (...parts) => log.error(words(parts), 'Slack library'),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}
