import type { Tool } from '../backend.ts';
import { nameOf, type Ref } from '../cluster.ts';
import type { Services } from '../command.ts';
import { UserError } from '../errors.ts';
import type { Exhibit } from '../exhibit.ts';
import { saidIn } from '../explanation/material.ts';
import type { LookRequest } from '../look.ts';
import { isRecord } from '../shape.ts';
import { addExhibit, shortened } from './context.ts';
import { exhibitOf, lookAt, type PlainOptions, plainAnswer } from './plain.ts';
import { refsOf } from './target.ts';

/** What a tool said, and the exhibit that shows it. */
export interface ToolResult {
  text: string;
  exhibit?: Exhibit;
  /** It could not be done; the text says why. */
  failed?: true;
}

export interface Toolbox {
  readonly tools: readonly Tool[];
  /** Never throws but for an aborted signal: what is wrong with a call is told to the model. */
  call(name: string, args: string): Promise<ToolResult>;
}

export interface ToolboxOptions extends PlainOptions {
  services: Pick<Services, 'analysis' | 'inspect' | 'explain' | 'lookers' | 'runbook'>;
  /** All that people said in the thread, this question among it. */
  said: readonly string[];
  /** Hears of every look, before a model reads it. */
  onLook?(refs: readonly Ref[], text: string): void;
}

/** Letters of a tool's answer that a model reads; the exhibit has all of it. */
const READ_MAX = 6000;
const INCIDENTS_TOLD = 15;

const OWN_TOOLS: readonly Tool[] = [
  {
    name: 'analyze',
    description:
      'Looks for problems: runs the analyzers over the cluster or one namespace, and lists the incidents by root cause. Use it when the question is about something that the incidents at hand do not cover.',
    parameters: {
      type: 'object',
      properties: {
        namespace: { type: 'string', description: 'Only this namespace.' },
        filters: { type: 'string', description: 'Kinds parted by commas, such as Pod,Service; absent: all.' },
      },
    },
  },
  {
    name: 'changes',
    description:
      'Compares the cluster as it is now with how it was when this thread began: objects and incidents. Use it for "what changed".',
    parameters: { type: 'object', properties: {} },
  },
  {
    name: 'runbook',
    description:
      'What is known of a kind of problem, with commands to confirm and to fix it. Give the id of an incident (inc-…) or a code (Pod/OOMKilled).',
    parameters: { type: 'object', properties: { about: { type: 'string' } }, required: ['about'] },
  },
];

/**
 * The tools of one answer. They only read, and only what the thread is about: namespaces of its incidents, those that a
 * look led to by the cluster's own references, and those that people named. So nothing that a log or an annotation says
 * can lead a model elsewhere.
 */
