import { findIncident } from '../analysis/reports.ts';
import { nameOf } from '../cluster.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Block } from '../message.ts';
import { beginThreadIfNew } from './shared/beginning.ts';

/** As many rows as a message can hold and a person looks through; more go into a file. */
const ROWS = 25;

export default defineCommand({
  name: 'objects',
  summary: 'Lists every object of an incident with what was found on it.',
  words: '<incident>',
  options: [],
  examples: [{ line: 'objects inc-4f2a9c', does: 'The names behind the counts of an explanation.' }],

  async run(call) {
    const { words, chat } = call;
    const [id] = words;
    if (!id) throw new UsageError(`Say which incident: ${chat.prefix} objects inc-…`);
    const incident = await findIncident(call, id);
    const findings = [...incident.findings, ...incident.consequences];
    const title = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} of: ${incident.title}`;
    const blocks: Block[] = [{ type: 'heading', text: title }];
    if (findings.length <= ROWS) {
      blocks.push({
        type: 'table',
        columns: [{ label: 'Object' }, { label: 'Finding' }],
        rows: findings.map(({ object, text }) => [[{ code: `${object.kind} ${nameOf(object)}` }], text]),
      });
    } else {
      const lines = findings.map(({ object, text }) => `${object.kind} ${nameOf(object)}: ${text}`);
      blocks.push({ type: 'file', name: `${id}.txt`, title, content: `${lines.join('\n')}\n` });
    }
    const posted = await chat.post({ text: title, blocks });
    const report = await call.services.reports.withIncident(id);
    if (report) await beginThreadIfNew(call, posted, { report, incidents: [incident] });
  },
});
