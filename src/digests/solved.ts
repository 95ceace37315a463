import { changesBetween } from '../analysis/changes.ts';
import { keyOf, type Ref } from '../cluster.ts';
import type { Track } from '../history.ts';
import { findingsIn, type Incident, type ObjectChange, type Report } from '../report.ts';

const CHANGES_SHOWN = 3;

/**
 * What was seen to change in an incident's objects between the report that had it last and the one that does not: a new
 * image, a restored ConfigMap. Sentences, the telling ones first; empty where nothing is known.
 */
export function solutionOf(track: Track, before: Report | undefined, after: Report | undefined): string[] {
  if (!before || !after || before.id === after.id) return [];
  const known = new Set(track.fingerprints);
  const incident = before.incidents.find(
    ({ id, findings }) => id === track.id || findings.some(({ fingerprint }) => known.has(fingerprint)),
  );
  if (!incident) return [];
  const own = new Set(refsOf(incident).map(keyOf));
  const changes = changesBetween(before, after).objects.filter((change) => concerns(change, own, before, after));
  // Pods come and go; what was missing and exists now tells more.
  const telling = changes.filter(({ how, ref }) => how !== 'appeared' || own.has(keyOf(ref)));
  const texts = (telling.length > 0 ? telling : changes).map(({ text }) => text);
  return [...moreNodes(incident, before, after), ...texts].slice(0, CHANGES_SHOWN);
}

/** Pods that no node had room for are solved by nodes that are no object of theirs. */
function moreNodes({ findings }: Incident, before: Report, after: Report): string[] {
  const [then = 0, now = 0] = [before.stats.checked.Node, after.stats.checked.Node];
  if (then === 0 || now <= then || !findings.some(({ code }) => /Unschedulable|NoNodes/.test(code))) return [];
  return [`The cluster has ${now} Nodes instead of ${then}.`];
}

/** Objects of an incident that a later analysis shall remember, so that it can be told what solved it. */
export function refsOf(incident: Incident): Ref[] {
  const refs = findingsIn(incident).flatMap(({ object, owner, causes = [] }) => [
    owner,
    object,
    ...causes.map(({ ref }) => ref),
  ]);
  return [incident.cause, ...refs];
}

/** An object of the incident, or one that belongs to or is read by such an object, as a ConfigMap of its workload is. */
function concerns({ ref }: ObjectChange, own: ReadonlySet<string>, before: Report, after: Report): boolean {
  if (own.has(keyOf(ref))) return true;
  const remembered = [...(before.objects ?? []), ...(after.objects ?? [])].find(
    (each) => keyOf(each.ref) === keyOf(ref),
  );
  return remembered?.owner !== undefined && own.has(keyOf(remembered.owner));
}
