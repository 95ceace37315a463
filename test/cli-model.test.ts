import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { startOpenAi } from './support/model/openai.ts';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('explanations that models word at the same time stand one below the other, each with what it cites', async () => {
  const model = await startOpenAi({
    script: () => ({ text: 'It fails [E1].\n\n1. Look.\n2. Mend it.\n\nThat is all.', pieceMs: 2 }),
  });
  const program = spawn(process.execPath, ['src/cli.ts', 'analyze', '--filter', 'Pod', '--explain'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      DATA_DIR: folder,
      OPENAI_API_KEY: model.key,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'gpt-test',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, ...explained] = (await text(program.stdout)).split('In a model’s words\n');
  await model.stop();

  expect(explained).toHaveLength(model.requests.length);
  expect(explained.length).toBeGreaterThan(4);
  for (const [at, words] of explained.entries()) {
    expect(words).toMatch(/^It fails \[E1\]\.\n {2}1\. Look\.\n {2}2\. Mend it\.\n\nThat is all\.\n\nWorded by openai/);
    // The next one's evidence, which comes before its words.
    if (at < explained.length - 1) expect(words).toContain('\nEvidence\n  - [E1] ');
  }
});
