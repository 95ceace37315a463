import { keyOf, nameOf, type Ref } from '../cluster.ts';
import type { Explanation } from '../explainer.ts';
import { type Block, type Inline, quote, type Text } from '../message.ts';
import type { Finding, Incident } from '../report.ts';
import { evidenceOf, exhibitsOf, moreEvidence, type SameEvidence } from './evidence.ts';
import { fromMarkdown } from './from-markdown.ts';
import { type Runbook, runbook } from './runbooks.ts';

const OBJECTS_SHOWN = 5;
/** The kinds that `kubectl rollout` knows. */
const ROLLED_OUT = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

/**
 * Explains an incident from the runbook of its code, filled with the finding's own values. Needs no model. Where the
 * explanation stands in a thread, its evidence is numbered from `first` on.
 */
export async function explainBuiltin(incident: Incident, first?: number): Promise<Explanation> {
  const telling = incident.findings[0] as Finding;
  const book = await runbook(incident.code);
  const fill = filler({ ...valuesOf(telling), ...telling.values });
  const exhibits = exhibitsOf(incident, first);
  const story: Block[] = [
    { type: 'text', text: shownBy(incident) },
    ...(book ? fromMarkdown(book.meaning, fill) : []),
    ...consequenceBlocks(incident),
  ];
  const evidence: Block[] = [
    { type: 'heading', text: 'Evidence' },
    { type: 'list', items: evidenceItems(incident, first === undefined ? [] : exhibits.map(({ id }) => id)) },
  ];
  const steps = book ? bookBlocks(forOwner(book, telling.owner.kind), fill) : [];
  return {
    backend: 'builtin',
    message: {
      text: incident.title,
      severity: incident.severity,
      blocks: [{ type: 'heading', text: incident.title }, ...story, ...evidence, ...steps],
    },
    ending: [
      { type: 'actions', actions: [{ label: 'Show every object', run: `objects ${incident.id}` }] },
      { type: 'feedback', good: `feedback good ${incident.id}`, bad: `feedback bad ${incident.id}` },
    ],
    story,
    steps,
    exhibits,
  };
}

/** A runbook as it stands, with its placeholders shown as `<name>`; `undefined` where the code has none. */
export async function explainCode(code: string): Promise<Explanation | undefined> {
  const book = await runbook(code);
  if (!book) return undefined;
  const fill = (text: string) => text.replace(/\{([a-zA-Z]+)\}/g, '<$1>');
  const blocks: Block[] = [
    { type: 'heading', text: code },
    ...fromMarkdown(book.meaning, fill),
    ...bookBlocks(book, fill),
  ];
  return { backend: 'builtin', message: { text: code, blocks }, ending: [], story: [], steps: blocks, exhibits: [] };
}

/**
 * A runbook as it fits an owner of this kind: without steps for rollouts or other runs where it has none, with what is
 * fixed in it made anew, and with a warning where nothing makes a deleted Pod again.
 */
function forOwner(book: Runbook, ownerKind: string): Runbook {
  if (ROLLED_OUT.has(ownerKind)) return { ...book, fix: stepsOf(book.fix).filter(notForCronJob).join('') };
  const adapt = (markdown: string) =>
    stepsOf(markdown)
      .filter((step) => !/rollout \w+ \{ownerKind\}/.test(step))
      .filter((step) => ownerKind === 'CronJob' || notForCronJob(step))
      .map((step) => (ownerKind === 'Pod' && DELETES_POD.test(step) ? `${step.trimEnd()} ${NOT_MADE_AGAIN}\n` : step))
      .join('')
      .replace(FIXED[ownerKind] ?? NOTHING, madeAnew(ownerKind));
  return { ...book, confirm: adapt(book.confirm), fix: adapt(book.fix) };
}

function stepsOf(markdown: string): string[] {
  return markdown.split(/^(?=\d+\. )/m);
}

function notForCronJob(step: string): boolean {
  return !step.includes('cronjob/{owner}');
}

/** Commands that change what is fixed in objects of a kind. */
const FIXED: Record<string, RegExp> = {
  Job: /^( *)kubectl .* (?:set \w+|edit) \{ownerKind\}.*$/gm,
  Pod: /^( *)kubectl .* (?:set resources|edit) \{ownerKind\}.*$/gm,
};
const NOTHING = /(?!)/;

