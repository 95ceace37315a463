import type { WebClient } from '@slack/web-api';
import { UserError } from '../../errors.ts';
import type { Message } from '../../message.ts';
import type { Place, Posted } from '../../platform.ts';
import type { Attachment } from '../shared/attachments.ts';
import type { Rendering } from '../shared/paged.ts';
import { blocksOf, isUnderWay } from '../shared/words.ts';
import { note } from './blocks.ts';
import { errorCode } from './client.ts';
import { interactions } from './interaction.ts';
import type { Pages } from './pages.ts';
import { withoutPictures } from './pictures.ts';
import { type Page, render } from './render.ts';
import { withoutPlans } from './steps.ts';

/** What one person alone sees. */
export interface Private {
  whisper(to: Place, user: string, message: Message): Promise<void>;
  /** Answers the running interaction where we cannot post, and says how to have us there. Throws `UserError` where none runs. */
  answer(place: Place, message: Message, rendering: Rendering<Page>): Promise<Posted>;
  /** The channel of a person's own conversation with the bot. */
  conversationWith(user: string): Promise<string>;
}

interface PrivateOptions {
  client: WebClient;
  pages: Pages;
  /** By which people invite the bot. */
  botName: string;
  post(to: Place, message: Message): Promise<Posted>;
  attach(to: Place, file: Attachment): Promise<void>;
}

/** Slack lets us not post here; a person can be answered through the interaction all the same. */
export const ABSENT = new Set(['not_in_channel', 'channel_not_found', 'user_not_in_channel']);

export function createPrivate({ client, pages, botName, post, attach }: PrivateOptions): Private {
  async function whisper(to: Place, user: string, message: Message): Promise<void> {
    const rendering = render(message);
    try {
      for (const page of [rendering.first, ...rendering.more]) await pages.whisper(to, user, page);
    } catch (error) {
      if (!ABSENT.has(errorCode(error))) throw error;
      return answerSomewhere(to, user, message, rendering);
    }
    if (rendering.files.length === 0) return;
    // A file has no whisper; the person's own conversation with the bot is as private.
    const channel = await conversationWith(user);
    for (const file of rendering.files) await attach({ channel }, file);
  }

  /** Through the interaction; without one, in the person's own conversation with the bot. */
  async function answerSomewhere(to: Place, user: string, message: Message, rendering: Rendering<Page>): Promise<void> {
    try {
      await answer(to, message, rendering);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const text = `I say this here, since I am not in the channel that it is about. To have me there: /invite @${botName}`;
      await post(
        { channel: await conversationWith(user) },
        { ...message, blocks: [...blocksOf(message), { type: 'note', text }] },
      );
    }
  }

  async function answer(place: Place, message: Message, { first, more, files }: Rendering<Page>): Promise<Posted> {
    const unposted = { id: '', place };
    // Slack takes five answers; how far the work is would use them up.
    if (message.blocks.some(isUnderWay)) return unposted;
    const missing = more.length + files.length;
    const left = missing > 0 ? ` ${missing} more messages and files could not be shown here.` : '';
    const cure = `Only you see this, since I am not in this channel.${left} To have me here: /invite @${botName}`;
    // The last block of several pages says that the rest stands in the thread, which there is none of here.
    const blocks = withoutPictures(withoutPlans(first.blocks.slice(0, more.length > 0 ? -1 : undefined)));
    await interactions.respond(
      { text: first.text, blocks: [...blocks, ...note(cure)] },
      `I cannot post in this channel. Use /invite @${botName} there.`,
    );
    return unposted;
  }

  async function conversationWith(user: string): Promise<string> {
    const { channel } = await client.conversations.open({ users: user });
    return channel?.id ?? user;
  }

  return { whisper, answer, conversationWith };
}
