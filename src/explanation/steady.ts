/** As analyzers word durations: `24 min`, `2 min 50 s`, `3 d 2 h`. */
const WORDED = String.raw`\d+ (?:s|min|h|d)\b(?: \d+ (?:s|min|h|d)\b)?`;
/** As Kubernetes and kubectl do: `5m30s`. */
const GLUED = String.raw`(?:\d+(?:\.\d+)?(?:ms|[dhms])){1,4}\b`;
const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d+)?`;
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';

/** What changes by itself from scan to scan, and what stands for it. Limits, ports, codes and timeouts are told otherwise. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  // `2026-09-16T09:15:20.000000Z`, `2026/09/16 09:15:20,123`
  [
    new RegExp(
      String.raw`(?<![\w-])\d{4}[-/]\d\d[-/]\d\d[T ]${CLOCK}(?:Z|(?: UTC)|(?: ?[+-]\d\d:?\d\d)(?!\d))?(?: m=\+[\d.]+)?`,
      'g',
    ),
    'a time',
  ],
  // `16/Sep/2026:09:15:20 +0000`, `Sep 16 09:15:20`, and klog's `E0916 09:15:20.123456 1`
  [new RegExp(String.raw`\b\d\d/${MONTH}/\d{4}:${CLOCK}(?: [+-]\d{4})?`, 'g'), 'a time'],
  [new RegExp(String.raw`\b${MONTH} [ \d]\d ${CLOCK}`, 'g'), 'a time'],
  [new RegExp(String.raw`\b(?<level>[IWEF])\d{4} ${CLOCK}\s+\d+`, 'g'), '$<level> a time'],
  [new RegExp(String.raw`(?<![\w:.-])${CLOCK}(?![\w:-])`, 'g'), 'a time'],
  // Seconds or milliseconds since 1970; without its name it could be a number of bytes.
  [/(?<=\b(?:ts|time|timestamp)"?[=:] ?"?)1\d{9}(?:\d{3}|\.\d+)?\b/g, 'a time'],
  // `b92b1f4e-a949-4fac-a46e-99017973656b`
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, 'an id'],
  [new RegExp(String.raw`(?:\b(?:over|about) )?\b(?:${WORDED}|${GLUED}) ago\b`, 'g'), 'a while ago'],
  [new RegExp(String.raw`\b(for|waited|in) ${WORDED}`, 'g'), '$1 a while'],
  [new RegExp(String.raw`\b${WORDED}(?= (?:old|after it was))`, 'g'), 'a while'],
  // `31 restarts so far`, and the field itself.
  [/\b\d+ restarts?\b/g, 'several restarts'],
  [/\brestartCount: \d+/g, 'restartCount: several'],
  [/\b\d+ times\b/g, 'many times'],
  [/ ?\(x\d+ over [^)]*\)/g, ''],
  [new RegExp(String.raw`\bback-off ${GLUED} restarting\b`, 'g'), 'back-off restarting'],
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
