import { growByUpdates } from '../../growing.ts';
import type { Logger } from '../../log.ts';
import type { Action, Message } from '../../message.ts';
import { createRecent } from '../../recent.ts';
import { createPaged, type Rendering } from '../shared/paged.ts';
import type { Sending } from '../shared/sending.ts';
import type { Api } from './api.ts';
import type { Setting } from './blocks.ts';
import { createPages, isAbsent } from './pages.ts';
import type { People } from './people.ts';
import { createMattermostPrivate } from './private.ts';
import { type Page, render } from './render.ts';
import type { Server } from './server.ts';
import type { Signing } from './signing.ts';
import type { Threads } from './threads.ts';

export interface Outgoing extends Sending {
  /** Waits for what is being sent. */
  finish(): Promise<void>;
}

interface OutgoingOptions {
  api: Api;
  server: Server;
  people: People;
  threads: Threads;
  signing: Signing;
  /** Where the buttons call us; absent: there are none. */
  actionsUrl: string | undefined;
  updateEveryMs: number;
  retryMs: number;
  log: Logger;
}

const REMEMBERED = 1000;

/** Sends messages to Mattermost. */
export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { api, server, people, threads, signing, actionsUrl, updateEveryMs, retryMs, log } = options;
  const { bot, version, maxPostLetters, takesFiles } = server;
  const pages = createPages({ api, bot: bot.id, version, retryMs, log });
  const links = createRecent<string>(REMEMBERED);

  function rendered(message: Message, channel: string): Rendering<Page> {
    const setting: Setting = {
      nameOf: people.nameOf,
      isPicture: () => takesFiles,
      buttonOf: (action) =>
        actionsUrl ? { integration: { url: actionsUrl, context: contextOf(action, channel) } } : undefined,
      mention: `@${bot.name}`,
    };
    return render(message, setting, maxPostLetters);
  }

  function contextOf(action: Action, channel: string): Record<string, unknown> {
    const { label: _label, style: _style, ...does } = action;
    return { ...signing.sign('action', { ...does, channel }) };
  }

  const paged = createPaged<Page>({
    sheets: pages,
    async render(message, channel) {
      await people.learn(message);
      return rendered(message, channel);
    },
    async refused(error, to, message) {
      if (!isAbsent(error)) throw error;
      return privately.answer(to, message);
    },
    updateUnposted: (place, message) => privately.answer(place, message),
    find: pages.find,
    isOurs: threads.add,
    updateEveryMs,
  });
  const { post, update, find } = paged;
  const privately = createMattermostPrivate({ api, pages, bot, render: rendered, post, attach: pages.attach });

  return {
    post,
    update,
    find,
    async link(asked) {
      const { id, place } = paged.current(asked);
      if (!id) return undefined;
      const before = links.get(id);
      if (before) return before;
      const link = `${server.siteUrl}/${await server.teamNameOf(place.channel)}/pl/${id}`;
      links.set(id, link);
      return link;
    },
    grow: (to, message) => growByUpdates({ post, update }, to, message),
    async whisper(to, user, message) {
      await people.learn(message);
      if (await server.isDirect(to.channel)) await post(to, message);
      else await paged.inOrder(to.channel, () => privately.whisper(to, user, message));
    },
    finish: paged.finish,
  };
}
