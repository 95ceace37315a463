import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageMetadata } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../log.ts';
import type { Place } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import { errorCode } from './client.ts';
import { filesOf, isOfPicture, withoutPictures } from './pictures.ts';
import { type Page, textsOf } from './render.ts';
import { escaped } from './rich-text.ts';
import { withoutPlans } from './steps.ts';

/** Posts and edits single messages of Slack's; what Slack refuses in one is shown simpler. */
export interface Pages {
  post(to: Place, page: Page, metadata?: MessageMetadata): Promise<{ channel: string; ts: string }>;
  /** Edits a message; whether it stands there still. */
  edit(channel: string, ts: string, page: Page): Promise<boolean>;
  /** Shows it to one person alone. */
  whisper(to: Place, user: string, page: Page): Promise<void>;
  delete(channel: string, ts: string): Promise<void>;
}

/** Slack knows a block otherwise than we do. The letters still go. */
const REFUSED = new Set(['invalid_blocks', 'invalid_blocks_format', 'invalid_attachments', 'msg_blocks_too_long']);

/** The longest wait for a picture, in first waits. */
const PICTURE_WAITS = 16;
const REMEMBERED = 200;

/** `pictureMs` is the first wait for a picture; each further one is twice as long. */
export function createPages(client: WebClient, pictureMs: number, log: Logger): Pages {
  let takesPlans = true;
  /** Files that were waited for in vain. */
  const hopeless = createRecent<true>(REMEMBERED);

  /** Calls with what Slack takes of a page: all of it, then without its plans, then its letters alone. */
  async function simpler<T extends object>(page: Page, call: (content: Page & { parse?: 'none' }) => Promise<T>) {
    const simple = { ...page, blocks: withoutPlans(page.blocks) };
    const hasPlans = page.blocks.some(({ type }) => type === 'plan');
    const whole = hasPlans && takesPlans ? await withPictures(page, call).catch(refused) : undefined;
    if (whole) return whole;
    const taken = await withPictures(simple, call).catch(refused);
    if (taken) {
      if (hasPlans) takesPlans = false;
      return taken;
    }
    const letters = withoutPictures(simple.blocks)
      .map((block) => textsOf(block).join(' '))
      .join('\n');
    // An update without blocks would keep those that stand there, and show nothing of this.
    return call({ text: `${page.text}\n${escaped(letters)}`, blocks: [], parse: 'none' });
  }

  /** Calls again while Slack looks through the files of pictures, which takes some seconds; then without them. */
  async function withPictures<T>(page: Page, call: (content: Page) => Promise<T>): Promise<T> {
    const files = filesOf(page.blocks);
    if (files.length === 0) return call(page);
    for (let wait = pictureMs; ; wait *= 2) {
      try {
        return await call(page);
      } catch (err) {
        if (!isOfPicture(err)) throw err;
        if (wait > pictureMs * PICTURE_WAITS || files.some((file) => hopeless.get(file))) {
          log.warn({ err }, 'Slack shows no picture that it took, so its words are shown');
          for (const file of files) hopeless.set(file, true);
          return call({ ...page, blocks: withoutPictures(page.blocks) });
        }
      }
      await sleep(wait);
    }
  }

  function refused(err: unknown): undefined {
    if (!REFUSED.has(errorCode(err))) throw err;
    const { response_metadata: more } = (err as { data: { response_metadata?: { messages?: string[] } } }).data;
    log.error({ err, details: more?.messages }, 'Slack refused the blocks of a message');
  }

  const pages: Pages = {
    async post(to, page, metadata) {
      const { channel = to.channel, ts = '' } = await simpler(page, (content) =>
        client.chat.postMessage({
          channel: to.channel,
          thread_ts: to.thread,
          unfurl_links: false,
          unfurl_media: false,
          ...(metadata ? { metadata } : {}),
          ...content,
        }),
      );
      return { channel, ts };
    },

    // The metadata of a message stays as it is where an update names none.
    async edit(channel, ts, page) {
      const update = () => simpler(page, (content) => client.chat.update({ channel, ts, ...content }));
      try {
        await update().catch(async (error) => {
          if (errorCode(error) !== 'streaming_state_conflict') throw error;
          // A process that died has left it streaming.
          await client.chat.stopStream({ channel, ts }).catch(() => {});
          return update();
        });
        return true;
      } catch (error) {
        const code = errorCode(error);
        // Slack puts no other kind of block in the place of some that it made itself, from a stream.
        if (code === 'block_mismatch') await pages.delete(channel, ts);
        else if (code !== 'message_not_found') throw error;
        return false;
      }
    },

    async whisper(to, user, page) {
      await simpler(page, (content) =>
        client.chat.postEphemeral({ channel: to.channel, thread_ts: to.thread, user, ...content }),
      );
    },

    async delete(channel, ts) {
      await client.chat.delete({ channel, ts }).catch((error: unknown) => {
        if (errorCode(error) !== 'message_not_found') throw error;
      });
    },
  };
  return pages;
}
