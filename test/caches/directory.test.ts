import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CacheError } from '../../src/answer-cache.ts';
import directory from '../../src/caches/directory.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { answerCacheContract, keyOf } from '../contracts/answer-cache.ts';

const ANSWER = { text: 'a', backend: 'b', model: 'm', at: '2026-01-02T03:04:05Z' };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(settings: { path?: string } = {}, env: NodeJS.ProcessEnv = {}) {
  return directory.open(settings, { env, store: createSqliteStore({ file: ':memory:' }) });
}

answerCacheContract('A folder', async () => {
  const path = join(mkdtempSync(join(root, 'cache-')), 'deep', 'folder');
  return {
    cache: await open({ path }),
    plant(key, value) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, `${key}.json`), value);
    },
    litter() {
      mkdirSync(join(path, `${keyOf(7)}.json`), { recursive: true });
      for (const name of ['notes.txt', 'settings.json', keyOf(8), `.${keyOf(9)}.json`, 'ключ'])
        writeFileSync(join(path, name), '{}');
    },
    async close() {},
  };
});

test('answers in a folder are for their owner alone, and leave no drafts', async () => {
  const path = join(root, 'answers');
  const cache = await open({ path });
  await cache.set(keyOf(1), ANSWER);
  await cache.set(keyOf(1), ANSWER);

  expect(readdirSync(path)).toEqual([`${keyOf(1)}.json`]);
  expect(statSync(join(path, `${keyOf(1)}.json`)).mode & 0o777).toBe(0o600);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test.each([
  [{ XDG_CACHE_HOME: 'xdg' }, 'xdg/k8sgpt-chat'],
  [{ HOME: 'home' }, 'home/.cache/k8sgpt-chat'],
])('the folder lies where %j says', async (env, folder) => {
  const absolute = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, join(root, value)]));
  await (await open({}, absolute)).set(keyOf(1), ANSWER);

  expect(readdirSync(join(root, folder))).toHaveLength(1);
});

test('reads nothing where a folder has the name of an answer', async () => {
  mkdirSync(join(root, `${keyOf(1)}.json`));

  expect(await (await open({ path: root })).get(keyOf(1))).toBeUndefined();
});

test('deletes nothing outside of its folder', async () => {
  writeFileSync(join(root, 'notes.json'), '{}');
  const cache = await open({ path: join(root, 'answers') });
  await cache.set(keyOf(1), ANSWER);

  expect(await cache.delete('../notes')).toBe(false);
  expect(await cache.get('../notes')).toBeUndefined();
  expect(readdirSync(root).sort()).toEqual(['answers', 'notes.json']);
});

test('a folder that cannot be made is named with the cure', async () => {
  writeFileSync(join(root, 'file'), '');
  const cache = await open({ path: join(root, 'file', 'answers') });

  const failure = await cache.set(keyOf(1), ANSWER).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(CacheError);
  expect(failure).toMatchObject({
    message: expect.stringMatching(/file\/answers failed .* Set cache\.directory\.path to a folder/),
  });
});

test.skipIf(process.getuid?.() === 0)(
  'a folder that may not be read is named (skipped for root, who may)',
  async () => {
    chmodSync(root, 0o000);

    await expect((await open({ path: root })).list(1)).rejects.toThrow(/Set cache\.directory\.path/);

    chmodSync(root, 0o700);
  },
);
