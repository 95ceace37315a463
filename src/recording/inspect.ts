import type { Inspector } from '../cluster.ts';
import { UserError } from '../errors.ts';

/** Looks at single objects of a recording. */
export function recordedInspector(name: string, now: number): Inspector {
  const refuse = async (): Promise<never> => {
    throw new UserError(`The recording ${name} cannot be looked at closer yet.`);
  };
  return { now: () => now, resource: refuse, resources: refuse, get: refuse, list: refuse, logs: refuse };
}
