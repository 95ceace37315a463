import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Block, Text } from '../message.ts';
import { BUDGETS } from '../metering.ts';
import type { ModelStatus } from '../models.ts';

export default defineCommand({
  name: 'auth',
  summary: 'Lists the models that can be asked, how they are, and what they cost today.',
  words: '[list]',
  options: [],
  examples: [{ line: 'auth list', does: 'Every backend in the order in which they are asked.' }],

  async run({ words, services, chat }) {
    const [word = 'list'] = words;
    if (word !== 'list') {
      throw new UsageError(
        `auth only lists the backends; it cannot "${word}". Keys belong into the settings, never into a chat.`,
      );
    }
    const { models, metering } = services;
    const statuses = models.list();
    const spent = await metering.spent('day');
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
      {
        type: 'note',
        text: `Today: ${spent.requests} requests, ${spent.tokens.toLocaleString('en')} tokens${costOf(spent.dollars)}.${budgetsOf(metering.budgets)}`,
      },
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

function costOf(dollars: number): string {
  return dollars > 0 ? `, $${dollars.toFixed(2)}` : '';
}

function budgetsOf(budgets: Partial<Record<(typeof BUDGETS)[number], { tokens?: number; dollars?: number }>>): string {
  const said = BUDGETS.flatMap((name) => {
    const budget = budgets[name];
    if (!budget) return [];
    const parts = [
      ...(budget.tokens === undefined ? [] : [`${budget.tokens.toLocaleString('en')} tokens`]),
      ...(budget.dollars === undefined ? [] : [`$${budget.dollars}`]),
    ];
    return [`${name === 'channel' ? 'a channel and day' : `a ${name}`} ${parts.join(' or ')}`];
  });
  return said.length > 0 ? ` Budgets: ${said.join('; ')}.` : '';
}
