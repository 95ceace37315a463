import { type Block, joinLists, type Message } from './message.ts';
import type { Growing, Place, Platform, Posted } from './platform.ts';

/** A growing message for services that only know how to replace one: each addition replaces it by more. */
export async function growByUpdates(
  platform: Pick<Platform, 'post' | 'update'>,
  to: Place,
  message: Message,
): Promise<Growing> {
  return growing(platform, await platform.post(to, message), message);
}

/** The same for a message that stands there already, in whose place the growing one comes. */
export async function growFrom(platform: Pick<Platform, 'update'>, posted: Posted, message: Message): Promise<Growing> {
  await platform.update(posted, message);
  return growing(platform, posted, message);
}

function growing(platform: Pick<Platform, 'update'>, posted: Posted, message: Message): Growing {
  let whole = message;

  function add(blocks: readonly Block[]): void {
    whole = { ...whole, blocks: joinLists([...whole.blocks, ...blocks]) };
  }

  return {
    posted,
    async append(blocks) {
      add(blocks);
      // Not waited for, since updates are paced, and what there is to say must not be held up by how fast it can be shown. Where
      // nothing could be posted, a person is answered alone, and not often enough for what is half done.
      if (posted.id !== '') void platform.update(posted, whole).catch(() => {});
    },
    async finish(blocks) {
      add(blocks);
      await platform.update(posted, whole);
    },
  };
}
