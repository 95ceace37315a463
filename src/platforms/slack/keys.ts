import type { MessageMetadata } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import type { Place } from '../../platform.ts';
import { errorCode } from './client.ts';

/** By this the metadata of a message says that it is ours. */
const EVENT_TYPE = 'k8sgpt_message';
const KEY_LETTERS = 100;
/** Newest messages of a channel, and messages of a thread, among which a key is looked for: pages of what Slack advises. */
const PAGE = 200;
const CHANNEL_PAGES = 2;
const THREAD_PAGES = 10;

/** Slack lets us not read here, or there is nothing. */
const NOTHING = new Set(['not_in_channel', 'channel_not_found', 'thread_not_found', 'missing_scope']);

/** The messages that one message of ours became: itself, and what of it stands in its thread. */
export interface Found {
  ts: string;
  more: string[];
}

/** What a page of a message is posted with, so that it is found by its key; pages count from 1. Throws `RangeError` for a long key. */
export function metadataOf(key: string | undefined, page: number): MessageMetadata | undefined {
  if (key === undefined) return undefined;
  if (key.length > KEY_LETTERS)
    throw new RangeError(`The key of a message has ${key.length} letters, not ${KEY_LETTERS}.`);
  return { event_type: EVENT_TYPE, event_payload: { key, page } };
}

/** The parts of a message that tell whose it is. */
interface Kept {
  ts?: string;
  user?: string;
  metadata?: { event_type?: string; event_payload?: { key?: unknown; page?: unknown } };
}

/** Finds a message by its key. Asks Slack each time, since another process may have posted it a moment ago. */
export async function findByKey(
  reader: { client: WebClient; botUser: string; log: Logger },
  { channel, thread }: Place,
  key: string,
): Promise<Found | undefined> {
  const { client, botUser, log } = reader;
  const options = { channel, limit: PAGE, include_all_metadata: true };
  // A channel is read from its newest message on, a thread from its oldest.
  const [pages, most] = thread
    ? [client.paginate('conversations.replies', { ...options, ts: thread }), THREAD_PAGES]
    : [client.paginate('conversations.history', options), CHANNEL_PAGES];
  const found: { ts: string; page: unknown }[] = [];
  let read = 0;
  try {
    for await (const { messages } of pages as AsyncIterable<{ messages?: Kept[] }>) {
      for (const { ts, user, metadata } of messages ?? []) {
        const { key: its, page } = metadata?.event_payload ?? {};
        if (ts && user === botUser && metadata?.event_type === EVENT_TYPE && its === key) found.push({ ts, page });
      }
      if (++read === most || (found.length > 0 && !thread)) break;
    }
  } catch (err) {
    if (!NOTHING.has(errorCode(err))) throw err;
    log.warn({ err, channel }, 'Slack does not say what is posted in a channel, so what was posted is not found again');
  }
  const first = found.find(({ page }) => page === 1);
  if (!first) return undefined;
  const alone = { ts: first.ts, more: found.filter((one) => one.page !== 1).map(({ ts }) => ts) };
  // Of what stands in a channel, the further pages are in its thread.
  return thread ? alone : ((await findByKey(reader, { channel, thread: first.ts }, key)) ?? alone);
}
