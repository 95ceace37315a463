import { keyOf, nameOf, type Ref } from '../cluster.ts';
import { UserError } from '../errors.ts';
import type { Incident } from '../report.ts';
import type { Intent } from './intents.ts';
import { refsOf, type Target } from './target.ts';

/** Kinds whose objects make Pods, so that logs can be asked of them. */
const WITH_PODS = new Set(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);
const ROLLED_OUT = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Whether an incident is what a question can be about that names none: logs are of what runs, a previous run of what ended. */
export function suits({ kind, logs }: Intent, { cause, findings }: Incident): boolean {
  if (kind === 'logs') {
    return findings.some(({ object, values = {} }) =>
      logs.previous ? Number(values.restarts) > 0 : object.kind === 'Pod',
    );
  }
  return kind !== 'rollout' || ROLLED_OUT.has(cause.kind);
}

/** The object that a question is about: the one named, else the one whose finding tells most. */
export function refOf({ named, incident }: Target): Ref {
  const ref = named ?? incident?.findings[0]?.object ?? incident?.cause;
  if (!ref) throw new UserError('Say which object you mean, such as: describe deploy/cart -n shop');
  return ref;
}

/** Who wrote the logs that tell about a target: the object itself where it has Pods, else the first that was touched. */
export function writerOf({ named, incident }: Target): Ref {
  const candidates = [...(named ? [named] : []), ...(incident ? writersOf(incident) : [])];
  const writer = candidates.find(({ kind }) => kind === '' || WITH_PODS.has(kind));
  if (writer) return writer;
  const what = named ?? incident?.cause;
  if (!what) throw new UserError('Say whose logs you mean, such as: logs of deploy/cart -n shop');
  throw new UserError(
    `${what.kind} ${nameOf(what)} writes no logs. Name a Pod or a workload: logs of deploy/cart -n shop`,
  );
}

/** Pods first: those of the cause, then those that follow from it. */
function writersOf({ cause, findings, consequences }: Incident): Ref[] {
  const all = [...findings, ...consequences];
  const pods = all.map(({ object }) => object).filter(({ kind }) => kind === 'Pod');
  return [...pods, ...all.map(({ owner }) => owner), cause];
}

/** The container that a finding about this object speaks of. */
export function containerOf({ incident }: Target, ref: Ref): string | undefined {
  const all = incident ? [...incident.findings, ...incident.consequences] : [];
  return all.find(({ object, values }) => keyOf(object) === keyOf(ref) && values?.container)?.values?.container;
}

/** The workload whose versions tell about a target. */
export function rolledOutOf(target: Target): Ref {
  const ref = rolledOutIn(target);
  if (ref) return ref;
  throw new UserError('Nothing here is rolled out. Name a workload: rollout history of deploy/cart -n shop');
}

/** The same; nothing where there is none. */
export function rolledOutIn({ named, incident }: Target): Ref | undefined {
  const refs = [...(named ? [named] : []), ...(incident ? refsOf(incident) : [])];
  return refs.find(({ kind }) => ROLLED_OUT.has(kind));
}
