import { Pod } from '../../src/kinds/pod.ts';
import { ago, build } from './cluster.ts';

type Fields = Record<string, unknown>;

export interface PodParts {
  metadata?: Fields;
  spec?: Fields;
  /** The spec of its only container, `app`. */
  container?: Fields;
  /** The status of that container. Default: it runs and is not ready. */
  app?: Fields;
  phase?: string;
  /** Its condition Ready. */
  ready?: 'True' | 'False';
  /** How long its conditions have been as they are. */
  since?: string;
  /** Further conditions. */
  conditions?: Fields[];
  /** Further fields of the status. */
  status?: Fields;
}

/** A Pod `cart-0` on node `worker-a` with one container; the parts say what is wrong with it. */
export function pod(parts: PodParts = {}): Pod {
  const { ready = 'False', since = '3h', phase = 'Running' } = parts;
  return build(Pod, {
    metadata: { name: 'cart-0', labels: { app: 'cart' }, ...parts.metadata },
    spec: {
      nodeName: 'worker-a',
      containers: [{ name: 'app', image: 'registry.example.com/shop/cart:1.0', ...parts.container }],
      ...parts.spec,
    },
    status: {
      phase,
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: ago(since) },
        { type: 'Ready', status: ready, lastTransitionTime: ago(since) },
        ...(parts.conditions ?? []),
      ],
      containerStatuses: [
        { name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: ago(since) } }, ...parts.app },
      ],
      ...parts.status,
    },
  });
}

/** A Pod that is well. */
export function healthyPod(parts: PodParts = {}): Pod {
  return pod({ ready: 'True', ...parts, app: { ready: true, started: true, ...parts.app } });
}

/** A Pod that waits, with this state of its container. */
export function waitingPod(reason: string, message = '', parts: PodParts = {}): Pod {
  return pod({ phase: 'Pending', ...parts, app: { state: { waiting: { reason, message } }, ...parts.app } });
}

/** A Pod whose container stopped two minutes ago and is to be started again. */
export function crashingPod(terminated: Fields = {}, parts: PodParts = {}): Pod {
  return pod({
    ...parts,
    app: {
      restartCount: 8,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=app' } },
      lastState: { terminated: stopped(terminated) },
      ...parts.app,
    },
  });
}

/** How a container ended: with exit code 1, two minutes ago, after four seconds. */
export function stopped(terminated: Fields = {}): Fields {
  return { exitCode: 1, reason: 'Error', startedAt: ago('2m4s'), finishedAt: ago('2m'), ...terminated };
}

/** A Pod that the scheduler finds no node for. */
export function unscheduledPod(message: string, parts: PodParts = {}, reason = 'Unschedulable'): Pod {
  const { since = '31m' } = parts;
  return build(Pod, {
    metadata: { name: 'cart-0', creationTimestamp: ago(since), ...parts.metadata },
    spec: {
      containers: [{ name: 'app', image: 'registry.example.com/shop/cart:1.0', ...parts.container }],
      ...parts.spec,
    },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime: ago(since) }],
      ...parts.status,
    },
  });
}
