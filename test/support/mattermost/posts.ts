import { attachmentsOf, sameAttachments } from './attachments.ts';
import type { Hub } from './hub.ts';
import { isId, newId } from './ids.ts';
import type { Json } from './json.ts';
import { mentionsIn } from './mentions.ts';
import { wire } from './post-wire.ts';
import { Refusal } from './refusal.ts';
import type { Post, Props, State } from './state.ts';

/** https://github.com/mattermost/mattermost/blob/v6.7.2/model/post.go#L56 */
const MESSAGE_RUNES = 16_383;
const PROPS_RUNES = 800_000;
const FILE_IDS_RUNES = 300;
/** So long the server knows a `pending_post_id` again (app/post.go). */
const PENDING_MS = 30_000;
const TYPES = /^(|slack_attachment|me|system_\w+|add_bot_teams_channels|custom_.*)$/;

export type Draft = Partial<Omit<Post, 'props'>> & Pick<Post, 'channel_id' | 'user_id'> & { props?: Json };

export interface Posts {
  /** Saves a post and tells of it; one whose `pending` was seen before is not saved again. */
  create(draft: Draft, pending?: string): Post;
  /** Puts these in place of what the post has (`App.UpdatePost`). */
  update(id: string, change: { message: string; props: Json; file_ids: string[]; is_pinned: boolean }): Post;
  remove(id: string, by: string): void;
  /** Shows a post to one person alone; it is kept nowhere. */
  whisper(to: string, draft: Draft): Post;
  /** Forgets what it knows by `pending_post_id`, as at a restart. */
  forget(): void;
}

/** A post whose actions can be pressed though it is kept nowhere: its cookies hold what they send. */
type WithCookies = (post: Post) => Post;

