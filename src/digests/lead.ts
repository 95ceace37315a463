import type { Services } from '../command.ts';
import type { Channel } from '../digests.ts';
import { learnIncident } from '../explanation/anonymize.ts';
import type { Logger } from '../log.ts';
import type { Block } from '../message.ts';
import { createPseudonyms } from '../pseudonyms/index.ts';
import type { Fact } from './facts.ts';

/** Incidents that a lead may speak of. */
const INCIDENTS = 5;
/** A digest does not wait longer for a model. */
const WAIT_MS = 20_000;

export interface LeadOptions
  extends Pick<Services, 'models' | 'explainer' | 'explain' | 'threads' | 'alwaysAnonymize'> {
  log: Logger;
}

/**
 * Two sentences of a model on what changed, above the facts. Only words that cite their evidence and that the evidence
 * bears out are shown; else the digest does without. The same facts are asked once.
 */
export async function leadOf(
  changed: readonly Fact[],
  { platform, channel }: Channel,
  signal: AbortSignal,
  { models, explainer, explain, threads, alwaysAnonymize, log }: LeadOptions,
): Promise<Block[]> {
  const facts = changed.slice(0, INCIDENTS);
  if (facts.length === 0 || models.list().length === 0) return [];
  let first = 1;
  const exhibits = [];
  // Numbered as the digest's thread will number them.
  for (const { incident } of facts) {
    const explanation = await explain(incident, first);
    exhibits.push(...explanation.exhibits);
    first += explanation.exhibits.length;
  }
  const items = facts.map(
    ({ incident, how, text }) => `${how}, ${incident.severity}: ${incident.title}${text ? ` (${text})` : ''}`,
  );
  const pseudonyms = alwaysAnonymize ? createPseudonyms() : undefined;
  if (pseudonyms) for (const { incident } of facts) learnIncident(pseudonyms, incident);
  try {
    const worded = await explainer.explain({
      lead: true,
      known: {
        backend: 'builtin',
        message: { text: 'What changed', blocks: [] },
        story: [{ type: 'list', items }],
        steps: [],
        ending: [],
        exhibits,
      },
      language: await threads.languageOf(platform, channel),
      account: { channel: `${platform}:${channel}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]),
      ...(pseudonyms && { pseudonyms }),
    });
    if (worded.trouble || worded.struck > 0 || !worded.cites || !worded.by) return [];
    const { backend, model } = worded.by;
    const who = `In the words of ${backend}${model ? ` (${model})` : ''}; the evidence is in the thread.`;
    return [...worded.blocks, { type: 'note', text: who }];
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error }, 'A digest goes without a lead');
    return [];
  }
}
