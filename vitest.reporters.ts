import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

const { TEST_RESULTS, TEST_RUN } = process.env;

/** Vitest's JSON leaves out errors that belong to no test, though they fail the run: they get a file of the same form. */
const unhandled = (file: string): Reporter => ({
  onTestRunEnd(_, errors) {
    if (errors.length === 0) return;
    const testResults = errors.map(({ name = 'Error', message, stack = message }) => ({
      name: `outside of any test: ${name}`,
      status: 'failed',
      message: stack,
      assertionResults: [],
    }));
    writeFileSync(file, JSON.stringify({ testResults }));
  },
});

/** Where CI asks for it, each run also leaves its results as files, to be added up at the end. */
export const reporters: NonNullable<NonNullable<ViteUserConfig['test']>['reporters']> = TEST_RESULTS
  ? [
      'default',
      ['json', { outputFile: join(TEST_RESULTS, `${TEST_RUN}.json`) }],
      unhandled(join(TEST_RESULTS, `${TEST_RUN}-unhandled.json`)),
    ]
  : ['default'];
