import { type Evidence, eventTime, field } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import type { Pod } from '../../kinds/pod.ts';

type Spec = NonNullable<Pod['spec']>;
export type ContainerSpec = NonNullable<Spec['containers']>[number];
export type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];
export type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

/** A container as its status shows it, with its part of the spec. */
export interface Container {
  name: string;
  /** Where its status stands, such as `status.containerStatuses[app]`. */
  path: string;
  /** An init container that runs to its end before the others start; a sidecar starts with them and stays. */
  role: 'init' | 'sidecar' | 'main';
  status: ContainerStatus;
  spec: ContainerSpec | undefined;
  /** As the manifest names it. */
  image: string;
  restarts: number;
}

/** The containers whose status shows anything but a steady run from the start, init containers first. */
export function troubledContainers(pod: Pod): Container[] {
  const { initContainerStatuses, containerStatuses } = pod.status ?? {};
  return [
    ...troubled(initContainerStatuses, pod.spec?.initContainers, 'initContainerStatuses'),
    ...troubled(containerStatuses, pod.spec?.containers, 'containerStatuses', pod.spec?.restartPolicy ?? 'Always'),
  ];
}

function troubled(
  statuses: readonly ContainerStatus[] = [],
  specs: readonly ContainerSpec[] = [],
  list: 'initContainerStatuses' | 'containerStatuses',
  podPolicy = 'OnFailure',
): Container[] {
  const found: Container[] = [];
  for (const [at, status] of statuses.entries()) {
    if (isReadyFromTheStart(status)) continue;
    const name = status.name ?? 'unnamed';
    // Statuses mostly come in the order of the spec, which saves a search.
    const spec = specs[at]?.name === name ? specs[at] : specs.find((each) => each.name === name);
    if (hasEndedWell(status, spec?.restartPolicy ?? podPolicy)) continue;
    found.push({
      name,
      path: `status.${list}[${name}]`,
      role: list === 'containerStatuses' ? 'main' : spec?.restartPolicy === 'Always' ? 'sidecar' : 'init',
      status,
      spec,
      image: spec?.image ?? status.image ?? 'unknown',
      restarts: Math.max(0, status.restartCount ?? 0),
    });
  }
  return found;
}

function isReadyFromTheStart({ state, ready, restartCount = 0 }: ContainerStatus): boolean {
  return state?.running !== undefined && ready === true && restartCount <= 0;
}

/** One that is always restarted, and has been, does not end well: it is between two of its runs. */
function hasEndedWell({ state, restartCount = 0 }: ContainerStatus, restartPolicy: string): boolean {
  return state?.terminated?.exitCode === 0 && (restartPolicy !== 'Always' || restartCount <= 0);
}

/** Evidence: a field of a container's status. */
export function fromContainer(pod: Pod, container: Container, path: string, value: unknown, at?: string): Evidence {
  return field(pod, `${container.path}.${path}`, value, at);
}

/** Events of these reasons that speak of one container, or of no container in particular; newest first. */
export function containerEvents(pod: Pod, container: Container, cluster: Cluster, ...reasons: string[]): Event[] {
  return cluster.eventsOf(pod).filter(({ reason = '', involvedObject }) => {
    if (!reasons.includes(reason)) return false;
    return !involvedObject?.fieldPath || involvedObject.fieldPath.endsWith(`{${container.name}}`);
  });
}

/** Whether an event was last seen within so many milliseconds. */
export function isRecent(event: Event, cluster: Cluster, milliseconds: number): boolean {
  const time = eventTime(event);
  return time !== undefined && cluster.now - Date.parse(time) <= milliseconds;
}
