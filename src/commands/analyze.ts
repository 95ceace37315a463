import { toDocument } from '../analysis/k8sgpt-json.ts';
import { type Asked, shownIncidents, shownRows, summarize } from '../analysis/summary.ts';
import { type Call, defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { createLimit } from '../limit.ts';
import { toMarkdown } from '../markdown.ts';
import type { Message } from '../message.ts';
import type { AnalysisRequest, Incident, Report } from '../report.ts';
import type { Wishes } from '../threads.ts';
import { beginThread } from './shared/beginning.ts';
import { CLUSTERS } from './shared/clusters.ts';
import { converse, SESSION } from './shared/converse.ts';
import { explainEach, fineprint, REQUESTS_MAX, wordIncident } from './shared/explaining.ts';
import { WISHES, wantsModel, wishesOf } from './shared/wishes.ts';

const OUTPUTS = ['text', 'markdown', 'json'];
const EXPLAINED_AT_ONCE = 4;

export default defineCommand({
  name: 'analyze',
  aliases: ['analyse'],
  summary: 'Looks for problems in the cluster and explains each by its root cause.',
  words: '[filter …]',
  options: [
    { name: 'filter', short: 'f', value: 'filter', many: true, summary: 'Only these filters, separated by commas.' },
    { name: 'namespace', short: 'n', value: 'name', summary: 'Only this namespace; without it, all.' },
    { name: 'selector', short: 'l', value: 'labels', summary: 'Only objects with these labels, such as app=web.' },
    { name: 'all', short: 'a', summary: 'Also shows incidents of low severity, such as unused ConfigMaps.' },
    {
      name: 'output',
      short: 'o',
      value: 'format',
      summary: 'text, markdown or json (as K8sGPT prints it).',
      where: 'terminal',
    },
    {
      name: 'explain',
      short: 'e',
      summary: "Also asks the model, and puts each explanation into the JSON results' details.",
      where: 'terminal',
    },
    ...WISHES,
    { name: 'interactive', short: 'i', summary: 'Goes on with questions about what was found.', where: 'terminal' },
    ...CLUSTERS,
  ],
  examples: [
    { line: 'analyze', does: 'All core filters, the whole cluster.' },
    { line: 'analyze Pod Service -n shop', does: 'Pods and Services of one namespace.' },
    { line: 'analyze deploy -l app=cart', does: 'Deployments with a label; kubectl’s short names work.' },
  ],

  form(services, values) {
    return {
      name: 'analyze',
      title: 'Analyze the cluster',
      submit: 'Analyze',
      command: 'analyze',
      fields: [
        {
          name: 'filters',
          label: 'Filters',
          hint: 'Leave all empty for every core filter.',
          input: { type: 'choice', many: true, choices: services.analysis.filters.map(({ name }) => name) },
          value: values.filters ?? '',
        },
        {
          name: 'namespace',
          label: 'Namespace',
          hint: 'Leave empty for all namespaces.',
          option: '--namespace',
          input: { type: 'text', placeholder: 'shop' },
          value: values.namespace ?? '',
        },
        {
          name: 'selector',
          label: 'Labels',
          hint: 'Only objects with these labels.',
          option: '--selector',
          input: { type: 'text', placeholder: 'app=web,tier!=cache' },
          value: values.selector ?? '',
        },
      ],
    };
  },

  async run(call) {
    if (call.chat.where === 'chat') return analyzeInChat(call);
    return analyzeInTerminal(call);
  },
});

async function analyzeInChat(call: Call): Promise<void> {
  const { chat, services, options } = call;
  const wishes = wishesOf(options, services);
  const report = await analyze(call);
  await services.reports.save(report);
  const under = await chat.post(summarize(report, askedOf(call)));
  const explained = explainedOf(report, askedOf(call));
  const others = shownIncidents(report, askedOf(call)).filter((incident) => !explained.includes(incident));
  const numbers = await beginThread(call, under, { report, incidents: [...explained, ...others], wishes });
  const all = explained.map((incident) => ({ incident, first: numbers?.get(incident.id) }));
  // Noted before it is posted: somebody may press Explain before the post is acknowledged, or already has.
  const isFirst = (incident: Incident) => services.reports.explainedFirst(incident.id, under.place);
  await explainEach(call, all, { wishes, under, isFirst });
}

async function analyzeInTerminal(call: Call): Promise<number> {
  const { chat, services, options } = call;
  const output = String(options.output ?? 'text');
  if (!OUTPUTS.includes(output)) throw new UsageError(`There is no output "${output}". Choose text, markdown or json.`);
  if (options.interactive && output !== 'text') throw new UsageError('--interactive needs the output text.');
  // As in K8sGPT, a model costs nothing in a terminal unless somebody asks for it.
  const wanted = wishesOf(options, services);
  const wishes: Wishes = options.explain || options.interactive ? wanted : { ...wanted, backend: 'builtin' };
  if (output === 'json') return printJson(call, wishes);
  const report = await analyze(call);
  await services.reports.save(report);
  const explained = explainedOf(report, askedOf(call));
  if (output === 'markdown') {
    const words = await Promise.all(explained.map((incident) => explainWhole(call, incident, wishes)));
    chat.write(`${[summarize(report, askedOf(call)), ...words].map(toMarkdown).join('\n\n')}\n`);
    return 0;
  }
  await chat.post(summarize(report, askedOf(call)));
  const session = { place: { channel: '', thread: SESSION } };
  const subject = { report, incidents: shownIncidents(report, askedOf(call)), wishes: wanted };
  const numbers = options.interactive ? await beginThread(call, session, subject) : undefined;
  await explainEach(
    call,
    explained.map((incident) => ({ incident, first: numbers?.get(incident.id) })),
    { wishes },
  );
  return options.interactive ? converse(call) : 0;
}

/** An explanation as one message, a model's words among it. */
async function explainWhole(call: Call, incident: Incident, wishes: Wishes): Promise<Message> {
  const known = await call.services.explain(incident);
  if (!wantsModel(wishes, call.services)) return known.message;
  const worded = await wordIncident(call, incident, known, wishes);
  return { ...known.message, blocks: [...known.message.blocks, ...worded.blocks, ...fineprint(worded)] };
}

/** The incidents that are explained unasked: the first of each row that the summary shows. */
function explainedOf(report: Report, asked: Asked): Incident[] {
  return shownRows(report, asked).map(({ incidents }) => incidents[0]);
}

function askedOf(call: Call): Asked {
  return {
    filters: requestOf(call).filters,
    all: call.options.all === true,
    inTerminal: call.chat.where === 'terminal',
  };
}

async function printJson(call: Call, wishes: Wishes): Promise<number> {
  const { chat, services, options, signal } = call;
  const report = await analyze(call);
  await services.reports.save(report);
  const limit = createLimit(EXPLAINED_AT_ONCE);
  const explained = await Promise.all(
    report.incidents.map(async (incident, index) => {
      const asked = index < REQUESTS_MAX ? wishes : { ...wishes, backend: 'builtin' };
      const message = await limit(() => explainWhole(call, incident, asked), signal);
      return [incident.id, toMarkdown(message)] as const;
    }),
  );
  if (wantsModel(wishes, services) && report.incidents.length > REQUESTS_MAX) {
    report.errors.push(
      `A model explained the ${REQUESTS_MAX} most severe incidents, which is the most for one command; the others have their runbook's answer.`,
    );
  }
  const provider = wantsModel(wishes, services) ? (wishes.backend ?? services.models.list()[0]?.name) : undefined;
  const document = toDocument(report, new Map(explained), {
    provider: provider ?? 'builtin',
    details: options.explain === true,
  });
  chat.write(`${JSON.stringify(document, undefined, 2)}\n`);
  return 0;
}

function analyze({ chat, services, options, signal, ...call }: Call): Promise<Report> {
  // Scripts name filters that another version may not have; a person in a chat mistypes them.
  const lenient = chat.where === 'terminal';
  return services.analysis.run(
    { ...requestOf({ options, ...call }), lenient },
    {
      signal,
      onProgress: (label, done, of) => chat.progress(label, done, of),
      ...(typeof options.context === 'string' && { context: options.context }),
      ...(typeof options.kubeconfig === 'string' && { kubeconfig: options.kubeconfig }),
      ...(options.sample === true && { sample: true }),
    },
  );
}

function requestOf({ words, options }: Pick<Call, 'words' | 'options'>): AnalysisRequest {
  const given = Array.isArray(options.filter) ? options.filter : [];
  return {
    filters: [...words.flatMap((word) => word.split(',')).filter(Boolean), ...given],
    ...(typeof options.namespace === 'string' && { namespace: options.namespace }),
    ...(typeof options.selector === 'string' && { selector: options.selector }),
  };
}
