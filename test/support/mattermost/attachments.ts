import { isDeepStrictEqual } from 'node:util';
import { newId } from './ids.ts';
import { type Json, kindOf } from './json.ts';

export interface Action {
  id: string;
  type?: string;
  name?: string;
  disabled?: boolean;
  style?: string;
  data_source?: string;
  options?: { text: string; value: string }[];
  default_option?: string;
  integration?: { url?: string; context?: Json };
  cookie?: string;
}

export interface Attachment {
  fallback: string;
  color: string;
  pretext: string;
  author_name: string;
  title: string;
  title_link: string;
  text: string;
  fields: { title: string; value: unknown; short: boolean }[] | null;
  image_url: string;
  footer: string;
  actions?: Action[];
  [member: string]: unknown;
}

const WORDS = [
  'fallback',
  'color',
  'pretext',
  'author_name',
  'author_link',
  'author_icon',
  'title',
  'title_link',
  'text',
  'image_url',
  'thumb_url',
  'footer',
  'footer_icon',
];
const ACTION_WORDS = ['id', 'type', 'name', 'style', 'data_source', 'default_option', 'cookie'];

/**
 * `props.attachments` as the server keeps them (model/slack_attachment.go): each as its struct has it, an id given to
 * each action without one. An attachment with a member of a wrong type is left out without a word.
 */
export function attachmentsOf(prop: unknown): Attachment[] {
  if (!Array.isArray(prop)) return [];
  return prop.flatMap((one) => {
    try {
      return [attachmentOf(one)];
    } catch (error) {
      if (error instanceof WrongType) return [];
      throw error;
    }
  });
}

class WrongType extends Error {}

function attachmentOf(from: unknown): Attachment {
  const given = typed(from, 'object') as Json;
  const words = Object.fromEntries(WORDS.map((word) => [word, typed(given[word] ?? '', 'string')]));
  const fields = given.fields ? (typed(given.fields, 'array') as unknown[]).filter((one) => one !== null) : null;
  const actions = (typed(given.actions ?? [], 'array') as unknown[]).filter((one) => one !== null).map(actionOf);
  return {
    id: typed(given.id ?? 0, 'number'),
    ...(words as unknown as Attachment),
    fields: fields?.map(fieldOf) ?? null,
    ts: given.ts ?? null,
    ...(actions.length > 0 ? { actions } : {}),
  };
}

function fieldOf(from: unknown): { title: string; value: unknown; short: boolean } {
  const { title = '', value = null, short = false } = typed(from, 'object') as Json;
  // Slack takes `"true"` too (SlackCompatibleBool).
  return { title: typed(title, 'string') as string, value, short: short === true || short === 'true' };
}

function actionOf(from: unknown): Action {
  const given = typed(from, 'object') as Json;
  const action: Json = {};
  for (const word of ACTION_WORDS) if (given[word]) action[word] = typed(given[word], 'string');
  if (given.disabled) action.disabled = typed(given.disabled, 'boolean');
  if (given.options) action.options = typed(given.options, 'array');
  if (given.integration) {
    const { url, context } = typed(given.integration, 'object') as Json;
    action.integration = {
      ...(url ? { url: typed(url, 'string') } : {}),
      ...(context ? { context: typed(context, 'object') } : {}),
    };
  }
  return { ...action, id: (action.id as string | undefined) ?? newId() };
}

function typed(value: unknown, kind: string): unknown {
  if (kindOf(value) !== kind) throw new WrongType();
  return value;
}

/** What a client gets: what an action sends to its integration is kept from it. */
export function withoutIntegrations(attachments: Attachment[]): Attachment[] {
  return attachments.map((attachment) => {
    if (!attachment.actions) return attachment;
    return { ...attachment, actions: attachment.actions.map(({ integration: _, ...action }) => action) };
  });
}

export function findAction(attachments: Attachment[], id: string): Action | undefined {
  return attachments.flatMap(({ actions = [] }) => actions).find((action) => action.id === id);
}

/** Whether a post counts as edited by its attachments (`SlackAttachment.Equals` looks at no style). */
export function sameAttachments(one: Attachment[], other: Attachment[]): boolean {
  const looked = (attachments: Attachment[]) =>
    attachments.map((attachment) => ({
      ...attachment,
      actions: attachment.actions?.map(({ style: _, disabled: __, ...action }) => action),
    }));
  return isDeepStrictEqual(looked(one), looked(other));
}
