/** Of a number that is no count: it says what happened. */
const TELLING = /(?:exit code|status|signal|port) $/i;

const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g;
const DURATION = /(?<![\w.-])(?:\d+(?:\.\d+)? ?(?:days?|hours?|minutes?|seconds?|min|ms|[dhms])(?![a-zA-Z]) ?)+/g;
const NUMBER = /(?<![\w.:/-])\d+(?:[.,]\d+)*%?(?![\w:/-])/g;

/**
 * A text without what changes by itself: times, durations and counts. Two texts that are the same without them say the
 * same, and to write the second would be news to nobody.
 */
export function steady(text: string): string {
  return text
    .replace(TIME, '#')
    .replace(DURATION, '# ')
    .replace(NUMBER, (number, at: number) => (TELLING.test(text.slice(0, at)) ? number : '#'))
    .replace(/\s+/g, ' ')
    .trim();
}
