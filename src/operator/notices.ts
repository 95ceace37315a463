import { SEVERITIES, type Severity } from '../analyzer.ts';
import type { ApiObject } from '../custom-resources.ts';
import { findingsIn, type Report } from '../report.ts';
import { object, string } from '../shape.ts';
import type { Notice } from '../sink.ts';
import { INCIDENT_NOTE, type Kept, type Problem } from './results.ts';

const PROBLEMS_MAX = 10;

interface NoticesOptions {
  k8sgpt: ApiObject;
  report: Report;
  problems: readonly Problem[];
  /** The Results as they stand now, of what was found; by name. */
  standing: ReadonlyMap<string, Kept>;
  /** As they stood before; by name. */
  before: ReadonlyMap<string, Kept>;
  removed: readonly Kept[];
  /** The mark of the sink in Results that it was told of. */
  mark: string;
}

/**
 * What a sink is told: of incidents none of whose Results it knows, and of those it knows that have no Result any more.
 * That the same Results are put down to another cause is no news.
 */
export function noticesOf(options: NoticesOptions): Notice[] {
  const { problems, standing, before, removed, mark } = options;
  const told = [...before.values()].filter(({ webhook }) => webhook === mark);
  const names = new Set(told.map(({ raw }) => raw.metadata.name));
  const known = new Set(told.map(({ incident }) => incident));
  const begun = [...Map.groupBy(problems, ({ incident }) => incident.id).values()].filter(
    (group) => !known.has(group[0]?.incident.id ?? '') && group.some(({ name }) => !names.has(name)),
  );
  const open = new Set([...standing.values()].map(({ incident }) => incident));
  const gone = new Map(removed.filter(({ webhook }) => webhook === mark).map((kept) => [kept.incident, kept]));
  // Those that stay because their kind could not be read are not solved.
  const left = new Set([...before.values()].filter((kept) => !removed.includes(kept)).map(({ incident }) => incident));
  const over = [...gone.values()].filter(({ incident }) => incident && !open.has(incident) && !left.has(incident));
  return [
    ...begun.map((group) => newNotice(group as [Problem, ...Problem[]], options)),
    ...over.flatMap((kept) => solvedNotice(kept, options) ?? []),
  ];
}

function newNotice(group: readonly [Problem, ...Problem[]], { k8sgpt, report, standing }: NoticesOptions): Notice {
  const [{ incident }] = group;
  const all = findingsIn(incident);
  const results = group.flatMap(({ name }) => standing.get(name) ?? []);
  const startedAt = results.map(createdAt).filter(Boolean).sort()[0] ?? report.at;
  const details = results.map(({ spec }) => spec?.details ?? '').find(Boolean);
  return {
    id: noticeId(k8sgpt, incident.id, 'new', startedAt),
    what: 'new',
    at: report.at,
    cluster: report.cluster,
    incident: {
      id: incident.id,
      severity: incident.severity,
      title: incident.title,
      code: incident.code,
      cause: incident.cause,
      namespaces: [...new Set(all.flatMap(({ object }) => object.namespace ?? []))].sort(),
      findings: all.length,
      startedAt,
    },
    problems: [...new Set(all.map(({ text }) => text))].slice(0, PROBLEMS_MAX),
    ...(details && { details }),
  };
}

const noteShape = object({
  severity: string,
  title: string,
  code: string,
  cause: object({ kind: string, name: string, namespace: string }),
});

function solvedNotice(kept: Kept, { k8sgpt, report }: NoticesOptions): Notice | undefined {
  const note = noteShape(parsed(kept.raw.metadata.annotations?.[INCIDENT_NOTE]));
  if (!note) return undefined;
  const { title = kept.object, code = '', cause = {} } = note;
  const startedAt = createdAt(kept) || report.at;
  const [namespace] = kept.object.includes('/') ? kept.object.split('/') : [];
  return {
    id: noticeId(k8sgpt, kept.incident, 'solved', startedAt),
    what: 'solved',
    at: report.at,
    cluster: report.cluster,
    incident: {
      id: kept.incident,
      severity: SEVERITIES.find((each) => each === note.severity) ?? ('medium' satisfies Severity),
      title,
      code,
      cause: {
        kind: cause.kind ?? kept.kind,
        name: cause.name ?? kept.object,
        ...(cause.namespace && { namespace: cause.namespace }),
      },
      namespaces: namespace ? [namespace] : [],
      findings: 0,
      startedAt,
      endedAt: report.at,
    },
    problems: [title],
  };
}

/** The same if this replica dies before it has noted that it told. */
function noticeId({ metadata }: ApiObject, incident: string, what: Notice['what'], since: string): string {
  return `${metadata.uid}/${incident}/${what}/${since}`;
}

function createdAt({ raw }: Kept): string {
  return raw.metadata.creationTimestamp ?? '';
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
}
