import { clip, enumerate } from '../../words.ts';

const MESSAGE_MAX = 600;

/** Names for a sentence: `a, b and 3 more`. */
export function listed(names: readonly string[], max = 5): string {
  if (names.length > Math.max(max, 1)) return `${names.slice(0, max).join(', ')} and ${names.length - max} more`;
  return enumerate(names);
}

/** `1 Pod`, `3 Pods`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A message of the cluster on one line, cut where it is endless, ending as a sentence does. */
export function sentence(message: string | undefined): string {
  const line = clip((message ?? '').replace(/\s+/g, ' ').trim(), MESSAGE_MAX);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** Lines after which a runtime only tells where it happened. */
const DYING = /\b(?:panic|fatal|exception in thread|caused by|unhandled|uncaught)\b/i;
const TELLING = /error|exception|failed|failure|cannot|could not|refused|denied|not found/i;

/**
 * The part of a program's last words that tells most; whole where they are short. What stands before it is mostly the
 * log of a good start, so without any line that speaks of an error it is the end.
 */
export function tellingPart(words: string, max: number): string {
  const text = words.trim();
  if (text.length <= max) return text;
  const lines = text.split('\n').map((line) => line.trim());
  const dying = lines.findIndex((line) => DYING.test(line));
  const from = dying >= 0 ? dying : lines.findLastIndex((line) => TELLING.test(line));
  return from >= 0 ? clip(lines.slice(from).join('\n'), max) : `…${text.slice(1 - max)}`;
}
