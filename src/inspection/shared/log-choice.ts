import type { Ref } from '../../cluster.ts';
import { ClusterError, UserError } from '../../errors.ts';
import { Pod } from '../../kinds/pod.ts';
import type { Scene } from '../../look.ts';
import { clip } from '../../words.ts';
import { type Arguments, needText } from './arguments.ts';
import { allStatuses, fareOf, isWell, tellingContainer } from './containers.ts';
import { addressOf, findNamed, resourceFor } from './find.ts';
import { byTrouble, madeBy, podsOf } from './pods.ts';
import { refOfRaw } from './raw.ts';

const PODS_MAX = 2000;
/** The kinds that people mean when they name a workload as if it were a Pod. */
const NAMED_LIKE_PODS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];

/** Whose logs may be shown, those first that have most to tell. */
export interface Candidates {
  pods: readonly Pod[];
  /** Says which of several Pods is shown, and why. */
  note(shown: Pod): string;
}

/** The Pod that the argument `pod` names, or those of the workload that it names. Never empty. */
export async function candidatesIn(args: Arguments, scene: Scene): Promise<Candidates> {
  needText(args, 'pod', 'cart-7d9c-x2x4z or deploy/cart');
  const { kind = 'Pod', name = '', namespace } = await addressOf(args, scene, { nameKey: 'pod', assumed: 'Pod' });
  const resource = await resourceFor(kind, scene);
  if (resource.kind === Pod.kind) return podNamed(name, namespace, scene);
  const found = await findNamed(resource, name, namespace, scene);
  return amongPods(await podsOf(found, scene), found.ref);
}

/** People and models name the workload where they mean its Pods: what has made Pods under that name is taken. */
async function podNamed(name: string, namespace: string | undefined, scene: Scene): Promise<Candidates> {
  const resource = await resourceFor('pod', scene);
  try {
    const { object } = await findNamed(resource, name, namespace, scene);
    return { pods: [Pod.trim(object) ?? []].flat(), note: () => '' };
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof ClusterError) throw error;
    const options = { limit: PODS_MAX, ...(namespace && { namespace }) };
    const { objects } = await scene.source.inspector.list(resource, options, scene.signal);
    const patterns = NAMED_LIKE_PODS.map((kind) => madeBy({ kind, name }));
    const own = objects.filter((object) => patterns.some((pattern) => pattern?.test(refOfRaw(object).name)));
    if (own.length === 0 || new Set(own.map((object) => refOfRaw(object).namespace)).size > 1) throw error;
    const pods = byTrouble(own.flatMap((object) => Pod.trim(object) ?? []));
    return amongPods(pods, { kind: 'workload', name });
  }
}

function amongPods(pods: readonly Pod[], { kind, name }: Ref): Candidates {
  if (pods.length === 0) {
    throw new UserError(`The ${kind} ${name} has no Pods, so there are no logs. Use describe or events to see why.`);
  }
  const ill = pods.filter((pod) => !isWell(pod)).length;
  return {
    pods,
    note(shown) {
      if (pods.length === 1) return '';
      const state = ill === 0 ? 'all are well' : `${ill} of them not well`;
      return `The ${kind} ${name} has ${pods.length} Pods, ${state}; the one shown is ${fareOf(shown)}.`;
    },
  };
}

/** The container to show. Where nobody names one and there are several, `note` says why it is this one. */
export function chooseContainer(pod: Pod, wanted: string | undefined): { container: string; note: string } {
  const { spec, metadata } = pod;
  const names = [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])]
    .map(({ name = '' }) => name)
    .filter(Boolean);
  const where = `Pod ${metadata.namespace}/${metadata.name}`;
  if (wanted && names.length > 0 && !names.includes(wanted)) {
    throw new UserError(`${where} has no container "${wanted}"; it has ${names.join(', ')}.`);
  }
  const telling = tellingContainer(pod);
  const container = wanted ?? telling?.name ?? names[0];
  if (!container) throw new UserError(`${where} has no containers.`);
  const others = names.filter((name) => name !== container);
  if (wanted || others.length === 0) return { container, note: '' };
  const there = others.length === 1 ? `is also ${others[0]}` : `are also ${others.join(', ')}`;
  return {
    container,
    note: `Container ${container} is shown, since ${telling?.why ?? 'it is the first'}; there ${there}.`,
  };
}

/** What the Pod's own status says is asked no further: a run that never was has written nothing. */
export function expectRun({ metadata, status }: Pod, container: string, previous: boolean): void {
  const own = allStatuses(status).find(({ name }) => name === container);
  const whose = `Container ${container} of Pod ${metadata.namespace}/${metadata.name}`;
  if (!own || own.lastState?.terminated) return;
  if (previous && own.restartCount === 0) {
    throw new UserError(`${whose} was never restarted, so it has no previous run.`);
  }
  const { waiting } = own.state ?? {};
  if (previous || !waiting) return;
  const why = [waiting.reason, waiting.message].filter(Boolean).join(': ');
  throw new UserError(`${whose} has not started${why ? ` (${clip(why, 300)})` : ''}, so it has written nothing.`);
}

/** Who looks at a container that has just been started again should know that the reason stands in the run before. */
export function restartNote(pod: Pod, container: string, previous: boolean): string {
  const status = allStatuses(pod.status).find(({ name }) => name === container);
  if (previous || !status?.state?.running || !status.lastState?.terminated) return '';
  const times = status.restartCount ?? 0;
  return `It was started again ${times === 1 ? 'once' : `${times} times`}; previous shows how the run before ended.`;
}
