import { toDocument } from '../analysis/k8sgpt-json.ts';
import { type Asked, shownRows, summarize } from '../analysis/summary.ts';
import { type Call, defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { toMarkdown } from '../markdown.ts';
import type { AnalysisRequest, Incident, Report } from '../report.ts';

const OUTPUTS = ['text', 'markdown', 'json'];

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
      summary: "Also puts each explanation into the JSON results' details.",
      where: 'terminal',
    },
    { name: 'context', value: 'name', summary: 'Another context of the kubeconfig.', where: 'terminal' },
    { name: 'kubeconfig', value: 'file', summary: 'Another kubeconfig.', where: 'terminal' },
    { name: 'sample', summary: 'The bundled sample cluster.', where: 'terminal' },
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
  const { chat, services } = call;
  const report = await analyze(call);
  await services.reports.save(report);
  const posted = await chat.post(summarize(report, askedOf(call)));
  for (const incident of explainedOf(report, askedOf(call))) {
    if (call.signal.aborted) return;
    const { message } = await services.explain(incident);
    // Noted before it is posted: somebody may press Explain before the post is acknowledged, or already has.
    if (await services.reports.explainedFirst(incident.id, posted.place)) await chat.post(message, posted);
  }
}

async function analyzeInTerminal(call: Call): Promise<number> {
  const { chat, services } = call;
  const output = String(call.options.output ?? 'text');
  if (!OUTPUTS.includes(output)) throw new UsageError(`There is no output "${output}". Choose text, markdown or json.`);
  if (output === 'json') return printJson(call);
  const report = await analyze(call);
  await services.reports.save(report);
  const explained = await explainAll(call, explainedOf(report, askedOf(call)));
  const messages = [summarize(report, askedOf(call)), ...explained.map(({ message }) => message)];
  if (output === 'markdown') chat.write(`${messages.map(toMarkdown).join('\n\n')}\n`);
  else for (const message of messages) await chat.post(message);
  return 0;
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

async function printJson(call: Call): Promise<number> {
  const report = await analyze(call);
  await call.services.reports.save(report);
  const explained = await explainAll(call, report.incidents);
  const explanations = new Map(explained.map(({ incident, message }) => [incident.id, toMarkdown(message)]));
  const document = toDocument(report, explanations, { provider: 'builtin', details: call.options.explain === true });
  call.chat.write(`${JSON.stringify(document, undefined, 2)}\n`);
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

async function explainAll({ services }: Call, incidents: readonly Incident[]) {
  return Promise.all(
    incidents.map(async (incident) => ({ incident, message: (await services.explain(incident)).message })),
  );
}
