import { Cron } from 'croner';
import { firstInstantOf, instantsOf, wallOf } from './zones.ts';

/** Clocks are put back by two hours at most, and what they show twice lies within as much of the change. */
const REPEATED_MS = 2 * 3_600_000;

/**
 * The first run of a schedule after a time; `undefined` for a day that never comes, such as 31 February. What the clocks
 * skip runs at the first moment after the gap, what they show twice runs the first time. A schedule of every hour goes by
 * hours that pass, so it has 23 runs on the one day, and 25 on the other.
 */
export function nextRun(cron: string, zone: string, after: number): number | undefined {
  const pattern = patternOf(cron);
  const now = wallOf(after, zone);
  const later: number[] = [];
  const back = isChangeNear(after, zone) ? REPEATED_MS : 0;
  let wall = next(pattern, now - back);
  while (wall !== undefined) {
    later.push(...runsAt(cron, wall, zone).filter((run) => run > after));
    if (wall > now && later.length > 0) break;
    wall = next(pattern, wall);
  }
  return later.length > 0 ? Math.min(...later) : undefined;
}

/** The latest run of a schedule that was not after a time. */
export function lastRunBefore(cron: string, zone: string, at: number): number | undefined {
  const pattern = patternOf(cron);
  const now = wallOf(at, zone);
  const earlier: number[] = [];
  const ahead = isChangeNear(at, zone) ? REPEATED_MS : 0;
  let wall = previous(pattern, now + ahead + 1000);
  while (wall !== undefined) {
    earlier.push(...runsAt(cron, wall, zone).filter((run) => run <= at));
    // What is shown twice may have run later than what stands after it on the clock.
    if (wall <= now - ahead && earlier.length > 0) break;
    wall = previous(pattern, wall);
  }
  return earlier.length > 0 ? Math.max(...earlier) : undefined;
}

function runsAt(cron: string, wall: number, zone: string): number[] {
  const everyHour = cron.split(' ')[1] === '*';
  return everyHour ? instantsOf(wall, zone) : [firstInstantOf(wall, zone)];
}

function isChangeNear(at: number, zone: string): boolean {
  return wallOf(at + REPEATED_MS, zone) - wallOf(at - REPEATED_MS, zone) !== 2 * REPEATED_MS;
}

/** The schedule on a clock that is never put forward or back. */
function patternOf(cron: string): Cron {
  return new Cron(cron, { timezone: 'UTC', mode: '5-part', paused: true });
}

function next(pattern: Cron, wall: number): number | undefined {
  return pattern.nextRun(new Date(wall))?.getTime();
}

function previous(pattern: Cron, wall: number): number | undefined {
  return pattern.previousRuns(1, new Date(wall))[0]?.getTime();
}
