import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { analyzers } from '../src/analyzers/index.ts';
import { commands } from '../src/commands/index.ts';
import { loadFolder } from '../src/plug-ins.ts';

const SRC = join(import.meta.dirname, '..', 'src');
const CORE =
  'Pod DaemonSet Deployment ReplicaSet PersistentVolumeClaim Service Ingress StatefulSet Job CronJob Node ValidatingWebhookConfiguration MutatingWebhookConfiguration ConfigMap';

const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-plug-ins-'));
afterAll(() => rmSync(folder, { recursive: true }));
const files = (files: Record<string, string>) => {
  const inside = mkdtempSync(join(folder, 'set-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(inside, name), text);
  return pathToFileURL(`${inside}/`);
};

test('the core filters are K8sGPT’s', () => {
  const core = analyzers.filter((analyzer) => analyzer.core).map(({ filter }) => filter);

  expect(core.toSorted()).toEqual(CORE.split(' ').toSorted());
});

test.each(['analyzers', 'inspection', 'stores'])('each file of %s has a test of the same name', (name) => {
  const plugIns = readdirSync(join(SRC, name)).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  const untested = plugIns.filter(
    (file) => !existsSync(join(import.meta.dirname, name, file.replace('.ts', '.test.ts'))),
  );

  expect(untested).toEqual([]);
});

test('every analyzer says in a line what it looks for', () => {
  for (const { filter, summary } of analyzers) {
    expect(summary, filter).toMatch(/^[A-Z].{15,110}[^.]$/);
  }
});

test('every command has a summary and an example that begins with its name', () => {
  for (const { name, aliases = [], summary, examples } of commands) {
    expect(summary, name).toMatch(/\.$/);
    expect(examples.length, name).toBeGreaterThan(0);
    for (const { line } of examples) expect([name, ...aliases], line).toContain(line.split(' ')[0]);
  }
});

test('a folder is its own registry', async () => {
  const url = files({
    'a.ts': `export default { name: 'a' }`,
    'b.ts': `export default { name: 'b' }`,
    'index.ts': 'throw 1',
  });

  expect(await loadFolder(url, (plugIn: { name: string }) => plugIn.name)).toEqual([{ name: 'a' }, { name: 'b' }]);
});

test('a file without a default export and a name used twice end the start', async () => {
  const bare = files({ 'a.ts': 'export const a = 1' });
  const twice = files({ 'a.ts': `export default { name: 'x' }`, 'b.ts': `export default { name: 'x' }` });
  const nameOf = (plugIn: { name: string }) => plugIn.name;

  await expect(loadFolder(bare, nameOf)).rejects.toThrow('a.ts has no default export');
  await expect(loadFolder(twice, nameOf)).rejects.toThrow('a.ts and b.ts both have the name x');
});
