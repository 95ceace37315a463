import type * as types from '@slack/types';
import type { Logger } from '../../log.ts';
import { type Block, joinLists, type Message } from '../../message.ts';
import type { Growing, Place, Platform, Posted } from '../../platform.ts';
import { render } from './render.ts';
import { withoutPlans } from './steps.ts';
import type { Stream } from './streams.ts';

interface GrowingOptions extends Pick<Platform, 'post' | 'update'> {
  /** Begins to stream a message; `undefined` where Slack does not. */
  stream(to: Place, blocks: types.KnownBlock[]): Promise<Stream | undefined>;
  log: Logger;
}

/** Blocks that a stream certainly takes; tables, buttons and the like stand in the message once it is edited. */
const STREAMED = new Set(['rich_text', 'header', 'context', 'divider']);

/**
 * Begins a message that grows: streamed as long as one message of Slack's takes it all, by updates from then on. Its end is an
 * update in any case, which leaves the whole standing once, whatever of it Slack has streamed.
 */
export async function growMessage(options: GrowingOptions, to: Place, message: Message): Promise<Growing> {
  const { post, update, log } = options;
  let whole = message;
  const first = streamed(whole);
  const stream = first && (await options.stream(to, first));
  const posted = stream ? { id: stream.ts, place: to } : await post(to, message);
  let shown = first?.length ?? 0;
  let left: Promise<void> | undefined;
  let finished = false;

  /** Streams no longer. */
  function leave(): Promise<void> {
    left ??= stream?.end() ?? Promise.resolve();
    return left;
  }

  async function show(): Promise<void> {
    await leave();
    await update(posted, { ...whole, blocks: joinLists(whole.blocks) });
  }

  function showSoon(): void {
    if (!finished) void show().catch((err: unknown) => log.info({ err }, 'A growing message waits for its end'));
  }

  function add(blocks: readonly Block[]): void {
    whole = { ...whole, blocks: [...whole.blocks, ...blocks] };
  }

  void stream?.broken.then(showSoon);
  return {
    posted,
    async append(blocks) {
      add(blocks);
      const all = left ? undefined : streamed(whole);
      if (stream && all) {
        stream.append(all.slice(shown));
        shown = all.length;
      } else if (isShown(posted)) showSoon();
    },
    async finish(blocks) {
      add(blocks);
      finished = true;
      await show();
    },
  };
}

/** The blocks of a message that can be streamed whole. */
function streamed(message: Message): types.KnownBlock[] | undefined {
  const { first, more, files } = render(message);
  const blocks = withoutPlans(first.blocks);
  return more.length + files.length === 0 && blocks.every(({ type }) => STREAMED.has(type)) ? blocks : undefined;
}

/** Where we cannot post, the person is answered alone, a few times at most: at the beginning and the end. */
function isShown({ id }: Posted): boolean {
  return id !== '';
}
