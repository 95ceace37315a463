import {
  type Cause,
  type Evidence,
  eventTime,
  type Failure,
  fromEvent,
  HOUR,
  MINUTE,
  olderThan,
} from '../../analyzer.ts';
import { type Cluster, type Ref, refOf } from '../../cluster.ts';
import type { KubernetesObject } from '../../kind.ts';
import {
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
  type WebhookConfiguration,
} from '../../kinds/admission.ts';
import { Event } from '../../kinds/event.ts';
import { asHeadline } from './rollout.ts';
import { listed, sentence } from './wording.ts';

/** Why the API server may refuse what a workload wants to create. */
export const REFUSALS = [
  'QuotaExceeded',
  'PodSecurity',
  'WebhookUnavailable',
  'AdmissionDenied',
  'ReferenceMissing',
  'FailedCreate',
] as const;

/** What an analyzer must read to explain refusals. */
export const REFUSAL_READS = [Event, ValidatingWebhookConfiguration, MutatingWebhookConfiguration] as const;

/** Refusals that often pass by themselves: a quota frees up, a webhook comes back. They count after a while. */
const PASSING: ReadonlySet<string> = new Set(['QuotaExceeded', 'WebhookUnavailable', 'FailedCreate']);
const PASSING_GRACE = MINUTE;

interface Refusal {
  problem: (typeof REFUSALS)[number];
  /** Said of the certain cause where there is one, else of the workload. */
  headline: string;
  causes: Cause[];
  values: Record<string, string>;
}

/** The server's refusal as a condition or an event tells it. */
export interface Refused {
  message: string;
  /** RFC 3339; since when. */
  since: string | undefined;
  evidence: Evidence[];
}

/** The newest refusal that events tell of an object, unless a creation has succeeded since. */
export function refusedByEvent(object: KubernetesObject, cluster: Cluster): Refused | undefined {
  const event = cluster.latestEvent(object, 'FailedCreate');
  const time = event && eventTime(event);
  if (!event?.message || !time || olderThan(cluster, time, HOUR)) return undefined;
  const success = cluster.latestEvent(object, 'SuccessfulCreate');
  if (success && Date.parse(eventTime(success) ?? '') > Date.parse(time)) return undefined;
  const since = event.firstTimestamp ?? event.eventTime ?? time;
  return { message: event.message, since, evidence: [fromEvent(object, event)] };
}

/** Whether a refusal has lasted long enough to be worth a word. */
export function isLasting({ message, since }: Refused, object: KubernetesObject, cluster: Cluster): boolean {
  if (!PASSING.has(refusalIn(message, object, cluster).problem)) return true;
  return since === undefined || olderThan(cluster, since, PASSING_GRACE);
}

/**
 * A finding that a workload cannot create what it should: `short` says in a sentence what is lacking, and `evidence`
 * shows it.
 */
export function refusalFailure(
  object: KubernetesObject,
  cluster: Cluster,
  { message, evidence }: Refused,
  { short, severity, evidence: more }: { short: string; severity: Failure['severity']; evidence: Evidence[] },
): Failure {
  const { problem, headline, causes, values } = refusalIn(message, object, cluster);
  const { name, namespace } = object.metadata;
  return {
    code: `${object.kind}/${problem}`,
    severity,
    headline: asHeadline(headline),
    text: `${short} ${sentence(message)}`,
    evidence: [...evidence, ...more],
    values: { ...values, message, created: createdBy(object) },
    sensitive: [name, ...(namespace ? [namespace] : []), ...causes.map(({ ref }) => ref.name)],
    causes,
    about: Object.values(values).join('/'),
  };
}

function createdBy({ kind }: KubernetesObject): string {
  return kind === 'CronJob' ? 'Job' : 'Pod';
}

