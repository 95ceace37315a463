import type * as types from '@slack/types';
import { type Block, type Step, visible } from '../../message.ts';
import { STEP_MARKS } from '../shared/words.ts';
import { LIMITS } from './limits.ts';
import { bytesOf, type Element, elementsOf, paragraphs, section } from './rich-text.ts';

/** Two thirds of a message. */
const PLAN_BYTES = 8000;

type Steps = Extract<Block, { type: 'steps' }>;

/** A step as https://docs.slack.dev/reference/block-kit/blocks/plan-block has it: a task card without a type. */
type Task = Omit<types.TaskCardBlock, 'type'>;

const STATUS = { waiting: 'pending', running: 'in_progress', done: 'complete', failed: 'error' } as const;
const MARKS: Record<Task['status'], string> = {
  pending: STEP_MARKS.waiting,
  in_progress: STEP_MARKS.running,
  complete: STEP_MARKS.done,
  error: STEP_MARKS.failed,
};

/** What Slack might show as something else than letters in a title, which has no escape: emoji, mentions, entities. */
const MARKUP = /[<>&]|:[\w+'-]+:/;

/** Steps as a plan of Slack's; as lines where a plan could not hold them whole and letter by letter. */
export function renderSteps({ title, steps }: Steps): types.KnownBlock[] {
  const tasks = steps.map(taskOf);
  const plan: types.PlanBlock = { type: 'plan', title: visible(title), tasks: tasks.map((task) => ({ ...task })) };
  const lines = paragraphs(linesOf(plan.title, tasks));
  const isSmall = tasks.length <= LIMITS.tasks && bytesOf(plan) <= PLAN_BYTES && lines.length === 1;
  return isSmall && [plan, ...tasks].every(isTitled) ? [plan] : lines;
}

function taskOf({ label, state, result }: Step, index: number): Task {
  const output = result ? section(elementsOf(result)) : undefined;
  return {
    task_id: `step-${index + 1}`,
    title: visible(label),
    status: STATUS[state],
    ...(output ? { output: { type: 'rich_text', elements: [output] } } : {}),
  };
}

function isTitled({ title }: { title: string }): boolean {
  return title !== '' && title.length <= LIMITS.taskTitle && !MARKUP.test(title);
}

/** The same blocks with lines in place of each plan, for where Slack takes no plans; there are no more blocks than before. */
export function withoutPlans(blocks: types.KnownBlock[]): types.KnownBlock[] {
  return blocks.flatMap((block) =>
    block.type === 'plan' ? paragraphs(linesOf(block.title, (block.tasks ?? []) as Task[])) : [block],
  );
}

function linesOf(title: string, tasks: Task[]): Element[] {
  return [...elementsOf([{ bold: title }]), ...tasks.flatMap(lineOf)];
}

function lineOf({ title, status, output }: Task): Element[] {
  const results = (output?.elements ?? []).flatMap(({ elements }) => elements as Element[]);
  return [...elementsOf(`\n${MARKS[status]} ${title}${results.length > 0 ? ': ' : ''}`), ...results];
}
