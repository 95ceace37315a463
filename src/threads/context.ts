import { isFinding, isIncident, isRemembered } from '../analysis/kept.ts';
import type { Exhibit } from '../exhibit.ts';
import { exhibitsOf } from '../explanation/evidence.ts';
import { type Guard, isNumber, isText, listOf, optional, recordOf, withMembers } from '../guards.ts';
import type { Logger } from '../log.ts';
import type { Message } from '../message.ts';
import type { PseudonymState } from '../pseudonyms/index.ts';
import type { Finding, Incident, Remembered, Report } from '../report.ts';
import type { Store } from '../store.ts';
import type { ThreadRef, Wishes } from '../threads.ts';
import { clip } from '../words.ts';

/** A thread that nobody has written in for so long is forgotten. */
const TTL_MS = 30 * 24 * 3_600_000;
/** Letters of a context as it is kept; beyond it the oldest parts are shortened, then dropped. */
const CAP = 200_000;
/** Turns that are kept word by word; of older ones a line each. */
const TURNS = 12;
const EARLIER_MAX = 4000;
const EXHIBITS = 120;
const INCIDENTS = 20;
/** Incidents that are compared with later ones. */
const COMPARED = 300;
const FINDINGS = 6;
const ANSWER_MAX = 3000;
const QUESTION_MAX = 2000;

/** What a thread knows. Plain data, kept from one answer to the next. */
export interface Context {
  version: 1;
  cluster: string;
  /** What the analysis was asked for that the thread speaks of; absent: nothing was analyzed yet. */
  scope?: { namespace?: string; selector?: string; filters: string[] };
  /** When that was, RFC 3339. */
  at?: string;
  /** The incidents that the thread speaks of, shortened. */
  incidents: Incident[];
  /** The number of each incident's first piece of evidence. */
  numbers: Record<string, number>;
  exhibits: Exhibit[];
  /** Of the next exhibit. */
  next: number;
  turns: Turn[];
  /** The turns before those, a line each. */
  earlier: string;
  wishes: Wishes;
  /** The incident that was spoken of last. */
  focus?: string;
  pseudonyms?: PseudonymState;
}

/** A question and its answer. */
export interface Turn {
  id: string;
  question: string;
  user: string;
  /** RFC 3339. */
  at: string;
  /** The answer in plain words. */
  answer: string;
  /** The ids of the exhibits that it rests on. */
  exhibits: string[];
  /** The message as it was shown; of the newest turn only, to be shown again by who finishes the work of a dead process. */
  message?: Message;
}

/** Keeps what threads know. */
export interface Contexts {
  /** `undefined` where nothing is kept, or what is kept cannot be read. */
  load(thread: ThreadRef): Promise<Context | undefined>;
  save(thread: ThreadRef, context: Context): Promise<void>;
  /** How the cluster stood when the thread began, to tell what has changed since. */
  saveSnapshot(thread: ThreadRef, report: Pick<Report, 'at' | 'incidents' | 'objects'>): Promise<void>;
  loadSnapshot(thread: ThreadRef): Promise<Snapshot | undefined>;
}

/** A report's objects and incidents, as far as they are compared with later ones. */
export interface Snapshot {
  at: string;
  /** Those that matter; of their findings nothing but their fingerprints, and the telling one. */
  incidents: Incident[];
  objects: Remembered[];
}

interface KeptSnapshot {
  at: string;
  objects: Remembered[];
  incidents: (Omit<Incident, 'findings' | 'consequences'> & { telling: Finding; prints: string[] })[];
}

/** Whether an incident is told of where changes are: untidiness comes and goes. */
export function matters({ severity }: Incident): boolean {
  return severity !== 'low';
}

function toKept({ findings, consequences, ...incident }: Incident): KeptSnapshot['incidents'][number] {
  const [first] = findings as [Finding, ...Finding[]];
  const telling = { ...first, text: '', evidence: [], causes: [], values: {} };
  return { ...incident, telling, prints: [...findings, ...consequences].map(({ fingerprint }) => fingerprint) };
}

function fromKept({ telling, prints, ...incident }: KeptSnapshot['incidents'][number]): Incident {
  return { ...incident, findings: prints.map((fingerprint) => ({ ...telling, fingerprint })), consequences: [] };
}

export function emptyContext(cluster: string, wishes: Wishes = {}): Context {
  return { version: 1, cluster, incidents: [], numbers: {}, exhibits: [], next: 1, turns: [], earlier: '', wishes };
}

export function createContexts(store: Store, log: Logger): Contexts {
  async function read<T>(key: string, isWell: Guard): Promise<T | undefined> {
    const kept = await store.get(key);
    if (kept === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(kept);
      if (isWell(value)) return value as T;
    } catch {}
    log.warn({ key }, 'What was kept of a thread cannot be read, and is dropped');
    return undefined;
  }

  return {
    load: (thread) => read<Context>(`thread:v1:${keyOf(thread)}`, isContext),
    async save(thread, context) {
      await store.set(`thread:v1:${keyOf(thread)}`, withinCap(context), TTL_MS);
    },
    async saveSnapshot(thread, { at, incidents, objects = [] }) {
      const kept: KeptSnapshot = { at, objects, incidents: incidents.filter(matters).slice(0, COMPARED).map(toKept) };
      await store.set(`thread-snapshot:v1:${keyOf(thread)}`, JSON.stringify(kept), TTL_MS);
    },
    async loadSnapshot(thread) {
      const kept = await read<KeptSnapshot>(`thread-snapshot:v1:${keyOf(thread)}`, isSnapshot);
      return kept && { ...kept, incidents: kept.incidents.map(fromKept) };
    },
  };
}

