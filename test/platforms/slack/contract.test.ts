import { platformContract } from '../../contracts/platform.ts';
import { openSlack } from '../../support/slack/harness.ts';

platformContract('Slack in Socket Mode', () => openSlack('socket'));
platformContract('Slack over HTTP', () => openSlack('http'));
