import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { awsEnv, brokenMessage } from '../support/model/aws.ts';
import { startBedrock } from '../support/model/bedrock.ts';

const SETTINGS = { name: 'the-lab', preset: 'amazonbedrock', region: 'eu-central-1', model: 'anthropic.claude-test:0' };

backendContract('bedrock', {
  start: (script) => startBedrock({ script }),
  open: (baseUrl, key) => openBackend({ ...SETTINGS, baseUrl }, awsEnv(key)),
  garbage: brokenMessage(),
});
