export interface RateLimit {
  perSecond: number;
  /** So many more may come at once. */
  burst: number;
}

export interface Limited {
  refused: boolean;
  headers: Record<string, string>;
}

/** The server's limit by token (app/ratelimit.go): GCRA, of which each request tells what is left. */
export function createLimiter({ perSecond, burst }: RateLimit, now: () => number): (key: string) => Limited {
  const gap = 1000 / perSecond;
  const due = new Map<string, number>();
  return (key) => {
    const at = now();
    const next = Math.max(due.get(key) ?? at, at) + gap;
    const early = next - (burst + 1) * gap - at;
    const refused = early > 0;
    if (!refused) due.set(key, next);
    const owed = (due.get(key) ?? at) - at;
    return {
      refused,
      headers: {
        'x-ratelimit-limit': String(burst + 1),
        'x-ratelimit-remaining': String(Math.max(0, Math.floor(burst + 1 - owed / gap))),
        'x-ratelimit-reset': String(Math.ceil(owed / 1000)),
        ...(refused ? { 'retry-after': String(Math.ceil(early / 1000)) } : {}),
      },
    };
  };
}
