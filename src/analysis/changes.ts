import { severityRank } from '../analyzer.ts';
import { keyOf, nameOf, type Ref } from '../cluster.ts';
import {
  type Changes,
  type Finding,
  type Incident,
  type IncidentChange,
  type ObjectChange,
  printsIn,
  type Remembered,
  type Report,
} from '../report.ts';
import { clip } from '../words.ts';

/** Fields told of one object. */
const FIELDS_SHOWN = 8;
const VALUE_SHOWN = 120;

/**
 * What is different between two reports of one cluster. Only what both of them know is compared: an incident is gone
 * where the later report looked for it, and an object vanished where the later one proves it.
 */
export function changesBetween(before: Report, after: Report): Changes {
  return {
    milliseconds: Math.max(0, Date.parse(after.at) - Date.parse(before.at)) || 0,
    incidents: incidentChanges(before, after),
    objects: objectChanges(before, after),
  };
}

const ORDER: IncidentChange['how'][] = ['new', 'worse', 'gone', 'better', 'same'];

function incidentChanges(before: Report, after: Report): IncidentChange[] {
  const known = new Set<Incident>();
  const changes: IncidentChange[] = [];
  for (const incident of after.incidents) {
    const earlier = before.incidents.filter((each) => isSame(each, incident));
    for (const each of earlier) known.add(each);
    const [first] = earlier;
    if (first) changes.push(compare(first, incident));
    else if (covers(before, after, incident)) changes.push({ how: 'new', incident });
  }
  for (const incident of before.incidents) {
    if (!known.has(incident) && covers(after, before, incident)) changes.push({ how: 'gone', incident });
  }
  return changes.sort((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how));
}

function isSame(before: Incident, after: Incident): boolean {
  if (before.id === after.id) return true;
  const prints = printsIn(before);
  return [...printsIn(after)].some((print) => prints.has(print));
}

function compare(before: Incident, after: Incident): IncidentChange {
  const severities = severityRank(before.severity) - severityRank(after.severity);
  const [then, now] = [printsIn(before).size, printsIn(after).size];
  const counts = now - then;
  if (severities === 0 && counts === 0) return { how: 'same', incident: after };
  const text = [
    ...(severities === 0 ? [] : [`was ${before.severity}, is ${after.severity}`]),
    ...(counts === 0 ? [] : [`${now} ${now === 1 ? 'problem' : 'problems'} instead of ${then}`]),
  ].join('; ');
  return { how: (severities || counts) > 0 ? 'worse' : 'better', incident: after, text };
}

/** Whether a report would have told of an incident of another one. */
function covers({ filters, namespace, selector }: Report, other: Report, { findings }: Incident): boolean {
  const within = ({ filter, object }: Finding) =>
    filters.includes(filter) && (!namespace || !object.namespace || object.namespace === namespace);
  return (selector === undefined || selector === other.selector) && findings.some(within);
}

function objectChanges(before: Report, after: Report): ObjectChange[] {
  const later = new Map((after.objects ?? []).map((object) => [keyOf(object.ref), object]));
  const earlier = new Map((before.objects ?? []).map((object) => [keyOf(object.ref), object]));
  const changes: ObjectChange[] = [];
  const replaced = new Map<string, { owner: Ref; pods: number }>();

  for (const old of earlier.values()) {
    const now = later.get(keyOf(old.ref));
    if (!now) continue;
    const owner = isReplaced(old, now) ? old.owner : undefined;
    if (owner && !later.get(keyOf(owner))?.absent) {
      const entry = replaced.get(keyOf(owner)) ?? { owner, pods: 0 };
      replaced.set(keyOf(owner), { owner, pods: entry.pods + 1 });
    } else changes.push(...changeOf(old, now));
  }
  for (const now of later.values()) {
    const isNew = !earlier.has(keyOf(now.ref)) && now.createdAt && Date.parse(now.createdAt) > Date.parse(before.at);
    // New Pods of a workload that lost others are told with those.
    if (isNew && !(now.owner && replaced.has(keyOf(now.owner)))) changes.push(appeared(now));
  }
  for (const { owner, pods } of replaced.values()) changes.push(replacement(owner, pods, later.get(keyOf(owner))));
  return changes
    .map((change) => ({ change, rank: rankOf(change) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ change }) => change);
}

