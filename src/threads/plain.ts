import { changesBetween } from '../analysis/changes.ts';
import { duration } from '../analyzer.ts';
import type { Ref } from '../cluster.ts';
import type { Services } from '../command.ts';
import { UserError } from '../errors.ts';
import type { Exhibit } from '../exhibit.ts';
import type { Look, LookRequest } from '../look.ts';
import type { Block, Text } from '../message.ts';
import type { Changes, Report } from '../report.ts';
import { addExhibit, type Context, matters, type Snapshot } from './context.ts';
import type { Intent, IntentKind } from './intents.ts';
import { containerOf, refOf, rolledOutIn, rolledOutOf, writerOf } from './subject.ts';
import type { Target } from './target.ts';

/** What is answered without a model: from looks at the cluster, runbooks, and what the thread knows. */
export interface PlainAnswer {
  blocks: Block[];
  /** What it rests on, in the thread's numbering. */
  exhibits: Exhibit[];
}

export interface PlainOptions {
  context: Context;
  services: Pick<Services, 'analysis' | 'inspect' | 'explain'>;
  signal: AbortSignal;
  /** Tells what is looked at; called again with what came of it. */
  step(label: string): (result: string, failed?: boolean) => void;
  /** How the objects stood when the thread began. */
  snapshot(): Promise<Snapshot | undefined>;
}

const CHANGES_SHOWN = 15;

/** Answers a plain intent. What cannot be seen is said in the answer; only an aborted signal throws. */
export async function plainAnswer(intent: Intent, target: Target, options: PlainOptions): Promise<PlainAnswer> {
  try {
    return await answerers[intent.kind](intent, target, options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof UserError)) throw error;
    return { blocks: [{ type: 'alert', level: 'warning', text: error.message }], exhibits: [] };
  }
}

type Answerer = (intent: Intent, target: Target, options: PlainOptions) => Promise<PlainAnswer>;

const answerers: Record<IntentKind, Answerer> = {
  why,
  fix,
  changed,
  help: async (_, __, { context }) => ({ blocks: helpBlocks(context), exhibits: [] }),
  logs: (intent, target, options) => {
    const ref = writerOf(target);
    const container = intent.logs.container ?? containerOf(target, ref);
    return look(options, 'logs', { ...placed(ref, 'pod'), ...(container && { container }), ...intent.logs });
  },
  events: (_, target, options) => look(options, 'events', argumentsOf(target)),
  describe: (_, target, options) => look(options, 'describe', argumentsOf(target)),
  yaml: (_, target, options) => look(options, 'get', argumentsOf(target)),
  related: (_, target, options) => look(options, 'related', argumentsOf(target)),
  rollout: (_, target, options) => look(options, 'rollout', placed(rolledOutOf(target), 'kind')),
  top: (_, target, options) => {
    const ref = refOf(target);
    return look(options, 'top', ref.kind === 'Node' ? { kind: 'nodes' } : { kind: 'pods', namespace: ref.namespace });
  },
};

/** What the cause is, what follows from it, and what shows it. */
async function why(_: Intent, { incident }: Target, { context, services }: PlainOptions): Promise<PlainAnswer> {
  if (!incident) return nothingKnown(context);
  const first = context.numbers[incident.id];
  const { story, exhibits } = await services.explain(incident, first);
  // The evidence has its numbers since the thread began; what was dropped for want of room comes back.
  for (const exhibit of exhibits)
    if (!context.exhibits.some(({ id }) => id === exhibit.id)) context.exhibits.push(exhibit);
  return { blocks: [{ type: 'heading', text: incident.title }, ...story], exhibits };
}

async function fix(_: Intent, { incident }: Target, { context, services }: PlainOptions): Promise<PlainAnswer> {
  if (!incident) return nothingKnown(context);
  const { steps, exhibits } = await services.explain(incident, context.numbers[incident.id]);
  if (steps.length === 0) throw new UserError(`There is no runbook for ${incident.code}. Ask "why?" or "describe".`);
  return { blocks: [{ type: 'heading', text: incident.title }, ...steps], exhibits };
}

