import type { Call, Chat, Command, Services } from '../../src/command.ts';
import { parse, split } from '../../src/command-line.ts';
import { type Action, commandLine, type Message } from '../../src/message.ts';

/** A message that a command said: to the channel, or to the person alone. */
interface Answer {
  to: 'channel' | 'person';
  message: Message;
}

/** A channel in which people use commands; `said` has what they were answered. */
export function createTestChannel(services: Partial<Services>) {
  const said: Answer[] = [];
  return {
    said,
    /** The last answer's. */
    actions: () =>
      said.at(-1)?.message.blocks.flatMap((block) => ('actions' in block ? (block.actions ?? []) : [])) ?? [],
    /** Runs a command line, without the command's name, as a person. Gives what was said last. */
    async run(command: Command, line: string, user = 'U1', channel = 'C1'): Promise<Answer> {
      const tell = (to: Answer['to']) => async (message: Message) => {
        said.push({ to, message });
        return { id: `${said.length}`, place: { channel, thread: '1' } };
      };
      const chat: Partial<Chat> = {
        where: 'chat',
        platform: 'slack',
        prefix: '/k8sgpt',
        place: { channel },
        user,
        post: tell('channel'),
        whisper: async (message) => void (await tell('person')(message)),
        progress() {},
      };
      const { signal } = new AbortController();
      await command.run({ ...parse(command, split(line), 'chat'), chat, services, signal } as unknown as Call);
      const last = said.at(-1);
      if (!last) throw new Error('nothing was said');
      return last;
    },
  };
}

/** The form that a button opens, sent off with these values in place of some that are filled in: its line, without the command's name. */
export function sentForm(
  command: Command,
  services: Partial<Services>,
  values: Record<string, string>,
  typed: Record<string, string> = {},
): string {
  const form = command.form?.(services as Services, values);
  if (!form) throw new Error(`${command.name} has no form`);
  const filled = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
  return commandLine(form, { ...filled, ...typed }).slice(command.name.length + 1);
}

/** The command line of a button. */
export function lineOf(actions: readonly Action[], label: string): string {
  const action = actions.find((each) => each.label === label);
  if (!action || !('run' in action)) throw new Error(`no button "${label}" that runs a line`);
  return action.run.slice(action.run.indexOf(' ') + 1);
}
