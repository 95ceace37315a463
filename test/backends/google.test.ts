import { openBackend } from '../../src/backends/index.ts';
import { backendContract } from '../contracts/backend.ts';
import { startGemini } from '../support/model/gemini.ts';

backendContract('google', {
  start: (script) => startGemini({ script }),
  open: (baseUrl, key) => openBackend({ name: 'the-lab', preset: 'google', baseUrl, key }, {}),
  garbage: 'data: {"candidates": [{"content\n\n',
  lacks: { 'arguments as text': 'Gemini gives arguments as objects' },
});
