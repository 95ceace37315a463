import type { Channel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import type { Logger } from '../../log.ts';
import type { Handlers, HttpHost, Place, Platform } from '../../platform.ts';
import type { Store } from '../../store.ts';
import { sendingBy } from '../shared/sending.ts';
import { Api, dispatcherOf } from './api.ts';
import { ACTIONS_PATH, createCallbacks, PATH } from './callbacks.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { LIMITS } from './limits.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { createPeople } from './people.ts';
import { meetServer } from './server.ts';
import { readSettings } from './settings.ts';
import { createSigning } from './signing.ts';
import { createSocket, type Socket } from './socket.ts';
import { createThreads } from './threads.ts';

export interface MattermostOptions {
  env: NodeJS.ProcessEnv;
  http: HttpHost;
  /** Keeps how far was read, so that what is said while nobody listens is answered afterwards. */
  store(): Store;
  log: Logger;
  /** For tests: the pause between two edits of a post, and before the first try more after a failure. */
  updateEveryMs?: number;
  retryMs?: number;
}

/** Mattermost as a platform; `undefined` where none is set. Throws `ConfigError` for settings that cannot work. */
export function createMattermost(options: MattermostOptions): Platform | undefined {
  const { env, http, log, updateEveryMs = LIMITS.updateEveryMs, retryMs = 500 } = options;
  const settings = readSettings(env);
  if (!settings) return undefined;
  const { url, token, publicUrl, commandTokens } = settings;
  const dispatcher = dispatcherOf(settings);
  let outgoing: Outgoing | undefined;
  let inbox: Inbox | undefined;
  let socket: Socket | undefined;

  function sender(): Outgoing {
    if (!outgoing) throw new Error('Mattermost has not been started');
    return outgoing;
  }

  async function start(on: Handlers): Promise<void> {
    const api = new Api({ url, token, dispatcher, log, retryMs });
    const first = new Api({ url, token, dispatcher, log, retryMs, patienceMs: 2000 });
    const server = await meetServer(first, settings as NonNullable<typeof settings>, log);
    const threads = createThreads(api, server.bot.id);
    const people = createPeople(api);
    const signing = createSigning(token);
    const actionsUrl = publicUrl && `${publicUrl}${ACTIONS_PATH}`;
    outgoing = createOutgoing({ api, server, people, threads, signing, actionsUrl, updateEveryMs, retryMs, log });
    inbox = createInbox({ api, server, threads, on, store: options.store(), log, retryMs });
    await inbox.open();
    if (publicUrl) {
      const tell = (place: Place, user: string, text: string) =>
        sender().whisper(place, user, { text, blocks: [{ type: 'alert', level: 'warning', text }] });
      http.mount(PATH, createCallbacks({ api, server, threads, signing, commandTokens, publicUrl, on, tell, log }));
    } else
      log.info({}, 'Without PUBLIC_URL Mattermost cannot call us, so there are neither buttons nor a slash command');
    const { offer, catchUp } = inbox;
    socket = createSocket({
      url,
      token,
      dispatcher,
      log,
      retryMs,
      on(message) {
        if (message.event !== 'posted') return;
        const { post, channel_type: type, team_id: team = '' } = message.data as Posting;
        offer(JSON.parse(post) as Post, { type, team });
      },
      connected: catchUp,
    });
    await socket.start();
  }

  return {
    name: 'mattermost',
    start,
    async stop() {
      socket?.stop();
      await inbox?.close();
      await outgoing?.finish();
    },
    ...sendingBy(sender),
  };
}

/** What Mattermost tells of a post; the post itself as JSON. */
interface Posting {
  post: string;
  channel_type: Channel['type'];
  team_id?: string;
}
