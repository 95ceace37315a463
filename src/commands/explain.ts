import { findIncident } from '../analysis/reports.ts';
import { defineCommand } from '../command.ts';
import { nearest, UsageError, UserError } from '../errors.ts';
import { codesFor } from '../explanation/runbooks.ts';

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
      if (!explanation) throw new UserError(await unknownCode(what));
      await chat.post(explanation.message);
      return;
    }
    if (!what.startsWith('inc-')) {
      throw new UsageError(`"${what}" is neither an incident (inc-…) nor a code (such as Pod/OOMKilled).`);
    }
    const incident = await findIncident(call, what);
    const { message } = await services.explain(incident);
    // A thread that has it already is not told again; the person who asks is.
    const first = !chat.place || (await services.reports.explainedFirst(what, chat.place));
    if (first) await chat.post(message);
    else await chat.whisper(message);
  },
});

async function unknownCode(code: string): Promise<string> {
  const like = nearest(code, await codesFor(code));
  const hint =
    like.length > 0 ? `Did you mean ${like.join(' or ')}?` : 'An explanation names its code: Filter/Problem.';
  return `There is no code ${code}. ${hint}`;
}
