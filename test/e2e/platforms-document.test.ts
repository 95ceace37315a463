import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Outcome } from '../support/outcomes-reporter.ts';

const DOCUMENT = 'docs/platforms.md';
const CONTRACTS = [
  'test/platforms/slack/contract.test.ts',
  'test/platforms/mattermost/contract.test.ts',
  'test/platforms/playground/platform.test.ts',
];
const BEGIN = '<!-- Made by the platform contract: UPDATE_DOCS=1 npm run test:e2e -- platforms-document -->';
const END = '<!-- The end of what is made. -->';

/** The contract's own outcomes, on each platform. */
async function outcomes(): Promise<Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'outcomes-'));
  const file = join(folder, 'outcomes.json');
  try {
    const args = [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...CONTRACTS,
      '--reporter=./test/support/outcomes-reporter.ts',
    ];
    const { TEST_RESULTS: _, ...env } = process.env;
    await promisify(execFile)(process.execPath, args, { env: { ...env, OUTCOMES: file }, maxBuffer: 64 * 1024 * 1024 });
    const all = JSON.parse(await readFile(file, 'utf8')) as Outcome[];
    return all.filter(({ path: [suite = ''] }) => suite.endsWith(' as a platform'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A row for each case, a column for each platform: whether it passes, or why it has nothing to pass there. */
function tableOf(all: readonly Outcome[]): string {
  const platforms = [...new Set(all.map(({ path }) => nameOf(path)))];
  const cases = new Map<string, Map<string, string>>();
  for (const { path, state, note } of all) {
    const name = path.slice(1).join(' ');
    const row = cases.get(name) ?? new Map<string, string>();
    row.set(nameOf(path), state === 'passed' ? '✔' : state === 'skipped' ? `– ${note ?? ''}` : '✘');
    cases.set(name, row);
  }
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['What a platform does', ...platforms]),
    line(['---', ...platforms.map(() => '---')]),
    ...[...cases].map(([name, row]) => line([name, ...platforms.map((platform) => row.get(platform) ?? '')])),
  ].join('\n');
}

function nameOf([suite = '']: string[]): string {
  const name = suite.replace(/ as a platform$/, '');
  return name[0]?.toUpperCase() + name.slice(1);
}

test('the document of what each platform can do is what the platform contract finds', async () => {
  const document = await readFile(DOCUMENT, 'utf8');
  const table = tableOf(await outcomes());
  const [before = '', after = ''] = [document.split(BEGIN)[0], document.split(END)[1]];
  const whole = `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;

  if (process.env.UPDATE_DOCS) await writeFile(DOCUMENT, whole);

  expect(table).not.toContain('✘');
  expect(await readFile(DOCUMENT, 'utf8')).toBe(whole);
}, 300_000);
