import { UserError } from '../../errors.ts';
import type { Scene } from '../../look.ts';
import { fareOf, isWell, readyCount } from './containers.ts';
import { describeTemplate } from './describe-pod.ts';
import type { Found } from './find.ts';
import { podsOf } from './pods.ts';
import { at, mapAt, pairs, recordsAt, sayAt, textAt } from './raw.ts';
import { age } from './result.ts';

const PODS_SHOWN = 10;

/** A workload: how many Pods it wants and has, what they are made of, and how each of them fares. */
export async function describeWorkload(found: Found, scene: Scene, now: number): Promise<string[]> {
  const { object } = found;
  const template = object.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec';
  return [
    ...countLines(object, now),
    ...(await podLines(found, scene, now)),
    'Template of its Pods:',
    ...describeTemplate(object, template).map((line) => `  ${line}`),
  ];
}

function countLines(object: Record<string, unknown>, now: number): string[] {
  const facts: Record<string, [string, string | undefined][]> = {
    Deployment: [
      ...replicas(object),
      ...rolling(object),
      ['Paused', at(object, 'spec.paused') === true ? 'yes' : undefined],
    ],
    ReplicaSet: replicas(object),
    StatefulSet: [
      ...replicas(object),
      ['Service', textAt(object, 'spec.serviceName')],
      ...revisions(object),
      ...claims(object),
    ],
    DaemonSet: [
      [
        'Pods',
        `${textAt(object, 'status.numberReady') ?? 0} of ${textAt(object, 'status.desiredNumberScheduled') ?? 0} ready, ` +
          `${textAt(object, 'status.updatedNumberScheduled') ?? 0} up to date, ${textAt(object, 'status.numberMisscheduled') ?? 0} on nodes where they should not be`,
      ],
      ['Update strategy', textAt(object, 'spec.updateStrategy.type')],
    ],
    Job: [
      [
        'Pods',
        `${textAt(object, 'status.active') ?? 0} active, ${textAt(object, 'status.succeeded') ?? 0} succeeded, ${textAt(object, 'status.failed') ?? 0} failed; ` +
          `${textAt(object, 'spec.completions') ?? 1} must succeed, and ${textAt(object, 'spec.backoffLimit') ?? 6} may fail`,
      ],
      ['Started', ago(textAt(object, 'status.startTime'), now)],
      ['Completed', ago(textAt(object, 'status.completionTime'), now)],
      ['Deadline', seconds(textAt(object, 'spec.activeDeadlineSeconds'))],
      ['Suspended', at(object, 'spec.suspend') === true ? 'yes' : undefined],
    ],
    CronJob: [
      ['Schedule', [textAt(object, 'spec.schedule'), textAt(object, 'spec.timeZone')].filter(Boolean).join(', ')],
      ['Suspended', at(object, 'spec.suspend') === true ? 'yes' : undefined],
      ['Concurrency', textAt(object, 'spec.concurrencyPolicy')],
      ['Starting deadline', seconds(textAt(object, 'spec.startingDeadlineSeconds'))],
      ['Last scheduled', ago(textAt(object, 'status.lastScheduleTime'), now) ?? 'never'],
      ['Last successful', ago(textAt(object, 'status.lastSuccessfulTime'), now) ?? 'never'],
      [
        'Active',
        recordsAt(object, 'status.active')
          .map((job) => textAt(job, 'name'))
          .join(', '),
      ],
    ],
  };
  return (facts[String(object.kind)] ?? []).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
}

function replicas(object: unknown): [string, string | undefined][] {
  const updated = textAt(object, 'status.updatedReplicas');
  const counts = [
    `${textAt(object, 'status.readyReplicas') ?? 0} of ${textAt(object, 'spec.replicas') ?? 1} ready`,
    `${textAt(object, 'status.availableReplicas') ?? 0} available`,
    ...(updated ? [`${updated} up to date`] : []),
  ];
  return [
    ['Replicas', counts.join(', ')],
    ['Selector', pairs(mapAt(object, 'spec.selector.matchLabels'))],
  ];
}

function rolling(object: unknown): [string, string | undefined][] {
  const bounds = mapAt(object, 'spec.strategy.rollingUpdate');
  const text = [textAt(object, 'spec.strategy.type'), pairs(bounds)].filter(Boolean).join(', ');
  return [['Strategy', text]];
}

function revisions(object: unknown): [string, string | undefined][] {
  const [current, update] = [textAt(object, 'status.currentRevision'), textAt(object, 'status.updateRevision')];
  const partition = textAt(object, 'spec.updateStrategy.rollingUpdate.partition');
  return [
    ['Revision', update && current !== update ? `${current ?? '?'}, going to ${update}` : current],
    ['Partition', partition && partition !== '0' ? partition : undefined],
  ];
}

function claims(object: unknown): [string, string | undefined][] {
  const templates = recordsAt(object, 'spec.volumeClaimTemplates').map(
    (claim) => `${sayAt(claim, 'metadata.name')} of class ${textAt(claim, 'spec.storageClassName') ?? '(default)'}`,
  );
  return [['Claims for each Pod', templates.join(', ')]];
}

/** What cannot be read of the Pods is said, and nothing else suffers from it. */
async function podLines(found: Found, scene: Scene, now: number): Promise<string[]> {
  try {
    const pods = await podsOf(found, scene);
    if (pods.length === 0) return ['Pods: none'];
    const ill = pods.filter((pod) => !isWell(pod)).length;
    const more = pods.length - PODS_SHOWN;
    return [
      `Pods: ${pods.length}, ${ill} of them not well`,
      ...pods.slice(0, PODS_SHOWN).map((pod) => {
        const { name, creationTimestamp } = pod.metadata;
        const node = pod.spec?.nodeName ? ` on ${pod.spec.nodeName}` : '';
        return `  ${name}: ${fareOf(pod)}, ${readyCount(pod)} ready, ${age(creationTimestamp, now)} old${node}`;
      }),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`Pods: ${error.message}`];
  }
}

function ago(time: string | undefined, now: number): string | undefined {
  return time && `${age(time, now)} ago`;
}

function seconds(count: string | undefined): string | undefined {
  return count && `${count} s`;
}
