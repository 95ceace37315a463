import { type Call, defineCommand } from '../command.ts';
import { UsageError, UserError } from '../errors.ts';
import type { Block } from '../message.ts';

const ROWS = 20;
const ALL = 100_000;
const KEY_SHOWN = 12;

export default defineCommand({
  name: 'cache',
  summary: 'Shows and removes the answers of models that are kept.',
  words: '<list|get|remove|purge> [key]',
  options: [{ name: 'all', summary: 'With purge: every answer.' }],
  examples: [
    { line: 'cache list', does: 'What is kept, newest first.' },
    { line: 'cache get 3f2a9c01', does: 'One answer; the beginning of its key will do.' },
    { line: 'cache remove 3f2a9c01', does: 'Removes it, so that the model is asked anew.' },
    { line: 'cache purge --all', does: 'Removes all of them.' },
  ],

  async run(call) {
    const [what = 'list', key] = call.words;
    if (what === 'list') return void (await list(call));
    if (what === 'purge' && key === undefined) return void (await purge(call));
    if (what !== 'get' && what !== 'remove' && what !== 'purge') {
      throw new UsageError(`cache cannot "${what}". It knows list, get, remove and purge.`);
    }
    if (!key)
      throw new UsageError(
        `Say which answer: ${call.chat.prefix} cache ${what} KEY. ${call.chat.prefix} cache list shows the keys.`,
      );
    if (what === 'get') await show(call, key);
    else await remove(call, key);
  },
});

async function list({ chat, services }: Call): Promise<void> {
  const { answers } = services;
  const kept = await answers.list(ALL);
  const newest = [...kept].sort((a, b) => b.at - a.at).slice(0, ROWS);
  const text = `${kept.length} ${kept.length === 1 ? 'answer is' : 'answers are'} kept in ${answers.name}`;
  const blocks: Block[] = [{ type: 'heading', text }];
  if (newest.length > 0) {
    blocks.push({
      type: 'table',
      columns: [{ label: 'Key' }, { label: 'Kept since' }, { label: 'Letters', align: 'right' }],
      rows: newest.map(({ key, at, size }) => [
        [{ code: key.slice(0, KEY_SHOWN) }],
        [{ time: new Date(at).toISOString() }],
        String(size),
      ]),
    });
  }
  if (kept.length > newest.length) blocks.push({ type: 'note', text: `The ${ROWS} newest are shown.` });
  await chat.post({ text, blocks });
}

async function show(call: Call, start: string): Promise<void> {
  const key = await keyOf(call, start);
  const answer = await call.services.answers.get(key);
  if (!answer) throw unknown(start);
  const title = answer.title ?? 'An answer';
  await call.chat.post({
    text: title,
    blocks: [
      { type: 'heading', text: title },
      { type: 'code', text: answer.text },
      {
        type: 'note',
        text: [
          `By ${answer.backend}${answer.model ? ` (${answer.model})` : ''}, `,
          { time: answer.at },
          '. As the model wrote it: not checked against the evidence here.',
        ],
      },
      { type: 'actions', actions: [{ label: 'Remove it', run: `cache remove ${key}`, style: 'danger' }] },
    ],
  });
}

async function remove(call: Call, start: string): Promise<void> {
  const key = await keyOf(call, start);
  if (!(await call.services.answers.delete(key))) throw unknown(start);
  const text = `Removed the answer ${key.slice(0, KEY_SHOWN)}. The model is asked anew next time.`;
  await call.chat.post({ text, blocks: [{ type: 'alert', level: 'success', text }] });
}

async function purge({ chat, services, options }: Call): Promise<void> {
  const { answers } = services;
  const kept = await answers.list(ALL);
  if (options.all !== true) {
    const text = `This would remove all ${kept.length} answers in ${answers.name}, and models would be asked for them again.`;
    const actions = [{ label: `Remove all ${kept.length}`, run: 'cache purge --all', style: 'danger' as const }];
    await chat.post({
      text,
      blocks: [
        { type: 'text', text },
        { type: 'actions', actions },
      ],
    });
    return;
  }
  let removed = 0;
  for (const { key } of kept) if (await answers.delete(key)) removed++;
  const text = `Removed ${removed} ${removed === 1 ? 'answer' : 'answers'} from ${answers.name}.`;
  await chat.post({ text, blocks: [{ type: 'alert', level: 'success', text }] });
}

/** A key from its beginning, where only one begins so. */
async function keyOf({ services }: Call, start: string): Promise<string> {
  if (!/^[0-9a-f]{4,64}$/.test(start))
    throw new UsageError(`"${start}" is no key: keys are hexadecimal, four digits of them at least.`);
  const found = (await services.answers.list(ALL)).filter(({ key }) => key.startsWith(start));
  const [only] = found;
  if (!only) throw unknown(start);
  if (found.length > 1)
    throw new UserError(`${found.length} answers have keys that begin with ${start}. Give more of it.`);
  return only.key;
}

function unknown(key: string): UserError {
  return new UserError(`No answer with the key ${key} is kept. See: cache list`);
}
