import { growByUpdates } from '../../src/growing.ts';
import { toMarkdown } from '../../src/markdown.ts';
import type { Message } from '../../src/message.ts';
import type { Platform } from '../../src/platform.ts';

/** A message as it stands in a chat of a test. */
export interface Standing {
  id: string;
  channel: string;
  thread?: string;
  message: Message;
  key?: string;
  /** Who alone sees it. */
  user?: string;
  edits: number;
}

/** A chat service in memory, which several replicas of the bot may share. */
export interface TestChat {
  messages: Standing[];
  platform(): Platform;
  /** What stands in a thread as Markdown, oldest first; the message that it began with not among it. */
  thread(id: string): string[];
  /** The next calls fail. */
  failing?: Error;
}

export function createTestChat(name = 'slack'): TestChat {
  let last = 0;
  const chat: TestChat = {
    messages: [],
    thread: (id) =>
      chat.messages.filter(({ thread, user }) => thread === id && !user).map(({ message }) => toMarkdown(message)),
    platform() {
      const platform: Platform = {
        name,
        start: async () => {},
        stop: async () => {},
        async post(to, message, { key } = {}) {
          if (chat.failing) throw chat.failing;
          const id = `m${++last}`;
          chat.messages.push({ id, ...to, message: structuredClone(message), edits: 0, ...(key && { key }) });
          return { id, place: { channel: to.channel, thread: to.thread ?? id } };
        },
        async update({ id }, message) {
          if (chat.failing) throw chat.failing;
          const standing = chat.messages.find((each) => each.id === id);
          if (!standing) throw new Error(`no message ${id}`);
          standing.message = structuredClone(message);
          standing.edits++;
        },
        async find({ channel, thread }, key) {
          const found = chat.messages.find(
            (each) => each.channel === channel && each.key === key && (!thread || each.thread === thread),
          );
          return found && { id: found.id, place: { channel, thread: found.thread ?? found.id } };
        },
        grow: (to, message) => growByUpdates(platform, to, message),
        async whisper(to, user, message) {
          chat.messages.push({ id: `m${++last}`, ...to, message: structuredClone(message), user, edits: 0 });
        },
      };
      return platform;
    },
  };
  return chat;
}
