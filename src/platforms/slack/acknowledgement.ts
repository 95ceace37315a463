import type { App, ReceiverEvent } from '@slack/bolt';
import { inTime } from '../../deliveries.ts';
import type { Logger } from '../../log.ts';

/**
 * Makes the app acknowledge what was taken, and nothing else: an event when its listeners are done with it, or after two
 * seconds. Bolt by itself acknowledges an event before any listener has seen it, and Slack then never delivers it again.
 */
export function acknowledgeWhatIsTaken(app: App, log: Logger): void {
  const process = app.processEvent.bind(app);
  // Bolt takes what a listener throws for dealt with, unless this throws it on.
  app.error(async (error) => {
    throw 'original' in error ? error.original : error;
  });
  app.processEvent = async (event: ReceiverEvent) => {
    const taking = process({ ...event, ack: async () => {} }).catch((err: unknown) => {
      log.error({ err, type: event.body.type }, 'Slack said something that could not be taken');
      throw err;
    });
    await inTime(taking);
    await event.ack();
  };
}
