import { withoutIntegrations } from './attachments.ts';
import { fileInfo } from './files.ts';
import type { Json } from './json.ts';
import type { Post, State } from './state.ts';

/** A post as clients get it (`PreparePostForClient`, `StripActionIntegrations`). */
export function wire(state: State, post: Post, { pending = '' } = {}): Json {
  const { file_ids, props, ...whole } = post;
  const root = post.root_id || post.id;
  const { attachments } = props;
  return {
    ...whole,
    // Of a deleted post neither text nor files are told.
    message: post.delete_at > 0 ? '' : post.message,
    props: attachments ? { ...props, attachments: withoutIntegrations(attachments) } : props,
    hashtags: (post.message.match(/(?<![\p{L}\p{N}&/])#\p{L}[\p{L}\p{N}._-]*[\p{L}\p{N}]/gu) ?? []).join(' '),
    ...(file_ids.length > 0 ? { file_ids } : {}),
    pending_post_id: pending,
    reply_count: state.posts.filter((one) => one.root_id === root && one.delete_at === 0).length,
    last_reply_at: 0,
    participants: null,
    metadata: metadataOf(state, post),
  };
}

function metadataOf(state: State, { file_ids, props, delete_at }: Post): Json {
  const files = delete_at > 0 ? [] : file_ids.flatMap((id) => state.files.get(id) ?? []).map(fileInfo);
  return {
    ...(props.attachments?.length ? { embeds: [{ type: 'message_attachment' }] } : {}),
    ...(files.length > 0 ? { files } : {}),
  };
}
