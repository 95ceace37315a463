import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { startOpenAi } from '../support/model/openai.ts';

backendContract('openai', {
  start: (script) => startOpenAi({ script }),
  open: (baseUrl, key) => openBackend({ name: 'the-lab', preset: 'openai', baseUrl, key, model: 'gpt-test' }, {}),
  garbage: 'data: {"choices": [{"delta": {"con\n\n',
});
