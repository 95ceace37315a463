import { countsOf, labelOf, placeOf, rowsOf } from '../analysis/summary.ts';
import { SEVERITIES } from '../analyzer.ts';
import type { Track } from '../history.ts';
import type { Block, Inline, Message, Text } from '../message.ts';
import type { Incident } from '../report.ts';
import type { Slot } from './board.ts';
import { openCard } from './card.ts';
import { type Fact, type Facts, toldOpen } from './facts.ts';
import { clockTime, dayAndTime } from './when.ts';
import { impactOf, ongoingWords, timeOf } from './words.ts';

/** As many cards and lines of each part as a person reads in half a minute. */
const CARDS = 5;
const LINES = 5;
const NAMESPACES = 5;
const ERRORS = 3;

export interface Setting {
  facts: Facts;
  /** The zone in which times of the day are said. */
  zone: string;
  now: number;
  /** When it was due, where that is long ago. */
  late?: number;
  /** When the next one is due. */
  next?: number;
  /** The picture of the trend. */
  chart?: Extract<Block, { type: 'image' }>;
  /** What a model says of it first. */
  lead: readonly Block[];
  /** Addresses of the messages in which a channel is told of incidents already, by the id of their tracks. */
  links: ReadonlyMap<string, string | undefined>;
  /** What solved an incident, by the id of its track. */
  solutions: ReadonlyMap<string, readonly string[]>;
  /** The line that begins a command here. */
  prefix: string;
  /** What the form for schedules is filled with, for its button. */
  form?: Record<string, string>;
  /** A sentence where not all of the past is kept. */
  limits?: string;
}

/** A digest with the incidents that are shown as cards. */
export interface Composed {
  message: Message;
  slots: Slot[];
  /** The incidents that it speaks of, as they stand in it. */
  incidents: Incident[];
}

/** Whether there is anything to tell. */
export function isQuiet({ told, open, solved, passed }: Facts): boolean {
  return told !== undefined && solved.length === 0 && passed.length === 0 && open.every(({ how }) => how === 'ongoing');
}

/** The one message of a digest, to be read in half a minute. */
export function compose(setting: Setting): Composed {
  const { facts, chart, lead } = setting;
  const composed: Composed = { message: { text: '', blocks: [] }, slots: [], incidents: [] };
  const { blocks } = composed.message;
  const late = setting.late === undefined ? [] : [lateNote(setting.late, setting)];
  if (isQuiet(facts)) return quiet(setting, late);
  const headline = headlineOf(setting);
  blocks.push({ type: 'heading', text: headline }, ...late, ...lead);
  if (chart) blocks.push(chart);
  addCards(composed, setting, toldOpen(facts));
  addSolved(blocks, setting);
  addOngoing(composed, setting);
  addNumbers(blocks, facts);
  blocks.push(...warningsOf(facts));
  const said = aside(setting);
  if (said.length > 0) blocks.push({ type: 'note', text: said.join(' ') });
  blocks.push({ type: 'note', text: fineprint(setting) }, { type: 'actions', actions: actionsOf(setting) });
  const [worst = facts.open[0]] = toldOpen(facts);
  composed.message.text = headline;
  composed.message.severity = worst?.incident.severity ?? 'ok';
  composed.incidents.push(
    ...facts.open.map(({ incident }) => incident).filter((each) => !composed.incidents.includes(each)),
  );
  return composed;
}

/** `prod: 3 new, 1 worse, 4 solved since yesterday 09:00; checkout is down for customers`. */
function headlineOf({ facts, zone, now }: Setting): string {
  const { report, told, open, solved } = facts;
  const place = placeOf(report);
  const impact = impactOf(open.map(({ incident }) => incident));
  const end = impact ? `; ${impact}` : '';
  if (!told) {
    const counts = open.length > 0 ? countsOf(open.map(({ incident }) => incident)) : 'nothing wrong found';
    return `${place}: ${counts}${end}`;
  }
  const parts = (['new', 'back', 'worse', 'unmuted'] as const).map(
    (how) => [open.filter((fact) => fact.how === how).length, COUNTED[how]] as const,
  );
  const counts = [...parts, [solved.length, 'solved'] as const].flatMap(([count, word]) =>
    count > 0 ? [`${count} ${word}`] : [],
  );
  const since = dayAndTime(told.at, zone, now);
  return `${place}: ${counts.length > 0 ? counts.join(', ') : 'nothing new'} since ${since}${end}`;
}

