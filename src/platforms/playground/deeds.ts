import { createDeliveries } from '../../deliveries.ts';
import { type Action, commandLine, type Form, type Message } from '../../message.ts';
import type { Handlers, Place } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import { optionalText, text, texts } from './body.ts';
import { Refusal } from './guard.ts';
import type { Room } from './room.ts';
import type { Entry } from './wire.ts';
import { meaningOf } from './words.ts';

/** What the page's person can do. Each takes a request's body, is done when it was taken, and throws `Refusal` where it cannot be. */
export interface Deeds {
  say(body: Record<string, unknown>): Promise<void>;
  press(body: Record<string, unknown>): Promise<void>;
  /** The form that a button opens. */
  askForm(body: Record<string, unknown>): Form;
  sendForm(body: Record<string, unknown>): Promise<void>;
}

/** Deliveries that are remembered, so that one is answered once. */
const DELIVERIES = 1000;

export function createDeeds(room: Room, user: string, on: Handlers): Deeds {
  const deliveries = createDeliveries(DELIVERIES);
  /** What a person said, by its delivery: it stands in the room once, however often it has to be sent. */
  const said = createRecent<Entry>(DELIVERIES);

  async function say(body: Record<string, unknown>): Promise<void> {
    const delivery = text(body, 'delivery');
    const words = text(body, 'text').trim();
    const channel = text(body, 'channel');
    const thread = optionalText(body, 'thread');
    if (!words) throw new Refusal(400, 'The message is empty.');
    if (!room.channels.some(({ id }) => id === channel)) throw new Refusal(404, `There is no channel #${channel}.`);
    if (thread && room.get(thread)?.channel !== channel) throw new Refusal(404, GONE);

    return deliveries.take(delivery, async () => {
      const entry = said.get(delivery) ?? room.add({ channel, thread, author: 'person', body: { words } });
      said.set(delivery, entry);
      await hear(words, entry, delivery);
    });
  }

  /** Hands on what was said, as it is meant. */
  async function hear(words: string, { id, channel, thread }: Entry, delivery: string): Promise<void> {
    const place: Place = thread ? { channel, thread } : { channel };
    const meaning = meaningOf(words);
    switch (meaning.kind) {
      case 'command':
        return on.command({ text: meaning.text, user, place, delivery });
      case 'mention':
        return on.command({
          text: meaning.text,
          user,
          place: { channel, thread: thread ?? id },
          delivery,
          spoken: true,
        });
      case 'stranger':
        room.add({ channel, thread, author: 'bot', whispered: true, body: { message: unknownCommand(meaning.name) } });
        return;
      case 'talk':
        if (thread && room.isOurs(thread)) await on.reply({ text: meaning.text, user, place, delivery });
    }
  }

  async function press(body: Record<string, unknown>): Promise<void> {
    const delivery = text(body, 'delivery');
    const run = text(body, 'run');
    const entry = theMessage(room, body);
    if (!commandLinesOf(entry).includes(run)) throw new Refusal(404, 'The message has no such button any more.');
    const incoming = { text: run, user, place: threadOf(entry), delivery };
    return deliveries.take(delivery, () => on.command(incoming));
  }

  function askForm(body: Record<string, unknown>): Form {
    const name = text(body, 'form');
    const entry = theMessage(room, body);
    const form = on.form({ form: name, values: texts(body, 'values'), user, place: threadOf(entry) });
    if (!form) throw new Refusal(404, `There is no form named ${name}.`);
    return form;
  }

  async function sendForm(body: Record<string, unknown>): Promise<void> {
    const delivery = text(body, 'delivery');
    const place = threadOf(theMessage(room, body));
    const line = commandLine(askForm(body), texts(body, 'filled'));
    return deliveries.take(delivery, () => on.command({ text: line, user, place, delivery }));
  }

  return { say, press, askForm, sendForm };
}

const GONE = 'This message is no longer kept. Run the command again.';

function theMessage(room: Room, body: Record<string, unknown>): Entry {
  const entry = room.get(text(body, 'message'));
  if (!entry) throw new Refusal(404, GONE);
  return entry;
}

/** Where answers to a message's buttons go. A whisper has no thread: they go where it stands. */
function threadOf({ id, channel, thread, whispered }: Entry): Place {
  if (whispered && !thread) return { channel };
  return { channel, thread: thread ?? id };
}

function commandLinesOf(entry: Entry): string[] {
  if (!('message' in entry.body)) return [];
  const run = (action: Action) => ('run' in action ? [action.run] : []);
  return entry.body.message.blocks.flatMap((block) => {
    if (block.type === 'feedback') return [block.good, block.bad];
    return 'actions' in block ? (block.actions ?? []).flatMap(run) : [];
  });
}

function unknownCommand(name: string): Message {
  const line = `No app here answers to ${name}.`;
  return { text: line, blocks: [{ type: 'text', text: [line, ' Try ', { code: '/k8sgpt help' }, '.'] }] };
}
