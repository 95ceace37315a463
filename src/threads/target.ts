import { keyOf, type Ref } from '../cluster.ts';
import type { Incident } from '../report.ts';
import type { Context } from './context.ts';

/** What a question is about. */
export interface Target {
  incident?: Incident;
  /** The object that the person named; absent: none. Without a kind, where they did not say what it is. */
  named?: Ref;
  /** Neither the question nor what was spoken of before tells which of several incidents is meant. */
  isGuess?: true;
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** The words of kinds in a question, as people and kubectl have them, with the kind that they mean. */
const KINDS: Record<string, string> = {
  pod: 'Pod',
  pods: 'Pod',
  po: 'Pod',
  deployment: 'Deployment',
  deploy: 'Deployment',
  statefulset: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  ds: 'DaemonSet',
  replicaset: 'ReplicaSet',
  rs: 'ReplicaSet',
  job: 'Job',
  cronjob: 'CronJob',
  cj: 'CronJob',
  service: 'Service',
  svc: 'Service',
  ingress: 'Ingress',
  ing: 'Ingress',
  node: 'Node',
  configmap: 'ConfigMap',
  cm: 'ConfigMap',
  secret: 'Secret',
  pvc: 'PersistentVolumeClaim',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  claim: 'PersistentVolumeClaim',
  namespace: 'Namespace',
  storageclass: 'StorageClass',
};

/**
 * What a question is about: the object or incident that it names, else the incident that was spoken of last, else the
 * most severe one that suits the question.
 */
export function targetOf(
  question: string,
  context: Context,
  suits: (incident: Incident) => boolean = () => true,
): Target {
  const { incidents, focus } = context;
  const byId = incidents.find(({ id }) => question.includes(id));
  const named = namedIn(question, incidents);
  if (named) return { named: named.ref, ...withIncident(byId ?? named.incident) };
  const stranger = strangerIn(question);
  const ordinal = incidents[ordinalIn(question)];
  const told = byId ?? ordinal ?? likeliestIn(question, incidents) ?? incidents.find(({ id }) => id === focus);
  const incident = told ?? incidents.find(suits) ?? incidents[0];
  const isGuess = !told && !stranger && incidents.length > 1;
  return { ...(stranger && { named: stranger }), ...withIncident(incident), ...(isGuess && { isGuess }) };
}

function withIncident(incident: Incident | undefined): { incident?: Incident } {
  return incident ? { incident } : {};
}

/** Every object that incidents speak of, the nearest to their cause first. */
export function refsOf(incident: Incident): Ref[] {
  const refs = [incident.cause];
  for (const { object, owner } of [...incident.findings, ...incident.consequences]) refs.push(object, owner);
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}

/** The object of the incidents whose name stands in a question; the longest name where several do. */
function namedIn(question: string, incidents: readonly Incident[]): { ref: Ref; incident: Incident } | undefined {
  const words = question.toLowerCase();
  let best: { ref: Ref; incident: Incident; weight: number } | undefined;
  for (const incident of incidents) {
    for (const ref of refsOf(incident)) {
      const name = ref.name.toLowerCase();
      if (!holdsName(words, name)) continue;
      // Of several objects of one name the one whose kind or namespace is said as well.
      const said = [ref.kind.toLowerCase(), ref.namespace ?? ''].filter(
        (word) => word && holdsName(words, word),
      ).length;
      const weight = name.length * 10 + said * 5;
      if (!best || weight > best.weight) best = { ref, incident, weight };
    }
  }
  return best;
}

/** Parts of names that are in too many of them to tell one from another, or that are words of a language as well. */
const COMMON_PARTS = new Set(
  'api app application service server the for and not all one new old prod production test default system data main pod pods node deployment job kube kubernetes cluster namespace'.split(
    ' ',
  ),
);

/**
 * The incident whose objects are named after a word of the question: `why is checkout down?` is about `checkout-api`. A
 * word that is part of a workload's or a namespace's name counts; of several incidents the one that has most of it.
 */
function likeliestIn(question: string, incidents: readonly Incident[]): Incident | undefined {
  const words = new Set(
    (question.toLowerCase().match(/[a-z0-9]{3,}/g) ?? []).filter((word) => !COMMON_PARTS.has(word)),
  );
  let best: { incident: Incident; score: number } | undefined;
  for (const incident of incidents) {
    const refs = refsOf(incident);
    const hits = refs.filter(({ name, namespace = '' }) =>
      partsOf(`${name}-${namespace}`).some((part) => words.has(part)),
    );
    // What the cause itself is called tells more than what it touches.
    const score = hits.length / refs.length + (hits.includes(incident.cause) ? 1 : 0);
    if (score > 0 && score > (best?.score ?? 0)) best = { incident, score };
  }
  return best?.incident;
}

function partsOf(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/);
}

/** Whether a name stands in a text as a whole: `cart` does not in `cart-api` or `cartography`. */
function holdsName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + name.length);
    const next = text.charAt(at + name.length + 1);
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after) && !(after === '.' && /\w/.test(next))) return true;
  }
  return false;
}

/** An object that the incidents do not speak of, named with its kind: `pod cart-1 in shop`, `deploy/cart -n shop`. */
function strangerIn(question: string): Ref | undefined {
  return withKindIn(question) ?? bareIn(question);
}

/** `logs of orders-api`: a name with a hyphen behind a word that asks for something of it. */
function bareIn(question: string): Ref | undefined {
  const [, name] =
    /\b(?:of|for|about|describe|logs?|events?|ya?ml|rollouts?|to)\s+["'`]?([a-z0-9]+(?:-[a-z0-9]+)+)\b/i.exec(
      question,
    ) ?? [];
  const namespace = namespaceIn(question);
  return name ? { kind: '', name, ...(namespace && { namespace }) } : undefined;
}

/** `-n shop`, `in shop`, `namespace shop`. */
function namespaceIn(question: string): string | undefined {
  const [, given] =
    /(?:\s-n\s*|\bnamespace\s+|\bin\s+(?:namespace\s+)?)["'`]?([a-z0-9][a-z0-9-]*)/i.exec(question) ?? [];
  return given && !/^(?:the|this|that|it|namespace)$/.test(given) ? given : undefined;
}

function withKindIn(question: string): Ref | undefined {
  const words = Object.keys(KINDS).join('|');
  const pattern = new RegExp(`\\b(${words})(?:s? |/)["'\`]?(?:([a-z0-9-]+)/)?([a-z0-9][a-z0-9.-]*[a-z0-9])\\b`, 'gi');
  for (const [, word = '', within, name = ''] of question.matchAll(pattern)) {
    // `the pod is failing`: a name of a word has a digit or a sign in it, or is set apart by a slash.
    if (!/[\d./-]/.test(name) && !within && !question.includes(`${word}/`)) continue;
    const kind = KINDS[word.toLowerCase()] ?? word;
    const namespace = within ?? namespaceIn(question);
    return namespace ? { kind, name, namespace } : { kind, name };
  }
  return undefined;
}

function ordinalIn(question: string): number {
  const words = question.toLowerCase();
  const [, number] = /(?:#|\bnumber |\bno\. |\bincident )(\d{1,2})\b/.exec(words) ?? [];
  if (number) return Number(number) - 1;
  return ORDINALS.findIndex((ordinal) => new RegExp(`\\b${ordinal}(?: (?:one|incident|problem)|$)`).test(words));
}
