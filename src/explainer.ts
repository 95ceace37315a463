import type { Exhibit } from './exhibit.ts';
import type { Block, Message } from './message.ts';
import type { Account } from './metering.ts';
import type { Pseudonyms } from './pseudonyms/index.ts';

/** An incident in words, from its runbook. */
export interface Explanation {
  /** Which backend worded it: `builtin`. */
  backend: string;
  /** The message for the incident's thread, without its ending. */
  message: Message;
  /** Buttons, and whether it helped: what stands below whatever else is said of it. */
  ending: Block[];
  /** What happened and what follows from it. */
  story: Block[];
  /** How to see that it is so, and how to mend it. */
  steps: Block[];
  /** What shows it to be true, as it is numbered in the message. */
  exhibits: Exhibit[];
}

/** An explanation as one message. */
export function whole({ message, ending }: Explanation): Message {
  return { ...message, blocks: [...message.blocks, ...ending] };
}

/** Words incidents by a model, beside what the runbook says. */
export interface Explainer {
  explain(asked: ExplainAsked): Promise<Worded>;
}

export interface ExplainAsked {
  /** What is known without a model: the runbook's explanation, which the answer is checked against. */
  known: Explanation;
  /** Two sentences on all of it, as the lead of a digest, in place of an explanation with a solution. */
  lead?: true;
  /** A backend's name; absent: the default one. */
  backend?: string;
  language: string;
  /** Replaces names before anything leaves; absent: nothing is replaced. */
  pseudonyms?: Pseudonyms;
  noCache?: boolean;
  account: Account;
  signal: AbortSignal;
  /** Hears the answer as it comes, checked. */
  onBlocks?(blocks: Block[]): void;
}

/** What a model said, checked. */
export interface Worded {
  blocks: Block[];
  /** Who said it; absent where nobody did. */
  by?: { backend: string; model: string; cached: boolean };
  /** How many claims were struck. */
  struck: number;
  /** Whether it cites any evidence that there is. */
  cites: boolean;
  /** By which feedback finds the kept answer. */
  fingerprint?: string;
  /** What went wrong, in a sentence for people. What came before it stands in `blocks`. */
  trouble?: string;
}
