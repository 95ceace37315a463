import type * as types from '@slack/types';
import { type Action, type Block, plain, type Text, visible } from '../../message.ts';
import { clip } from '../../words.ts';
import { type Attach, shortened } from '../shared/attachments.ts';
import { ALERTS, bar, chop, MARKS } from '../shared/words.ts';
import { LIMITS } from './limits.ts';
import { type FileOf, type Image, picture } from './pictures.ts';
import { type Element, elementsOf, grouped, paragraphs, section } from './rich-text.ts';
import { renderSteps } from './steps.ts';
import { renderTable } from './table.ts';

type SlackBlock = types.KnownBlock;

/** The Slack blocks of a block, to be kept together on one page where they fit. */
export function renderBlock(block: Block, attach: Attach, fileOf: FileOf): SlackBlock[] {
  switch (block.type) {
    case 'heading':
      return heading(block.text);
    case 'text':
      return paragraphs(elementsOf(block.text));
    case 'note':
      return note(block.text);
    case 'alert':
      return paragraphs([...elementsOf([{ bold: ALERTS[block.level] }, ': ']), ...elementsOf(block.text)]);
    case 'facts':
      return paragraphs(
        block.facts.flatMap(({ label, value }, index) => [
          ...elementsOf([index === 0 ? '' : '\n', { bold: label }, ': ']),
          ...elementsOf(value),
        ]),
      );
    case 'list':
      return list(block);
    case 'code':
      return code(block.text, attach);
    case 'table':
      return renderTable(block, attach);
    case 'card':
      return card(block);
    case 'progress':
      return note(`${block.label} ${bar(block.done, block.of)} ${block.done} of ${block.of}`);
    case 'steps':
      return renderSteps(block);
    case 'actions':
      return buttons(block.actions);
    case 'feedback':
      return [feedback(block.good, block.bad)];
    case 'file':
      return note(`${block.title}: ${attach(block.name, block.title, block.content)}, in the thread`);
    case 'image':
      return image(block, fileOf(block));
    case 'divider':
      return [{ type: 'divider' }];
  }
}

function image(block: Image, file: string | undefined): SlackBlock[] {
  return file ? [picture(block, file)] : note(`${block.title}: ${block.alt}`);
}

function heading(text: Text): SlackBlock[] {
  const words = visible(plain(text));
  if (words.length > LIMITS.header || !isPlain(text)) return paragraphs(elementsOf(text, { bold: true }));
  return words ? [{ type: 'header', text: { type: 'plain_text', text: words, emoji: false } }] : [];
}

/** Small print. Only plain text can be small without being mrkdwn. */
export function note(text: Text): SlackBlock[] {
  if (!isPlain(text)) return paragraphs(elementsOf(text));
  return chop(visible(plain(text)), LIMITS.textObject).map((words) => ({
    type: 'context',
    elements: [{ type: 'plain_text', text: words, emoji: false }],
  }));
}

function isPlain(text: Text): boolean {
  return typeof text === 'string' || text.every((inline) => typeof inline === 'string');
}

function list({ items, ordered = false, start = 1 }: Extract<Block, { type: 'list' }>): SlackBlock[] {
  const sections = items.flatMap((item) => grouped(elementsOf(item)).map(section));
  let offset = start - 1;
  return grouped(sections).map((elements) => {
    // `offset` goes on counting where the block before ended; Slack's types do not have it yet.
    const part: types.RichTextList & { offset?: number } = {
      type: 'rich_text_list',
      style: ordered ? 'ordered' : 'bullet',
      elements,
      ...(ordered && offset > 0 ? { offset } : {}),
    };
    offset += elements.length;
    return { type: 'rich_text', elements: [part] };
  });
}

function code(text: string, attach: Attach): SlackBlock[] {
  const { shown, rest } = shortened(text, attach);
  return [...preformatted(shown), ...(rest ? note(rest) : [])];
}

function preformatted(letters: string): SlackBlock[] {
  const text = letters.replace(/\n$/, '');
  if (!text) return [];
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }] }];
}

function card(block: Extract<Block, { type: 'card' }>): SlackBlock[] {
  const elements: Element[] = [
    ...elementsOf([`${MARKS[block.severity]}  `]),
    ...elementsOf(block.title, { bold: true }),
    ...block.lines.flatMap((line) => [...elementsOf('\n'), ...elementsOf(line)]),
  ];
  return [...paragraphs(elements), ...buttons(block.actions ?? [])];
}

function buttons(actions: Action[]): SlackBlock[] {
  return grouped(actions.map(button), LIMITS.actions).map((elements) => ({ type: 'actions', elements }));
}

function button(action: Action, index: number): types.Button {
  return {
    type: 'button',
    text: { type: 'plain_text', text: clip(visible(action.label), LIMITS.buttonText), emoji: false },
    ...(action.style ? { style: action.style } : {}),
    ...purpose(action, index),
  };
}

function purpose(action: Action, index: number): { action_id: string; value?: string; url?: string } {
  if ('url' in action) return { action_id: `url:${index}`, url: fitting(action.url, LIMITS.buttonUrl) };
  if ('run' in action) return { action_id: `run:${index}`, value: fitting(action.run) };
  return { action_id: `form:${index}`, value: fitting(JSON.stringify({ form: action.form, values: action.values })) };
}

/** What a button does. Cut short it would do something else, so one too long is an error of ours instead. */
function fitting(value: string, max: number = LIMITS.buttonValue): string {
  if (value.length <= max) return value;
  throw new RangeError(`A button's value has ${value.length} letters; Slack takes ${max}.`);
}

function feedback(good: string, bad: string): SlackBlock {
  const choice = (text: string, value: string) => ({
    text: { type: 'plain_text' as const, text },
    value: fitting(value),
  });
  const element: types.FeedbackButtons = {
    type: 'feedback_buttons',
    action_id: 'run:feedback',
    positive_button: choice('Helpful', good),
    negative_button: choice('Not helpful', bad),
  };
  return { type: 'context_actions', elements: [element] };
}
