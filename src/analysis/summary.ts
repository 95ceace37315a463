import { SEVERITIES, type Severity, severityRank } from '../analyzer.ts';
import { nameOf, type Ref } from '../cluster.ts';
import type { Action, Block, Message, Text } from '../message.ts';
import { quote } from '../message.ts';
import type { Incident, Report } from '../report.ts';
import { clip, enumerate, pluralOf } from '../words.ts';
import { affectedOf } from './incidents.ts';

/** As many rows as a person reads in half a minute. */
const ROWS = 10;
const NAMES = 3;
const ERRORS = 3;
/** Letters of a finding's text; its explanation has all of it. */
const TEXT_MAX = 160;

type Family = [Incident, ...Incident[]];

/** One line of a summary: an incident, or several that have the same code. */
export interface Row {
  severity: Severity;
  code: string;
  incidents: Readonly<Family>;
}

/** How a report was asked for. */
export interface Asked {
  filters: readonly string[];
  /** Untidiness as well. */
  all?: boolean;
  /** In a terminal, whose history has the command and which has no forms. */
  inTerminal?: boolean;
}

/**
 * What a chat shows of a report. Untidiness, and what touches nothing in the namespace that was asked about, stay out of
 * it unless somebody named the filter, or asked for all.
 */
export function shownIncidents(report: Report, asked: Asked): Incident[] {
  if (asked.all) return report.incidents;
  const named = new Set(asked.filters.length > 0 ? report.filters : []);
  return report.incidents.filter(
    (incident) =>
      incident.findings.some(({ filter }) => named.has(filter)) ||
      (incident.severity !== 'low' && touches(incident, report.namespace)),
  );
}

/** Whether anything of an incident stands in a namespace; a broken node elsewhere is none of its business. */
function touches({ cause, findings, consequences }: Incident, namespace: string | undefined): boolean {
  if (namespace === undefined || cause.namespace === namespace) return true;
  return [...findings, ...consequences].some(({ object }) => object.namespace === namespace);
}

/** The rows that a summary shows; the others are counted. */
export function shownRows(report: Report, asked: Asked): Row[] {
  return rowsOf(shownIncidents(report, asked)).slice(0, ROWS);
}

/** The rows of a summary, most severe first: as long as they fit, one an incident; else those of one code together. */
export function rowsOf(incidents: readonly Incident[]): Row[] {
  if (incidents.length <= ROWS) {
    return incidents.map((incident) => ({ severity: incident.severity, code: incident.code, incidents: [incident] }));
  }
  const families = Map.groupBy(incidents, ({ severity, code }) => `${severity} ${code}`) as Map<string, Family>;
  return [...families.values()]
    .map((family): Row => ({ severity: family[0].severity, code: family[0].code, incidents: family }))
    .sort((a, b) => severityRank(a.severity) - severityRank(b.severity) || b.incidents.length - a.incidents.length);
}

/** The one message that stands for a report in a channel: what is wrong, by root cause, and where to go on. */
export function summarize(report: Report, asked: Asked): Message {
  const incidents = shownIncidents(report, asked);
  const hidden = report.incidents.length - incidents.length;
  const rows = rowsOf(incidents);
  const headline = `${placeOf(report)}: ${incidents.length > 0 ? countsOf(incidents) : healthOf(report)}`;
  const blocks: Block[] = [{ type: 'heading', text: headline }];
  if (incidents.length === 0) blocks.push(...healthBlocks(report));
  for (const row of rows.slice(0, ROWS)) blocks.push(rowBlock(report, row));
  const left = rows.slice(ROWS).flatMap((row) => row.incidents).length;
  if (left > 0) blocks.push({ type: 'text', text: `And ${left} more ${incidentsWord(left)}.` });
  blocks.push(...errorBlocks(report));
  blocks.push({ type: 'note', text: fineprint(report, hidden) });
  blocks.push({ type: 'actions', actions: summaryActions(report, asked, incidents.length + hidden) });
  const [worst] = incidents;
  const severity = worst?.severity ?? (isWell(report) ? ('ok' as const) : undefined);
  return { text: worst ? `${headline}. Worst: ${worst.title}` : headline, ...(severity && { severity }), blocks };
}

/** What a report is of: `prod`, `prod, namespace shop`. */
export function placeOf({ cluster, namespace }: Report): string {
  return namespace ? `${cluster}, namespace ${namespace}` : cluster;
}

/** An incident as a card, with what it touches. */
export function incidentCard(incident: Incident, actions: Action[]): Block {
  const { severity, title } = incident;
  return { type: 'card', severity, title, lines: [affects(incident)], ...(actions.length > 0 && { actions }) };
}

/** `2 critical, 5 high and 1 medium incidents`. */
export function countsOf(incidents: readonly Incident[]): string {
  const counts = SEVERITIES.map(
    (severity) => [incidents.filter((each) => each.severity === severity).length, severity] as const,
  )
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  return `${enumerate(counts)} ${incidentsWord(incidents.length)}`;
}

function incidentsWord(count: number): string {
  return count === 1 ? 'incident' : 'incidents';
}

/** Whether a report without incidents is good news: something was checked, and nothing was left out. */
function isWell(report: Report): boolean {
  return checkedObjects(report) > 0 && report.errors.length === 0;
}

function healthOf(report: Report): string {
  if (isWell(report)) return 'nothing wrong found';
  return checkedObjects(report) > 0 ? 'nothing wrong in what could be checked' : 'nothing was checked';
}