function nothingKnown(context: Context): PlainAnswer {
  const text = context.scope
    ? `Nothing is wrong in ${context.cluster} as far as it was analyzed. Name an object to look at it: describe deploy/cart -n shop`
    : 'Nothing was analyzed in this thread yet. Write: analyze';
  return { blocks: [{ type: 'text', text }], exhibits: [] };
}

/** Analyzes again, and compares with how the thread began; what was rolled out before that is shown beside it. */
async function changed(_: Intent, target: Target, options: PlainOptions): Promise<PlainAnswer> {
  const { context, services, signal } = options;
  const before = await options.snapshot();
  if (!before || !context.scope) throw new UserError('This thread has nothing to compare with. Write: analyze');
  const done = options.step('Analyzing again, to compare');
  const run = await services.analysis.run(
    { ...context.scope, remember: before.objects.map(({ ref }) => ref) },
    { signal },
  );
  const now = { ...run, incidents: run.incidents.filter(matters) };
  const changes = changesBetween(reportOf(before, now), now);
  const { length } = changes.objects;
  done(length === 0 ? 'nothing changed' : `${length} ${length === 1 ? 'change' : 'changes'}`);
  const lines = changeLines(changes, context);
  const exhibit = addExhibit(context, {
    title: `What changed in ${context.cluster} since ${before.at.slice(0, 16).replace('T', ' ')} UTC`,
    text: lines.map(({ plain }) => plain).join('\n'),
    at: now.at,
  });
  const history = await historyOf(target, options);
  const passed = changes.milliseconds > 0 ? `, ${duration(changes.milliseconds)} ago` : '';
  const since: Text = [{ bold: `Since this thread began${passed}` }, ' (', { time: before.at }, '):'];
  return {
    blocks: [
      { type: 'text', text: since },
      { type: 'list', items: lines.slice(0, CHANGES_SHOWN).map(({ text }) => text) },
      ...(lines.length > CHANGES_SHOWN
        ? [{ type: 'note' as const, text: `${lines.length - CHANGES_SHOWN} more: see ${exhibit.id}` }]
        : []),
      ...history.blocks,
    ],
    exhibits: [exhibit, ...history.exhibits],
  };
}

/** The report that a snapshot was made of, as far as it is compared. */
function reportOf(before: Snapshot, now: Report): Report {
  return { ...now, at: before.at, incidents: before.incidents, objects: before.objects };
}

function changeLines({ incidents, objects }: Changes, context: Context): { text: Text; plain: string }[] {
  const known = new Set(context.incidents.map(({ id }) => id));
  const told = incidents.filter(({ how, incident }) => how !== 'same' || known.has(incident.id));
  const lines = [
    ...objects.map(({ text }) => ({ text: text as Text, plain: text })),
    ...told.map(({ how, incident, text = '' }) => {
      const how2 = { gone: 'Solved', new: 'New', worse: 'Worse', better: 'Better', same: 'Still so' }[how];
      const rest = text ? ` (${text})` : '';
      return { text: [{ bold: how2 }, `: ${incident.title}${rest}`], plain: `${how2}: ${incident.title}${rest}` };
    }),
  ];
  return objects.length === 0
    ? [{ text: 'No object that matters here has changed.', plain: 'No object has changed.' }, ...lines]
    : lines;
}

/** What was rolled out before the thread began; nothing where there is no such history. */
async function historyOf(target: Target, options: PlainOptions): Promise<PlainAnswer> {
  const ref = rolledOutIn(target);
  if (!ref) return { blocks: [], exhibits: [] };
  try {
    return await look(options, 'rollout', placed(ref, 'kind'));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { blocks: [], exhibits: [] };
  }
}

/** What a name alone may be the name of, the likeliest first. */
const LIKELY_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Pod', 'Service', 'Job', 'Node'];

/** Takes a look, and shows it whole: as text to read, and as an exhibit. A name alone is tried with the likely kinds. */
async function look(options: PlainOptions, looker: string, args: LookRequest['args']): Promise<PlainAnswer> {
  const shown = await lookWherever(options, looker, args);
  const exhibit = addExhibit(options.context, exhibitOf(shown));
  return {
    blocks: [
      { type: 'heading', text: shown.title },
      { type: 'code', text: shown.text },
      ...(shown.omitted ? [{ type: 'note' as const, text: shown.omitted }] : []),
      { type: 'note', text: ['The same by hand: ', { code: shown.command }] },
    ],
    exhibits: [exhibit],
  };
}

