import type { WebClient } from '@slack/web-api';
import type { Message } from '../../message.ts';
import type { Place, Posted } from '../../platform.ts';
import type { Attachment } from '../shared/attachments.ts';
import { createPrivate, type Private } from '../shared/private.ts';
import { note } from './blocks.ts';
import { errorCode } from './client.ts';
import { interactions } from './interaction.ts';
import type { Pages } from './pages.ts';
import { withoutPictures } from './pictures.ts';
import { render } from './render.ts';
import { withoutPlans } from './steps.ts';

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

export function createSlackPrivate({ client, pages, botName, post, attach }: PrivateOptions): Private {
  return createPrivate({
    render: (message) => render(message),
    async show(to, user, page) {
      try {
        await pages.whisper(to, user, page);
        return true;
      } catch (error) {
        if (!ABSENT.has(errorCode(error))) throw error;
        return false;
      }
    },
    respond: interactions.respond,
    withNote({ text, blocks }, words, isPaged) {
      const shown = withoutPictures(withoutPlans(isPaged ? blocks.slice(0, -1) : blocks));
      return { text, blocks: [...shown, ...note(words)] };
    },
    post,
    attach,
    async conversationWith(user) {
      const { channel } = await client.conversations.open({ users: user });
      return channel?.id ?? user;
    },
    elsewhere: () =>
      `I say this here, since I am not in the channel that it is about. To have me there: /invite @${botName}`,
    botName,
  });
}
