import { maskBlocks } from './blocks.ts';
import { isCredential, maskLabelled } from './labels.ts';
import { maskShapes } from './shapes.ts';
import { maskTokens } from './tokens.ts';
import { MASK } from './values.ts';

export { MASK };

/**
 * Masks what looks like a credential in a text: passwords in addresses, tokens of known makes, private keys, and values
 * that are called a password or the like. Names of objects stay, and so do references such as `$(DB_PASSWORD)`. Takes
 * time in proportion to the text, and masking twice is as masking once.
 */
export function maskCredentials(text: string): string {
  if (text.length < 6) return text;
  const whole = maskTokens(maskBlocks(text));
  return whole.includes('\n') ? whole.split('\n').map(maskLine).join('\n') : maskLine(whole);
}

function maskLine(line: string): string {
  return maskLabelled(maskShapes(line));
}

/** Masks a value by the name that it goes under, such as an environment variable's. */
export function maskNamed(name: string, value: string): string {
  return value && isCredential(name, value) ? MASK : maskCredentials(value);
}

/** Words before a flag that may tell what it means, as in `docker login -u shop -p x`. */
const WORDS_BEFORE = 8;

/** Masks a command line: `--password secret` in two words as well as in one, and short flags of programs that are known. */
export function maskArguments(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const flag = /^--?([\w-]+)$/.exec(words[at - 1] ?? '')?.[1];
    if (flag && !word.startsWith('-') && isCredential(flag, word)) return MASK;
    const before = words.slice(Math.max(0, at - WORDS_BEFORE), at).join(' ');
    const masked = maskCredentials(`${before} ${word}`);
    return masked.startsWith(`${before} `) ? masked.slice(before.length + 1) : maskCredentials(word);
  });
}
