import { describe, test } from 'vitest';
import { mattermostContract } from '../contracts/mattermost-server.ts';
import { mattermostIsHere, startMattermost } from './support/mattermost.ts';

if (mattermostIsHere()) mattermostContract('The real one', () => startMattermost());
else
  describe.skip('The real one as a Mattermost server', () =>
    test('needs `shared/mattermost` or MATTERMOST_TOOLS', () => {}));
