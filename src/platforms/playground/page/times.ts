// British dates name the month in letters, so that no reader takes it for the day.
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

/** `10:41` */
export function clockTime(at: string): string {
  return format(clock, at);
}

/** `23 Nov 2026, 10:41` */
export function fullTime(at: string): string {
  return format(full, at);
}

/** `Today`, or `Monday 23 November` */
export function dayOf(at: string, now = new Date()): string {
  return new Date(at).toDateString() === now.toDateString() ? 'Today' : format(day, at);
}

function format(by: Intl.DateTimeFormat, at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : by.format(date);
}
