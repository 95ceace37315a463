import { type Cause, type Failure, fromEvent } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import type { Event } from '../../kinds/event.ts';
import type { Pod } from '../../kinds/pod.ts';
import { networkAgents } from './node-agents.ts';
import { nodeCause, podFailure } from './pod-problems.ts';

/** The wordings of containerd and CRI-O for a RuntimeClass whose handler the node does not know. */
const NO_HANDLER =
  /no runtime for "([^"]+)" is configured|failed to find runtime handler (\S+)|runtime handler "?([\w.-]+)"? not (?:supported|found)/i;
const NO_CLASS = /runtimeclass\S* "([^"]+)" not found/i;
const NO_PAUSE_IMAGE =
  /failed to (?:get|pull|ensure) (?:the )?(?:sandbox|pause|infra) image|(?:pause|infra) image .*(?:fail|error)/i;
const LACKS_NETWORK = /network|cni|plugin type|ipam|\bIP\b/i;

/** A Pod whose node cannot set up what its containers run in: network, devices, the runtime itself. */
export function sandboxFailure(pod: Pod, event: Event, text: string, cluster: Cluster): Failure {
  const { reason = '', message = '' } = event;
  const node = pod.spec?.nodeName ?? 'unknown';
  const handler = NO_HANDLER.exec(message)?.slice(1).find(Boolean);
  const [, runtimeClass] = NO_CLASS.exec(message) ?? [];
  const gone: Cause[] = runtimeClass ? [{ ref: { kind: 'RuntimeClass', name: runtimeClass }, certain: true }] : [];
  const agents = LACKS_NETWORK.test(message) ? networkAgents(pod.spec?.nodeName, cluster, { message }) : [];
  const details = { text, evidence: [fromEvent(pod, event)], causes: [...gone, ...agents, ...nodeCause(pod)] };
  if (handler || runtimeClass) {
    return podFailure(pod, 'RuntimeHandlerMissing', {
      ...details,
      headline: handler
        ? `asks for the runtime handler ${handler}, which node ${node} does not have`
        : 'does not exist, but Pods ask for it',
      values: { node, handler: handler ?? 'not known', runtimeClass: runtimeClass ?? pod.spec?.runtimeClassName ?? '' },
    });
  }
  return podFailure(pod, 'SandboxFailed', {
    ...details,
    headline: `${lackOf(reason, message)} on node ${node}`,
    values: { node: pod.spec?.nodeName ?? '', reason },
  });
}

function lackOf(reason: string, message: string): string {
  if (NO_PAUSE_IMAGE.test(message)) return 'cannot start, since the image of the sandbox cannot be pulled';
  if (reason === 'FailedPrepareDynamicResources') return 'gets no devices';
  return reason === 'NetworkNotReady' || LACKS_NETWORK.test(message) ? 'gets no network' : 'gets no sandbox';
}
