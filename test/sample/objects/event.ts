import { type Age, ago, digest, keyOf, type Manifest, microAgo } from '../manifest.ts';

export interface EventOptions {
  type?: 'Normal' | 'Warning';
  /** The component that reports it. */
  from?: string;
  /** The node of a kubelet that reports it. */
  host?: string;
  first?: Age;
  last?: Age;
  count?: number;
  /** The container of a Pod that it is about. */
  container?: string;
}

/** An event as kubelets and controllers write it: counted, with a first and a last time. */
export function event(about: Manifest, reason: string, message: string, options: EventOptions = {}): Manifest {
  const { type = 'Warning', from = 'kubelet', host, last = '2m', first = last, count = 1, container } = options;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: eventMetadata(about, `${reason}/${message}/${first}`, first),
    involvedObject: { ...reference(about), ...(container && { fieldPath: `spec.containers{${container}}` }) },
    type,
    reason,
    message,
    source: { component: from, ...(host && { host }) },
    reportingComponent: from,
    reportingInstance: host ?? '',
    firstTimestamp: ago(first),
    lastTimestamp: ago(last),
    count,
  };
}

/** An event as the scheduler writes it, through events.k8s.io: `eventTime`, and a series where it repeats. */
export function schedulerEvent(
  about: Manifest,
  reason: 'Scheduled' | 'FailedScheduling',
  note: string,
  { first = '2m', last, count }: Pick<EventOptions, 'first' | 'last' | 'count'> = {},
): Manifest {
  const scheduled = reason === 'Scheduled';
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: eventMetadata(about, `${reason}/${note}/${first}`, first),
    regarding: reference(about),
    type: scheduled ? 'Normal' : 'Warning',
    reason,
    note,
    action: scheduled ? 'Binding' : 'Scheduling',
    eventTime: microAgo(first),
    reportingController: 'default-scheduler',
    reportingInstance: 'default-scheduler-7f9c5d',
    ...(last && { series: { count: count ?? 2, lastObservedTime: microAgo(last) } }),
  };
}

function eventMetadata(about: Manifest, seed: string, first: Age): Manifest['metadata'] {
  return {
    name: `${about.metadata.name}.18${digest(`${keyOf(about)}/${seed}`).slice(-14)}`,
    namespace: about.metadata.namespace ?? 'default',
    creationTimestamp: ago(first),
  };
}

/** The loader adds the uid, which only the server knows. */
function reference({ apiVersion, kind, metadata: { name, namespace } }: Manifest) {
  return { apiVersion, kind, name, ...(namespace && { namespace }) };
}
