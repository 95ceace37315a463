import { mattermostContract } from '../../contracts/mattermost-server.ts';
import { startMattermost } from '../../support/mattermost-server.ts';

// The server has longer times, which need not be waited for here.
const triggerMs = 1500;

mattermostContract('The stand-in', async () => {
  const { settings, restart, stop, rateLimit } = await startMattermost({ triggerMs, authMs: 1000 });
  return { settings, triggerMs, restart, stop, limit: async (limit) => rateLimit(limit) };
});
