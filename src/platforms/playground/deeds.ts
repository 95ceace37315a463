import { type Action, commandLine, type Form, type Message } from '../../message.ts';
import type { Handlers, Incoming, Place } from '../../platform.ts';
import { createRecent } from '../../recent.ts';
import { optionalText, text, texts } from './body.ts';
import { Refusal } from './guard.ts';
import type { Room } from './room.ts';
import type { Entry } from './wire.ts';
import { meaningOf } from './words.ts';

/** What is left to do once a request is acknowledged. */
type Work = () => Promise<void>;

/** What the page's person can do. Each takes a request's body, and throws `Refusal` where there is nothing to do. */
export interface Deeds {
  say(body: Record<string, unknown>): Work;
  press(body: Record<string, unknown>): Work;
  /** The form that a button opens. */
  askForm(body: Record<string, unknown>): Form;
  sendForm(body: Record<string, unknown>): Work;
}

/** Deliveries that are remembered, so that one is answered once. */
const DELIVERIES = 1000;

export function createDeeds(room: Room, user: string, on: Handlers): Deeds {
  const delivered = createRecent<true>(DELIVERIES);

  /** Whether a delivery comes for the first time. */
  function isNew(delivery: string): boolean {
    if (delivered.get(delivery)) return false;
    delivered.set(delivery, true);
    return true;
  }

  function say(body: Record<string, unknown>): Work {
    const delivery = text(body, 'delivery');
    const words = text(body, 'text').trim();
    const channel = text(body, 'channel');
    const thread = optionalText(body, 'thread');
    if (!words) throw new Refusal(400, 'The message is empty.');
    if (!room.channels.some(({ id }) => id === channel)) throw new Refusal(404, `There is no channel #${channel}.`);
    if (thread && room.get(thread)?.channel !== channel) throw new Refusal(404, GONE);
    if (!isNew(delivery)) return nothing;

    const ours = thread !== undefined && room.isOurs(thread);
    const entry = room.add({ channel, thread, author: 'person', body: { words } });
    const place: Place = thread ? { channel, thread } : { channel };
    const meaning = meaningOf(words);
    const incoming = (text: string, at: Place): Incoming => ({ text, user, place: at, delivery });
    switch (meaning.kind) {
      case 'command':
        return () => on.command(incoming(meaning.text, place));
      case 'mention':
        return () => on.command(incoming(meaning.text, { channel, thread: thread ?? entry.id }));
      case 'stranger':
        room.add({ channel, thread, author: 'bot', whispered: true, body: { message: unknownCommand(meaning.name) } });
        return nothing;
      case 'talk':
        return ours ? () => on.reply(incoming(meaning.text, place)) : nothing;
    }
  }

  function press(body: Record<string, unknown>): Work {
    const delivery = text(body, 'delivery');
    const run = text(body, 'run');
    const entry = theMessage(room, body);
    if (!commandLinesOf(entry).includes(run)) throw new Refusal(404, 'The message has no such button any more.');
    return isNew(delivery) ? () => on.command({ text: run, user, place: threadOf(entry), delivery }) : nothing;
  }

  function askForm(body: Record<string, unknown>): Form {
    const name = text(body, 'form');
    const entry = theMessage(room, body);
    const form = on.form({ form: name, values: texts(body, 'values'), user, place: threadOf(entry) });
    if (!form) throw new Refusal(404, `There is no form named ${name}.`);
    return form;
  }

  function sendForm(body: Record<string, unknown>): Work {
    const delivery = text(body, 'delivery');
    const entry = theMessage(room, body);
    const line = commandLine(askForm(body), texts(body, 'filled'));
    return isNew(delivery) ? () => on.command({ text: line, user, place: threadOf(entry), delivery }) : nothing;
  }

  return { say, press, askForm, sendForm };
}

const nothing: Work = async () => {};

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
