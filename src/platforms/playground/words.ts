/** What a person typed means to the bot. */
export type Meaning =
  | { kind: 'command'; text: string }
  /** Talk with the bot's name in it. */
  | { kind: 'mention'; text: string }
  /** A slash command of some other app. */
  | { kind: 'stranger'; name: string }
  | { kind: 'talk'; text: string };

const OURS = /^\/k8sgpt(?=\s|$)/i;
// A path such as /etc/hosts is talk.
const OTHERS = /^\/[a-z][\w-]*(?=\s|$)/i;
const MENTION = /(?<![\w@/.])@k8sgpt(?![\w-])[,:]?/gi;

/** Understands a message as typed; `text` is without the command's and the bot's name. */
export function meaningOf(typed: string): Meaning {
  const text = typed.trim();
  if (OURS.test(text)) return { kind: 'command', text: text.replace(OURS, '').trim() };
  const other = OTHERS.exec(text);
  if (other) return { kind: 'stranger', name: other[0] };
  const without = text.replace(MENTION, ' ');
  if (without !== text) return { kind: 'mention', text: without.replace(/[ \t]+/g, ' ').trim() };
  return { kind: 'talk', text };
}
