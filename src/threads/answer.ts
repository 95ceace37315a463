import type { Exhibit } from '../exhibit.ts';
import type { Action, Block, Message, Step, Text } from '../message.ts';
import { plain } from '../message.ts';
import { clip } from '../words.ts';

const BUTTONS = 5;
const TITLE_MAX = 70;

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
}

/** An answer as it stays: what was said, what shows it, a button for each piece of evidence, and whether it helped. */
export function answerMessage({ blocks, exhibits, notices, fineprint, fingerprint }: Answer): Message {
  return {
    text: firstLine(blocks) || notices[0] || 'An answer',
    blocks: [
      ...blocks,
      ...notices.map((text): Block => ({ type: 'alert', level: 'warning', text })),
      ...evidenceBlocks(exhibits),
      ...(fineprint ? [{ type: 'note' as const, text: fineprint }] : []),
      ...(fingerprint
        ? [{ type: 'feedback' as const, good: `feedback good ${fingerprint}`, bad: `feedback bad ${fingerprint}` }]
        : []),
    ],
  };
}

function evidenceBlocks(exhibits: readonly Exhibit[]): Block[] {
  if (exhibits.length === 0) return [];
  const items = exhibits.map(
    ({ id, title, at }): Text => [
      { bold: id },
      `  ${clip(title, TITLE_MAX * 2)}`,
      ...(at ? [' (', { time: at }, ')'] : []),
    ],
  );
  const actions = exhibits.slice(0, BUTTONS).map(({ id }): Action => ({ label: `Show ${id}`, run: `evidence ${id}` }));
  return [
    { type: 'text', text: [{ bold: 'Evidence' }] },
    { type: 'list', items },
    { type: 'actions', actions },
  ];
}

function firstLine(blocks: readonly Block[]): string {
  for (const block of blocks) {
    if (block.type !== 'text' && block.type !== 'heading') continue;
    const line = plain(block.text).split('\n')[0]?.trim();
    if (line) return clip(line, 200);
  }
  return '';
}
