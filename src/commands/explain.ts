import { findIncident } from '../analysis/reports.ts';
import { defineCommand } from '../command.ts';
import { UsageError, UserError } from '../errors.ts';

export default defineCommand({
  name: 'explain',
  summary: 'Explains an incident, or what a code such as Pod/OOMKilled means.',
  words: '<incident or code>',
  options: [],
  examples: [
    { line: 'explain inc-4f2a9c', does: 'One incident of an earlier analysis, with its evidence and how to fix it.' },
    { line: 'explain Pod/OOMKilled', does: 'What this kind of problem means, how to confirm and how to fix it.' },
  ],

  async run(call) {
    const { words, services, chat } = call;
    const [what] = words;
    if (!what)
      throw new UsageError(`Say what to explain: ${chat.prefix} explain inc-… or ${chat.prefix} explain Pod/OOMKilled`);
    if (what.includes('/')) {
      const explanation = await services.runbook(what);
      if (!explanation) throw new UserError(`There is no code ${what}. An explanation names its code: Filter/Problem.`);
      await chat.post(explanation.message);
      return;
    }
    const incident = await findIncident(call, what);
    const { message } = await services.explain(incident);
    // A thread that has it already is not told again; the person who asks is.
    const first = !chat.place || (await services.reports.explainedFirst(what, chat.place));
    if (first) await chat.post(message);
    else await chat.whisper(message);
  },
});
