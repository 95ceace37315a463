import { type Account, BUDGETS, type Budget, type BudgetName, type Metering } from '../metering.ts';
import type { Store } from '../store.ts';

const DAY_MS = 24 * 3_600_000;
/** A day's counts are kept a little longer, for those who look on the morning after. */
const DAY_TTL_MS = 2 * DAY_MS;
const THREAD_TTL_MS = 30 * DAY_MS;
/** Costs are counted in whole numbers, since sums of fractions drift. */
const MICRO = 1_000_000;

export function createMetering(
  store: Store,
  budgets: Partial<Record<BudgetName, Budget>>,
  clock: () => number = Date.now,
): Metering {
  function keyOf(name: BudgetName, { channel, thread }: Account): string | undefined {
    const today = new Date(clock()).toISOString().slice(0, 10);
    if (name === 'day') return `usage:v1:day:${today}`;
    if (name === 'channel') return `usage:v1:channel:${channel}:${today}`;
    return thread === undefined ? undefined : `usage:v1:thread:${channel}:${thread}`;
  }

  async function read(key: string, what: string): Promise<number> {
    return Number((await store.get(`${key}:${what}`)) ?? 0);
  }

  async function isSpent(name: BudgetName, budget: Budget, account: Account): Promise<string | undefined> {
    const key = keyOf(name, account);
    if (!key) return undefined;
    const place = { thread: 'this thread', channel: 'this channel today', day: 'today' }[name];
    const again = name === 'thread' ? 'Begin a new thread' : 'It begins anew at 00:00 UTC';
    if (budget.tokens !== undefined && (await read(key, 'tokens')) >= budget.tokens) {
      return `The budget of ${budget.tokens.toLocaleString('en')} tokens for ${place} is used up. ${again}, or raise it in the settings.`;
    }
    if (budget.dollars !== undefined && (await read(key, 'cost')) >= budget.dollars * MICRO) {
      return `The budget of $${budget.dollars} for ${place} is used up. ${again}, or raise it in the settings.`;
    }
    return undefined;
  }

  return {
    budgets,
    async exhausted(account) {
      for (const name of BUDGETS) {
        const budget = budgets[name];
        const reason = budget && (await isSpent(name, budget, account));
        if (reason) return reason;
      }
      return undefined;
    },

    async note(account, { price }, { input, output }) {
      const cost = price ? Math.round(input * price.input + output * price.output) : 0;
      await Promise.all(
        BUDGETS.flatMap((name) => {
          const key = keyOf(name, account);
          if (!key) return [];
          const ttl = name === 'thread' ? THREAD_TTL_MS : DAY_TTL_MS;
          return [
            store.add(`${key}:tokens`, input + output, ttl),
            store.add(`${key}:requests`, 1, ttl),
            ...(cost > 0 ? [store.add(`${key}:cost`, cost, ttl)] : []),
          ];
        }),
      );
    },

    async spent(name, account) {
      const key = keyOf(name, account);
      if (!key) return { requests: 0, tokens: 0, dollars: 0 };
      const [requests, tokens, cost] = await Promise.all(['requests', 'tokens', 'cost'].map((what) => read(key, what)));
      return { requests: requests ?? 0, tokens: tokens ?? 0, dollars: (cost ?? 0) / MICRO };
    },
  };
}
