import { type Call, defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Block, Text } from '../message.ts';
import { BUDGETS, type Budget } from '../metering.ts';
import type { ModelStatus } from '../models.ts';

export default defineCommand({
  name: 'auth',
  summary: 'Lists the models that can be asked, how they are, and what they cost today.',
  words: '[list]',
  options: [],
  examples: [{ line: 'auth list', does: 'Every backend in the order in which they are asked.' }],

  async run(call) {
    const { words, services, chat } = call;
    const [word = 'list'] = words;
    if (word !== 'list') {
      throw new UsageError(
        `auth only lists the backends; it cannot "${word}". Keys belong into the settings, never into a chat.`,
      );
    }
    const { models } = services;
    const statuses = models.list();
    const spent = await spentOf(call);
    const blocks: Block[] = [
      { type: 'heading', text: 'Models' },
      ...(statuses.length > 0
        ? [
            {
              type: 'table' as const,
              columns: [{ label: 'Backend' }, { label: 'Model' }, { label: 'State' }],
              rows: [...statuses.map(rowOf), [[{ code: 'builtin' }], 'runbooks, no model', 'always ready'] as Text[]],
            },
          ]
        : [
            {
              type: 'alert' as const,
              level: 'info' as const,
              text: 'No model is configured: answers come from runbooks (builtin). Set OPENAI_API_KEY, or another of the settings that the README lists.',
            },
          ]),
      { type: 'facts', facts: spent },
    ];
    const [first] = statuses;
    await chat.post({ text: first ? `${first.name} is asked first.` : 'No model is configured.', blocks });
  },
});

function rowOf({ name, model, isDefault, state, reason, until }: ModelStatus): Text[] {
  const when: Text = until === undefined ? '' : [' until ', { time: new Date(until).toISOString() }];
  const how: Text =
    state === 'ready'
      ? 'ready'
      : [
          state === 'trying' ? 'tried with the next question' : 'left alone',
          ...(typeof when === 'string' ? [when] : when),
          reason ? `: ${reason}` : '',
        ];
  return [[{ code: name }, isDefault ? ' (default)' : ''], model || '–', how];
}

/** What was spent, and of how much: today, in this channel today, and in this thread. */
async function spentOf({ chat, services }: Call): Promise<{ label: string; value: string }[]> {
  const { channel = '', thread } = chat.place ?? {};
  const account = { channel: `${chat.platform}:${channel}`, ...(thread && { thread }) };
  const labels = { day: 'Today', channel: 'In this channel today', thread: 'In this thread' };
  const shown = BUDGETS.filter((name) => name === 'day' || (chat.where === 'chat' && (name === 'channel' || thread)));
  return Promise.all(
    [...shown].reverse().map(async (name) => {
      const { requests, tokens, dollars } = await services.metering.spent(name, account);
      const cost = dollars > 0 ? `, $${dollars.toFixed(2)}` : '';
      const asked = `${requests} ${requests === 1 ? 'request' : 'requests'}, ${tokens.toLocaleString('en')} tokens${cost}`;
      return { label: labels[name], value: `${asked}${ofBudget(services.metering.budgets[name])}` };
    }),
  );
}

function ofBudget(budget: Budget | undefined): string {
  if (!budget) return '';
  const parts = [
    ...(budget.tokens === undefined ? [] : [`${budget.tokens.toLocaleString('en')} tokens`]),
    ...(budget.dollars === undefined ? [] : [`$${budget.dollars}`]),
  ];
  return ` (of ${parts.join(' or ')})`;
}
