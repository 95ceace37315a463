/** A word of a text, without the punctuation around it. Offsets are those of the text. */
export interface Word {
  /** As it is judged: letters that look alike and letters that cannot be seen are made plain. */
  text: string;
  start: number;
  end: number;
  /** What stands between it and the word before; `undefined` for the first word. */
  gap: string | undefined;
  /** Stands in quotation marks of its own, or in code. */
  marked: boolean;
  code: boolean;
  /** Has letters inside that cannot be seen. */
  odd: boolean;
}

/** Letters that stand together without spaces in scripts that have none between words, or that glue words to names. */
const OTHER_SCRIPT = String.raw`(?:[ー々〆]|[\p{L}\p{M}\p{Nl}](?<![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Inherited}\p{Script=Common}]))`;
/** What parts words beside spaces. A short dash parts them unless it stands between digits. */
const BREAK = String.raw`\s—―…→⇒←↔|<>"“”„«»‹›「」『』、。，：；！？（）【】〈〉《》·・•\p{Extended_Pictographic}\ufe0f\u20e3`;
const WORDS = new RegExp(
  [
    // Addresses are one word whatever stands in them.
    String.raw`[a-z][a-z\d+.-]*:\/\/[^${BREAK}\x60]+`,
    `(?:${OTHER_SCRIPT})+`,
    String.raw`(?:(?!${OTHER_SCRIPT})(?:(?<=\d)–(?=\d)|(?<=\d)[,;+&]|[,;+&](?=\d)|[^${BREAK}–,;+&]))+`,
  ].join('|'),
  'giu',
);
const OPENING = /(?:["'“‘„«「『‹]|[«‹]\s)$/;
const CLOSING = /^(?:["'”’“»」』›]|\s[»›])/;
/** Tags that only style what stands between them. */
const TAG =
  /<\/?(?:b|i|u|s|em|strong|code|kbd|pre|del|ins|mark|small|sub|sup|span|div|p|br|li|ul|ol|td|th|tr|table)\s*\/?>/gi;

/** The words of a text. `code`: where code stands in it, each piece of which is one word. */
export function wordsOf(given: string, code: readonly { start: number; end: number }[] = []): Word[] {
  const text = given.replace(TAG, (tag) => ' '.repeat(tag.length));
  const words: Word[] = [];
  let from = 0;
  for (const piece of [...code, { start: text.length, end: text.length }]) {
    for (const { index, 0: raw } of text.slice(from, piece.start).matchAll(WORDS)) {
      // `[E1][E2]` is two words.
      let at = from + index;
      for (const part of raw.split(/(?<=[\])])(?=\[)/)) {
        add(part, at, false);
        at += part.length;
      }
    }
    if (piece.end > piece.start) add(text.slice(piece.start, piece.end), piece.start, true);
    from = piece.end;
  }
  return words;

  function add(raw: string, at: number, isCode: boolean): void {
    const inner = core(raw);
    if (!/[\p{L}\p{N}%]/u.test(inner)) return;
    const start = at + raw.indexOf(inner);
    const end = start + inner.length;
    const before = words.at(-1);
    const gap = before && text.slice(before.end, start);
    const quoted = OPENING.test(text.slice(Math.max(0, start - 2), start)) && CLOSING.test(text.slice(end, end + 2));
    const odd = /[\x21-\x7e]\p{Cf}+[\x21-\x7e]/u.test(inner);
    words.push({ text: normal(inner), start, end, gap, marked: isCode || quoted, code: isCode, odd });
  }
}

const JOINED = /^["'”’»)\]>*_~`\s]*["'“‘„«([<*_~`\s]*$/;

/** Whether nothing but spaces and marks, such as quotes, stands between a word and the one before. */
export function isJoined(word: Word | undefined): word is Word & { gap: string } {
  return word?.gap !== undefined && JOINED.test(word.gap);
}

/** The same, or a colon as well: `Namespace: shop`, `the Deployment, "cart"`. */
export function isClose(word: Word | undefined): word is Word {
  if (word?.gap === undefined) return false;
  return (
    JOINED.test(word.gap) ||
    (/^[\s"'”’»*_`]*(?:[:=→–—-]["'“‘„«「(*_`\s]*|,\s*["“‘„«「`]?)$/.test(word.gap) &&
      (word.marked || !word.gap.includes(',')))
  );
}

/** A word without the punctuation around it. */
export function core(word: string): string {
  return word.replace(/^[("'“‘’`[\]{<*_~|=#@,;]+/, '').replace(/[)"'“‘’`\]}>*_~|.,;:!?…=]+$/, '');
}

/** A text in the letters that it seems to have: full forms narrow, hyphens and digits plain, invisible letters gone. */
export function normal(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it stands for every letter of ASCII.
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}|(?<=[\x21-\x7e])\p{Mn}+/gu, '')
    .replace(/[\u2010-\u2013\u2212]/g, '-')
    .replace(/[‘’]/g, "'")
    .replace(/\p{Nd}/gu, digit);
}

/** A digit of any script as one of ours: each script has its ten in a row. */
function digit(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String(code < 128 ? letter : code - zero);
}
