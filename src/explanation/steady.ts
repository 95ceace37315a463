const UNIT = '(?:ms|s|min|minutes?|h|hours?|d|days?|seconds?)';
const CHANGING: readonly (readonly [RegExp, string])[] = [
  // `2026-09-16T09:15:20.000000Z`
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, 'a time'],
  // `2 min 50 s ago`, `for 24 min`, `5m30s ago`
  [new RegExp(`\\b(?:for|since|about|over)? ?(?:\\d+ ?${UNIT}\\b ?){1,2} ago`, 'g'), 'a while ago'],
  [new RegExp(`\\bfor (?:\\d+ ${UNIT}\\b ?){1,2}`, 'g'), 'for a while '],
  [/\b(?:\d+[dhms]){1,3} ago\b/g, 'a while ago'],
  [/\b\d+ restarts?\b/g, 'several restarts'],
  [/\b\d+ times\b/g, 'many times'],
  [/\(x\d+ over [^)]*\)/g, ''],
  [/\bback-off [\dhms]+ restarting\b/g, 'back-off restarting'],
];

/**
 * A text without what changes by itself from scan to scan: ages, times, and counts of restarts. A model that never sees
 * them cannot quote them, and the same problem is asked about once, however often it is found.
 */
export function steady(text: string): string {
  let still = text;
  for (const [pattern, replacement] of CHANGING) still = still.replace(pattern, replacement);
  return still;
}
