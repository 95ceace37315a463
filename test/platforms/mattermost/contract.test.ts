import { platformContract } from '../../contracts/platform.ts';
import { openMattermost } from '../../support/mattermost/harness.ts';

platformContract('Mattermost', () => openMattermost());
