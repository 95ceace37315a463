import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.ts';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    reporters,
    // One API server and one browser at a time: the machine is shared with them.
    fileParallelism: false,
    testTimeout: 120_000,
    // As long as a page may take on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 900_000,
  },
});
