import { UserError } from '../../errors.ts';
import type { Message } from '../../message.ts';
import type { Place, Posted } from '../../platform.ts';
import type { Attachment } from './attachments.ts';
import type { Rendering } from './paged.ts';
import { blocksOf, isUnderWay } from './words.ts';

/** What one person alone sees. */
export interface Private {
  whisper(to: Place, user: string, message: Message): Promise<void>;
  /** Answers the running interaction where we cannot post, and says how to have us there. Throws `UserError` where none runs. */
  answer(place: Place, message: Message): Promise<Posted>;
  /** The channel of a person's own conversation with the bot. */
  conversationWith(user: string): Promise<string>;
}

interface PrivateOptions<P> {
  render(message: Message, channel: string): Rendering<P>;
  /** Shows a page to one person; whether the service lets us do so there. */
  show(to: Place, user: string, page: P): Promise<boolean>;
  /** Answers what a person just did, in their sight alone. Throws `UserError` with these words where nothing was done. */
  respond(page: P, otherwise: string): Promise<void>;
  /** A page with small print below; `isPaged`: its last line says where further pages are, of which there are none here. */
  withNote(page: P, note: string, isPaged: boolean): P;
  post(to: Place, message: Message): Promise<Posted>;
  attach(to: Place, file: Attachment): Promise<void>;
  conversationWith: Private['conversationWith'];
  /** Why a person is told something elsewhere, and what to do about it. */
  elsewhere(place: Place): string;
  /** By which people invite the bot. */
  botName: string;
}

export function createPrivate<P>({ render, post, attach, botName, ...service }: PrivateOptions<P>): Private {
  async function whisper(to: Place, user: string, message: Message): Promise<void> {
    const { first, more, files } = render(message, to.channel);
    for (const page of [first, ...more]) {
      if (!(await service.show(to, user, page))) return answerSomewhere(to, user, message);
    }
    if (files.length === 0) return;
    // A file has no whisper; the person's own conversation with the bot is as private.
    const channel = await service.conversationWith(user);
    for (const file of files) await attach({ channel }, file);
  }

  /** Through the interaction; without one, in the person's own conversation with the bot. */
  async function answerSomewhere(to: Place, user: string, message: Message): Promise<void> {
    try {
      await answer(to, message);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const note = { type: 'note' as const, text: service.elsewhere(to) };
      const place = { channel: await service.conversationWith(user) };
      await post(place, { ...message, blocks: [...blocksOf(message), note] });
    }
  }

  async function answer(place: Place, message: Message): Promise<Posted> {
    const unposted = { id: '', place };
    // A service takes few answers; how far the work is would use them up.
    if (message.blocks.some(isUnderWay)) return unposted;
    const { first, more, files } = render(message, place.channel);
    const missing = more.length + files.length;
    const left = missing > 0 ? ` ${missing} more messages and files could not be shown here.` : '';
    const cure = `Only you see this, since I am not in this channel.${left} To have me here: /invite @${botName}`;
    await service.respond(
      service.withNote(first, cure, more.length > 0),
      `I cannot post in this channel. Use /invite @${botName} there.`,
    );
    return unposted;
  }

  return { whisper, answer, conversationWith: service.conversationWith };
}
