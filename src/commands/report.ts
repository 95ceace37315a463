import { countsOf, incidentCard, labelOf } from '../analysis/summary.ts';
import { type Call, defineCommand } from '../command.ts';
import { UsageError, UserError } from '../errors.ts';
import { toMarkdown } from '../markdown.ts';
import type { Action, Block } from '../message.ts';
import { findingsOf, type Incident, type Report } from '../report.ts';
import { beginThreadIfNew } from './shared/beginning.ts';

const PAGE = 10;

export default defineCommand({
  name: 'report',
  summary: 'Shows every incident of an analysis, page by page, or all of it as a file.',
  words: '<report>',
  options: [
    { name: 'page', value: 'number', summary: 'The page; without it, the first.' },
    { name: 'code', value: 'code', summary: 'Only incidents of this code, such as Pod/OOMKilled.' },
    { name: 'severity', value: 'severity', summary: 'Only incidents of this severity.' },
    { name: 'file', summary: 'Everything, findings included, as one file.' },
    { name: 'errors', summary: 'What could not be checked.' },
  ],
  examples: [{ line: 'report rep-1a2b3c4d', does: 'Every incident of that analysis, ten a page.' }],

  async run(call) {
    const report = await findReport(call);
    if (call.options.errors) return void (await call.chat.post(errorsMessage(report)));
    if (call.options.file) return void (await call.chat.post(await fileMessage(call, report)));
    const posted = await call.chat.post(pageMessage(call, report));
    await beginThreadIfNew(call, posted, { report, incidents: report.incidents });
  },
});

async function findReport({ words, services, chat }: Call): Promise<Report> {
  const [id] = words;
  if (!id) throw new UsageError(`Say which report: ${chat.prefix} report rep-…`);
  const report = await services.reports.get(id);
  if (!report)
    throw new UserError(`The report ${id} is no longer kept. Run the analysis again: ${chat.prefix} analyze`);
  return report;
}

function pageMessage({ options, chat }: Call, report: Report) {
  const wanted = report.incidents.filter(
    ({ code, severity }) =>
      (!options.code || code === options.code) && (!options.severity || severity === options.severity),
  );
  const pages = Math.max(1, Math.ceil(wanted.length / PAGE));
  const page = Number(options.page ?? 1);
  if (!Number.isInteger(page) || page < 1 || page > pages) {
    throw new UsageError(
      `There is no page ${options.page}; the report has ${pages} ${pages === 1 ? 'page' : 'pages'}: ${chat.prefix} report ${report.id} --page 1`,
    );
  }
  const first = (page - 1) * PAGE;
  const shown = wanted.slice(first, first + PAGE);
  const counts = wanted.length > 0 ? countsOf(wanted) : 'No incidents';
  const title = typeof options.code === 'string' ? labelOf(options.code) : counts;
  const where = pages > 1 ? ` (${first + 1} to ${first + shown.length} of ${wanted.length})` : '';
  const blocks: Block[] = [
    { type: 'heading', text: `${title}${where}` },
    ...shown.map((incident) => incidentCard(incident, incidentActions(incident))),
    { type: 'actions', actions: pageActions(report, options, page, pages) },
  ];
  return { text: `${title}${where}`, blocks };
}

function incidentActions({ id }: Incident): Action[] {
  return [
    { label: 'Explain', run: `explain ${id}` },
    { label: 'Objects', run: `objects ${id}` },
  ];
}

function pageActions(report: Report, options: Call['options'], page: number, pages: number): Action[] {
  const only = ['code', 'severity'].flatMap((name) => (options[name] ? [`--${name} ${options[name]}`] : []));
  const line = (extra: string) => ['report', report.id, ...only, extra].join(' ');
  return [
    ...(page > 1 ? [{ label: 'Previous page', run: line(`--page ${page - 1}`) }] : []),
    ...(page < pages ? [{ label: 'Next page', run: line(`--page ${page + 1}`), style: 'primary' as const }] : []),
    { label: 'All findings as a file', run: `report ${report.id} --file` },
  ];
}

function errorsMessage({ errors }: Report) {
  const text = errors.length > 0 ? 'What could not be checked' : 'Everything could be checked';
  const blocks: Block[] = [{ type: 'heading', text }];
  if (errors.length > 0) blocks.push({ type: 'list', items: errors });
  return { text, blocks };
}

async function fileMessage({ services }: Call, report: Report) {
  const parts = await Promise.all(
    report.incidents.map(async (incident) => incidentText(incident, await services.explain(incident))),
  );
  const count = findingsOf(report).length;
  const text = `All ${count} findings of ${report.cluster}`;
  const content = `# ${report.cluster}, ${report.at}\n\n${parts.join('\n\n---\n\n')}\n`;
  return { text, blocks: [{ type: 'file', name: `${report.id}.md`, title: text, content }] satisfies Block[] };
}

function incidentText(incident: Incident, { message }: { message: Parameters<typeof toMarkdown>[0] }): string {
  const rows = [...incident.findings, ...incident.consequences].map(
    ({ object, code, text }) =>
      `- ${object.kind} ${object.namespace ? `${object.namespace}/` : ''}${object.name} (${code}): ${text}`,
  );
  return `${toMarkdown(message)}\n\nFindings of ${incident.id} (${incident.severity}):\n\n${rows.join('\n')}`;
}
