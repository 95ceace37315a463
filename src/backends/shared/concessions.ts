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

/** Sends a request, without what the service refuses, and gives what `send` gives. */
export type Conceding<Body> = <T>(body: Body, send: (request: Body) => Promise<T>) => Promise<T>;

/**
 * Asks a service that may refuse some of these parameters, and remembers which: only its first request is sent more than
 * once. Nothing of an answer has come when a request is refused; so this is no retry that the caller should know of.
 */
export function createConcessions<Body extends object>(possible: readonly Concession<Body>[]): Conceding<Body> {
  const made = new Set<Concession<Body>>();

  function apply(body: Body): Body {
    let changed = body;
    for (const concession of made) {
      if (concession.parameter in changed || concession.refusal) changed = changeOf(concession)(changed);
    }
    return changed;
  }

  return async (body, send) => {
    // Others may learn the same at the same time; but nothing is conceded twice for one request.
    const mine = new Set<Concession<Body>>();
    for (;;) {
      const request = apply(body);
      try {
        return await send(request);
      } catch (thrown) {
        const refused = possible.find((concession) => !mine.has(concession) && isRefused(concession, thrown, request));
        if (!refused) throw thrown;
        mine.add(refused);
        made.add(refused);
      }
    }
  };
}

function isRefused<Body extends object>(
  { parameter, refusal }: Concession<Body>,
  thrown: unknown,
  request: Body,
): boolean {
  const status = statusOf(thrown);
  if (status !== 400 && status !== 422) return false;
  const message = messageOf(thrown);
  if (refusal) return refusal.test(message);
  return parameter in request && mentions(message, parameter) && REFUSAL.test(message);
}

function changeOf<Body extends object>({ parameter, change }: Concession<Body>): (body: Body) => Body {
  return change ?? (({ [parameter]: _, ...rest }) => rest as unknown as Body);
}

/** `top_p` is also written `topP` or `top p`. */
function mentions(message: string, parameter: string): boolean {
  return new RegExp(parameter.replaceAll(/_|(?<=[a-z])(?=[A-Z])/g, '[ _-]?'), 'i').test(message);
}
