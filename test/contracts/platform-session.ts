import { afterEach, beforeEach } from 'vitest';
import type { Block, Form, Message } from '../../src/message.ts';
import type { FormRequest, Handlers, Incoming } from '../../src/platform.ts';
import { soon } from '../support/soon.ts';
import type { PlatformHarness, Shown } from './platform.ts';

/** What the cases of a contract share: a platform that was started, and all that its handlers were told. */
export interface Session {
  harness: PlatformHarness;
  commands: Incoming[];
  replies: Incoming[];
  requests: FormRequest[];
  /** What it takes to keep a command or an answer, after it has been recorded. It is acknowledged after that. */
  take(incoming: Incoming): Promise<void>;
  /** What is done with it then. */
  handle(incoming: Incoming): Promise<void>;
  /** Waits until a command line has arrived. */
  arrived(text: string): Promise<Incoming>;
  /** All that came in before this is through: a later command has arrived. */
  settled(): Promise<void>;
  /** A place that a person spoke in. */
  somewhere(): Promise<Incoming>;
  /** Waits until a message shows these letters. */
  shownWith(text: string): Promise<Shown>;
}

export const FORM: Form = {
  name: 'analyze',
  title: 'Analyze',
  submit: 'Analyze',
  command: 'analyze',
  fields: [
    { name: 'filters', label: 'Filters', input: { type: 'choice', many: true, choices: ['Pod', 'Service', 'Node'] } },
    { name: 'namespace', label: 'Namespace', option: '--namespace', input: { type: 'text', placeholder: 'all' } },
    {
      name: 'severity',
      label: 'From severity',
      option: '--severity',
      input: { type: 'choice', many: false, choices: ['high', 'low'] },
      value: 'high',
    },
  ],
};

export const say = (text: string): Message => ({ text, blocks: [{ type: 'text', text }] });
export const withBlocks = (...blocks: Block[]): Message => ({ text: 'A message', blocks });

/** A session that is made anew for each case. */
export function createSession(open: () => Promise<PlatformHarness>): Session {
  const session = {} as Session;

  const handlers: Handlers = {
    command: (incoming) => take(session.commands, incoming),
    reply: (incoming) => take(session.replies, incoming),
    form(request) {
      session.requests.push(request);
      return request.form === FORM.name ? FORM : undefined;
    },
  };

  async function take(list: Incoming[], incoming: Incoming): Promise<void> {
    list.push(incoming);
    await session.take(incoming);
    void session.handle(incoming).catch(() => {});
  }

  async function arrived(text: string): Promise<Incoming> {
    return soon(() => {
      const incoming = session.commands.find((command) => command.text === text);
      if (incoming) return incoming;
      throw new Error(`no command '${text}' among ${JSON.stringify(session.commands.map((one) => one.text))}`);
    });
  }

  async function settled(): Promise<void> {
    await session.harness.command('settled');
    await arrived('settled');
    session.commands = session.commands.filter((command) => command.text !== 'settled');
  }

  async function somewhere(): Promise<Incoming> {
    await session.harness.command('hello');
    const incoming = await arrived('hello');
    session.commands = [];
    return incoming;
  }

  async function shownWith(text: string): Promise<Shown> {
    return soon(() => {
      const found = session.harness.shown().find((message) => message.text.includes(text));
      if (!found) throw new Error(`nothing shows '${text}'`);
      return found;
    });
  }

  beforeEach(async () => {
    const fresh = { commands: [], replies: [], requests: [], take: async () => {}, handle: async () => {} };
    Object.assign(session, fresh, { arrived, settled, somewhere, shownWith, harness: await open() });
    await session.harness.platform.start(handlers);
  });

  afterEach(() => session.harness.stop());

  return session;
}
