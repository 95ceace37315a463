import { boolean, byType, type Check, list, matching, number, object, oneOf, problemsOf, string } from './schema.ts';

/**
 * Slack's rules for blocks, from https://docs.slack.dev/reference/block-kit. The numbers stand here once more, apart
 * from those of the platform, so that a wrong one there is found.
 */
const plainText = (max: number) => object({ type: oneOf('plain_text'), text: string(1, max) }, { emoji: boolean });
const mrkdwn = (max: number) => object({ type: oneOf('mrkdwn'), text: string(1, max) }, { verbatim: boolean });
const url = (max = 3000): Check => matching(new RegExp(`^(https?://|mailto:)\\S{1,${max}}$`), 'a URL');
const words =
  (max: number): Check =>
  (value, at, fail) => {
    const type = (value as { type?: unknown } | null)?.type;
    (type === 'mrkdwn' ? mrkdwn(max) : plainText(max))(value, at, fail);
  };

const actionId = { action_id: string(1, 255) };
const confirm = object(
  { title: plainText(100), text: words(300), confirm: plainText(30), deny: plainText(30) },
  { style: oneOf('primary', 'danger') },
);
const option = object({ text: words(75), value: string(1, 150) }, { description: plainText(75) });
const options = {
  options: list(option, 1, 100),
  option_groups: list(object({ label: plainText(75), options: list(option, 1, 100) }), 1, 100),
};
const select = { ...actionId, ...options, placeholder: plainText(150), focus_on_load: boolean };
const feedbackChoice = object({ text: plainText(75), value: string(1, 2000) }, { accessibility_label: string(1, 75) });

const button = {
  required: { text: plainText(75) },
  optional: {
    ...actionId,
    value: string(1, 2000),
    url: url(),
    style: oneOf('primary', 'danger'),
    confirm,
    accessibility_label: string(1, 75),
  },
};

const element = byType({
  button,
  static_select: { required: {}, optional: { ...select, initial_option: option } },
  multi_static_select: { required: {}, optional: { ...select, initial_options: list(option, 1, 100) } },
  plain_text_input: {
    required: {},
    optional: { ...actionId, initial_value: string(0, 3000), multiline: boolean, placeholder: plainText(150) },
  },
});

const style = { style: object({}, { bold: boolean, italic: boolean, strike: boolean, code: boolean }) };
const inline = byType({
  text: { required: { text: string(1, 12_000) }, optional: style },
  link: { required: { url: url() }, optional: { text: string(1, 3000), unsafe: boolean, ...style } },
  user: { required: { user_id: matching(/^[UW]\w+$/, 'a user id') }, optional: style },
  channel: { required: { channel_id: matching(/^C\w+$/, 'a channel id') }, optional: style },
  broadcast: { required: { range: oneOf('here', 'channel', 'everyone') }, optional: style },
  emoji: { required: { name: string(1, 100) }, optional: { unicode: string(1, 100), ...style } },
  date: {
    required: { timestamp: number(0), format: matching(/\{(date|time|ago|day)\w*\}/, 'a format with a token') },
    optional: { fallback: string(1, 1000), url: url(), ...style },
  },
});
const borders = { border: oneOf(0, 1) };
const section = object({ type: oneOf('rich_text_section'), elements: list(inline, 1, 1000) });
const richText = {
  elements: list(
    byType({
      rich_text_section: { required: { elements: list(inline, 1, 1000) } },
      rich_text_quote: { required: { elements: list(inline, 1, 1000) }, optional: borders },
      rich_text_preformatted: { required: { elements: list(inline, 1, 1000) }, optional: borders },
      rich_text_list: {
        required: { style: oneOf('bullet', 'ordered'), elements: list(section, 1, 1000) },
        optional: { indent: number(0, 8), offset: number(0), ...borders },
      },
    }),
    1,
    1000,
  ),
};