const COUNTED = { new: 'new', back: 'back', worse: 'worse', unmuted: 'no longer muted' };
const SECTIONS = { new: 'New', back: 'Back', worse: 'Worse', unmuted: 'No longer muted', ongoing: 'Open now' };

function quiet(setting: Setting, late: readonly Block[]): Composed {
  const { facts, zone, now } = setting;
  const incidents = facts.open.map(({ incident }) => incident);
  const since = facts.told ? dayAndTime(facts.told.at, zone, now) : '';
  const goesOn = incidents.length > 0 ? ` ${ongoingWords(incidents)}.` : ' Nothing is open.';
  const next = setting.next === undefined ? '' : ` Next digest: ${dayAndTime(setting.next, zone, now)}.`;
  const impact = impactOf(incidents);
  const text = `${placeOf(facts.report)}: nothing changed since ${since}.${goesOn}${impact ? ` ${impact}.` : ''}`;
  const note = [...aside(setting), next.trim()].filter(Boolean).join(' ');
  return {
    message: {
      text,
      severity: incidents[0]?.severity ?? 'ok',
      blocks: [
        { type: 'text', text },
        ...late,
        ...warningsOf(facts),
        ...(note ? [{ type: 'note', text: note } as const] : []),
      ],
    },
    slots: [],
    incidents,
  };
}

/** What could not be checked. */
function warningsOf({ report }: Facts): Block[] {
  return report.errors.slice(0, ERRORS).map((text) => ({ type: 'alert', level: 'warning', text }));
}

function lateNote(late: number, { zone, now }: Setting): Block {
  return {
    type: 'alert',
    level: 'info',
    text: `This digest was due ${dayAndTime(late, zone, now)} and comes late, at ${clockTime(now, zone)}.`,
  };
}

function addCards(composed: Composed, setting: Setting, facts: readonly Fact[]): void {
  const { blocks } = composed.message;
  for (const how of ['new', 'back', 'worse', 'unmuted', 'ongoing'] as const) {
    const own = facts.filter((fact) => fact.how === how);
    if (own.length === 0) continue;
    blocks.push({ type: 'heading', text: own.length > 1 ? `${SECTIONS[how]}: ${own.length}` : SECTIONS[how] });
    const known = own.filter(({ track }) => setting.links.has(track.id));
    const fresh = own.filter((fact) => !known.includes(fact));
    if (known.length > 0)
      blocks.push({ type: 'list', items: known.slice(0, LINES).map((fact) => knownLine(fact, setting)) });
    addFresh(composed, setting, fresh);
    const left = Math.max(0, known.length - LINES);
    if (left > 0) blocks.push({ type: 'text', text: `And ${left} more that this channel was told of before.` });
  }
}

/** Each as a card, as long as they are few; else those of one code together. */
function addFresh(composed: Composed, { facts: { report } }: Setting, fresh: readonly Fact[]): void {
  const { blocks } = composed.message;
  const byIncident = new Map(fresh.map((fact) => [fact.incident, fact]));
  const rows =
    fresh.length <= CARDS
      ? fresh.map(({ incident }) => [incident] as const)
      : rowsOf(fresh.map(({ incident }) => incident)).map(({ incidents }) => incidents);
  for (const [first, ...others] of rows.slice(0, CARDS)) {
    const fact = byIncident.get(first);
    if (!fact) continue;
    if (others.length === 0) {
      composed.slots.push({ incident: fact.track.id, block: blocks.length });
      composed.incidents.push(first);
      blocks.push(openCard(first, fact.text ? [`It ${fact.text}.`] : []));
      continue;
    }
    const { code, severity } = first;
    blocks.push({
      type: 'card',
      severity,
      title: `${labelOf(code)}: ${others.length + 1} incidents`,
      lines: [first.title, `and ${others.length} more of this kind`],
      actions: [
        { label: `Show all ${others.length + 1}`, run: `report ${report.id} --code ${code} --severity ${severity}` },
      ],
    });
  }
  const left = rows.slice(CARDS).flat().length;
  if (left > 0) blocks.push({ type: 'text', text: `And ${left} more, see the report.` });
}

/** An incident that has its message in this channel: a line that leads there. */
function knownLine({ track, incident, text }: Fact, { links }: Setting): Text {
  const link = links.get(track.id);
  const title: Inline = link ? { link, label: incident.title } : incident.title;
  return [{ bold: incident.severity }, ': ', title, text ? ` (${text})` : ''];
}

