import { AsyncLocalStorage } from 'node:async_hooks';
import { UserError } from '../../errors.ts';

/** Answers through the `response_url` of a command or a button: the person who used it sees them, wherever that was. */
export type Respond<P> = (page: P) => Promise<unknown>;

/** What people did, for which a service gave an address to answer at: a few times, for a while. */
export interface Interactions<P> {
  /** Does the work that one of them asked for; without an address it is none. */
  during<T>(respond: Respond<P> | undefined, work: () => T): T;
  /** Answers the running one. Throws `UserError` with these words where there is none, or none any more. */
  respond(page: P, otherwise: string): Promise<void>;
}

interface Interaction<P> {
  respond: Respond<P>;
  left: number;
  until: number;
}

/** `uses` and `ms`: how often an address can be used, and for how long. */
export function createInteractions<P>({ uses, ms }: { uses: number; ms: number }): Interactions<P> {
  /** The interaction that the running code answers, however deep it is; a place alone would not tell whose it is. */
  const running = new AsyncLocalStorage<Interaction<P>>();
  return {
    during(respond, work) {
      return respond ? running.run({ respond, left: uses, until: Date.now() + ms }, work) : work();
    },
    async respond(page, otherwise) {
      const interaction = running.getStore();
      if (!interaction || interaction.left === 0 || Date.now() > interaction.until) throw new UserError(otherwise);
      interaction.left--;
      await interaction.respond(page);
    },
  };
}
