import { type Call, type Command, defineCommand } from '../command.ts';
import { findCommand, usage } from '../command-line.ts';
import type { Block, Text } from '../message.ts';

export default defineCommand({
  name: 'help',
  summary: 'Shows what can be asked, or how to use one command.',
  words: '[command]',
  options: [],
  examples: [{ line: 'help analyze', does: 'The options and examples of one command.' }],

  async run(call) {
    const { words, services, chat } = call;
    const [word] = words;
    if (word) return void (await chat.post(commandHelp(call, findCommand(services.commands, word, chat.where))));
    const usable = services.commands.filter(({ hidden, where }) => !hidden && (!where || where === chat.where));
    const blocks: Block[] = [
      { type: 'heading', text: 'What you can ask' },
      ...(chat.where === 'terminal' ? [usageBlock(`${chat.prefix} <command> [options]`)] : []),
      {
        type: 'table',
        columns: [{ label: 'Command' }, { label: 'What it does' }],
        rows: usable.map((command) => [
          [{ code: [chat.where === 'chat' && chat.prefix, command.name, command.words].filter(Boolean).join(' ') }],
          command.summary,
        ]),
      },
      {
        type: 'note',
        text: `Cluster: ${services.analysis.cluster}. More about a command: ${chat.prefix} help analyze`,
      },
    ];
    if (chat.where === 'chat') {
      blocks.push({
        type: 'actions',
        actions: [
          { label: 'Analyze everything', run: 'analyze', style: 'primary' },
          { label: 'Pick filters …', form: 'analyze' },
        ],
      });
    }
    await chat.post({ text: `Begin with ${chat.prefix} analyze`, blocks });
  },
});

function usageBlock(text: string): Block {
  return { type: 'code', text, language: 'sh' };
}

function commandHelp({ chat }: Call, command: Command) {
  const options = command.options.filter(({ where }) => !where || where === chat.where);
  const blocks: Block[] = [
    { type: 'heading', text: `${chat.prefix} ${command.name}` },
    { type: 'text', text: command.summary },
    usageBlock([chat.prefix, command.name, command.words, options.length > 0 && '[options]'].filter(Boolean).join(' ')),
  ];
  if (options.length > 0) {
    blocks.push({
      type: 'table',
      columns: [{ label: 'Option' }, { label: 'What it does' }],
      rows: options.map(({ name, short, value, summary }): Text[] => [
        [{ code: `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}` }],
        summary,
      ]),
    });
  }
  blocks.push({
    type: 'list',
    items: command.examples.map(({ line, does }): Text => [{ code: `${chat.prefix} ${line}` }, `: ${does}`]),
  });
  return { text: `${chat.prefix} ${usage(command, chat.where)}`, blocks };
}
