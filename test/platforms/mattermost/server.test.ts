import { mattermostContract } from '../../contracts/mattermost-server.ts';
import { startMattermost } from '../../support/mattermost-server.ts';

mattermostContract('The stand-in', async () => {
  const { settings, restart, stop, rateLimit } = await startMattermost();
  return { settings, restart, stop, limit: async (limit) => rateLimit(limit) };
});
