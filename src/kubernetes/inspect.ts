import type { Inspector } from '../cluster.ts';
import { UserError } from '../errors.ts';

/** Looks at single objects of a live cluster. */
export function liveInspector(name: string): Inspector {
  const refuse = async (): Promise<never> => {
    throw new UserError(`The cluster ${name} cannot be looked at closer yet.`);
  };
  return { now: Date.now, resource: refuse, resources: refuse, get: refuse, list: refuse, logs: refuse };
}
