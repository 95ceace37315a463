import { type Call, defineCommand } from '../command.ts';
import type { Planned } from '../digests.ts';
import { UserError } from '../errors.ts';
import type { Block, Text } from '../message.ts';
import type { ModelStatus } from '../models.ts';
import type { SinkStatus } from '../sink.ts';

/** Dead letters that are shown of each sink. */
const LETTERS = 5;

export default defineCommand({
  name: 'status',
  summary: 'How this program is: its state, models, sinks and digests.',
  options: [{ name: 'retry', value: 'sink', summary: 'Tells a sink again what it could not be told.' }],
  examples: [
    { line: 'status', does: 'What works, what does not, and how much is to be done.' },
    { line: 'status --retry alerts', does: 'Tries the dead letters of the sink "alerts" again.' },
  ],
  where: 'chat',

  async run(call) {
    const { retry } = call.options;
    return typeof retry === 'string' ? again(call, retry) : show(call);
  },
});

async function again({ chat, services }: Call, sink: string): Promise<void> {
  const count = await services.sinks.retry(sink);
  const text =
    count === 0
      ? `There is nothing left to tell ${sink}: it has no dead letters, or was told newer things since.`
      : `${count} ${count === 1 ? 'notice is' : 'notices are'} told to ${sink} again.`;
  await chat.post({ text, blocks: [{ type: 'alert', level: count === 0 ? 'info' : 'success', text }] });
}

async function show({ chat, services }: Call): Promise<void> {
  const { analysis, models, sinks, digests, state } = services;
  const [jobs, sinkStatus, schedules] = await Promise.all([
    // That the state cannot be read is what this command has to tell.
    state.jobs().catch(unavailable),
    sinks.status().catch(unavailable),
    digests.schedules().catch(unavailable),
  ]);
  const troubles = [
    state.trouble(),
    ...[jobs, sinkStatus, schedules].map((answer) => ('trouble' in answer ? answer.trouble : undefined)),
  ];
  const trouble = [...new Set(troubles.filter((text) => text !== undefined))];
  const text = `k8sgpt-chat over ${analysis.cluster}`;
  const blocks: Block[] = [{ type: 'heading', text }];
  for (const sentence of trouble) blocks.push({ type: 'alert', level: 'warning', text: sentence });
  blocks.push({
    type: 'facts',
    facts: [
      { label: 'Cluster', value: analysis.cluster },
      ...('trouble' in jobs
        ? []
        : [
            {
              label: 'Work',
              value: `${jobs.waiting} waiting, ${jobs.active} active, ${jobs.failed} failed within a day`,
            },
          ]),
    ],
  });
  blocks.push(modelsBlock(models.list()));
  if (!('trouble' in sinkStatus)) blocks.push(...sinkBlocks(sinkStatus));
  if (!('trouble' in schedules)) blocks.push(...digestBlocks(schedules));
  await chat.post({ text: [text, ...trouble].join('. '), blocks });
}

function unavailable(error: unknown): { trouble: string } {
  if (error instanceof UserError) return { trouble: error.message };
  throw error;
}

function modelsBlock(models: readonly ModelStatus[]): Block {
  if (models.length === 0) return { type: 'text', text: 'No model is configured: runbooks explain.' };
  return {
    type: 'list',
    items: models.map(({ name, model, state, reason, until }): Text => {
      const why = reason ? `, ${reason}` : '';
      const back = until === undefined ? [] : [', until ', { time: new Date(until).toISOString() }];
      return [`Model `, { code: name }, ` (${model}): ${state}${why}`, ...back];
    }),
  };
}

function sinkBlocks(sinks: readonly SinkStatus[]): Block[] {
  return sinks.flatMap(({ name, type, sent, dead }): Block[] => {
    const line: Text = ['Sink ', { code: name }, ` (${type}): ${sent} sent since the start, ${dead.length} given up`];
    if (dead.length === 0) return [{ type: 'list', items: [line] }];
    const letters = dead
      .slice(0, LETTERS)
      .map(({ at, title, reason }): Text => [{ time: new Date(at).toISOString() }, ` ${title}: ${reason}`]);
    return [
      { type: 'list', items: [line, ...letters] },
      { type: 'actions', actions: [{ label: `Try ${name} again`, run: `status --retry ${name}` }] },
    ];
  });
}

function digestBlocks(schedules: readonly Planned[]): Block[] {
  const troubled = schedules.filter(({ trouble }) => trouble !== undefined);
  if (troubled.length === 0) return [];
  const items = troubled.map(({ schedule, trouble }): Text => ['Digest ', { code: schedule.id }, `: ${trouble}`]);
  return [{ type: 'list', items }];
}
