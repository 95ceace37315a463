import { refusalOf } from './block-kit.ts';
import { APP, type Metadata, type SlackMessage, TEAM } from './workspace.ts';

export type Args = Record<string, string>;
export type Answer = Record<string, unknown>;

/** Slack's answer `{ ok: false, error }`. */
export class SlackRefusal extends Error {
  readonly answer: Answer;
  constructor(error: string, more: Answer = {}) {
    super(error);
    this.answer = { ok: false, error, ...more };
  }
}

/** The text and blocks of a message to be posted. Throws what Slack would refuse them with. */
export function contentOf({ text = '', blocks }: { text?: string; blocks?: unknown }): {
  text: string;
  blocks: unknown[];
} {
  const wanted = typeof blocks === 'string' ? parsed(blocks, 'invalid_blocks_format') : (blocks ?? []);
  refuseBlocks(wanted);
  if (!text && (wanted as unknown[]).length === 0) throw new SlackRefusal('no_text');
  if (text.length > 40_000) throw new SlackRefusal('msg_too_long');
  return { text, blocks: wanted as unknown[] };
}

export function refuseBlocks(blocks: unknown): void {
  const refusal = refusalOf(blocks);
  if (refusal) throw new SlackRefusal(refusal.error, { response_metadata: { messages: refusal.messages } });
}

/**
 * https://docs.slack.dev/messaging/message-metadata: a name, and an object whose values are plain, or objects of plain ones.
 * Slack does not say how much it takes; 8,000 letters are far more than a key needs.
 */
export function metadataOf({ metadata }: Args): { metadata?: Metadata } {
  if (!metadata) return {};
  const given = parsed(metadata, 'invalid_metadata_format') as Partial<Metadata>;
  const { event_type: type, event_payload: payload } = given;
  if (typeof type !== 'string' || !/^\w{1,255}$/.test(type)) throw new SlackRefusal('invalid_metadata_format');
  if (typeof payload !== 'object' || payload === null) throw new SlackRefusal('invalid_metadata_format');
  if (!Object.values(payload).every(isPlain)) throw new SlackRefusal('invalid_metadata_schema');
  if (metadata.length > 8000) throw new SlackRefusal('metadata_too_large');
  return { metadata: { event_type: type, event_payload: payload } };
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

export function parsed(json: string, error: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new SlackRefusal(error);
  }
}

/** A message as events and answers have it; of its metadata the name alone, unless all of it was asked for. */
export function wire(message: SlackMessage, allMetadata = false): Answer {
  const { ts, channel, thread_ts, user, bot_id, text, blocks, metadata } = message;
  return {
    type: 'message',
    ts,
    event_ts: ts,
    channel,
    user,
    text,
    blocks,
    team: TEAM,
    ...(bot_id ? { bot_id, app_id: APP } : {}),
    ...(thread_ts ? { thread_ts } : {}),
    ...(metadata ? { metadata: allMetadata ? metadata : { event_type: metadata.event_type } } : {}),
  };
}
