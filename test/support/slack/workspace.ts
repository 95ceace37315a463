/** A Slack workspace in memory: people, channels and what is posted there. */
export const TEAM = 'T0TEAM';
export const APP = 'A0APP';
export const BOT = { user: 'U0BOT', id: 'B0BOT', name: 'k8sgpt' };
export const ANNA = 'U0ANNA';
export const BERT = 'U0BERT';

export interface Channel {
  id: string;
  name: string;
  members: Set<string>;
  isPrivate?: boolean;
  isDirect?: boolean;
  isArchived?: boolean;
}

export interface SlackFile {
  id: string;
  name: string;
  title: string;
  content: string;
}

/** https://docs.slack.dev/messaging/message-metadata */
export interface Metadata {
  event_type: string;
  event_payload: Record<string, unknown>;
}

/** A message that is streamed, or was. */
export interface StreamState {
  /** When Slack ends it by itself. */
  until: number;
  /** What its first content was; it takes no other kind. */
  mode?: 'markdown' | 'chunks';
}

export interface SlackMessage {
  ts: string;
  channel: string;
  thread_ts?: string;
  user: string;
  bot_id?: string;
  text: string;
  blocks: unknown[];
  edited: boolean;
  editedAt?: number;
  metadata?: Metadata;
  stream?: StreamState;
  /** Who alone sees it. */
  onlyFor?: string;
  files: SlackFile[];
}

export interface Workspace {
  channels: Map<string, Channel>;
  messages: SlackMessage[];
  /** The direct conversation of a person with the bot. */
  directOf(user: string): Channel;
  add(message: Partial<SlackMessage> & Pick<SlackMessage, 'channel' | 'user'>): SlackMessage;
  /** A new id, such as `F00000001`. */
  newId(prefix: string): string;
}

export function createWorkspace(): Workspace {
  let last = 0;
  const channels = new Map<string, Channel>();
  const messages: SlackMessage[] = [];
  const workspace: Workspace = {
    channels,
    messages,
    directOf(user) {
      const id = `D${user.slice(1)}`;
      const channel = channels.get(id) ?? {
        id,
        name: 'directmessage',
        members: new Set([user, BOT.user]),
        isDirect: true,
      };
      channels.set(id, channel);
      return channel;
    },
    add(message) {
      last++;
      const ts = `1790000000.${String(last).padStart(6, '0')}`;
      const whole = { text: '', blocks: [], edited: false, files: [], ...message, ts };
      messages.push(whole);
      return whole;
    },
    newId(prefix) {
      last++;
      return `${prefix}${String(last).padStart(8, '0')}`;
    },
  };
  const everyone = [ANNA, BERT, BOT.user];
  channels.set('C0OPS', { id: 'C0OPS', name: 'ops', members: new Set(everyone) });
  channels.set('C0NOBOT', { id: 'C0NOBOT', name: 'no-bot', members: new Set([ANNA, BERT]) });
  channels.set('G0SECRET', { id: 'G0SECRET', name: 'secret', members: new Set([ANNA]), isPrivate: true });
  channels.set('C0OLD', { id: 'C0OLD', name: 'old', members: new Set(everyone), isArchived: true });
  return workspace;
}
