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
 * Triggers are as those of the server: `base64(client id:user:milliseconds:signature)`, signed with a key on P-256 whose public
 * half it tells everybody. Cookies are signed, which the server encrypts.
 */
export function createSeals(now: () => number, triggerMs: number): Seals {
  const secret = randomBytes(32);
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('base64');
  const seal = (text: string) => Buffer.from(`${text}:${sign(text)}`).toString('base64');
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    trigger(user) {
      const client = newId();
      const data = `${client}:${user}:${now()}:`;
      const signature = signWith('sha256', Buffer.from(data), privateKey).toString('base64');
      return { client, id: Buffer.from(data + signature).toString('base64') };
    },

    openTrigger(id) {
      const [client = '', user = '', at = '', signature, ...more] = Buffer.from(id, 'base64').toString().split(':');
      if (!/^[A-Za-z0-9+/=]+$/.test(id)) throw wrong('base64_decode_failed');
      if (signature === undefined || more.length > 0) throw wrong('missing_data');
      if (now() - Number(at) > triggerMs) throw wrong('expired');
      const data = Buffer.from(`${client}:${user}:${at}:`);
      if (!verify('sha256', data, publicKey, Buffer.from(signature, 'base64'))) throw wrong('verify_signature_failed');
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
          return { ...action, cookie: seal(Buffer.from(JSON.stringify(cookie)).toString('base64')) };
        }),
      }));
      return { ...post, props: { ...post.props, attachments: sealed } };
    },

    openCookie(cookie) {
      const [body = '', signature] = Buffer.from(cookie, 'base64').toString().split(':');
      if (signature !== sign(body)) throw new Refusal(400, 'api.post.do_action.action_integration.app_error');
      return JSON.parse(Buffer.from(body, 'base64').toString()) as Cookie;
    },
  };
}

function wrong(what: string): Refusal {
  return new Refusal(400, `interactive_message.decode_trigger_id.${what}`);
}
