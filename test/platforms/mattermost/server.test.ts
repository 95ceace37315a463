import { mattermostContract } from '../../contracts/mattermost-server.ts';
import { startMattermost } from '../../support/mattermost-server.ts';

mattermostContract('The stand-in', () => startMattermost());
