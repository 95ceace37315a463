import type * as types from '@slack/types';
import { type Field, type Form, visible } from '../../message.ts';
import type { Place } from '../../platform.ts';
import { clip } from '../../words.ts';
import { LIMITS } from './limits.ts';

/** What a modal remembers, since Slack tells nothing of the button that opened it. */
export interface Origin {
  form: string;
  values: Record<string, string>;
  place: Place;
  /** The button stands in the Home tab. */
  atHome?: boolean;
  /** The press of the button. */
  trigger: string;
}

export type ViewValues = Record<
  string,
  Record<
    string,
    {
      value?: string | null;
      selected_option?: { value: string } | null;
      selected_options?: { value: string }[];
    }
  >
>;

/** The callback id of all our modals; which form it is stands in the origin. */
export const CALLBACK = 'form';
const ACTION = 'value';

/** The modal of a form. Values of the origin come before those of the fields. */
export function viewOf(form: Form, origin: Origin): types.ModalView {
  return {
    type: 'modal',
    callback_id: CALLBACK,
    private_metadata: metadata(origin),
    title: words(form.title, LIMITS.viewTitle),
    submit: words(form.submit, LIMITS.viewButton),
    close: words('Cancel', LIMITS.viewButton),
    blocks: form.fields.map((field) => input(field, origin.values[field.name] ?? field.value ?? '')),
  };
}

/** The values stand in the fields as well, so they can be left out here. */
function metadata(origin: Origin): string {
  const whole = JSON.stringify(origin);
  return whole.length <= LIMITS.privateMetadata ? whole : JSON.stringify({ ...origin, values: {} });
}

export function originOf(view: { private_metadata: string }): Origin {
  return JSON.parse(view.private_metadata) as Origin;
}

/** What was filled in, by the fields' names; several choices parted by spaces. */
export function valuesOf(state: ViewValues): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, actions] of Object.entries(state)) {
    const { value, selected_option: one, selected_options: many } = actions[ACTION] ?? {};
    values[name] = value ?? one?.value ?? many?.map((option) => option.value).join(' ') ?? '';
  }
  return values;
}

function input(field: Field, value: string): types.InputBlock {
  return {
    type: 'input',
    block_id: field.name,
    optional: true,
    label: words(field.label, LIMITS.inputLabel),
    ...(field.hint ? { hint: words(field.hint, LIMITS.inputHint) } : {}),
    element: field.input.type === 'text' ? textInput(field.input, value) : choice(field.input, value),
  };
}

function textInput({ placeholder }: { placeholder?: string }, value: string): types.PlainTextInput {
  return {
    type: 'plain_text_input',
    action_id: ACTION,
    ...(placeholder ? { placeholder: words(placeholder, LIMITS.placeholder) } : {}),
    ...(value ? { initial_value: clip(value, LIMITS.inputText) } : {}),
  };
}

function choice({ many, choices }: { many: boolean; choices: string[] }, value: string) {
  const options = choices.filter((name) => name.length <= LIMITS.optionValue).map(option);
  const chosen = options.filter((one) => (many ? value.split(/\s+/) : [value]).includes(one.value));
  const select = { action_id: ACTION, ...offered(options) };
  if (many) {
    return {
      type: 'multi_static_select' as const,
      ...select,
      ...(chosen.length > 0 ? { initial_options: chosen } : {}),
    };
  }
  return { type: 'static_select' as const, ...select, ...(chosen[0] ? { initial_option: chosen[0] } : {}) };
}

type Option = types.PlainTextOption & { value: string };

interface Group {
  label: types.PlainTextElement;
  options: Option[];
}

function option(name: string): Option {
  return { text: words(name, LIMITS.optionText), value: name };
}

/** More options than a menu takes go into groups, each named after its ends. */
function offered(options: Option[]): { options: Option[] } | { option_groups: Group[] } {
  if (options.length <= LIMITS.options) return { options };
  const groups: Group[] = [];
  for (let start = 0; start < options.length && groups.length < LIMITS.optionGroups; start += LIMITS.options) {
    const group = options.slice(start, start + LIMITS.options);
    const label = `${clip(group[0]?.value ?? '', 35)} – ${clip(group.at(-1)?.value ?? '', 35)}`;
    groups.push({ label: words(label, LIMITS.optionText), options: group });
  }
  return { option_groups: groups };
}

function words(text: string, max: number): types.PlainTextElement {
  return { type: 'plain_text', text: clip(visible(text), max), emoji: false };
}