function madeAnew(kind: string): string {
  const file = `${kind.toLowerCase()}.yaml`;
  return `$1# This is fixed in a ${kind}: change its manifest, then make it anew.\n$1kubectl -n {namespace} replace --force -f ${file}`;
}

/** One that is stuck in its deletion is not meant: it was deleted before. */
const DELETES_POD = /delete pod \{name\}(?! --grace-period)/;
const NOT_MADE_AGAIN = 'Nothing makes this Pod again: keep its manifest, and apply it afterwards.';

function bookBlocks(book: Runbook, fill: (text: string, where: 'text' | 'code') => string): Block[] {
  return [
    { type: 'heading', text: 'Confirm it' },
    ...fromMarkdown(book.confirm, fill),
    { type: 'heading', text: 'Fix it' },
    ...fromMarkdown(book.fix, fill),
    { type: 'note', text: ['Kubernetes documentation: ', { link: book.docs, label: book.docs }] },
  ];
}

/** Fills placeholders. In commands a value that a shell could read otherwise is quoted. */
function filler(values: Record<string, string>): (text: string, where: 'text' | 'code') => string {
  return (text, where) =>
    text.replace(/\{([a-zA-Z]+)\}/g, (placeholder, name: string) => {
      const value = values[name];
      if (value === undefined) return placeholder;
      return where === 'code' ? quote(value) : value;
    });
}

function valuesOf({ object, owner }: Finding): Record<string, string> {
  return {
    kind: object.kind,
    name: object.name,
    namespace: object.namespace ?? '',
    owner: owner.name,
    ownerKind: owner.kind,
  };
}

function shownBy({ findings }: Incident): Text {
  const [first] = findings as [Finding, ...Finding[]];
  const others = distinct(findings.slice(1).filter(({ code }) => code === first.code)).filter(
    (ref) => keyOf(ref) !== keyOf(first.object),
  );
  const also = findings.filter(({ code }) => code !== first.code).map(({ text }) => `\nAlso: ${text}`);
  const same = others.length > 0 ? `\nThe same shows on ${listOf(others)}.` : '';
  return [...named(first), same, ...new Set(also)];
}

/** A finding's text with its object in front, in bold; most texts begin with it anyway. */
function named({ object, text }: Finding): Inline[] {
  const short = `${object.kind} ${object.name}`;
  const whole = `${object.kind} ${nameOf(object)}`;
  return text.startsWith(`${short} `) ? [{ bold: whole }, text.slice(short.length)] : [{ bold: whole }, `: ${text}`];
}

function consequenceBlocks({ consequences }: Incident): Block[] {
  if (consequences.length === 0) return [];
  const byCode = Map.groupBy(consequences, ({ code }) => code);
  const items = [...byCode.values()].map((group): Text => {
    const [first] = group as [Finding, ...Finding[]];
    const others = distinct(group).filter((ref) => keyOf(ref) !== keyOf(first.object));
    const same = others.length > 0 ? ` The same: ${listOf(others)}.` : '';
    return [...named(first), same];
  });
  return [
    { type: 'heading', text: 'What follows from it' },
    { type: 'list', items },
  ];
}

/** What shows it, each with the id that it is cited by, where it has one. */
function evidenceItems(incident: Incident, ids: readonly string[]): Text[] {
  const left = moreEvidence(incident);
  const all = evidenceOf(incident.findings);
  const shown = all.slice(0, all.length - left);
  const items = shown.map((same, index) => evidenceItem(same, ids[index]));
  return left > 0 ? [...items, `and ${left} more`] : items;
}

function evidenceItem({ first: { ref, source, value, at }, refs }: SameEvidence, id: string | undefined): Text {
  return [
    ...(id ? [`[${id}] `] : []),
    { bold: `${ref.kind} ${nameOf(ref)}` },
    ' ',
    { code: source },
    ': ',
    { code: value },
    ...(at ? [' (', { time: at }, ')'] : []),
    ...(refs.length > 1 ? [`; the same on ${refs.length - 1} more`] : []),
  ];
}

/** `a, b, c and 7 more`. */
function listOf(refs: readonly Ref[]): string {
  const names = refs.slice(0, OBJECTS_SHOWN).map((ref) => `${ref.kind} ${nameOf(ref)}`);
  const more = refs.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function distinct(findings: readonly Finding[]): Ref[] {
  return [...new Map(findings.map(({ object }) => [keyOf(object), object])).values()];
}