const cells = {
  raw_text: { required: { text: string(1, 10_000) } },
  raw_number: { required: { value: number(Number.MIN_SAFE_INTEGER, undefined, false), text: string(1, 100) } },
};
const cell = byType({ raw_text: cells.raw_text, rich_text: { required: richText } });
const dataCell = byType({ ...cells, rich_text: { required: richText } });
const column = object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean });

const block_id = string(1, 255);
/** A task stands by itself, or in a plan, without a type there. */
const rich = byType({ rich_text: { required: richText, optional: { block_id } } });
const task = {
  required: { task_id: string(1, 255), title: string(1, 256) },
  optional: {
    block_id,
    details: rich,
    output: rich,
    sources: list(byType({ url: { required: { url: url(), text: string(1, 3000) } } }), 0, 50),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
};
const common = {
  header: { required: { text: plainText(150) }, optional: { block_id } },
  section: {
    required: {},
    optional: { block_id, text: words(3000), fields: list(words(2000), 1, 10), accessory: element, expand: boolean },
  },
  context: { required: { elements: list(words(3000), 1, 10) }, optional: { block_id } },
  divider: { required: {}, optional: { block_id } },
  actions: { required: { elements: list(element, 1, 25) }, optional: { block_id } },
  rich_text: { required: richText, optional: { block_id } },
  card: {
    required: {},
    optional: {
      block_id,
      title: words(150),
      subtitle: words(150),
      body: words(200),
      actions: list(byType({ button }), 1, 3),
    },
  },
};
const image = {
  required: { alt_text: string(1, 2000) },
  optional: {
    block_id,
    title: plainText(2000),
    image_url: url(),
    slack_file: object({}, { id: matching(/^F[A-Z0-9]{8,}$/, 'a file id'), url: url() }),
  },
};
const inMessages = byType({
  ...common,
  image,
  markdown: { required: { text: string(1, 12_000) }, optional: { block_id } },
  table: {
    required: { rows: list(list(cell, 1, 20), 1, 100) },
    optional: { block_id, column_settings: list(column, 0, 20) },
  },
  data_table: {
    required: { caption: string(1, 3000), rows: list(list(dataCell, 1, 20), 2, 101) },
    optional: { block_id, page_size: number(1, 100), row_header_column_index: number(0, 19) },
  },
  task_card: task,
  plan: {
    required: { title: string(1, 256) },
    optional: { block_id, tasks: list(object(task.required, { ...task.optional, type: oneOf('task_card') }), 0, 50) },
  },
  context_actions: {
    required: {
      elements: list(
        byType({
          feedback_buttons: {
            required: { positive_button: feedbackChoice, negative_button: feedbackChoice },
            optional: actionId,
          },
        }),
        1,
        5,
      ),
    },
    optional: { block_id },
  },
});
const inHome = byType({ ...common, image });
const inModals = byType({
  ...common,
  alert: { required: { text: words(200) }, optional: { block_id, level: string(1, 10) } },
  input: {
    required: { label: plainText(2000), element },
    optional: { block_id, hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  },
});
const modal = object(
  { type: oneOf('modal'), title: plainText(24), blocks: list(inModals, 1, 100) },
  {
    callback_id: string(0, 255),
    private_metadata: string(0, 3000),
    submit: plainText(24),
    close: plainText(24),
    clear_on_close: boolean,
    notify_on_close: boolean,
    external_id: string(1, 255),
  },
);

/** https://docs.slack.dev/reference/views/home-tab-views */
const home = object(
  { type: oneOf('home'), blocks: list(inHome, 1, 100) },
  { callback_id: string(0, 255), private_metadata: string(0, 3000), external_id: string(1, 255) },
);

export interface Refusal {
  error: 'invalid_blocks' | 'msg_blocks_too_long';
  messages: string[];
}

type Cell = { type: string; text?: string };
type AnyBlock = {
  type: string;
  tasks?: { task_id: string }[];
  text?: unknown;
  rows?: Cell[][];
  elements?: { action_id?: string }[];
  block_id?: string;
  slack_file?: object;
  image_url?: string;
};

/** What Slack would refuse the blocks of a message for. */
export function refusalOf(blocks: unknown): Refusal | undefined {
  const messages = problemsOf(list(inMessages, 0, 50), blocks, '/blocks');
  if (messages.length === 0) messages.push(...together(blocks as AnyBlock[]));
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  const bytes = sizeOf(blocks as AnyBlock[]);
  if (bytes > 13_200) return { error: 'msg_blocks_too_long', messages: [`${bytes} bytes`] };
  return undefined;
}

export function problemsOfView(view: unknown): string[] {
  const problems = problemsOf(modal, view, '/view');
  return problems.length > 0 ? problems : repeated((view as { blocks: AnyBlock[] }).blocks, '/view/blocks');
}

export function problemsOfHome(view: unknown): string[] {
  const problems = problemsOf(home, view, '/view');
  return problems.length > 0 ? problems : repeated((view as { blocks: AnyBlock[] }).blocks, '/view/blocks');
}

function together(blocks: AnyBlock[]): string[] {
  const tables = blocks.filter(({ rows: some }) => some);
  const problems = repeated(blocks, '/blocks');
  if (tables.length > 1) problems.push('[ERROR] only_one_table_allowed [json-pointer:/blocks]');
  for (const { type, rows: some = [] } of tables) {
    const letters = some.flat().reduce((sum, one) => sum + textLength(one), 0);
    if (letters > 10_000) problems.push(`[ERROR] ${letters} characters in a table [json-pointer:/blocks]`);
    if (type !== 'data_table') continue;
    if (some.some((row) => row.length !== some[0]?.length))
      problems.push('[ERROR] rows of one length [json-pointer:/blocks]');
    if (some[0]?.some((one) => one.type === 'rich_text'))
      problems.push('[ERROR] no rich_text in a header [json-pointer:/blocks]');
  }
  for (const { type, slack_file: file, image_url: address } of blocks) {
    if (type !== 'image') continue;
    const sources = [address, ...Object.values(file ?? {})].filter((source) => source !== undefined);
    if (sources.length !== 1) problems.push('[ERROR] one of image_url and slack_file [json-pointer:/blocks]');
  }
  const markdown = blocks
    .filter(({ type }) => type === 'markdown')
    .reduce((sum, one) => sum + String(one.text).length, 0);
  if (markdown > 12_000) problems.push('[ERROR] more than 12,000 characters of markdown [json-pointer:/blocks]');
  return problems;
}

function repeated(blocks: AnyBlock[], at: string): string[] {
  const ids = blocks.flatMap(({ block_id: id }) => (id ? [id] : []));
  const problems = ids.length > new Set(ids).size ? [`[ERROR] block_id is not unique [json-pointer:${at}]`] : [];
  for (const { tasks = [] } of blocks) {
    if (tasks.length > new Set(tasks.map((one) => one.task_id)).size)
      problems.push(`[ERROR] task_id is not unique [json-pointer:${at}]`);
  }
  for (const { elements = [] } of blocks) {
    const actions = elements.flatMap((one) => (one.action_id ? [one.action_id] : []));
    if (actions.length > new Set(actions).size) problems.push(`[ERROR] action_id is not unique [json-pointer:${at}]`);
  }
  return problems;
}

/** The length of all blocks as JSON; of a table its letters alone. */
function sizeOf(blocks: AnyBlock[]): number {
  return blocks.reduce(
    (sum, block) => sum + (block.rows ? textLength(block) : Buffer.byteLength(JSON.stringify(block)) + 20),
    0,
  );
}

function textLength(thing: unknown): number {
  if (Array.isArray(thing)) return thing.reduce((sum: number, one) => sum + textLength(one), 0);
  if (typeof thing !== 'object' || thing === null) return 0;
  return Object.entries(thing).reduce(
    (sum, [name, value]) => sum + (name === 'text' && typeof value === 'string' ? value.length : textLength(value)),
    0,
  );
}
