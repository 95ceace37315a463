import type * as types from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import type { Place } from '../../platform.ts';
import { createPacer } from '../shared/pacer.ts';
import { errorCode } from './client.ts';
import { LIMITS } from './limits.ts';

/** A message that Slack streams: it takes blocks at its end, and no edits before it is ended. */
export interface Stream {
  readonly ts: string;
  /** Resolves once it takes no more: Slack has refused some, or its time is nearly over. */
  readonly broken: Promise<void>;
  /** Appends blocks, together with others that wait. */
  append(blocks: types.KnownBlock[]): void;
  /** Ends it, so that it can be edited. */
  end(): Promise<void>;
}

export interface Streams {
  /** Begins one in a thread; `undefined` where Slack streams none there, which is asked again some minutes later. */
  start(to: Place, blocks: types.KnownBlock[], user: string): Promise<Stream | undefined>;
  /** Sends what waits, and ends what is open. */
  finish(): Promise<void>;
}

interface StreamsOptions {
  client: WebClient;
  /** Asks once; a message that cannot be streamed now is posted. */
  impatient: WebClient;
  team: string;
  /** The pause between two calls for a message. */
  everyMs: number;
  log: Logger;
  now?: () => number;
}

/** With these a workspace, or the app as it is installed, has no streaming at all. */
const LACKING = new Set([
  'unknown_method',
  'method_deprecated',
  'feature_not_enabled',
  'not_allowed_token_type',
  'missing_scope',
  'access_denied',
  'restricted_action',
]);
/** Slack has ended a stream by itself. */
const OVER = 'message_not_in_streaming_state';
const ASK_AGAIN_MS = 10 * 60_000;

/**
 * Streams messages by https://docs.slack.dev/reference/methods/chat.startStream and the two methods beside it. Blocks go as
 * chunks, since what is in Markdown cannot be escaped; a stream that began with chunks takes nothing else.
 */
export function createStreams({ client, impatient, team, everyMs, log, now = Date.now }: StreamsOptions): Streams {
  const pacer = createPacer<() => Promise<void>>(everyMs, (flush) => flush());
  const running = new Set<Stream>();
  let lackingUntil = 0;

  async function begin(to: Place, blocks: types.KnownBlock[], user: string): Promise<string | undefined> {
    if (!to.thread || now() < lackingUntil) return undefined;
    try {
      const { ts } = await impatient.chat.startStream({
        channel: to.channel,
        thread_ts: to.thread,
        recipient_user_id: user,
        recipient_team_id: team,
        chunks: [{ type: 'blocks', blocks }],
      });
      return ts;
    } catch (err) {
      const code = errorCode(err);
      if (LACKING.has(code)) lackingUntil = now() + ASK_AGAIN_MS;
      log.info({ code: code || String(err) }, 'Slack streams no message here, so it is updated instead');
      return undefined;
    }
  }

  return {
    async start(to, blocks, user) {
      const ts = await begin(to, blocks, user);
      return ts ? open(to.channel, ts) : undefined;
    },
    async finish() {
      await pacer.finish();
      await Promise.all([...running].map((stream) => stream.end()));
    },
  };

  function open(channel: string, ts: string): Stream {
    const waiting: types.KnownBlock[] = [];
    const broken = Promise.withResolvers<void>();
    let sending: Promise<void> = Promise.resolve();
    let ended = false;
    const life = setTimeout(() => broken.resolve(), LIMITS.streamMs).unref();

    async function flush(): Promise<void> {
      const blocks = waiting.splice(0);
      if (blocks.length === 0 || ended) return;
      sending = client.chat.appendStream({ channel, ts, chunks: [{ type: 'blocks', blocks }] }).then(() => {});
      await sending.catch((err) => {
        log.info({ code: errorCode(err) || String(err) }, 'A stream takes no more, so its message is updated instead');
        broken.resolve();
      });
    }

    const stream: Stream = {
      ts,
      broken: broken.promise,
      append(blocks) {
        waiting.push(...blocks);
        void pacer.send(ts, flush);
      },
      async end() {
        clearTimeout(life);
        waiting.length = 0;
        await sending.catch(() => {});
        if (ended) return;
        ended = true;
        running.delete(stream);
        await client.chat.stopStream({ channel, ts }).catch((err: unknown) => {
          if (errorCode(err) !== OVER) log.warn({ err }, 'A stream could not be ended');
        });
      },
    };
    running.add(stream);
    return stream;
  }
}
