import { nameOf } from '../../cluster.ts';
import { beginOf, type Sighting, type Track } from '../../history.ts';
import { visible } from '../../message.ts';
import { type Finding, findingsIn } from '../../report.ts';
import type { Notice } from '../../sink.ts';
import { clip } from '../../words.ts';

const DAY_MS = 24 * 3_600_000;
const PROBLEMS_MAX = 10;
const PROBLEM_MAX = 500;

interface Around {
  cluster: string;
  /** When the cluster was read, RFC 3339. */
  at: string;
}

/** What other services are told of an analysis: what began, came back, became worse, and was solved. */
export function noticesOf(sightings: readonly Sighting[], around: Around): Notice[] {
  return sightings.flatMap((sighting) => {
    const { how } = sighting;
    return how === 'same' || how === 'better' ? [] : [noticeOf(sighting, how, around)];
  });
}

function noticeOf({ track, incident }: Sighting, what: Notice['what'], { cluster, at }: Around): Notice {
  const findings = incident ? findingsIn(incident) : [];
  const changed = { new: track.firstSeen, back: beginOf(track), worse: Date.parse(at), solved: endOf(track, at) }[what];
  return {
    id: `${track.id}-${what}-${changed}`,
    what,
    at: new Date(changed).toISOString(),
    cluster,
    incident: {
      id: track.id,
      severity: track.severity,
      title: visible(track.title),
      code: track.code,
      cause: track.cause,
      namespaces: track.namespaces,
      findings: incident ? findings.length : track.fingerprints.length,
      startedAt: new Date(beginOf(track)).toISOString(),
      ...(what === 'solved' && { endedAt: new Date(endOf(track, at)).toISOString() }),
    },
    problems: findings.length > 0 ? problemsOf(findings) : [visible(track.title)],
    ...(isFlapping(track, changed) && what !== 'worse' && { flapping: true }),
  };
}

function problemsOf(findings: readonly Finding[]): string[] {
  const lines = findings
    .slice(0, PROBLEMS_MAX)
    .map(({ object, text }) =>
      clip(visible(`${object.kind} ${nameOf(object)}: ${text}`).replace(/\s+/g, ' '), PROBLEM_MAX),
    );
  const more = findings.length - lines.length;
  return more > 0 ? [...lines, `And ${more} more.`] : lines;
}

/** It came back more than once within a day. */
function isFlapping({ state, returns }: Track, now: number): boolean {
  return state === 'flapping' || returns.filter((at) => at > now - DAY_MS).length > 1;
}

function endOf({ resolvedAt }: Track, at: string): number {
  return resolvedAt ?? Date.parse(at);
}
