import { created, type Handler, OK, type Parts, type Routes } from './call.ts';
import { isId } from './ids.ts';
import { type Json, membersOf, wordsOf } from './json.ts';
import { createPostLists } from './post-lists.ts';
import { wire } from './post-wire.ts';
import { badBody, Refusal } from './refusal.ts';
import type { Post, State } from './state.ts';

const POST = {
  id: 'string',
  create_at: 'number',
  is_pinned: 'boolean',
  channel_id: 'string',
  root_id: 'string',
  message: 'string',
  type: 'string',
  props: 'object',
  file_ids: 'array',
  pending_post_id: 'string',
} as const;

interface Body {
  id: string;
  create_at: number;
  is_pinned: boolean;
  channel_id: string;
  root_id: string;
  message: string;
  type: string;
  props: Json;
  file_ids: string[];
  pending_post_id: string;
}

/** api4/post.go */
export function postRoutes({ state, may, posts }: Parts): Routes {
  const lists = createPostLists(state);

  const create: Handler = ({ body, user }) => {
    const given = membersOf<Body>(body, POST, 'post');
    const { channel_id = '', type = '', pending_post_id: pending = '' } = given;
    if (given.file_ids?.some((id) => typeof id !== 'string')) throw badBody('post');
    may.require(may.inChannel(user, channel_id, 'create_post'), 'create_post');
    if (type.startsWith('system_')) throw new Refusal(400, 'api.context.invalid_param.app_error');
    if (state.channel(channel_id).delete_at > 0) {
      throw new Refusal(400, 'api.post.create_post.can_not_post_to_deleted.error');
    }
    // Only an administrator says when something was posted.
    const create_at = may.isAdmin(user) ? (given.create_at ?? 0) : 0;
    const post = posts.create({ ...given, channel_id, create_at, user_id: user }, pending);
    return created(wire(state, post, { pending }));
  };

  const whisper: Handler = ({ body, user }) => {
    const { user_id = '', post } = (body ?? {}) as { user_id?: string; post?: unknown };
    if (user_id === '') throw badBody('user_id');
    if (!post) throw badBody('post');
    may.require(may.inSystem(user, 'create_post_ephemeral'), 'create_post_ephemeral');
    const { channel_id = '', ...given } = membersOf<Body>(post, POST, 'post');
    return created(wire(state, posts.whisper(user_id, { ...given, channel_id, user_id: user })));
  };

  const change: Handler = ({ params: { post: id = '' }, body, user }) => {
    const given = membersOf<Body>(body, POST, 'post');
    if (given.id !== id) throw badBody('id');
    may.require(may.byPost(user, id, 'edit_post'), 'edit_post');
    const post = state.post(id);
    may.require(post !== undefined, 'edit_post');
    if (post?.user_id !== user) may.require(may.byPost(user, id, 'edit_others_posts'), 'edit_others_posts');
    const { message = '', props = {}, is_pinned = false } = given;
    // The files of a post do not change, whatever is given.
    return wire(state, posts.update(id, { message, props, is_pinned, file_ids: post?.file_ids ?? [] }));
  };

  const patch: Handler = ({ params: { post: id = '' }, body, user }) => {
    const { message, props, is_pinned } = membersOf<Body>(body, POST, 'post');
    const post = state.post(id);
    if (!post) return may.require(false, 'edit_post');
    const permission = post.user_id === user ? 'edit_post' : 'edit_others_posts';
    may.require(may.byPost(user, id, permission), permission);
    if (state.channel(post.channel_id).delete_at > 0) {
      throw new Refusal(400, 'api.post.patch_post.can_not_update_post_in_deleted.error');
    }
    return wire(
      state,
      posts.update(id, {
        message: message ?? post.message,
        props: props ?? post.props,
        is_pinned: is_pinned ?? post.is_pinned,
        file_ids: post.file_ids,
      }),
    );
  };

  const remove: Handler = ({ params: { post: id = '' }, user }) => {
    const post = state.post(id);
    if (!post) return may.require(false, 'delete_post');
    const permission = post.user_id === user ? 'delete_post' : 'delete_others_posts';
    may.require(may.inChannel(user, post.channel_id, permission), permission);
    posts.remove(id, user);
    return OK;
  };

  function readable(id: string, user: string): Post {
    const post = state.post(id);
    if (!post) throw new Refusal(404, 'app.post.get.app_error');
    const channel = state.channel(post.channel_id);
    if (may.inChannel(user, channel.id, 'read_channel')) return post;
    if (channel.type !== 'O') may.require(false, 'read_channel');
    may.require(may.inTeam(user, channel.team_id, 'read_public_channel'), 'read_public_channel');
    return post;
  }

  return {
    'POST /posts': create,
    'POST /posts/ephemeral': whisper,
    'PUT /posts/:post': change,
    'PUT /posts/:post/patch': patch,
    'DELETE /posts/:post': remove,
    'GET /posts/:post': ({ params: { post = '' }, user }) => wire(state, readable(post, user)),
    'GET /posts/:post/thread': ({ params: { post = '' }, query, user }) =>
      lists.thread(post, query, () => readable(post, user)),
    'GET /channels/:channel/posts': ({ params: { channel = '' }, query, user }) => {
      for (const name of ['after', 'before']) {
        if (query.get(name) && !isId(query.get(name))) throw badBody(name);
      }
      may.require(may.inChannel(user, channel, 'read_channel'), 'read_channel');
      return lists.page(channel, query);
    },
    'POST /posts/ids': ({ body, user }) => {
      const ids = wordsOf(body);
      if (ids.length === 0) throw badBody('post_ids');
      const found = ids.flatMap((id) => state.post(id) ?? []);
      return found
        .filter(({ channel_id }) => may.inChannel(user, channel_id, 'read_channel'))
        .map((post) => wire(state, post));
    },
    'GET /posts/:post/files/info': ({ params: { post = '' }, user }) => filesOf(state, readable(post, user)),
  };
}

function filesOf(state: State, post: Post): unknown {
  const metadata = wire(state, post).metadata as { files?: unknown };
  return metadata.files ?? [];
}