/** The wordings are those of the admission plugins of the API server (`plugin/pkg/admission`, `staging/src/k8s.io/apiserver/pkg/admission`). */
function refusalIn(message: string, object: KubernetesObject, cluster: Cluster): Refusal {
  const { namespace } = object.metadata;
  const beside = (kind: string, name: string): Ref => (namespace ? { kind, namespace, name } : { kind, name });

  const [, quota, requested = ''] = /exceeded quota: ([^\s,]+), requested: (.*?), used: /.exec(message) ?? [];
  if (quota) {
    const resources = listed([...requested.matchAll(/([^\s,=]+)=/g)].map(([, resource]) => resource ?? ''));
    return {
      problem: 'QuotaExceeded',
      headline: `leaves no room for ${resources || 'another object'}`,
      causes: [{ ref: beside('ResourceQuota', quota), certain: true }],
      values: { quota, resources },
    };
  }

  const [, profile] = /violates PodSecurity "([^":]+)/.exec(message) ?? [];
  if (profile) {
    return {
      problem: 'PodSecurity',
      headline: `asks for more than the Pod Security profile ${profile} of its namespace allows`,
      causes: [],
      values: { profile },
    };
  }

  const [, webhook] = /failed calling webhook "([^"]+)"/.exec(message) ?? [];
  if (webhook) {
    return {
      problem: 'WebhookUnavailable',
      headline: `cannot create ${createdBy(object)}s, since admission webhook ${webhook} cannot be reached`,
      causes: configurationsOf(webhook, cluster),
      values: { webhook },
    };
  }

  const [, account] = /serviceaccount "([^"]+)" not found/i.exec(message) ?? [];
  if (account) return missing(beside('ServiceAccount', account.split('/').at(-1) ?? account), object, cluster);
  const [, priority] =
    /no PriorityClass with name (\S+) was found|priorityclass \S*"([^"]+)" not found/i.exec(message)?.filter(Boolean) ??
    [];
  if (priority) return missing({ kind: 'PriorityClass', name: priority }, object, cluster);
  const [, runtime] = /runtimeclass\S* "([^"]+)" not found/i.exec(message) ?? [];
  if (runtime) return missing({ kind: 'RuntimeClass', name: runtime }, object, cluster);

  return denialIn(message) ?? other(message, object);
}

/** The workload at the top is named, since its template is what asks. */
function missing(ref: Ref, object: KubernetesObject, cluster: Cluster): Refusal {
  const { kind, name } = cluster.topOwnerOf(object);
  return {
    problem: 'ReferenceMissing',
    headline: `does not exist, but the Pods of ${kind} ${name} ask for it`,
    causes: [{ ref, certain: true }],
    values: { missingKind: ref.kind, missing: ref.name },
  };
}

/** A rule that the Pod, as it is asked for, breaks. Who applies the rule does so rightly, and is no cause. */
function denialIn(message: string): Refusal | undefined {
  const denied = (rule: string, headline: string): Refusal => ({
    problem: 'AdmissionDenied',
    headline,
    causes: [],
    values: { rule },
  });
  const [, webhook] = /admission webhook "([^"]+)" denied/.exec(message) ?? [];
  if (webhook) return denied(`webhook ${webhook}`, `is refused by admission webhook ${webhook}`);
  const [, policy] = /ValidatingAdmissionPolicy '([^']+)'/.exec(message) ?? [];
  if (policy) return denied(`ValidatingAdmissionPolicy ${policy}`, `breaks ValidatingAdmissionPolicy ${policy}`);
  // Such as `must specify limits.cpu for: app,proxy; requests.cpu for: app`.
  const [, quota, asked = ''] = /failed quota: ([^\s:]+): must specify (.+)$/.exec(message) ?? [];
  if (quota) {
    const fields = asked.split('; ').map((part) => part.replace(/ for: .*$/, ''));
    return denied(`ResourceQuota ${quota}`, `must set ${listed(fields)}, as ResourceQuota ${quota} asks`);
  }
  if (/(?:maximum|minimum) \S+ usage per |limit to request ratio per /.test(message)) {
    return denied('a LimitRange of the namespace', 'asks for more or less than a LimitRange of its namespace allows');
  }
  return undefined;
}

function other(message: string, object: KubernetesObject): Refusal {
  const [, ending] = /namespace (\S+) because it is being terminated/.exec(message) ?? [];
  return {
    problem: 'FailedCreate',
    headline: `cannot create its ${createdBy(object)}s`,
    causes: ending ? [{ ref: { kind: 'Namespace', name: ending } }] : [],
    values: {},
  };
}

/** The configurations that have a webhook of this name. */
function configurationsOf(webhook: string, cluster: Cluster): Cause[] {
  return [ValidatingWebhookConfiguration, MutatingWebhookConfiguration].flatMap((kind) =>
    cluster
      .list<WebhookConfiguration>(kind)
      .filter(({ webhooks }) => webhooks?.some(({ name }) => name === webhook))
      .map((configuration) => ({ ref: refOf(configuration) })),
  );
}
