import type { Handler, Parts, Routes } from './call.ts';
import { OK } from './call.ts';
import type { Json } from './json.ts';
import { badBody, Refusal } from './refusal.ts';

interface Reaction {
  user_id: string;
  post_id: string;
  emoji_name: string;
  create_at: number;
}

/** api4/reaction.go */
export function reactionRoutes({ state, may, hub }: Parts): Routes {
  const reactions: Reaction[] = [];

  function tell(event: string, reaction: Reaction): void {
    const channel = state.post(reaction.post_id)?.channel_id ?? '';
    hub.publish(event, { channel }, { reaction: JSON.stringify(reaction) });
  }

  const add: Handler = ({ body, user }) => {
    const { user_id = '', post_id = '', emoji_name = '' } = (body ?? {}) as Partial<Record<string, string>>;
    if (!/^[a-z0-9_+-]{1,64}$/.test(emoji_name)) throw badBody('emoji_name');
    if (user_id !== user) throw new Refusal(403, 'api.reaction.save_reaction.user_id.app_error');
    may.require(may.byPost(user, post_id, 'read_channel'), 'add_reaction');
    if (!state.post(post_id)) throw new Refusal(404, 'app.post.get.app_error');
    const reaction = { user_id, post_id, emoji_name, create_at: state.now() };
    reactions.push(reaction);
    tell('reaction_added', reaction);
    return reaction as unknown as Json;
  };

  const remove: Handler = ({ params: { post = '', emoji = '' }, user }) => {
    may.require(may.byPost(user, post, 'read_channel'), 'remove_reaction');
    const at = reactions.findIndex((one) => one.user_id === user && one.post_id === post && one.emoji_name === emoji);
    const [reaction] = at < 0 ? [] : reactions.splice(at, 1);
    if (reaction) tell('reaction_removed', reaction);
    return OK;
  };

  return {
    'POST /reactions': add,
    'GET /posts/:post/reactions': ({ params: { post = '' }, user }) => {
      may.require(may.byPost(user, post, 'read_channel'), 'read_channel');
      return reactions.filter((one) => one.post_id === post);
    },
    'DELETE /users/:user/posts/:post/reactions/:emoji': remove,
  };
}