export function createPosts(state: State, hub: Hub, withCookies: WithCookies): Posts {
  const pendings = new Map<string, { id: string; until: number }>();

  function repeated(pending: string): Post | undefined {
    const seen = pendings.get(pending);
    if (!seen || state.now() > seen.until) return undefined;
    const post = state.post(seen.id);
    if (!post) throw new Refusal(500, 'api.post.deduplicate_create_post.failed_to_get');
    return post;
  }

  function refuseRoot(draft: Draft): void {
    if (!draft.root_id) return;
    const root = state.post(draft.root_id);
    if (!root) throw new Refusal(400, 'api.post.create_post.root_id.app_error');
    if (root.channel_id !== draft.channel_id) throw new Refusal(400, 'api.post.create_post.channel_root_id.app_error');
    if (root.root_id !== '') throw new Refusal(400, 'api.post.create_post.root_id.app_error');
  }

  /** `FillInPostProps`: the open channels of the team that a text names. */
  function channelsIn({ message = '', channel_id }: Draft): Json {
    const { team_id } = state.channel(channel_id);
    const names = new Set(Array.from(message.matchAll(/\B~([a-z0-9_-]+)/gi), ([, name]) => name));
    const named = [...state.channels.values()].filter(
      (one) => one.type === 'O' && one.team_id === team_id && names.has(one.name),
    );
    if (named.length === 0) return {};
    const team_name = state.team(team_id).name;
    const entries = named.map(({ name, display_name }) => [name, { display_name, team_name }]);
    return { channel_mentions: Object.fromEntries(entries) };
  }

  /** A change of a reply is one of its thread, which a look for what is new since then finds. */
  function touchRoot({ root_id }: Post, at: number): void {
    const root = state.posts.find((one) => one.id === root_id);
    if (root && root.update_at < at) root.update_at = at;
  }

  function tell(post: Post, pending: string): void {
    const channel = state.channel(post.channel_id);
    const sender = state.user(post.user_id);
    const mentions = mentionsIn(state, post, channel);
    hub.publish(
      'posted',
      { channel: channel.id },
      {
        channel_display_name: channel.type === 'D' ? `@${sender.username}` : channel.display_name,
        channel_name: channel.name,
        channel_type: channel.type,
        ...(mentions.length > 0 ? { mentions: JSON.stringify(mentions) } : {}),
        ...(post.file_ids.length > 0 ? { otherFile: 'true' } : {}),
        post: JSON.stringify(wire(state, post, { pending })),
        sender_name: post.type.startsWith('system_') ? 'System' : `@${sender.username}`,
        set_online: true,
        team_id: channel.team_id,
      },
    );
    if (post.props.from_bot || post.props.from_webhook || post.type.startsWith('system_')) return;
    hub.publish('channel_viewed', { user: post.user_id }, { channel_id: channel.id });
  }

  return {
    create(draft, pending = '') {
      const before = pending === '' ? undefined : repeated(pending);
      if (before) return before;
      const author = state.user(draft.user_id);
      refuseRoot(draft);
      if (draft.id) throw new Refusal(400, 'app.post.save.existing.app_error');
      const at = draft.create_at || state.now();
      const { channel_mentions: _, add_channel_member: __, ...given } = draft.props ?? {};
      const post: Post = {
        ...blank(draft),
        id: newId(),
        create_at: at,
        update_at: at,
        props: propsOf({ ...given, ...channelsIn(draft), ...(author.is_bot ? { from_bot: 'true' } : {}) }),
        // The server keeps no order among them (`RemoveDuplicateStrings`).
        file_ids: [...new Set(draft.file_ids ?? [])].sort(),
      };
      refuseInvalid(post);
      state.posts.push(post);
      state.channel(post.channel_id).last_post_at = at;
      touchRoot(post, at);
      // A file of somebody else, or of another post, is left out.
      post.file_ids = post.file_ids.filter((id) => {
        const file = state.files.get(id);
        if (file?.post_id !== '' || file.user_id !== post.user_id) return false;
        file.post_id = post.id;
        return true;
      });
      if (pending !== '') pendings.set(pending, { id: post.id, until: state.now() + PENDING_MS });
      tell(post, pending);
      return post;
    },

    update(id, change) {
      const post = state.post(id);
      if (!post) throw new Refusal(404, 'app.post.get.app_error');
      if (post.type.startsWith('system_')) throw new Refusal(400, 'api.post.update_post.system_message.app_error');
      const channel = state.channel(post.channel_id);
      if (channel.delete_at > 0) {
        throw new Refusal(400, 'api.post.update_post.can_not_update_post_in_deleted.error');
      }
      const at = state.now();
      const props = propsOf(change.props);
      const edited =
        post.message !== change.message ||
        post.file_ids.join() !== change.file_ids.join() ||
        !sameAttachments(post.props.attachments ?? [], props.attachments ?? []);
      const next = { ...post, ...change, props, update_at: at, ...(edited ? { edit_at: at } : {}) };
      refuseInvalid(next);
      state.posts.push({ ...post, id: newId(), original_id: id, delete_at: at, update_at: at });
      Object.assign(post, next);
      channel.last_post_at = Math.max(channel.last_post_at, at);
      touchRoot(post, at);
      hub.publish('post_edited', { channel: channel.id }, { post: JSON.stringify(wire(state, post)) });
      return post;
    },

    remove(id, by) {
      const post = state.post(id);
      if (!post) throw new Refusal(400, 'app.post.get.app_error');
      if (state.channel(post.channel_id).delete_at > 0) {
        throw new Refusal(400, 'api.post.delete_post.can_not_delete_post_in_deleted.error');
      }
      // The event has the post as it was stored, with what its buttons send (which newer servers leave out).
      const told = JSON.stringify({ ...wire(state, post), props: post.props, metadata: undefined });
      const at = state.now();
      for (const one of state.posts) {
        if (one.id !== id && one.root_id !== id) continue;
        Object.assign(one, { delete_at: at, update_at: at, props: { ...one.props, deleteBy: by } });
      }
      hub.publish('post_deleted', { channel: post.channel_id, only: 'others' }, { post: told });
      hub.publish('post_deleted', { channel: post.channel_id, only: 'admins' }, { delete_by: by, post: told });
    },

    whisper(to, draft) {
      const post = withCookies({
        ...blank(draft),
        id: draft.id || newId(),
        create_at: draft.create_at || state.now(),
        type: 'system_ephemeral',
        props: propsOf(draft.props ?? {}),
      });
      const told = JSON.stringify(wire(state, post));
      hub.publish('ephemeral_message', { channel: post.channel_id, user: to }, { post: told });
      return post;
    },

    forget: () => pendings.clear(),
  };
}

function blank(draft: Draft): Post {
  return {
    id: '',
    create_at: 0,
    update_at: 0,
    edit_at: 0,
    delete_at: 0,
    is_pinned: draft.is_pinned ?? false,
    user_id: draft.user_id,
    channel_id: draft.channel_id,
    root_id: draft.root_id ?? '',
    original_id: '',
    message: draft.message ?? '',
    type: draft.type ?? '',
    props: {},
    file_ids: [],
  };
}

function propsOf({ attachments, ...props }: Json): Props {
  if (attachments === undefined) return props;
  const kept = attachmentsOf(attachments);
  return { ...props, attachments: kept.length > 0 ? kept : null };
}

/** `Post.IsValid` */
function refuseInvalid(post: Post): void {
  if (post.root_id !== '' && !isId(post.root_id)) throw invalid('root_id');
  if (runes(post.message) > MESSAGE_RUNES) throw invalid('msg');
  if (!TYPES.test(post.type)) throw invalid('type');
  if (runes(JSON.stringify(post.file_ids)) > FILE_IDS_RUNES) throw invalid('file_ids');
  const props = JSON.stringify(post.props);
  if (runes(props) > PROPS_RUNES) throw invalid('props');
  // What PostgreSQL cannot store.
  if (`${post.message}${props}`.match(/\0|\\u0000/)) throw new Refusal(500, 'app.post.save.app_error');
}

function invalid(member: string): Refusal {
  return new Refusal(400, `model.post.is_valid.${member}.app_error`);
}

/** Characters as Go counts them: code points. */
function runes(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
