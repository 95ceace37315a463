import type { Platform } from '../../platform.ts';

/** The part of a platform that sends. */
export type Sending = Required<Omit<Platform, 'name' | 'start' | 'stop'>>;

/** Sends by what a platform makes when it starts. */
export function sendingBy(sender: () => Sending): Sending {
  return {
    post: (to, message, options) => sender().post(to, message, options),
    update: (posted, message) => sender().update(posted, message),
    find: (place, key) => sender().find(place, key),
    link: (posted) => sender().link(posted),
    grow: (to, message, user) => sender().grow(to, message, user),
    whisper: (to, user, message) => sender().whisper(to, user, message),
  };
}
