import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** The corpus of broken clusters, where it lies in a folder above. */
function findCorpus(): string | undefined {
  for (let folder = ROOT; folder !== dirname(folder); folder = dirname(folder)) {
    const corpus = join(folder, 'shared', 'corpus', 'score.py');
    if (existsSync(corpus)) return corpus;
  }
  return undefined;
}

const corpus = findCorpus();
const command = 'npm run --silent cli -- analyze --output json --filter {filters}';

test.skipIf(!corpus).each([
  ['visible', ['--root-causes'], '38 passed, 0 failed'],
  ['live', [], '3 passed, 0 failed'],
])(
  'every scenario of the corpus (%s) is read right',
  async (set, options, closing) => {
    const { stdout } = await promisify(execFile)(
      'python3',
      [corpus ?? '', '--set', set, '--core', ...options, '--cwd', ROOT, '--cmd', command],
      { cwd: ROOT, env: { ...process.env, DATA_DIR: ':memory:' } },
    ).catch((error: { stdout: string }) => error);

    expect(stdout.trim().split('\n').at(-1)).toBe(closing);
    expect(stdout).not.toContain('root cause not named');
    expect(stdout).toContain(', 0 false positives');
  },
  1_800_000,
);
