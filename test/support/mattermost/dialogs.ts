import type { Json } from './json.ts';

/** `Dialog.IsValid` of server 11, server/public/model/integration_action.go; lengths are of bytes. */
const TITLE = 24;
const DISPLAY_NAME = 24;
const NAME = 300;
const HELP_TEXT = 150;
const LENGTHS: Record<string, number> = { text: 150, textarea: 3000, select: 3000, bool: 150, radio: Number.MAX_VALUE };
const SUBTYPES = ['', 'text', 'email', 'number', 'tel', 'url', 'password'];

/**
 * What is wrong with a dialog. Server 6.7 shows any, and 11 only logs what its own rules refuse; neither shows it well.
 * Here such a dialog is refused. The members are those of 6.7, and from 11 on `multiselect`; any other is refused too.
 */
export function problemsOf(dialog: unknown, version: string): string[] {
  const problems: string[] = [];
  const { title = '', icon_url = '', elements, ...rest } = (dialog ?? {}) as Json;
  refuseUnknown(problems, rest, DIALOG);
  if (title === '' || bytes(title) > TITLE) problems.push(`invalid dialog title "${title}"`);
  if (icon_url !== '' && !/^https?:\/\/\S+$/.test(String(icon_url))) problems.push('invalid icon url');
  const names = new Set<unknown>();
  for (const element of (elements ?? []) as Json[]) {
    if (names.has(element.name)) problems.push(`duplicate dialog element "${element.name}"`);
    names.add(element.name);
    problems.push(...problemsOfElement(element, version).map((one) => `"${element.name}" field is not valid: ${one}`));
  }
  return problems;
}

const DIALOG = ['callback_id', 'introduction_text', 'submit_label', 'notify_on_cancel', 'state'];
const ELEMENT = [
  'display_name',
  'name',
  'type',
  'subtype',
  'default',
  'placeholder',
  'help_text',
  'optional',
  'min_length',
  'max_length',
  'data_source',
  'options',
];

function problemsOfElement(element: Json, version: string): string[] {
  const problems: string[] = [];
  const takesMany = Number.parseInt(version, 10) >= 11;
  refuseUnknown(problems, element, takesMany ? [...ELEMENT, 'multiselect'] : ELEMENT);
  const { type, subtype = '', data_source = '', default: chosen = '' } = element;
  const { min_length: least = 0, max_length: most = 0 } = element as { min_length?: number; max_length?: number };
  if (least < 0) problems.push('min length cannot be a negative number');
  if (least > most) problems.push('min length should be less then max length');
  const longest = (member: string, max: number, needed = false) => {
    const text = element[member] ?? '';
    if (typeof text !== 'string') problems.push(`${member} must be a string`);
    else if (needed && text === '') problems.push(`${member} cannot be empty`);
    else if (bytes(text) > max) problems.push(`${member} cannot be longer than ${max} characters, got ${bytes(text)}`);
  };
  longest('display_name', DISPLAY_NAME, true);
  longest('name', NAME, true);
  longest('help_text', HELP_TEXT);
  const most_of_type = LENGTHS[String(type)];
  if (most_of_type === undefined) return [...problems, `invalid element type: "${type}"`];
  if (type !== 'bool') longest('default', most_of_type);
  longest('placeholder', most_of_type);
  const isText = type === 'text' || type === 'textarea';
  if (isText && !SUBTYPES.includes(String(subtype))) problems.push(`invalid subtype "${subtype}"`);
  if (type === 'bool' && !['', 'true', 'false'].includes(String(chosen))) problems.push('invalid default of bool');
  if (type === 'select' && !['', 'users', 'channels'].includes(String(data_source))) {
    problems.push(`invalid data source "${data_source}"`);
  }
  if ((type === 'select' && data_source === '') || type === 'radio') {
    const options = (element.options ?? []) as { text?: unknown; value?: unknown }[];
    const all = element.multiselect === true ? String(chosen).split(',') : [chosen];
    if (chosen !== '' && !all.every((one) => options.some(({ value }) => value === one))) {
      problems.push(`default value "${chosen}" doesn't exist in options`);
    }
    if (!options.every(({ text, value }) => typeof text === 'string' && typeof value === 'string')) {
      problems.push('an option must have a text and a value');
    }
  }
  return problems;
}

function refuseUnknown(problems: string[], given: Json, known: string[]): void {
  for (const member of Object.keys(given)) if (!known.includes(member)) problems.push(`unknown member ${member}`);
}

function bytes(text: unknown): number {
  return Buffer.byteLength(String(text));
}
