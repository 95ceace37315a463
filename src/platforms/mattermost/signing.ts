import {
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { isRecord } from '../../shape.ts';

/**
 * What Mattermost sends us is not signed, and who may post may give a post buttons that call any address. So each button
 * and each form carries what it does with our signature, and is worth nothing in another channel or by another person.
 */
export interface Signing {
  /** Signs what a button or a form holds. */
  sign(purpose: Purpose, content: object): Signed;
  /** What was signed for this purpose; `undefined` where it was not, or not by us. */
  open(purpose: Purpose, signed: unknown): unknown;
  /** Whether this is one of the tokens, in constant time. */
  isToken(tokens: readonly string[], given: string): boolean;
}

type Purpose = 'action' | 'dialog';

export interface Signed {
  /** The content, as JSON. */
  content: string;
  signature: string;
}

/** Signs with a key made of the bot's token, which all replicas have: a new token makes old buttons worthless. */
export function createSigning(token: string): Signing {
  const key = Buffer.from(hkdfSync('sha256', token, '', 'k8sgpt-chat: Mattermost buttons and forms', 32));

  function signatureOf(purpose: Purpose, content: string): string {
    return createHmac('sha256', key).update(`${purpose}:${content}`).digest('base64url');
  }

  return {
    sign(purpose, object) {
      const content = JSON.stringify(object);
      return { content, signature: signatureOf(purpose, content) };
    },
    open(purpose, signed) {
      if (!isRecord(signed) || typeof signed.content !== 'string' || typeof signed.signature !== 'string')
        return undefined;
      return isSame(signed.signature, signatureOf(purpose, signed.content)) ? JSON.parse(signed.content) : undefined;
    },
    isToken: (tokens, given) => tokens.filter((each) => isSame(each, given)).length > 0,
  };
}

/** Compares digests, so that neither a length nor a beginning can be guessed from the time it takes. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Who did something, and when, as a trigger says it. */
export interface Trigger {
  /** Each thing that somebody does has one of its own. */
  id: string;
  user: string;
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
}

/**
 * Reads the trigger that Mattermost gives with commands and buttons: `base64(id:user:time:signature)`, signed by the server
 * with a key whose public half it tells everybody as `AsymmetricSigningPublicKey` (model/integration_action.go). With that
 * key it proves which person did it; without, it is only read. `undefined`: it is no trigger, or signed by someone else.
 */
export function readTrigger(trigger: string, key: KeyObject | undefined): Trigger | undefined {
  const text = Buffer.from(trigger, 'base64').toString('latin1');
  const [id, user, time, signature, ...more] = text.split(':');
  const at = Number(time);
  if (!id || !user || !signature || more.length > 0 || !Number.isInteger(at)) return undefined;
  if (key) {
    const data = Buffer.from(`${id}:${user}:${time}:`, 'latin1');
    if (!verify('sha256', data, key, Buffer.from(signature, 'base64'))) return undefined;
  }
  return { id, user, at };
}

/** The public key of a server, as its configuration for clients has it; `undefined` where it has none. */
export function publicKeyOf(der: unknown): KeyObject | undefined {
  if (typeof der !== 'string' || der === '') return undefined;
  return createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' });
}
