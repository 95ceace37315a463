import type { LabelSelector, RawObject, Ref } from '../../cluster.ts';
import { UserError } from '../../errors.ts';
import { Pod } from '../../kinds/pod.ts';
import { labelSelector } from '../../kinds/pod-template.ts';
import type { Scene } from '../../look.ts';
import { troubleOf } from './containers.ts';
import { type Found, resourceFor } from './find.ts';
import { at, mapAt, recordsAt, textAt } from './raw.ts';

const PODS_MAX = 1000;

/** The kinds whose Pods can be found. */
const MAKERS = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Service']);

/** Letters of generated names: no vowels, and no digits that look like letters. */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** Fits the names of what a workload makes: ReplicaSets, Jobs and Pods. */
export function madeBy({ kind, name }: Ref): RegExp | undefined {
  const escaped = name.replace(/[^a-z0-9-]/gi, '\\$&');
  const suffix: Record<string, string> = {
    Deployment: `-${SAFE}{1,10}(-${SAFE}{5})?`,
    ReplicaSet: `-${SAFE}{5}`,
    StatefulSet: '-\\d+',
    DaemonSet: `-${SAFE}{5}`,
    Job: `(-\\d+)?-${SAFE}{5}`,
    CronJob: `-\\d{6,}((-\\d+)?-${SAFE}{5})?`,
  };
  return suffix[kind] === undefined ? undefined : new RegExp(`^${escaped}(${suffix[kind]})?$`);
}

/** The Pods of a workload or behind a Service: those first that have most to tell, then the newest. */
export async function podsOf({ object, ref }: Found, scene: Scene): Promise<Pod[]> {
  if (!MAKERS.has(ref.kind)) {
    throw new UserError(`${ref.kind} ${ref.name} has no Pods; name a Pod, a workload or a Service.`);
  }
  const selector = selectorOf(object, ref.kind);
  // Nothing is selected by a Service without a selector; of the Pods of Jobs, which recordings keep none of, owners tell.
  if (selector === '' && ref.kind !== 'CronJob' && ref.kind !== 'Job') return [];
  const { objects } = await scene.source.inspector.list(
    await resourceFor('pod', scene),
    { limit: PODS_MAX, ...(ref.namespace && { namespace: ref.namespace }), ...(selector && { selector }) },
    scene.signal,
  );
  const made = madeBy(ref);
  const uid = textAt(object, 'metadata.uid');
  const own = objects.filter((pod) => ref.kind === 'Service' || isMadeBy(pod, ref, uid, made));
  return byTrouble(own.flatMap((pod) => Pod.trim(pod) ?? []));
}

/** Labels may overlap; the owner tells. A Deployment and a CronJob own theirs through another object. */
function isMadeBy(pod: RawObject, { kind, name }: Ref, uid: string | undefined, made: RegExp | undefined): boolean {
  const owner = recordsAt(pod, 'metadata.ownerReferences').find(({ controller }) => controller === true);
  if (!owner) return false;
  if (kind === 'Deployment') return owner.kind === 'ReplicaSet' && made?.test(String(owner.name)) === true;
  if (kind === 'CronJob') return owner.kind === 'Job' && made?.test(String(owner.name)) === true;
  return owner.uid === uid || (owner.kind === kind && owner.name === name);
}

export function byTrouble(pods: readonly Pod[]): Pod[] {
  const created = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp ?? '') || 0;
  return pods.toSorted((a, b) => troubleOf(b) - troubleOf(a) || created(b) - created(a));
}

function selectorOf(object: RawObject, kind: string): string {
  if (kind === 'Service') return selectorText({ matchLabels: mapAt(object, 'spec.selector') });
  return selectorText(labelSelector(at(object, 'spec.selector')));
}

/** A selector as a query has it. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = matchExpressions.map(({ key = '', operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...others].join(',');
}
