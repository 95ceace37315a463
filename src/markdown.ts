import { type Block, type Inline, type Message, type Step, type Text, UNVERIFIED } from './message.ts';

/** A message as Markdown, for what is text: the terminal's `--output markdown`, attached files, JSON. */
export function toMarkdown(message: Message): string {
  return message.blocks
    .map(blockToMarkdown)
    .filter((text) => text !== '')
    .join('\n\n');
}

function blockToMarkdown(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `## ${textToMarkdown(block.text)}`;
    case 'text':
    case 'note':
    case 'alert':
      return textToMarkdown(block.text);
    case 'facts':
      return block.facts.map(({ label, value }) => `- **${label}:** ${textToMarkdown(value)}`).join('\n');
    case 'list':
      return block.items
        .map(
          (item, index) => `${block.ordered ? `${(block.start ?? 1) + index}.` : '-'} ${indent(textToMarkdown(item))}`,
        )
        .join('\n');
    case 'code':
      return fence(block.text, block.language);
    case 'table':
      return [
        row(block.columns.map(({ label }) => label)),
        row(block.columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
        ...block.rows.map((cells) =>
          row(cells.map((cell) => textToMarkdown(cell).replaceAll('\n', ' ').replaceAll('|', '\\|'))),
        ),
      ].join('\n');
    case 'card':
      return [`### ${textToMarkdown(block.title)} (${block.severity})`, ...block.lines.map(textToMarkdown)].join(
        '\n\n',
      );
    case 'progress':
      return `${block.label} (${block.done} of ${block.of})`;
    case 'steps':
      return `${escapeMarkdown(block.title)}\n\n${block.steps.map(stepToMarkdown).join('\n')}`;
    case 'file':
      return `${block.title}\n\n${fence(block.content)}`;
    case 'image':
      return `*${escapeMarkdown(block.title)}:* ${escapeMarkdown(block.alt)}`;
    case 'divider':
      return '---';
    case 'actions':
    case 'feedback':
      return '';
  }
}

/** `- [x] Read the logs: 12 lines`; what has failed, or runs, says so. */
function stepToMarkdown({ label, state, result }: Step): string {
  const isTold = state === 'failed' || state === 'running';
  const words = [label, ...(isTold ? [state] : []), ...(result ? [result] : [])];
  return `- [${state === 'done' ? 'x' : ' '}] ${indent(words.map(escapeInside).join(': '))}`;
}

/** A text as Markdown; what could be markup in plain strings is escaped. */
export function textToMarkdown(text: Text): string {
  if (typeof text === 'string') return escapeMarkdown(text);
  return text.map(inlineToMarkdown).join('');
}

function inlineToMarkdown(inline: Inline): string {
  if (typeof inline === 'string') return escapeMarkdown(inline);
  if ('bold' in inline) return `**${escapeInside(inline.bold)}**`;
  if ('italic' in inline) return `*${escapeInside(inline.italic)}*`;
  if ('code' in inline) return codeSpan(inline.code);
  if ('link' in inline)
    return `[${escapeInside(inline.label).replaceAll(']', '\\]')}](<${inline.link.replace(/[<>\s]/g, encodeURIComponent)}>)`;
  if ('user' in inline) return escapeInside(`@${inline.user}`);
  if ('unverified' in inline) return `~~${escapeInside(inline.unverified)}~~ (${UNVERIFIED})`;
  return inline.time;
}

/**
 * Puts a backslash before whatever Markdown would read as markup (https://spec.commonmark.org/0.31.2/). An underscore
 * inside of a word is none, so that names such as `DB_HOST` stay as they are.
 */
function escapeMarkdown(text: string): string {
  return escapeInside(text)
    .replace(/^(\s*)([#>+=-])/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/gm, '$1\\$2');
}

/** The same for text that does not begin a line. */
function escapeInside(text: string): string {
  // Addresses become links by themselves in many dialects: `http://`, `www.`, `a@b.example`.
  const address = /:(?=\/\/)|(?<=\bwww)\.|@(?=\w)/g;
  return text.replace(/[\\`*[<~]|&(?=#?\w+;)|(?<![a-zA-Z0-9])_|_(?![a-zA-Z0-9])/g, '\\$&').replace(address, '\\$&');
}

/** Code in as many backticks as it takes (https://spec.commonmark.org/0.31.2/#code-spans). */
function codeSpan(code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return ticks + pad + code.replaceAll('\n', ' ') + pad + ticks;
}

function fence(code: string, language = ''): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${code}\n${ticks}`;
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
