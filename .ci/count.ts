import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

interface Results {
  testResults: {
    name: string;
    status: string;
    /** Why the file failed, where that is no test's fault. */
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[];
  }[];
}

/** Lines of a failure's message that are told: what was expected, what came, and where. */
const TOLD = 12;

/**
 * Adds up the results that the test runs left in a folder. Names what was skipped, then what failed and why, last of
 * all the closing line, so that the end of a log that was cut at the front says it. The steps that failed follow the folder.
 */
const [folder = '.', ...failedSteps] = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

function fail(name: string, message = ''): void {
  counts.failed++;
  const lines = stripVTControlCharacters(message).split('\n');
  const ours = lines.filter((line) => line.trim() !== '' && !/node_modules|node:internal|<anonymous>\)/.test(line));
  const told = ours.slice(0, TOLD);
  failures.push([`failed: ${name}`, ...told.map((line) => `    ${line.slice(0, 300)}`)].join('\n'));
}

for (const file of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const { testResults } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Results;
  for (const { assertionResults, status, name, message } of testResults) {
    // A file that could not be loaded, or whose hooks failed, has no failed test to count.
    if (status === 'failed' && assertionResults.every((each) => each.status !== 'failed')) fail(name, message);
    for (const { status: outcome, fullName, failureMessages } of assertionResults) {
      if (outcome === 'passed') counts.passed++;
      else if (outcome === 'failed') fail(`${fullName} (${file})`, failureMessages?.join('\n'));
      else {
        counts.skipped++;
        console.log(`skipped: ${fullName}`);
      }
    }
  }
}
// A step that failed without a failing test, such as the formatter, counts as one.
if (failedSteps.length > 0 && counts.failed === 0) counts.failed = 1;
for (const failure of failures) console.log(failure);
for (const step of failedSteps) console.log(`failed step: ${step}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
