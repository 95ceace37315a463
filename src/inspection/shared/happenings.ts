import { duration, eventTime } from '../../analyzer.ts';
import type { Ref } from '../../cluster.ts';
import { Event } from '../../kinds/event.ts';
import type { Scene } from '../../look.ts';
import { fieldValue, resourceFor } from './find.ts';
import { age } from './result.ts';

/** Events come in the order of their names, so the newest may be on the last page. */
const EVENTS_MAX = 2000;

/** Events of a namespace, or about one object; newest first. */
export async function readEvents(
  scene: Scene,
  { namespace, about }: { namespace?: string | undefined; about?: Ref },
): Promise<{ events: Event[]; more: boolean }> {
  const { inspector } = scene.source;
  const fields = about && `involvedObject.kind=${about.kind},involvedObject.name=${fieldValue(about.name)}`;
  const resource = await resourceFor('event', scene);
  const { objects, more } = await inspector.list(
    resource,
    { limit: EVENTS_MAX, ...(namespace && { namespace }), ...(fields && { fields }) },
    scene.signal,
  );
  const events = objects.flatMap((object) => Event.trim(object) ?? []);
  const time = (event: Event) => Date.parse(eventTime(event) ?? '') || 0;
  return { events: events.sort((a, b) => time(b) - time(a)), more };
}

/** The object that an event speaks of. */
export function aboutOf({ involvedObject: about }: Event): Ref {
  const ref = { kind: about?.kind ?? '', name: about?.name ?? '' };
  return about?.namespace ? { ...ref, namespace: about.namespace } : ref;
}

/** Equal events of equal objects as one, in the order in which they come. */
export interface Happening {
  about: Ref;
  type: string;
  reason: string;
  message: string;
  count: number;
  first: number;
  last: number;
}

/** Joins events that say the same of the same object; the numbers in a message may differ, the newest is shown. */
export function group(events: readonly Event[]): Happening[] {
  const groups = new Map<string, Happening>();
  for (const event of events) {
    const about = aboutOf(event);
    const { type = '', reason = '', message = '' } = event;
    const count = Math.max(event.count ?? 1, event.series?.count ?? 1);
    const last = Date.parse(eventTime(event) ?? '') || 0;
    const first = Date.parse(event.firstTimestamp ?? event.eventTime ?? '') || last;
    const key = JSON.stringify([about, type, reason, message.replace(/\d+/g, '0')]);
    const known = groups.get(key);
    if (known) {
      known.count += count;
      known.first = Math.min(known.first, first);
    } else groups.set(key, { about, type, reason, message: message.trim(), count, first, last });
  }
  return [...groups.values()];
}

/** `2 min ago  Warning BackOff ×118 in 22 min: Back-off restarting …`. */
export function happeningLine(happening: Happening, now: number, withObject = false): string {
  const { about, type, reason, message, count, first, last } = happening;
  const ago = last > 0 ? `${age(new Date(last).toISOString(), now)} ago` : 'at an unknown time';
  const often = count > 1 ? ` ×${count}${last > first ? ` in ${duration(last - first)}` : ''}` : '';
  const object = withObject ? ` ${about.kind} ${[about.namespace, about.name].filter(Boolean).join('/')}` : '';
  return `${ago}  ${[type, reason].filter(Boolean).join(' ')}${often}${object}: ${message.replace(/\s*\n\s*/g, ' ')}`;
}
