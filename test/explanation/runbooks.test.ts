import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyzers } from '../../src/analyzers/index.ts';
import { fromMarkdown } from '../../src/explanation/from-markdown.ts';
import { type Runbook, runbook } from '../../src/explanation/runbooks.ts';

const folder = join(import.meta.dirname, '..', '..', 'src', 'explanation', 'runbooks');
const codes = analyzers.flatMap(({ filter, codes }) => codes.map((code) => `${filter}/${code}`));
const written = (readdirSync(folder, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace(/\.md$/, ''));

const isShared = (name: string) => name.startsWith('Shared/');
const problemOf = (code: string) => code.split('/')[1];

test('every code has a runbook, and every runbook a code', () => {
  const shared = new Set(written.filter(isShared).map(problemOf));

  expect(written.filter((name) => !isShared(name)).toSorted()).toEqual(
    codes.filter((code) => !shared.has(problemOf(code))).toSorted(),
  );
});

test.each(written.filter(isShared))('%s is shared by several filters', (name) => {
  expect(codes.filter((code) => problemOf(code) === problemOf(name)).length).toBeGreaterThan(1);
});

test.each(codes)('the runbook of %s tells what it means, how to confirm and how to fix it', async (code) => {
  const { docs, meaning, confirm, fix } = (await runbook(code)) as Runbook;

  expect(docs).toMatch(/^https:\/\/kubernetes\.io\/docs\//);
  expect(meaning.length).toBeGreaterThan(80);
  const commands = fromMarkdown(confirm, (text) => text).filter((block) => block.type === 'code');
  expect(commands.length, 'commands that confirm it').toBeGreaterThan(0);
  expect(fix).toMatch(/^1\. /m);
});

// Whoever follows the way to confirm a problem must not change the cluster.
test.each(codes)('what confirms %s only reads', async (code) => {
  const { confirm } = (await runbook(code)) as Runbook;

  expect(confirm).not.toMatch(
    /kubectl\b[^\n`|]*\s(delete|apply|edit|patch|scale|replace|create|drain|cordon|annotate|label|set|rollout (restart|undo))\b/,
  );
});

const commandsOf = ({ confirm, fix }: Runbook) =>
  [confirm, fix]
    .flatMap((text) => [...text.matchAll(/```sh\n(.*?)```|`(kubectl [^`]*)`/gs)])
    .flatMap(([, block = '', inline = '']) => [...block.split('\n'), inline])
    .map((line) => line.trim())
    .filter((line) => line !== '');

// zsh refuses a command with a bracket or an asterisk in it that stands in no quotes and fits no file.
test.each(codes)('the commands of %s are the same in every shell', async (code) => {
  for (const command of commandsOf((await runbook(code)) as Runbook)) {
    expect(command.replace(/'[^']*'|"[^"]*"/g, ''), command).not.toMatch(/[[\]*?$]/);
  }
});

// Without it, one container that has not started hides the logs of all others.
test.each(codes)('the logs of many Pods for %s are shown as far as there are any', async (code) => {
  for (const command of commandsOf((await runbook(code)) as Runbook)) {
    if (/ logs .*(-l |--selector)/.test(command)) expect(command).toContain('--ignore-errors');
  }
});
