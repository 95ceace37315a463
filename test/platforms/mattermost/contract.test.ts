import { platformContract } from '../../contracts/platform.ts';
import { openMattermost } from '../../support/mattermost/harness.ts';

platformContract('Mattermost', () => openMattermost());
// Its dialogs have no choice of several, and a post's files stay as they were.
platformContract('Mattermost before version 11', () => openMattermost({ version: '9.11.0' }));
