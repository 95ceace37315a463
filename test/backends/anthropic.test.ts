import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { startAnthropic } from '../support/model/anthropic.ts';

backendContract('anthropic', {
  start: (script) => startAnthropic({ script }),
  open: (baseUrl, key) => openBackend({ name: 'the-lab', preset: 'anthropic', baseUrl, key }, {}),
  garbage: 'event: content_block_delta\ndata: {"type": "content_bl\n\n',
});
