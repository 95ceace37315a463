import { onTestFinished } from 'vitest';
import type { Form } from '../../../src/message.ts';
import type { Handlers, Incoming } from '../../../src/platform.ts';
import type { SlackServerOptions } from '../slack-server.ts';
import { soon } from '../soon.ts';
import { openSlack, type SlackHarness } from './harness.ts';

export interface Started extends SlackHarness {
  commands: Incoming[];
  replies: Incoming[];
  /** Waits until so many commands have come; the last. */
  command(text: string, from?: { user?: string; channel?: string }): Promise<void>;
  heard(count: number): Promise<Incoming>;
}

export interface StartedOptions extends Partial<SlackServerOptions> {
  mode?: 'socket' | 'http';
  /** What it takes to keep what was heard, after it has been recorded; it is acknowledged after that. */
  take?: (incoming: Incoming) => Promise<void>;
  /** What is done with a command then. */
  handle?: (incoming: Incoming, harness: SlackHarness) => Promise<unknown>;
  form?: Form;
  home?: Handlers['home'];
  /** A workspace where things have happened already. */
  env?: Record<string, string>;
}

/** A platform that listens in a workspace and records what it hears; both end with the test. */
export async function started({
  mode = 'socket',
  take,
  handle,
  form,
  home,
  env,
  ...options
}: StartedOptions = {}): Promise<Started> {
  const harness = await openSlack(mode, options, env);
  onTestFinished(() => harness.stop());
  const commands: Incoming[] = [];
  const replies: Incoming[] = [];
  const on: Handlers = {
    async command(incoming, onEnd) {
      commands.push(incoming);
      await take?.(incoming);
      const handled = handle?.(incoming, harness) ?? Promise.resolve();
      void handled.catch(() => {}).then(onEnd);
    },
    async reply(incoming) {
      replies.push(incoming);
      await take?.(incoming);
    },
    form: () => form,
    ...(home && { home }),
  };
  await harness.platform.start(on);
  return Object.assign(harness, {
    commands,
    replies,
    heard: (count: number) =>
      soon(() => {
        const last = commands[count - 1];
        if (!last) throw new Error(`${commands.length} of ${count} commands`);
        return last;
      }),
  });
}