export function createToolbox(options: ToolboxOptions): Toolbox {
  const { context, services, said, signal } = options;
  const tools = [...services.lookers, ...OWN_TOOLS];
  const namespaces = new Set<string>();
  const seen = new Map<string, Exhibit>();
  if (context.scope?.namespace) namespaces.add(context.scope.namespace);
  for (const incident of context.incidents) {
    for (const { namespace } of refsOf(incident)) if (namespace) namespaces.add(namespace);
  }
  // Where nothing is known yet, there is nothing to stay inside of.
  const anywhere = context.incidents.length === 0 && !context.scope?.namespace;

  /** Secrets are of interest where an incident is about one, or a person speaks of them; no log makes them so. */
  function refuseSecrets({ kind, name = '' }: LookRequest['args']): void {
    if (!/^secrets?$/i.test(String(kind ?? '')) && !/^secrets?\//i.test(String(name))) return;
    const about = context.incidents.some((incident) => refsOf(incident).some((ref) => ref.kind === 'Secret'));
    if (about || said.some((words) => /\bsecrets?\b/i.test(words))) return;
    throw new UserError('Secrets can be looked at when a person asks about them; their contents never can.');
  }

  function refuseElsewhere(args: LookRequest['args']): void {
    for (const namespace of namespacesIn(args)) {
      if (anywhere || namespaces.has(namespace) || said.some((words) => holdsWord(words, namespace))) continue;
      throw new UserError(
        `The namespace "${namespace}" is not part of this thread. It can be looked at when a person names it in a question.`,
      );
    }
  }

  async function take(name: string, args: LookRequest['args']): Promise<ToolResult> {
    const key = `${name} ${JSON.stringify(args, Object.keys(args).sort())}`;
    const before = seen.get(key);
    if (before) return { text: `You have looked at this already: see ${before.id}.`, exhibit: before };
    refuseElsewhere(args);
    refuseSecrets(args);
    const result = await run(name, args);
    if (result.exhibit) seen.set(key, result.exhibit);
    return result;
  }

  async function run(name: string, args: LookRequest['args']): Promise<ToolResult> {
    if (name === 'analyze') return analyze(args);
    if (name === 'runbook') return runbook(String(args.about ?? ''));
    if (name === 'changes') {
      const { blocks, exhibits } = await plainAnswer({ kind: 'changed', sure: true, logs: {} }, {}, options);
      const [exhibit] = exhibits;
      return { text: exhibit?.text ?? saidIn({ text: '', blocks }).text, ...(exhibit && { exhibit }) };
    }
    const shown = await lookAt(options, name, args);
    for (const { namespace } of shown.refs) if (namespace) namespaces.add(namespace);
    options.onLook?.(shown.refs, shown.text);
    const exhibit = addExhibit(context, exhibitOf(shown));
    return { text: [shown.text, shown.omitted].filter(Boolean).join('\n'), exhibit };
  }

  async function analyze(args: LookRequest['args']): Promise<ToolResult> {
    const namespace = typeof args.namespace === 'string' && args.namespace ? args.namespace : context.scope?.namespace;
    const filters = String(args.filters ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean);
    const done = options.step(`Analyzing ${namespace ?? 'the cluster'}`);
    const report = await services.analysis.run({ filters, lenient: true, ...(namespace && { namespace }) }, { signal });
    done(`${report.incidents.length} incidents`);
    for (const incident of report.incidents.slice(0, INCIDENTS_TOLD)) {
      if (!context.incidents.some(({ id }) => id === incident.id)) context.incidents.push(shortened(incident));
    }
    options.onLook?.(report.incidents.slice(0, INCIDENTS_TOLD).flatMap(refsOf), '');
    const lines = report.incidents
      .slice(0, INCIDENTS_TOLD)
      .map(({ id, severity, title, cause }) => `${id} ${severity} ${cause.kind} ${nameOf(cause)}: ${title}`);
    const more = report.incidents.length - lines.length;
    const text = [
      ...(lines.length > 0 ? lines : ['Nothing wrong was found.']),
      ...(more > 0 ? [`and ${more} more`] : []),
      ...report.errors,
    ].join('\n');
    const exhibit = addExhibit(context, {
      title: `Analysis of ${namespace ?? report.cluster}`,
      text,
      at: report.at,
      command: 'k8sgpt-chat analyze',
    });
    return { text, exhibit };
  }

  async function runbook(about: string): Promise<ToolResult> {
    const incident = context.incidents.find(({ id }) => id === about);
    const found = incident
      ? await services.explain(incident, context.numbers[incident.id])
      : await services.runbook(about);
    if (!found)
      throw new UserError(
        `There is no runbook for "${about}". Give an incident's id or a code, such as Pod/OOMKilled.`,
      );
    const { text, commands } = saidIn({ text: found.message.text, blocks: found.steps });
    const exhibit = addExhibit(context, {
      title: `Runbook of ${incident?.code ?? about}`,
      text,
      command: commands.join('\n'),
    });
    return { text, exhibit };
  }

  return {
    tools,
    async call(name, text) {
      if (!tools.some((tool) => tool.name === name)) {
        const failed = `There is no tool "${name}". There are: ${tools.map((tool) => tool.name).join(', ')}.`;
        return { text: failed, failed: true };
      }
      const args = parsed(text);
      if (!args) return { text: `The arguments of ${name} are no JSON object. Call it again with one.`, failed: true };
      try {
        return await take(name, args);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UserError)) throw error;
        return { text: error.message, failed: true };
      }
    },
  };
}

/** The beginning or the end of a tool's answer, whichever tells more: logs end with what matters. */
export function readable(name: string, text: string): string {
  if (text.length <= READ_MAX) return text;
  const left = `(${text.length - READ_MAX} letters left out)`;
  return name === 'logs' ? `${left}\n${text.slice(-READ_MAX)}` : `${text.slice(0, READ_MAX)}\n${left}`;
}

/** A model may write nothing where there are no arguments. */
function parsed(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The namespaces that arguments name: by their own field, or before a slash in a name. */
function namespacesIn(args: LookRequest['args']): string[] {
  const named: string[] = [];
  if (typeof args.namespace === 'string' && args.namespace) named.push(args.namespace);
  for (const field of [args.name, args.pod]) {
    const [, within] = typeof field === 'string' ? (/^([^/]+)\/[^/]+$/.exec(field) ?? []) : [];
    if (within && !KIND_WORDS.test(within)) named.push(within);
  }
  if (typeof args.kind === 'string' && /^(?:ns|namespaces?)$/i.test(args.kind) && typeof args.name === 'string') {
    named.push(args.name);
  }
  return named;
}

const KIND_WORDS =
  /^(?:po|pods?|deploy|deployments?|sts|statefulsets?|ds|daemonsets?|rs|replicasets?|jobs?|cj|cronjobs?|svc|services?|no|nodes?)(?:\.[\w.]+)?$/i;

function holdsWord(text: string, word: string): boolean {
  return text
    .toLowerCase()
    .split(/[^\w.-]+/)
    .some((each) => each.replace(/\.+$/, '') === word.toLowerCase());
}
