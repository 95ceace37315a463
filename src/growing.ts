import type { Block, Message } from './message.ts';
import type { Growing, Place, Platform } from './platform.ts';

/** A growing message for services that only know how to replace one: each addition replaces it by more. */
export async function growByUpdates(
  platform: Pick<Platform, 'post' | 'update'>,
  to: Place,
  message: Message,
): Promise<Growing> {
  let whole = message;
  const posted = await platform.post(to, message);

  async function show(blocks: readonly Block[]): Promise<void> {
    whole = { ...whole, blocks: [...whole.blocks, ...blocks] };
    await platform.update(posted, whole);
  }

  return { posted, append: (blocks) => show(blocks).catch(() => {}), finish: show };
}
