import type { JsonSchema } from './backend.ts';
import type { ClusterSource, Ref } from './cluster.ts';

/**
 * A closer look at one part of a cluster, for who investigates: it only reads, asks for little, and says what it left
 * out. People and models ask for it by name with the same arguments.
 */
export interface Looker {
  /** `logs`; a model calls it by this. */
  readonly name: string;
  /** For a model: what it shows and when to use it. */
  readonly description: string;
  readonly parameters: JsonSchema;
  /** Throws `UserError` for arguments that make no sense, for what does not exist, and for what may not be read. */
  run(args: Readonly<Record<string, unknown>>, scene: Scene): Promise<Look>;
}

/** Declares a look; put it in a file of its own in `inspection/`, as the default export. */
export function defineLooker(looker: Looker): Looker {
  return looker;
}

/** Where a look is taken. */
export interface Scene {
  source: ClusterSource;
  signal: AbortSignal;
}

/** What a look showed. */
export interface Look {
  /** `Logs of Pod shop/cart-1, container cart, previous run`. */
  title: string;
  /** The kubectl command that shows the same. */
  command: string;
  /** For people and models to read, credentials masked, at most `LOOK_MAX` letters. */
  text: string;
  /** The objects that it speaks of by the API's own fields; what a log or an annotation merely says counts for nothing. */
  refs: readonly Ref[];
  /** What was left out for want of room, in a sentence that says how to see it. */
  omitted?: string;
}

/** Letters of a look. */
export const LOOK_MAX = 16_000;

/** What is asked for. */
export interface LookRequest {
  looker: string;
  args: Readonly<Record<string, unknown>>;
}
