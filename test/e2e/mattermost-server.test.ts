import { describe, test } from 'vitest';
import { type MattermostHarness, mattermostContract } from '../contracts/mattermost-server.ts';
import { mattermostIsHere, startMattermost } from './support/mattermost.ts';

async function open(): Promise<MattermostHarness> {
  const { settings, restart, stop } = await startMattermost();
  return {
    settings,
    triggerMs: 3000,
    restart: () => restart(),
    stop,
    limit: ({ perSecond, burst }) =>
      restart({
        MM_RATELIMITSETTINGS_ENABLE: 'true',
        MM_RATELIMITSETTINGS_PERSEC: String(perSecond),
        MM_RATELIMITSETTINGS_MAXBURST: String(burst),
        MM_RATELIMITSETTINGS_VARYBYUSER: 'false',
        MM_RATELIMITSETTINGS_VARYBYREMOTEADDR: 'true',
      }),
  };
}

if (mattermostIsHere()) mattermostContract('The real one', open);
else describe.skip('The real one as a Mattermost server', () => test('needs MATTERMOST_TOOLS', () => {}));
