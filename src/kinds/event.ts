import { defineKind, type ObjectOf } from '../kind.ts';
import { number, object, prose, string } from '../shape.ts';

/** An event as the core group serves it; events written through events.k8s.io come with `series` and `eventTime`. */
export const Event = defineKind({
  kind: 'Event',
  group: '',
  version: 'v1',
  plural: 'events',
  namespaced: true,
  keep: {
    type: string,
    reason: string,
    message: prose,
    count: number,
    firstTimestamp: string,
    lastTimestamp: string,
    eventTime: string,
    series: object({ count: number, lastObservedTime: string }),
    involvedObject: object({ kind: string, name: string, namespace: string, uid: string, fieldPath: string }),
  },
});
export type Event = ObjectOf<typeof Event>;
