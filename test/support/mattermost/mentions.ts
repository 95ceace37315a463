import type { Channel, Post, State } from './state.ts';

/** The members that a post names, and in a direct channel the other one; its author is not among them. */
export function mentionsIn(state: State, post: Post, channel: Channel): string[] {
  const others = [...channel.members].filter((id) => id !== post.user_id);
  if (post.type.startsWith('system_')) return [];
  if (channel.type === 'D') return others;
  const names = namesIn(post.message);
  if (['all', 'channel', 'here'].some((name) => names.has(name))) return others;
  return others.filter((id) => names.has(state.user(id).username));
}

/** The names after an `@`, also without the full stop of a sentence. */
export function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, name = ''] of text.matchAll(/(?<![\w@])@([a-z0-9._-]+)/gi)) {
    names.add(name.toLowerCase());
    names.add(name.toLowerCase().replace(/[._-]+$/, ''));
  }
  return names;
}
