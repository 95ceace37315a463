import type { Exhibit } from '../exhibit.ts';
import type { Action, Block, Inline, Message, Step, Text } from '../message.ts';
import { plain } from '../message.ts';
import { clip } from '../words.ts';

const TITLE_MAX = 140;
const VALUE_MAX = 80;
const VALUE_WITHOUT_BUTTONS = 200;

/** The message that shows how far the answer to a question is, with what is there of it already. */
export function statusMessage(
  question: { id: string; text: string },
  steps: readonly Step[],
  soFar: readonly Block[],
): Message {
  const title = soFar.length > 0 ? 'Answering' : 'Looking into it';
  return {
    text: title,
    blocks: [
      ...(steps.length > 0
        ? [{ type: 'steps' as const, title, steps: [...steps] }]
        : [{ type: 'note' as const, text: `${title} …` }]),
      ...soFar,
      { type: 'actions', actions: [{ label: 'Stop', run: `stop ${question.id}`, style: 'danger' }] },
    ],
  };
}

export interface Answer {
  blocks: readonly Block[];
  exhibits: readonly Exhibit[];
  /** What must be known of the answer: that a model failed, that something is not kept. */
  notices: readonly string[];
  /** Small print: who answered, and after how many looks. */
  fineprint: string;
  /** By which feedback finds it; absent: nobody is asked. */
  fingerprint?: string;
  /** Where there are no buttons, each piece of evidence is shown at once. */
  withoutButtons?: boolean;
}

/** An answer as it stays: what was said, what shows it, a button for each piece of evidence, and whether it helped. */
export function answerMessage(answer: Answer): Message {
  const { blocks, exhibits, notices, fineprint, fingerprint, withoutButtons = false } = answer;
  return {
    text: firstLine(blocks) || notices[0] || 'An answer',
    blocks: [
      ...blocks,
      ...notices.map((text): Block => ({ type: 'alert', level: 'warning', text })),
      ...evidenceBlocks(exhibits, withoutButtons),
      ...(fineprint ? [{ type: 'note' as const, text: fineprint }] : []),
      ...(fingerprint
        ? [{ type: 'feedback' as const, good: `feedback good ${fingerprint}`, bad: `feedback bad ${fingerprint}` }]
        : []),
    ],
  };
}

function evidenceBlocks(exhibits: readonly Exhibit[], withoutButtons: boolean): Block[] {
  if (exhibits.length === 0) return [];
  const items = exhibits.map(
    ({ id, title, text, at }): Text => [
      { bold: id },
      `  ${clip(title, TITLE_MAX)}`,
      ...shortValue(text, withoutButtons ? VALUE_WITHOUT_BUTTONS : VALUE_MAX),
      ...(at ? [' (', { time: at }, ')'] : []),
    ],
  );
  const actions = exhibits.map(({ id }): Action => ({ label: `Show ${id}`, run: `evidence ${id}` }));
  return [
    { type: 'text', text: [{ bold: 'Evidence' }] },
    { type: 'list', items },
    ...(withoutButtons ? [] : [{ type: 'actions' as const, actions }]),
  ];
}

/** A value that fits into a line stands beside its title. */
function shortValue(text: string, max: number): Inline[] {
  if (text.includes('\n') || text === '') return [];
  return text.length <= max ? [': ', { code: text }] : [];
}

function firstLine(blocks: readonly Block[]): string {
  for (const block of blocks) {
    if (block.type !== 'text' && block.type !== 'heading') continue;
    const line = plain(block.text).split('\n')[0]?.trim();
    if (line) return clip(line, 200);
  }
  return '';
}

/** A piece of evidence, whole. */
export function exhibitMessage({ id, title, text, command }: Exhibit): Message {
  const heading = `${id}: ${title}`;
  const commands = (command ?? '').split('\n').filter(Boolean);
  return {
    text: heading,
    blocks: [
      { type: 'heading', text: heading },
      { type: 'code', text },
      ...(commands.length === 1
        ? [{ type: 'note' as const, text: ['The same by hand: ', { code: commands[0] ?? '' }] }]
        : []),
    ],
  };
}
