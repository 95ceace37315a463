import { type Field, type Form, visible } from '../../message.ts';
import type { Place } from '../../platform.ts';
import { isRecord } from '../../shape.ts';
import { clip } from '../../words.ts';
import { LIMITS } from './limits.ts';
import { linesOf } from './markdown.ts';

/** What a form remembers of the button that opened it. */
export interface Origin {
  form: string;
  values: Record<string, string>;
  place: Place;
  /** Who alone may send it. */
  user: string;
  /** The press of the button. */
  trigger: string;
  /** When it was opened, milliseconds since 1970. */
  at: number;
}

/** From this version on a dialog takes several of its choices: https://docs.mattermost.com/developers/integrate/plugins/interactive-dialogs */
export const MULTISELECT_SINCE = 11;

interface DialogOptions {
  /** `state`: the origin, signed. */
  state: string;
  values: Record<string, string>;
  /** The server's major version. */
  version: number;
}

/** The dialog of a form. Values of the origin come before those of the fields. */
export function dialogOf(form: Form, { state, values, version }: DialogOptions): object {
  const takesMany = version >= MULTISELECT_SINCE;
  const listed = takesMany ? [] : form.fields.flatMap(choicesLine);
  return {
    callback_id: form.name,
    title: clipped(form.title, LIMITS.dialogTitle),
    submit_label: clipped(form.submit, LIMITS.dialogTitle),
    ...(listed.length > 0 && { introduction_text: listed.join('\n') }),
    notify_on_cancel: false,
    state,
    elements: form.fields.map((field) => elementOf(field, values[field.name] ?? field.value ?? '', takesMany)),
  };
}

/** What a field takes, where a person must type it. */
function choicesLine({ label, input }: Field): string[] {
  if (input.type !== 'choice' || !input.many) return [];
  const codes = input.choices.flatMap((choice, index) => [...(index > 0 ? [' '] : []), { code: choice }]);
  return linesOf([{ bold: label }, ': ', ...codes], () => undefined);
}

function elementOf(field: Field, value: string, takesMany: boolean): object {
  const { name, label, hint, input } = field;
  const element = {
    name: clip(name, LIMITS.dialogName),
    display_name: clipped(label, LIMITS.dialogLabel),
    optional: true,
    ...(hint && { help_text: clipped(hint, LIMITS.dialogHelp) }),
  };
  if (input.type === 'choice' && (!input.many || takesMany)) {
    const chosen = value.split(/\s+/).filter((word) => input.choices.includes(word));
    return {
      ...element,
      type: 'select',
      ...(input.many && { multiselect: true }),
      options: input.choices.map((choice) => ({ text: visible(choice), value: choice })),
      ...(chosen.length > 0 && { default: input.many ? chosen.join(',') : value }),
    };
  }
  const placeholder = input.type === 'text' ? input.placeholder : input.choices.slice(0, 2).join(' ');
  const isLong = value.length > LIMITS.dialogText;
  const most = isLong ? LIMITS.dialogTextarea : LIMITS.dialogText;
  return {
    ...element,
    type: isLong ? 'textarea' : 'text',
    max_length: most,
    ...(placeholder && { placeholder: clipped(placeholder, LIMITS.dialogPlaceholder) }),
    ...(value && { default: clipped(value, most) }),
  };
}

/** Mattermost counts these in bytes. */
function clipped(text: string, bytes: number): string {
  let most = bytes;
  while (Buffer.byteLength(clip(visible(text), most)) > bytes) most--;
  return clip(visible(text), most);
}

/** What was filled in, by the fields' names; several choices parted by spaces. */
export function valuesOf(submission: unknown): Record<string, string> {
  if (!isRecord(submission)) return {};
  return Object.fromEntries(
    Object.entries(submission).map(([name, value]) => {
      const words = Array.isArray(value) ? value : [value ?? ''];
      return [name, words.map(String).join(' ')];
    }),
  );
}
