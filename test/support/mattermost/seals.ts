import { createHmac, generateKeyPairSync, randomBytes, sign as signWith, verify } from 'node:crypto';
import { findAction } from './attachments.ts';
import { newId } from './ids.ts';
import type { Json } from './json.ts';
import { Refusal } from './refusal.ts';
import type { Post } from './state.ts';

/** model/integration_action.go: `PostActionRetainPropKeys` */
export const RETAINED = ['from_webhook', 'override_username', 'override_icon_url'];

/** What the server must know again about an action of a whisper, which it keeps nowhere. */
export interface Cookie {
  type: string;
  post_id: string;
  root_post_id: string;
  channel_id: string;
  integration?: { url?: string; context?: Json };
  retain_props: Json;
}

export interface Seals {
  /** The key of triggers, as the configuration for clients tells it: DER in base64. */
  publicKey: string;
  /** Two ids of one trigger: the client's, and the one that an integration opens a dialog with. */
  trigger(user: string): { client: string; id: string };
  /** Whose trigger it is, and its client's id; throws where it is none of ours, or too old. */
  openTrigger(id: string): { client: string; user: string };
  /** The post with a cookie in each of its actions. */
  withCookies(post: Post): Post;
  openCookie(cookie: string): Cookie;
}

/**
 * Triggers are those of the server: `base64(client id:user:milliseconds:signature)`, signed with ECDSA. Cookies are not:
 * the server encrypts them.
 */
export function createSeals(now: () => number, triggerMs: number): Seals {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = randomBytes(32);
  const hmac = (text: string) => createHmac('sha256', secret).update(text).digest('base64');

  function seal(cookie: Cookie): string {
    const body = Buffer.from(JSON.stringify(cookie)).toString('base64');
    return Buffer.from(`${body}:${hmac(body)}`).toString('base64');
  }

  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    trigger(user) {
      const client = newId();
      const data = `${client}:${user}:${now()}:`;
      const signature = signWith('sha256', Buffer.from(data), privateKey).toString('base64');
      return { client, id: Buffer.from(data + signature).toString('base64') };
    },

    openTrigger(id) {
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(id)) throw wrong('base64_decode_failed');
      const [client = '', user = '', at = '', signed, ...more] = Buffer.from(id, 'base64').toString().split(':');
      if (signed === undefined || more.length > 0) throw wrong('missing_data');
      if (now() - Number(at) > triggerMs) throw wrong('expired');
      const signature = Buffer.from(signed, 'base64');
      // Two numbers in a sequence, as ASN.1 writes them.
      if (signature[0] !== 0x30) throw wrong('signature_decode_failed');
      if (!verify('sha256', Buffer.from(`${client}:${user}:${at}:`), publicKey, signature)) {
        throw wrong('verify_signature_failed');
      }
      return { client, user };
    },

    withCookies(post) {
      const retain = Object.fromEntries(Object.entries(post.props).filter(([name]) => RETAINED.includes(name)));
      const { attachments } = post.props;
      if (!attachments) return post;
      const sealed = attachments.map((attachment) => ({
        ...attachment,
        actions: attachment.actions?.map((action) => {
          const cookie: Cookie = {
            type: action.type ?? '',
            post_id: post.id,
            root_post_id: post.root_id || post.id,
            channel_id: post.channel_id,
            ...(findAction(attachments, action.id)?.integration ? { integration: action.integration } : {}),
            retain_props: retain,
          };
          return { ...action, cookie: seal(cookie) };
        }),
      }));
      return { ...post, props: { ...post.props, attachments: sealed } };
    },

    openCookie(cookie) {
      const [body = '', signature] = Buffer.from(cookie, 'base64').toString().split(':');
      if (signature !== hmac(body)) throw new Refusal(400, 'api.post.do_action.action_integration.app_error');
      return JSON.parse(Buffer.from(body, 'base64').toString()) as Cookie;
    },
  };
}

function wrong(what: string): Refusal {
  return new Refusal(400, `interactive_message.decode_trigger_id.${what}`);
}
