import type { Call } from '../../command.ts';
import type { Posted } from '../../platform.ts';
import type { Incident, Report } from '../../report.ts';
import { threadOf, type Wishes } from '../../threads.ts';

/**
 * Makes the thread under a message speak of a report, those incidents first that the message is about. Gives the number of
 * each incident's first piece of evidence; nothing where the message has no thread.
 */
export async function beginThread(
  { chat, services }: Pick<Call, 'chat' | 'services'>,
  { place }: Pick<Posted, 'place'>,
  { report, incidents, wishes = {} }: { report: Report; incidents: readonly Incident[]; wishes?: Wishes },
): Promise<ReadonlyMap<string, number> | undefined> {
  const thread = threadOf(chat.platform, place);
  if (!thread) return undefined;
  return services.threads.begin(thread, { report, incidents, wishes });
}

/** The same for a message that only shows something of a report: in a thread it is an answer among others, and begins none. */
export async function beginThreadIfNew(
  call: Pick<Call, 'chat' | 'services'>,
  posted: Pick<Posted, 'place'>,
  subject: { report: Report; incidents: readonly Incident[] },
): Promise<void> {
  if (call.chat.place && !call.chat.place.thread) await beginThread(call, posted, subject);
}
