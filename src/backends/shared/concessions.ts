import { messageOf } from '../../errors.ts';
import { statusOf } from './diagnosis.ts';

/** A parameter that some servers or models refuse, and how to ask without it. */
export interface Concession<Body> {
  parameter: keyof Body & string;
  /** Takes the place of words such as `unsupported parameter`, where the refusal has others. */
  refusal?: RegExp;
  /** Changes the request; absent: the parameter is left out. */
  change?: (body: Body) => Body;
}

const REFUSAL =
  /unsupported|not support|unrecognized|unknown|unexpected|extra[ _](input|field|forbidden)|cannot both|not permitted|not allowed|deprecated|no longer|not a valid (field|param)/i;

export interface Concessions<Body> {
  /** The request without what this service has refused before. */
  apply(body: Body): Body;
  /** Whether what was thrown refuses a parameter of the request that it can do without: ask once more. */
  learn(thrown: unknown, body: Body): boolean;
}

/**
 * Remembers what one service refuses, so that only its first request is asked twice. Nothing of an answer has come
 * when a request is refused; so this is no retry that the caller should know of.
 */
export function createConcessions<Body extends object>(possible: readonly Concession<Body>[]): Concessions<Body> {
  const made = new Set<Concession<Body>>();
  return {
    apply(body) {
      let changed = body;
      for (const concession of made) {
        if (concession.parameter in changed || concession.refusal) changed = changeOf(concession)(changed);
      }
      return changed;
    },
    learn(thrown, body) {
      const status = statusOf(thrown);
      if (status !== 400 && status !== 422) return false;
      const message = messageOf(thrown);
      const refused = possible.find(
        (concession) =>
          !made.has(concession) &&
          (concession.refusal
            ? concession.refusal.test(message)
            : concession.parameter in body && mentions(message, concession.parameter) && REFUSAL.test(message)),
      );
      if (refused) made.add(refused);
      return refused !== undefined;
    },
  };
}

function changeOf<Body extends object>({ parameter, change }: Concession<Body>): (body: Body) => Body {
  return change ?? (({ [parameter]: _, ...rest }) => rest as unknown as Body);
}

/** `top_p` is also written `topP` or `top p`. */
function mentions(message: string, parameter: string): boolean {
  return new RegExp(parameter.replaceAll(/_|(?<=[a-z])(?=[A-Z])/g, '[ _-]?'), 'i').test(message);
}
