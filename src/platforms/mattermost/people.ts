import type { Message } from '../../message.ts';
import { createRecent } from '../../recent.ts';
import { isRecord } from '../../shape.ts';
import type { Api } from './api.ts';
import type { NameOf } from './markdown.ts';

const REMEMBERED = 2000;

/** People by their ids; Mattermost mentions them by their names. */
export interface People {
  nameOf: NameOf;
  /** Asks for the names of those a message mentions, where they are not known yet. */
  learn(message: Message): Promise<void>;
}

export function createPeople(api: Api): People {
  const names = createRecent<string>(REMEMBERED);
  return {
    nameOf: names.get,
    async learn(message) {
      const unknown = [...mentionedIn(message.blocks)].filter((user) => names.get(user) === undefined);
      if (unknown.length === 0) return;
      // Without a name the id stands there, which is no reason to hold up a message.
      const people = await api.getProfilesByIds(unknown).catch(() => []);
      for (const { id, username } of people) names.set(id, username);
    },
  };
}

function mentionedIn(thing: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(thing)) for (const each of thing) mentionedIn(each, found);
  else if (isRecord(thing)) {
    if (typeof thing.user === 'string') found.add(thing.user);
    for (const each of Object.values(thing)) if (typeof each === 'object') mentionedIn(each, found);
  }
  return found;
}
