import { findIncident } from '../analysis/reports.ts';
import { type Call, defineCommand } from '../command.ts';
import { nearest, UsageError, UserError } from '../errors.ts';
import { whole } from '../explainer.ts';
import { codesFor } from '../explanation/runbooks.ts';
import type { Posted } from '../platform.ts';
import type { Incident } from '../report.ts';
import { threadOf } from '../threads.ts';
import { beginThread } from './shared/beginning.ts';
import { explainEach } from './shared/explaining.ts';
import { WISHES, wishesOf } from './shared/wishes.ts';

export default defineCommand({
  name: 'explain',
  summary: 'Explains one incident, or what a code such as Pod/OOMKilled means.',
  words: '<incident|code>',
  options: WISHES,
  examples: [
    { line: 'explain inc-4f2a9c', does: 'The evidence, the cause and the steps to a fix.' },
    { line: 'explain inc-4f2a9c --language German', does: 'A model’s words in German, beside the runbook.' },
    { line: 'explain Pod/OOMKilled', does: 'What that kind of problem is, how to confirm and how to fix it.' },
  ],

  async run(call) {
    const { words, services, chat } = call;
    const [what] = words;
    if (!what)
      throw new UsageError(`Say what to explain: ${chat.prefix} explain inc-… or ${chat.prefix} explain Pod/OOMKilled`);
    if (what.includes('/')) {
      const explanation = await services.runbook(what);
      if (!explanation) throw new UserError(await unknownCode(what));
      await chat.post(whole(explanation));
      return;
    }
    if (!what.startsWith('inc-')) {
      throw new UsageError(`"${what}" is neither an incident (inc-…) nor a code (such as Pod/OOMKilled).`);
    }
    await explainIncident(call, await findIncident(call, what));
  },
});

async function explainIncident(call: Call, incident: Incident): Promise<void> {
  const { chat, services, options } = call;
  const wishes = wishesOf(options, services);
  const asked = Object.keys(wishes).length > 0;
  const thread = chat.place && threadOf(chat.platform, chat.place);
  // A thread that has it already is not told again, unless in other words; the person who asks is.
  if (chat.place && !asked && !(await services.reports.explainedFirst(incident.id, chat.place))) {
    await chat.whisper(whole(await services.explain(incident)));
    return;
  }
  const report = await services.reports.withIncident(incident.id);
  const begin = async (posted: Pick<Posted, 'place'>) =>
    report && beginThread(call, posted, { report, incidents: [incident], wishes });
  if (thread) {
    const numbers = await begin({ place: thread });
    await explainEach(call, [{ incident, first: numbers?.get(incident.id) }], { wishes });
    return;
  }
  // In the channel itself, the explanation is what a thread begins with.
  const first = chat.where === 'chat' ? 1 : undefined;
  await explainEach(call, [{ incident, first }], { wishes, onPosted: async (posted) => void (await begin(posted)) });
}

async function unknownCode(code: string): Promise<string> {
  const like = nearest(code, await codesFor(code));
  const hint =
    like.length > 0 ? `Did you mean ${like.join(' or ')}?` : 'An explanation names its code: Filter/Problem.';
  return `There is no code ${code}. ${hint}`;
}
