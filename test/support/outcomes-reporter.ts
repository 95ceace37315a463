import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

/** What came of one test. */
export interface Outcome {
  /** The names of its suites, then its own. */
  path: string[];
  state: string;
  /** Why it was skipped. */
  note?: string;
}

/** Writes what came of each test to the file `OUTCOMES`, with the reasons of those that were skipped. */
export default class OutcomesReporter implements Reporter {
  readonly #outcomes: Outcome[] = [];

  onTestCaseResult(test: TestCase): void {
    const path: string[] = [test.name];
    for (let suite = test.parent; suite.type === 'suite'; suite = suite.parent) path.unshift(suite.name);
    const result = test.result();
    const note = 'note' in result && result.note ? { note: result.note } : {};
    this.#outcomes.push({ path, state: result.state, ...note });
  }

  onTestRunEnd(): void {
    writeFileSync(process.env.OUTCOMES ?? '', JSON.stringify(this.#outcomes));
  }
}
