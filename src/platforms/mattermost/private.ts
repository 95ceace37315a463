import type { Message } from '../../message.ts';
import type { Place, Posted } from '../../platform.ts';
import type { Attachment } from '../shared/attachments.ts';
import { createInteractions } from '../shared/interactions.ts';
import type { Rendering } from '../shared/paged.ts';
import { createPrivate, type Private } from '../shared/private.ts';
import type { Api } from './api.ts';
import { LIMITS } from './limits.ts';
import { linesOf } from './markdown.ts';
import type { Pages } from './pages.ts';
import type { Page } from './render.ts';

/** What people did that Mattermost gave us a `response_url` for. */
export const interactions = createInteractions<Page>({ uses: LIMITS.responseUses, ms: LIMITS.responseMs });

interface PrivateOptions {
  api: Api;
  pages: Pages;
  bot: { id: string; name: string };
  render(message: Message, channel: string): Rendering<Page>;
  post(to: Place, message: Message): Promise<Posted>;
  attach(to: Place, file: Attachment): Promise<void>;
}

export function createMattermostPrivate({ api, pages, bot, render, post, attach }: PrivateOptions): Private {
  return createPrivate({
    render,
    show: pages.whisper,
    respond: interactions.respond,
    withNote({ message, attachments }, note, isPaged) {
      const small = linesOf(note, () => undefined, { style: 'italic' }).join('\n');
      const shown = isPaged ? message.replace(/\n[^\n]*$/, '') : message;
      const isText = attachments.length === 0;
      return {
        message: isText ? `${shown}\n\n${small}` : shown,
        attachments: isText ? [] : [...attachments.slice(0, isPaged ? -1 : undefined), { fallback: note, text: small }],
        pictures: [],
      };
    },
    post,
    attach,
    async conversationWith(user) {
      const { id } = await api.createDirectChannel([bot.id, user]);
      return id;
    },
    elsewhere: () => 'I say this here, since I cannot say it to you alone in the channel that it is about.',
    botName: bot.name,
  });
}
