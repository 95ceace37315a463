import { UserError } from '../errors.ts';
import { looksLikeCron, parseCron } from './cron-fields.ts';
import { parseWords } from './plain-words.ts';

export { describeWhen } from './describe.ts';
export { durationOf, durationText } from './durations.ts';
export { momentOf } from './moments.ts';
export { quietHoursOf, quietUntil } from './quiet-hours.ts';
export { lastRunBefore, nextRun } from './runs.ts';
export { clockTime, dayAndTime, ownZone, zoneOf } from './zones.ts';

/**
 * Five fields of cron, a descriptor such as `@daily`, or plain words such as `every weekday at 9`, as five fields of
 * cron. Throws `UserError` that names the field or the word at fault and the cure.
 */
export function parseWhen(text: string): string {
  const given = text.trim();
  if (given === '') throw new UserError('Say when: "every weekday at 9", or five fields of cron such as 0 9 * * 1-5.');
  return looksLikeCron(given) ? parseCron(given) : parseWords(given);
}
