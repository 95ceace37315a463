import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { type DestinationStream, pino, stdSerializers } from 'pino';
import { maskCredentials } from './masking/index.ts';

/** Constant text plus fields: `log.warn({ channel }, 'Slack refused a message')`. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
  child(fields: object): Logger;
}

/** A logger that writes JSON lines to standard error, so that standard output stays the answer's. */
export function createLogger(
  level: string,
  to: DestinationStream = pino.destination({ dest: 2, sync: false }),
): Logger {
  return pino({ level, base: null, serializers: { err: errorFields }, formatters: { log: withoutCredentials } }, to);
}

/** What people typed and what programs said may hold credentials; none goes into the log. */
function withoutCredentials(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? maskCredentials(value) : value]),
  );
}

/** Of an error what tells its reason; libraries hang whole requests on theirs, with headers and texts. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return maskCredentials(String(error));
  const { type, message, stack } = stdSerializers.err(error);
  const { code } = error as NodeJS.ErrnoException;
  return { type, ...(code && { code }), message: maskCredentials(message), stack: maskCredentials(stack) };
}

/** A console for libraries that write to one: what they say becomes lines of the log, for those who look closely; errors for all. */
export function consoleOf(log: Logger): Console {
  const to = (level: 'debug' | 'warn') =>
    new Writable({
      write(chunk, _encoding, done) {
        log[level]({ said: String(chunk).trimEnd() }, 'A library says');
        done();
      },
    });
  return new Console({ stdout: to('debug'), stderr: to('warn') });
}

/** Says nothing. */
export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
};
