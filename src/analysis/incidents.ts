import { type Severity, severityRank } from '../analyzer.ts';
import { keyOf, nameOf, type Ref } from '../cluster.ts';
import type { Finding, Incident } from '../report.ts';
import { incidentId } from './fingerprint.ts';

/**
 * Kinds that the API does not know: what several workloads share. Where one workload alone is touched, the fault is in
 * its own manifest, so the workload is named as the cause.
 */
const SHARED = new Set(['Image', 'Registry', 'Cluster']);

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet', 'Pod']);

/** An incident that brings down so many other workloads is critical, whatever the severity of each. */
const WIDE = 3;

/** What a finding comes down to: another finding, or an object that no analyzer reports but that is to blame. */
interface Root {
  ref: Ref;
  finding: Finding;
  /** How many steps away it is. */
  distance: number;
}

/**
 * Joins findings into incidents: each finding is followed along its causes to the one that has none, and those that
 * meet there, or at one workload, are one incident. Deterministic: the same findings in any order give the same.
 */
export function incidentsOf(cluster: string, findings: readonly Finding[]): Incident[] {
  const ordered = [...findings].sort(byWeight);
  const roots = findRoots(ordered);
  const groups = new Map<string, { cause: Ref; tier: string; members: { finding: Finding; root: Root }[] }>();
  for (const finding of ordered) {
    const root = roots.get(finding);
    if (!root) continue;
    // Untidiness is never the cause of, nor told together with, what is broken.
    const tier = root.finding.severity === 'low' ? 'low' : 'broken';
    const key = `${tier} ${keyOf(root.ref)}`;
    const group = groups.get(key) ?? { cause: root.ref, tier, members: [] };
    group.members.push({ finding, root });
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => toIncident(cluster, group)).sort(byImpact);
}

/** The objects that an incident touches beside its cause, each once, in the order of its findings. */
export function affectedOf(incident: Incident): Ref[] {
  const seen = new Set([keyOf(incident.cause)]);
  const affected: Ref[] = [];
  for (const { object } of [...incident.findings, ...incident.consequences]) {
    if (seen.has(keyOf(object))) continue;
    seen.add(keyOf(object));
    affected.push(object);
  }
  return affected;
}

function findRoots(findings: readonly Finding[]): Map<Finding, Root> {
  const byObject = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding.object);
    const others = byObject.get(key);
    if (others) others.push(finding);
    else byObject.set(key, [finding]);
  }
  const roots = new Map<Finding, Root>();
  const onTheWay = new Set<Finding>();

  function rootOf(finding: Finding): Root | undefined {
    const known = roots.get(finding);
    if (known) return known;
    // Two that blame each other: whoever asked first goes on without this answer.
    if (onTheWay.has(finding)) return undefined;
    onTheWay.add(finding);
    const root = certainRoot(finding) ?? likelyRoot(finding) ?? { ref: finding.owner, finding, distance: 0 };
    onTheWay.delete(finding);
    roots.set(finding, root);
    return root;
  }

  function certainRoot(finding: Finding): Root | undefined {
    const cause = finding.causes?.find((each) => each.certain);
    if (!cause) return undefined;
    return bestOf(cause.ref, cause.codes, finding) ?? { ref: cause.ref, finding, distance: 0 };
  }

  /** Of the objects that may be to blame, the root that most of them lead to; the nearest one where several do. */
  function likelyRoot(finding: Finding): Root | undefined {
    const votes = new Map<string, { root: Root; count: number }>();
    for (const cause of finding.causes ?? []) {
      const root = bestOf(cause.ref, cause.codes, finding);
      if (!root) continue;
      const vote = votes.get(keyOf(root.ref));
      if (vote) vote.count++;
      else votes.set(keyOf(root.ref), { root, count: 1 });
    }
    let best: { root: Root; count: number } | undefined;
    for (const vote of votes.values()) if (!best || vote.count > best.count) best = vote;
    return best?.root;
  }

  function bestOf(ref: Ref, codes: readonly string[] | undefined, asking: Finding): Root | undefined {
    for (const candidate of byObject.get(keyOf(ref)) ?? []) {
      if (candidate === asking || candidate.severity === 'low') continue;
      if (codes && !codes.includes(candidate.code)) continue;
      const root = rootOf(candidate);
      if (root) return root.finding === asking ? undefined : { ...root, distance: root.distance + 1 };
    }
    return undefined;
  }

  for (const finding of findings) rootOf(finding);
  return roots;
}

interface Group {
  cause: Ref;
  tier: string;
  members: { finding: Finding; root: Root }[];
}

function toIncident(cluster: string, { cause, tier, members }: Group): Incident {
  const shows = members.filter(({ root }) => root.distance === 0).map(({ finding }) => finding);
  // A cause that is only reached through others has no finding of its own here; the nearest ones show it then.
  const findings = newestFirst(shows.length > 0 ? shows : [...new Set(members.map(({ root }) => root.finding))]);
  const telling = findings[0] as Finding;
  const consequences = members
    .filter(({ finding }) => !findings.includes(finding))
    .sort((a, b) => a.root.distance - b.root.distance || byWeight(a.finding, b.finding))
    .map(({ finding }) => finding);
  const owners = new Map(findings.map((finding) => [keyOf(finding.owner), finding.owner]));
  const only = SHARED.has(cause.kind) && owners.size === 1 ? [...owners.values()][0] : undefined;
  const subject = `${cause.kind} ${nameOf(cause)} ${telling.headline}`;
  return {
    id: incidentId(cluster, cause, tier),
    severity: severityOf(findings, consequences, cause),
    title: only ? `${only.kind} ${nameOf(only)}: ${subject.charAt(0).toLowerCase()}${subject.slice(1)}` : subject,
    cause: only ?? cause,
    code: telling.code,
    findings,
    consequences,
  };
}

/** Of the findings that are like the first one, the one that was seen last tells most. */
function newestFirst(findings: readonly Finding[]): Finding[] {
  const code = findings[0]?.code;
  let newest = findings[0];
  for (const finding of findings) {
    if (finding.code === code && seenAt(finding) > seenAt(newest)) newest = finding;
  }
  return newest ? [newest, ...findings.filter((finding) => finding !== newest)] : [];
}

function seenAt(finding: Finding | undefined): number {
  return Math.max(0, ...(finding?.evidence ?? []).map(({ at }) => (at ? Date.parse(at) || 0 : 0)));
}

function severityOf(findings: readonly Finding[], consequences: readonly Finding[], cause: Ref): Severity {
  let worst: Severity = 'low';
  const workloads = new Set<string>();
  for (const { severity, owner } of [...findings, ...consequences]) {
    if (severityRank(severity) < severityRank(worst)) worst = severity;
    if (WORKLOADS.has(owner.kind) && keyOf(owner) !== keyOf(cause)) workloads.add(keyOf(owner));
  }
  return worst === 'high' && workloads.size >= WIDE ? 'critical' : worst;
}

function byWeight(a: Finding, b: Finding): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    compare(keyOf(a.object), keyOf(b.object)) ||
    compare(a.code, b.code) ||
    compare(a.about ?? '', b.about ?? '')
  );
}

function byImpact(a: Incident, b: Incident): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    b.consequences.length - a.consequences.length ||
    b.findings.length - a.findings.length ||
    compare(keyOf(a.cause), keyOf(b.cause))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