function healthBlocks(report: Report): Block[] {
  if (isWell(report)) {
    return [{ type: 'alert', level: 'success', text: `Nothing that needs attention in ${objectsOf(report)}.` }];
  }
  if (report.errors.length > 0) return [];
  const kinds = Object.keys(report.stats.checked).map(pluralOf);
  const what = kinds.length > NAMES ? 'objects of these filters' : enumerate(kinds);
  const where = report.namespace ? ` in namespace ${report.namespace}` : '';
  const labels = report.selector ? ` with the labels ${report.selector}` : '';
  return [{ type: 'alert', level: 'info', text: `There are no ${what}${labels}${where}.` }];
}

/** A code in words: `Pod/OOMKilled` is `OOM killed`, `Pod/MissingConfigMap` is `Missing ConfigMap`. */
export function labelOf(code: string): string {
  const problem = code.split('/')[1] ?? code;
  const words = problem.match(/ConfigMap|StorageClass|ServiceAccount|IngressClass|[A-Z]+(?![a-z])|[A-Z]?[a-z\d]+/g) ?? [
    code,
  ];
  const label = words.map((word) => (/^[A-Z][a-z\d]+$/.test(word) ? word.toLowerCase() : word)).join(' ');
  return label.charAt(0).toUpperCase() + label.slice(1);
}

function rowBlock(report: Report, { code, incidents, severity }: Row): Block {
  const [first] = incidents;
  if (incidents.length === 1) return incidentCard(first, [{ label: 'Explain', run: `explain ${first.id}` }]);
  const causes = incidents.map(({ cause }) => cause);
  return {
    type: 'card',
    severity,
    title: `${labelOf(code)}: ${countOf(causes)}`,
    lines: [namesOf(causes)],
    actions: [
      { label: `Show all ${incidents.length}`, run: `report ${report.id} --code ${code} --severity ${severity}` },
    ],
  };
}

/** `Affects 3 Pods, Deployment shop/booking and Service shop/booking`; where it touches nothing else, what was found. */
function affects(incident: Incident): Text {
  const byKind = Map.groupBy(affectedOf(incident), (ref) => ref.kind);
  const parts = [...byKind].map(([kind, refs]) =>
    refs.length === 1 && refs[0] ? `${kind} ${nameOf(refs[0])}` : `${refs.length} ${pluralOf(kind)}`,
  );
  if (parts.length === 0) return clip(incident.findings[0]?.text ?? incident.title, TEXT_MAX);
  return `Affects ${enumerate(parts)}`;
}

function countOf(causes: readonly Ref[]): string {
  const kinds = new Set(causes.map(({ kind }) => kind));
  const [kind] = kinds;
  return kinds.size === 1 && kind ? `${causes.length} ${pluralOf(kind)}` : `${causes.length} objects`;
}

function namesOf(causes: readonly Ref[]): string {
  const names = causes.slice(0, NAMES).map(nameOf);
  const more = causes.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function errorBlocks({ errors, id }: Report): Block[] {
  const shown = errors.slice(0, ERRORS);
  const blocks: Block[] = shown.map((text) => ({ type: 'alert', level: 'warning', text }));
  const more = errors.length - shown.length;
  if (more > 0) {
    blocks.push({
      type: 'actions',
      actions: [{ label: `Show ${more} more ${more === 1 ? 'warning' : 'warnings'}`, run: `report ${id} --errors` }],
    });
  }
  return blocks;
}

function fineprint(report: Report, hidden: number): Text {
  const { requests, milliseconds } = report.stats;
  const took = milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  const kinds = Object.keys(report.stats.checked).length;
  const asked = requests > 0 ? ` with ${requests} API ${requests === 1 ? 'request' : 'requests'}` : '';
  const scope = report.selector ? ` with the labels ${report.selector}` : '';
  const aside = report.namespace ? 'of low severity or in other namespaces' : 'of low severity';
  const untidy = hidden > 0 ? ` Not shown: ${hidden} ${incidentsWord(hidden)} ${aside}.` : '';
  return [
    `Checked ${objectsOf(report)} of ${kinds} ${kinds === 1 ? 'kind' : 'kinds'}${scope} in ${took}${asked}.${untidy} As of `,
    { time: report.at },
    '.',
  ];
}

function summaryActions(report: Report, asked: Asked, count: number): Action[] {
  const scope = [
    ...(report.namespace ? ['--namespace', quote(report.namespace)] : []),
    ...(report.selector ? ['--selector', quote(report.selector)] : []),
  ];
  const again = ['analyze', ...asked.filters.map(quote), ...scope, ...(asked.all ? ['--all'] : [])].join(' ');
  return [
    ...(count > 0
      ? [
          {
            label: count > 1 ? `Show all ${count}` : 'Show the report',
            run: `report ${report.id}`,
            style: 'primary' as const,
          },
        ]
      : []),
    ...(asked.inTerminal ? [] : [{ label: 'Run again', run: again }, pickFilters(report, asked)]),
  ];
}

function pickFilters({ namespace, selector }: Report, { filters }: Asked): Action {
  return {
    label: 'Pick filters …',
    form: 'analyze',
    values: { filters: filters.join(' '), ...(namespace && { namespace }), ...(selector && { selector }) },
  };
}

function checkedObjects({ stats }: Report): number {
  return Object.values(stats.checked).reduce((sum, count) => sum + count, 0);
}

/** `1,240 objects`. */
function objectsOf(report: Report): string {
  const count = checkedObjects(report);
  return `${count.toLocaleString('en')} ${count === 1 ? 'object' : 'objects'}`;
}
