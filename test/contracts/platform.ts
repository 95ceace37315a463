import { describe } from 'vitest';
import type { Handlers, Platform } from '../../src/platform.ts';
import { finds } from './platform-finds.ts';
import { grows } from './platform-grows.ts';
import { hears } from './platform-hears.ts';
import { createSession } from './platform-session.ts';
import { shows } from './platform-shows.ts';

/** A message as a person sees it in the service. */
export interface Shown {
  id: string;
  /** As in `Place`. */
  thread?: string;
  /** All letters that a reader sees, those of buttons and of attached files (title, content) among them; no markup. */
  text: string;
  /** What is more than letters: addresses of links, `@` and the id of a mention. */
  live: string[];
  /** What is read out in place of each picture. */
  pictures: string[];
  edited: boolean;
  /** Who alone sees it, where it is a whisper. */
  user?: string;
}

/**
 * A platform that has not been started, and the service that it talks to. What a person does resolves when the platform
 * has acknowledged it, and rejects when the service would tell the person that the app did not answer.
 */
export interface PlatformHarness {
  platform: Platform;
  /** The id of a person who says nothing unless a case has him speak. */
  bert: string;
  command(text: string, from?: { user?: string; channel?: string }): Promise<void>;
  mention(text: string, from?: { thread?: string }): Promise<void>;
  /** An answer in a thread, without a mention. */
  reply(text: string, thread: string): Promise<void>;
  /** The same by another bot; absent: the service has none. */
  botReply?(text: string, thread: string): Promise<void>;
  /** Presses the button of this label; `👍` and `👎` are those of a feedback block. */
  press(message: Shown, label: string): Promise<void>;
  /** Sends the form that was opened last, with these values in place of those it came with. */
  fill(values: Record<string, string>): Promise<void>;
  /** The last delivery once more, as a service does that missed the acknowledgement. */
  redeliver(): Promise<void>;
  /** What is there now, oldest first; of all channels, or of one. */
  shown(channel?: string): Shown[];
  /** The platform as another process has it, started, in the same service. */
  another(on?: Handlers): Promise<Platform>;
  /** The service takes no more of what grows now; absent: it always does. */
  stopGrowth?(): void;
  /** The service refuses the next message, and tells when to try again. */
  rateLimit?(): void;
  /** The service drops the connection. */
  disconnect?(): Promise<void>;
  /** A command from someone who does not know the secret; the HTTP status of the answer. */
  forge?(): Promise<number>;
  /** Stops the platform and its service. */
  stop(): Promise<void>;
}

/** Registers what every platform must do. `open` makes a new platform and a new service for each case. */
export function platformContract(name: string, open: () => Promise<PlatformHarness>): void {
  describe(`${name} as a platform`, () => {
    const session = createSession(open);
    hears(session);
    shows(session);
    finds(session);
    grows(session);
  });
}