/** Whether a Pod of a workload is no longer the one that it was. */
function isReplaced(old: Remembered, now: Remembered): boolean {
  if (old.ref.kind !== 'Pod' || old.absent) return false;
  return now.absent === true || (now.uid !== undefined && old.uid !== undefined && now.uid !== old.uid);
}

function changeOf(old: Remembered, now: Remembered): ObjectChange[] {
  const { ref } = now;
  if (old.absent && now.absent) return [];
  if (old.absent) return [appeared(now)];
  if (now.absent) return [{ how: 'vanished', ref, text: `${nameFor(ref)} no longer exists.`, fields: [] }];
  const fields = differences(old.fields, now.fields);
  const anew = now.uid !== undefined && old.uid !== undefined && now.uid !== old.uid;
  if (fields.length === 0 && !anew) return [];
  const text = `${nameFor(ref)}${anew ? ' was deleted and made anew' : ''}${fields.length > 0 ? `: ${sayAll(fields)}` : ''}.`;
  return [{ how: 'changed', ref, text, fields }];
}

function appeared({ ref }: Remembered): ObjectChange {
  return { how: 'appeared', ref, text: `${nameFor(ref)} exists now.`, fields: [] };
}

function replacement(owner: Ref, pods: number, now: Remembered | undefined): ObjectChange {
  const { ready, replicas } = now?.fields ?? {};
  const count = ready !== undefined && replicas !== undefined ? `; ${ready} of ${replicas} are ready now` : '';
  const what = pods === 1 ? '1 Pod was' : `${pods} Pods were`;
  return { how: 'replaced', ref: owner, text: `${nameFor(owner)}: ${what} replaced or deleted${count}.`, fields: [] };
}

type Field = ObjectChange['fields'][number];

function differences(before: Record<string, string>, after: Record<string, string>): Field[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((field) => before[field] !== after[field])
    .map((field) => ({
      field,
      ...(before[field] !== undefined && { before: before[field] }),
      ...(after[field] !== undefined && { after: after[field] }),
    }))
    .sort((a, b) => weigh(a.field) - weigh(b.field));
}

function sayAll(fields: readonly Field[]): string {
  const said = fields.slice(0, FIELDS_SHOWN).map(({ field, before, after }) => {
    if (before === undefined) return `${field} is new: ${clip(after ?? '', VALUE_SHOWN)}`;
    if (after === undefined) return `${field} is gone: ${clip(before, VALUE_SHOWN)}`;
    return `${field} ${clip(before, VALUE_SHOWN)} -> ${clip(after, VALUE_SHOWN)}`;
  });
  const more = fields.length - said.length;
  return said.join('; ') + (more > 0 ? `; and ${more} ${more === 1 ? 'field' : 'fields'} more` : '');
}

/** What people change, which brings about the rest, before what a controller reports. */
const WEIGHTS: readonly RegExp[] = [
  / image$/,
  /^key |^keys$/,
  / env /,
  / (limit|request) |^request$|^class$|^allocatable /,
  / (command|arguments|readiness probe|liveness probe|startup probe|ports)$/,
  /^(replicas|paused|strategy|schedule|suspended|bounds|cordoned|taints)$/,
  /^(selector|ports|type|label |node selector |volume |service account|pull secret |routes|TLS Secrets|webhook )/,
];
const STATUS = WEIGHTS.length + 1;

function weigh(field: string): number {
  const at = WEIGHTS.findIndex((pattern) => pattern.test(field));
  return at < 0 ? STATUS : at;
}

/** Of a Pod the image and all else was given to it by its workload. */
function rankOf({ how, ref, fields }: ObjectChange): number {
  if (how === 'replaced') return STATUS;
  if (ref.kind === 'Pod') return STATUS + 1;
  if (how !== 'changed') return 1;
  return Math.min(STATUS, ...fields.map(({ field }) => weigh(field)));
}

function nameFor(ref: Ref): string {
  return `${ref.kind} ${nameOf(ref)}`;
}
