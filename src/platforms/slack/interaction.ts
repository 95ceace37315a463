import { AsyncLocalStorage } from 'node:async_hooks';
import { UserError } from '../../errors.ts';
import { LIMITS } from './limits.ts';
import type { Page } from './render.ts';

/** Answers through the `response_url` of a command or a button: the person who used it sees them, wherever that was. */
export type Respond = (message: Page & { response_type: 'ephemeral'; replace_original: false }) => Promise<unknown>;

interface Interaction {
  respond: Respond;
  left: number;
  until: number;
}

/** The interaction that the running code answers, however deep it is; a place alone would not tell whose it is. */
const running = new AsyncLocalStorage<Interaction>();

export function during<T>(respond: Respond | undefined, work: () => T): T {
  if (!respond) return work();
  return running.run({ respond, left: LIMITS.responseUses, until: Date.now() + LIMITS.responseMs }, work);
}

/** Answers the running interaction. Throws `UserError` where there is none, or none any more. */
export async function respondWith(page: Page, otherwise: string): Promise<void> {
  const interaction = running.getStore();
  if (!interaction || interaction.left === 0 || Date.now() > interaction.until) throw new UserError(otherwise);
  interaction.left--;
  await interaction.respond({ ...page, response_type: 'ephemeral', replace_original: false });
}
