import type { Call } from '../../command.ts';
import { type Explanation, type Worded, whole } from '../../explainer.ts';
import { learnIncident } from '../../explanation/anonymize.ts';
import { createLimit } from '../../limit.ts';
import type { Block } from '../../message.ts';
import type { Growing, Posted } from '../../platform.ts';
import { createPseudonyms } from '../../pseudonyms/index.ts';
import type { Incident } from '../../report.ts';
import { threadOf, type Wishes } from '../../threads.ts';
import { wantsModel } from './wishes.ts';

/** Questions to a model that one command may cost; the incidents beyond have their runbook's answer. */
export const REQUESTS_MAX = 25;
const AT_ONCE = 4;

/** What an incident is explained with. */
export interface Explaining {
  incident: Incident;
  /** The number of its first piece of evidence in the thread; absent: nothing is numbered. */
  first?: number | undefined;
}

export interface ExplainEachOptions {
  wishes: Wishes;
  /** The message in whose thread they are explained; absent: where the command was called. */
  under?: Posted;
  /** Whether an incident is to be explained at all. */
  isFirst?(incident: Incident): Promise<boolean>;
  /** Hears of each message as soon as it stands. */
  onPosted?(posted: Posted): Promise<void>;
}

/**
 * Explains incidents, each in a message of its own, in their order. What the runbook says stands there at once; a model's
 * words grow below it, several at a time.
 */
export async function explainEach(
  call: Call,
  all: readonly Explaining[],
  { wishes, under, isFirst, onPosted }: ExplainEachOptions,
): Promise<void> {
  const { chat, services, signal } = call;
  const limit = createLimit(AT_ONCE);
  const words: Promise<void>[] = [];
  for (const { incident, first } of all) {
    if (signal.aborted) break;
    if (isFirst && !(await isFirst(incident))) continue;
    const asks = wantsModel(wishes, services);
    const worded = asks && words.length < REQUESTS_MAX;
    // A model cites its evidence by number.
    const known = await services.explain(incident, worded ? (first ?? 1) : first);
    if (!worded) {
      const limited = asks ? [limitNote()] : [];
      const posted = await chat.post(whole({ ...known, ending: [...limited, ...known.ending] }), under);
      await onPosted?.(posted);
      continue;
    }
    const growing = await chat.grow(known.message, under);
    await onPosted?.(growing.posted);
    words.push(
      limit(() => wordInto(call, incident, known, wishes, growing), signal).catch((error) =>
        finishEarly(growing, known, error),
      ),
    );
  }
  await Promise.all(words);
}

/** A command that ended is no reason to leave a message half: what is known stands, and its buttons with it. */
async function finishEarly(growing: Growing, known: Explanation, error: unknown): Promise<void> {
  await growing.finish(known.ending);
  throw error;
}

async function wordInto(
  call: Call,
  incident: Incident,
  known: Explanation,
  wishes: Wishes,
  growing: Growing,
): Promise<void> {
  const flow = createFlow(growing);
  let begun = false;
  const worded = await wordIncident(call, incident, known, wishes, (blocks) => {
    if (!begun) flow.push([{ type: 'divider' }, { type: 'heading', text: 'In a model’s words' }]);
    begun = true;
    flow.push(blocks);
  });
  await flow.end();
  await growing.finish([...fineprint(worded), ...endingOf(known, incident, worded)]);
}

/** Lets a message grow without holding up who reads the model: what comes while it is being sent goes together. */
function createFlow(growing: Growing): { push(blocks: readonly Block[]): void; end(): Promise<void> } {
  let waiting: Block[] = [];
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const blocks = waiting;
      waiting = [];
      await growing.append(blocks);
    }
    sending = undefined;
  }

  return {
    push(blocks) {
      waiting.push(...blocks);
      sending ??= send();
    },
    async end() {
      await sending;
    },
  };
}

/** Asks a model to explain an incident. Throws only the signal's reason. */
export async function wordIncident(
  { chat, services, signal }: Call,
  incident: Incident,
  known: Explanation,
  wishes: Wishes,
  onBlocks?: (blocks: Block[]) => void,
): Promise<Worded> {
  const { place } = chat;
  const thread = place && threadOf(chat.platform, place)?.thread;
  const language = wishes.language ?? (await services.threads.languageOf(chat.platform, place?.channel ?? ''));
  const anonymize = services.alwaysAnonymize || wishes.anonymize === true;
  const pseudonyms = anonymize ? createPseudonyms() : undefined;
  if (pseudonyms) learnIncident(pseudonyms, incident);
  return services.explainer.explain({
    known,
    language,
    account: { channel: `${chat.platform}:${place?.channel ?? ''}`, ...(thread && { thread }) },
    signal,
    ...(wishes.backend && { backend: wishes.backend }),
    ...(wishes.noCache && { noCache: true }),
    ...(pseudonyms && { pseudonyms }),
    ...(onBlocks && { onBlocks }),
  });
}

/** Who said it, and what is to be known of it. */
export function fineprint({ by, struck, cites, trouble, blocks: said }: Worded): Block[] {
  const blocks: Block[] = [];
  if (trouble) {
    const above = said.length > 0 ? 'above the line' : 'above';
    const text = `${trouble} What stands ${above} is known without a model.`;
    blocks.push({ type: 'alert', level: 'warning', text });
  }
  if (by) {
    const model = by.model ? ` (${by.model})` : '';
    const marks =
      struck > 0 ? ` ${struck} of its claims ${struck === 1 ? 'is' : 'are'} in no evidence, and struck.` : '';
    const guess = said.length > 0 && !cites ? ' It cites no evidence, so take it for a guess.' : '';
    blocks.push({
      type: 'note',
      text: `Worded by ${by.backend}${model}${by.cached ? ', kept from before' : ''}.${marks}${guess}`,
    });
  }
  return blocks;
}

/** The buttons below, by which feedback finds the answer that was kept. */
function endingOf(known: Explanation, { id }: Incident, { fingerprint }: Worded): Block[] {
  if (!fingerprint) return known.ending;
  return known.ending.map((block) =>
    block.type === 'feedback'
      ? {
          type: 'feedback',
          good: `feedback good ${id} --answer ${fingerprint}`,
          bad: `feedback bad ${id} --answer ${fingerprint}`,
        }
      : block,
  );
}

function limitNote(): Block {
  return {
    type: 'note',
    text: `One command asks a model ${REQUESTS_MAX} times at most, for the most severe incidents; ask for this one by name: explain inc-…`,
  };
}