/** Names a thread in keys and locks. */
export function keyOf({ platform, channel, thread }: ThreadRef): string {
  return `${platform}:${channel}:${thread}`;
}

const isContext = withMembers({
  version: (version) => version === 1,
  cluster: isText,
  scope: optional(withMembers({ filters: listOf(isText), namespace: optional(isText), selector: optional(isText) })),
  at: optional(isText),
  incidents: listOf(isIncident),
  numbers: recordOf(isNumber),
  exhibits: listOf(
    withMembers({ id: isText, title: isText, text: isText, at: optional(isText), command: optional(isText) }),
  ),
  next: isNumber,
  turns: listOf(
    withMembers({
      id: isText,
      question: isText,
      answer: isText,
      message: optional(withMembers({ text: isText, blocks: listOf(withMembers({ type: isText })) })),
    }),
  ),
  earlier: isText,
  wishes: withMembers({ backend: optional(isText), language: optional(isText) }),
  focus: optional(isText),
  pseudonyms: optional(withMembers({ names: recordOf(isText) })),
});

const isSnapshot = withMembers({
  at: (at) => isText(at) && !Number.isNaN(Date.parse(String(at))),
  objects: listOf(isRemembered),
  incidents: listOf(
    withMembers({ id: isText, severity: isText, title: isText, telling: isFinding, prints: listOf(isText) }),
  ),
});

/** Makes a thread speak of a report from now on, and of the first of these incidents. */
export function speakOf(context: Context, report: Report, incidents: readonly Incident[]): void {
  const { filters, namespace, selector, at, cluster } = report;
  context.cluster = cluster;
  context.at = at;
  context.scope = { filters: [...filters], ...(namespace && { namespace }), ...(selector && { selector }) };
  // What is found again is told with its newest words.
  const spoken = incidents.slice(0, INCIDENTS);
  const found = new Set(spoken.map(({ id }) => id));
  const before = context.incidents.filter(({ id }) => !found.has(id));
  context.incidents = [...spoken.map(shortened), ...before].slice(0, INCIDENTS);
  for (const incident of spoken) numberEvidence(context, incident);
}

/** The evidence of an incident is numbered on from what is there, once. */
function numberEvidence(context: Context, incident: Incident): void {
  if (context.numbers[incident.id] !== undefined) return;
  const exhibits = exhibitsOf(incident, context.next);
  context.numbers[incident.id] = context.next;
  context.next += exhibits.length;
  context.exhibits.push(...exhibits);
}

/** Adds an answer; of the turns before the newest ones a line is kept each. */
export function addTurn(context: Context, turn: Turn): void {
  // Only the newest one may have to be shown again.
  for (const before of context.turns) delete before.message;
  context.turns.push({ ...turn, question: clip(turn.question, QUESTION_MAX), answer: clip(turn.answer, ANSWER_MAX) });
  while (context.turns.length > TURNS) {
    const old = context.turns.shift();
    if (old) context.earlier = summarized(context.earlier, old);
  }
}

/** Adds something that shows a claim to be true; gives it the next id. What was shown before keeps its id. */
export function addExhibit(context: Context, exhibit: Omit<Exhibit, 'id'>): Exhibit {
  const same = context.exhibits.find(({ title, text }) => title === exhibit.title && text === exhibit.text);
  if (same) return same;
  const added = { ...exhibit, id: `E${context.next++}` };
  context.exhibits.push(added);
  if (context.exhibits.length > EXHIBITS) context.exhibits.shift();
  return added;
}

/** An incident with a few of its findings: enough to speak of it; the report has the rest. */
export function shortened(incident: Incident): Incident {
  const { findings, consequences } = incident;
  return { ...incident, findings: findings.slice(0, FINDINGS), consequences: consequences.slice(0, FINDINGS) };
}

function summarized(earlier: string, { question, answer }: Turn): string {
  const line = `Asked: ${clip(question.replace(/\s+/g, ' '), 120)} Answered: ${clip(answer.replace(/\s+/g, ' '), 240)}`;
  const lines = [...earlier.split('\n').filter(Boolean), line];
  while (lines.join('\n').length > EARLIER_MAX) lines.shift();
  return lines.join('\n');
}

/** A context as it is kept: what is oldest is shortened until the whole fits its cap; the newest turn and an incident stay. */
function withinCap(context: Context): string {
  const whole = JSON.stringify({ ...context, incidents: context.incidents.slice(0, INCIDENTS).map(shortened) });
  if (whole.length <= CAP) return whole;
  const fitted = JSON.parse(whole) as Context;
  const { exhibits, turns, incidents } = fitted;
  const lettersOf = (part: unknown) => JSON.stringify(part ?? '').length;
  let size = whole.length;
  for (const exhibit of exhibits) {
    if (size <= CAP) break;
    if (exhibit.text.length <= 400) continue;
    size -= lettersOf(exhibit.text);
    exhibit.text = `${clip(exhibit.text, 200)} (shortened, since this thread has grown long)`;
    size += lettersOf(exhibit.text);
  }
  while (size > CAP && exhibits.length > 10) size -= lettersOf(exhibits.shift()) + 1;
  while (size > CAP && turns.length > 1) {
    const old = turns.shift();
    size -= lettersOf(old) + lettersOf(fitted.earlier);
    if (old) fitted.earlier = summarized(fitted.earlier, old);
    size += lettersOf(fitted.earlier) - 1;
  }
  while (size > CAP && incidents.length > 1) size -= lettersOf(incidents.pop()) + 1;
  return JSON.stringify(fitted);
}
