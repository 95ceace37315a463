import type { Call } from '../../command.ts';
import { durationOf } from '../../digests/when.ts';
import { UsageError, UserError } from '../../errors.ts';
import type { Track } from '../../history.ts';

const REASON_MAX = 200;

/** The id that a command was given first. Throws `UsageError` for none, and for what is no incident. */
export function incidentIdOf({ words, chat }: Pick<Call, 'words' | 'chat'>, line: string): string {
  const id = words[0]?.toLowerCase();
  if (!id) throw new UsageError(`Say which incident: ${chat.prefix} ${line}`);
  if (!id.startsWith('inc-')) throw new UsageError(`"${words[0]}" is no incident: its id begins with inc-.`);
  return id;
}

/** What the history knows of an incident. Throws `UserError` where it knows nothing. */
export async function trackOf({ services, chat }: Pick<Call, 'services' | 'chat'>, id: string): Promise<Track> {
  const track = await services.history.track(services.analysis.cluster, id);
  if (!track) throw new UserError(`No incident ${id} is known here. Run the analysis again: ${chat.prefix} analyze`);
  return track;
}

/** How long something shall last, in milliseconds, from words such as `2 days`. */
export function lengthOf(words: readonly string[], options: Call['options']): number {
  try {
    return durationOf(words.join(' '));
  } catch (err) {
    if (words.length < 2 || !options.reason) throw err;
    throw new UsageError(
      `"${words.join(' ')}" is no length of time. A reason of several words stands in quotes: --reason "a known bug".`,
    );
  }
}

/** Why somebody does it; `undefined` where they do not say. */
export function reasonOf({ options }: Pick<Call, 'options'>): string | undefined {
  const reason = typeof options.reason === 'string' ? options.reason.trim() : '';
  if (reason.length > REASON_MAX) {
    throw new UsageError(`A reason has ${REASON_MAX} letters at most, and this one has ${reason.length}.`);
  }
  return reason || undefined;
}