function addSolved(blocks: Block[], { facts, solutions, zone, now }: Setting): void {
  const { solved, passed } = facts;
  if (solved.length > 0) {
    blocks.push({ type: 'heading', text: solved.length > 1 ? `Solved: ${solved.length}` : 'Solved' });
    const item = (track: Track): Text => {
      const why = solutions.get(track.id) ?? [];
      return `${track.title}${why.length > 0 ? `. ${why[0]}` : ''}`;
    };
    blocks.push({ type: 'list', items: solved.slice(0, LINES).map(item) });
    if (solved.length > LINES) blocks.push({ type: 'text', text: `And ${solved.length - LINES} more.` });
  }
  if (passed.length > 0) {
    const [first] = passed;
    const since = facts.told ? dayAndTime(facts.told.at, zone, now) : '';
    const others = passed.length > 1 ? ` and ${passed.length - 1} more` : '';
    blocks.push({ type: 'text', text: `Came and went since ${since}: ${first?.title}${others}.` });
  }
}

/** One line for all that goes on, with the one that has gone on longest. */
function addOngoing({ message: { blocks } }: Composed, { facts, zone, now }: Setting): void {
  const ongoing = facts.told ? facts.open.filter(({ how }) => how === 'ongoing') : [];
  if (ongoing.length === 0) return;
  const oldest = [...ongoing].sort((a, b) => a.track.firstSeen - b.track.firstSeen)[0] as Fact;
  const since = dayAndTime(oldest.track.firstSeen, zone, now);
  const longest =
    ongoing.length > 1
      ? ` Longest, since ${since}: ${oldest.incident.title}.`
      : ` ${oldest.incident.title}, since ${since}.`;
  blocks.push({ type: 'text', text: `${ongoingWords(ongoing.map(({ incident }) => incident))}.${longest}` });
}

/** How many are open, by namespace and severity. */
function addNumbers(blocks: Block[], { open }: Facts): void {
  if (open.length < 2) return;
  const byNamespace = Map.groupBy(
    open.flatMap((fact) =>
      (fact.track.namespaces.length > 0 ? fact.track.namespaces : ['(none)']).map((name) => ({ name, fact })),
    ),
    ({ name }) => name,
  );
  const severities = SEVERITIES.filter((severity) => open.some(({ incident }) => incident.severity === severity));
  const rows = [...byNamespace].sort(([, a], [, b]) => b.length - a.length);
  const count = (facts: readonly { fact: Fact }[], severity: string) =>
    facts.filter(({ fact }) => fact.incident.severity === severity).length;
  blocks.push({
    type: 'table',
    columns: [{ label: 'Open in' }, ...severities.map((label) => ({ label, align: 'right' as const }))],
    rows: rows
      .slice(0, NAMESPACES)
      .map(([name, facts]) => [name, ...severities.map((severity) => String(count(facts, severity) || '–'))]),
  });
  if (rows.length > NAMESPACES) blocks.push({ type: 'note', text: `And ${rows.length - NAMESPACES} more namespaces.` });
}

/** What is left out on purpose. */
function aside({ facts, zone, now, limits, prefix }: Setting): string[] {
  const { muted, expected } = facts;
  const said: string[] = [];
  if (muted.length > 0) {
    const names = muted
      .slice(0, LINES)
      .map(({ track, mute }) => `${track.title} (until ${dayAndTime(mute.until, zone, now)})`);
    const more = muted.length > LINES ? ` and ${muted.length - LINES} more, see ${prefix} mutes` : '';
    said.push(`Muted: ${names.join('; ')}${more}.`);
  }
  if (expected.length > 0) {
    const namespaces = [...new Set(expected.map(({ maintenance }) => maintenance.namespace))].join(', ');
    said.push(`Not told for maintenance in ${namespaces}: ${expected.length}.`);
  }
  if (limits) said.push(limits);
  return said;
}

function fineprint({ facts: { report }, next, zone, now }: Setting): Text {
  const following = next === undefined ? '' : ` Next digest: ${dayAndTime(next, zone, now)}, ${zone}.`;
  return ['As of ', timeOf(Date.parse(report.at)), `.${following} Answer in this thread to go on.`];
}

function actionsOf({ facts: { report, muted }, form }: Setting): Extract<Block, { type: 'actions' }>['actions'] {
  return [
    { label: 'Show the report', run: `report ${report.id}`, style: 'primary' },
    ...(muted.length > 0 ? [{ label: 'Mutes', run: 'mutes' }] : []),
    ...(form ? [{ label: 'Schedule …', form: 'digest', values: form }] : []),
  ];
}
