import { defineProvider } from '../backend.ts';

/** K8sGPT's backend that says what it was told: to see what a model would be asked, and to try things out. */
export default defineProvider({
  presets: [{ name: 'noopai', summary: 'No model: repeats what was asked', needs: [], env: {} }],

  async open({ name, model = '' }) {
    return {
      name,
      model,
      async *complete({ messages }, signal) {
        signal.throwIfAborted();
        const text = messages.findLast(({ role }) => role === 'user')?.text ?? '';
        if (text) yield { type: 'text', text };
        yield { type: 'end', reason: 'stop' };
      },
    };
  },
});