async function lookWherever(options: PlainOptions, looker: string, args: LookRequest['args']): Promise<Look> {
  const { kind, name } = args;
  if (kind !== '') return lookAt(options, looker, args);
  for (const likely of LIKELY_KINDS) {
    try {
      return await lookAt(options, looker, { ...args, kind: likely });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  throw new UserError(`Nothing named ${name} was found. Name its kind and namespace: ${looker} deploy/${name} -n shop`);
}

/** Takes a look, and tells so while it is taken. */
export async function lookAt(
  { services, signal, step }: Pick<PlainOptions, 'services' | 'signal' | 'step'>,
  looker: string,
  args: LookRequest['args'],
): Promise<Look> {
  const done = step(labelOf(looker, args));
  try {
    const shown = await services.inspect({ looker, args }, { signal });
    done(summaryOf(shown));
    return shown;
  } catch (error) {
    done(error instanceof UserError ? error.message : 'failed', true);
    throw error;
  }
}

export function exhibitOf({ title, text, command }: Look): Omit<Exhibit, 'id'> {
  return { title, text, command };
}

/** `Reading logs of shop/cart`, for who waits. */
function labelOf(looker: string, args: LookRequest['args']): string {
  const doing: Record<string, string> = {
    logs: 'Reading logs',
    events: 'Reading events',
    describe: 'Describing',
    get: 'Reading',
    list: 'Listing',
    related: 'Finding what belongs to',
    rollout: 'Reading the rollouts of',
    top: 'Measuring',
  };
  const of = looker === 'logs' || looker === 'events' ? 'of ' : '';
  const kind = typeof args.kind === 'string' ? `${args.kind} ` : '';
  const name = String(args.pod ?? args.name ?? '');
  const where = typeof args.namespace === 'string' ? (name ? `${args.namespace}/` : `in ${args.namespace}`) : '';
  return `${doing[looker] ?? looker} ${of}${kind}${where}${name}`.replace(/\s+/g, ' ').trim();
}

function summaryOf({ text }: Look): string {
  const lines = text.split('\n').filter((line) => line.trim()).length;
  return `${lines} ${lines === 1 ? 'line' : 'lines'}`;
}

function argumentsOf(target: Target): LookRequest['args'] {
  return placed(refOf(target), 'kind');
}

/** An object as arguments of a look. */
function placed({ kind, name, namespace }: Ref, as: 'kind' | 'pod'): LookRequest['args'] {
  const within = namespace ? { namespace } : {};
  if (as === 'kind') return { kind, name, ...within };
  return { pod: kind === 'Pod' || kind === '' ? name : `${kind.toLowerCase()}/${name}`, ...within };
}

/** What can be asked in a thread without a model. */
export function helpBlocks({ incidents }: Context): Block[] {
  const rows: [string, string][] = [
    ['why?', 'the cause, what follows from it, and the evidence'],
    ['how do I fix it?', 'the steps of the runbook'],
    ['show me the logs', 'also: of the previous run, last 50 lines, since 10m, containing TEXT, container NAME'],
    ['events', 'what the cluster said of the object'],
    ['describe', 'its state in short'],
    ['yaml', 'the object as it is'],
    ['what changed?', 'compared with the beginning of this thread'],
    ['rollout history', 'its versions, and what differs'],
    ['what is related?', 'owners, Pods, Services, ConfigMaps, nodes'],
    ['cpu and memory usage', 'beside what was asked for'],
  ];
  return [
    { type: 'heading', text: 'What you can ask here' },
    {
      type: 'table',
      columns: [{ label: 'You write' }, { label: 'You get' }],
      rows: rows.map(([line, does]) => [[{ code: line }], does]),
    },
    {
      type: 'note',
      text:
        incidents.length > 1
          ? 'Name an object, an incident (inc-…) or its place ("the second one") to speak of another one. Commands work here as well: help'
          : 'Name an object to speak of another one. Commands work here as well, such as analyze or help.',
    },
  ];
}
