import type { BackendSettings, Usage } from './backend.ts';

/** Whose questions are counted together. */
export interface Account {
  channel: string;
  /** Absent: nothing but the channel and the day are counted. */
  thread?: string;
}

export const BUDGETS = ['thread', 'channel', 'day'] as const;
export type BudgetName = (typeof BUDGETS)[number];

/** How much may be spent: tokens, read and written together, or US dollars. A channel's budget is for a day. */
export interface Budget {
  tokens?: number;
  dollars?: number;
}

export interface Spent {
  requests: number;
  tokens: number;
  dollars: number;
}

/** Counts what models cost, and says when a budget is used up. Days are those of UTC. */
export interface Metering {
  /** Why nothing more may be asked, as a sentence; `undefined` where it may. */
  exhausted(account: Account): Promise<string | undefined>;
  note(account: Account, backend: Pick<BackendSettings, 'price'>, usage: Usage): Promise<void>;
  /** What was spent today, in a channel today, or in a thread. */
  spent(name: BudgetName, account: Account): Promise<Spent>;
  readonly budgets: Partial<Record<BudgetName, Budget>>;
}
