import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreError } from '../../src/store.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { type StoreHarness, storeContract } from '../contracts/store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

storeContract('SQLite in memory', () => open(':memory:'));
storeContract('SQLite in a file', () => open(join(folder, 'state.db')));

async function open(file: string): Promise<StoreHarness> {
  let time = 1_000_000;
  const now = () => time;
  return {
    store: createSqliteStore({ file, clock: now }),
    now,
    pass: (ms) => {
      time += ms;
    },
  };
}

test('keeps its values in the file, in a folder that it makes', async () => {
  const file = join(folder, 'deep', 'state.db');
  const first = createSqliteStore({ file });
  await first.set('a', '1', 60_000);
  await first.close();
  const second = createSqliteStore({ file });

  expect(await second.get('a')).toBe('1');
  await second.close();
});

test('two on one file see each other’s locks', async () => {
  const file = join(folder, 'state.db');
  const one = createSqliteStore({ file });
  const two = createSqliteStore({ file });

  expect(await one.setIfAbsent('lock', '1', 60_000)).toBe(true);
  expect(await two.setIfAbsent('lock', '2', 60_000)).toBe(false);
  await one.close();
  await two.close();
});

test('a program that runs for a moment deletes what others left too long', async () => {
  const file = join(folder, 'state.db');
  const first = createSqliteStore({ file, clock: () => 0 });
  await first.set('over', '1', 1000);
  await first.close();

  const second = createSqliteStore({ file, clock: () => 2000 });
  await second.set('new', '2', 1000);
  await second.close();

  const database = new DatabaseSync(file);
  expect(database.prepare('SELECT key FROM entries').all()).toEqual([{ key: 'new' }]);
  database.close();
});

test('a damaged file is named with the cure', () => {
  const file = join(folder, 'state.db');
  writeFileSync(file, 'no database, and long enough not to be taken for an empty one'.repeat(20));

  expect(() => createSqliteStore({ file })).toThrow(/state\.db cannot be opened .* Set DATA_DIR to a folder/);
});

test('two on one file count and replace as one', async () => {
  const file = join(folder, 'state.db');
  const stores = [createSqliteStore({ file }), createSqliteStore({ file })];
  await stores[0]?.set('a', 'before', 60_000);

  const won = await Promise.all(stores.map((store, index) => store.replace('a', 'before', `${index}`, 60_000)));
  const sums = await Promise.all(stores.map((store) => store.add('sum', 1, 60_000)));

  expect(won.filter(Boolean)).toHaveLength(1);
  expect(sums.sort()).toEqual([1, 2]);
  for (const store of stores) await store.close();
});

test('a file that is damaged while it is in use is one sentence with the cure', async () => {
  const file = join(folder, 'state.db');
  const first = createSqliteStore({ file });
  for (let index = 0; index < 200; index++) await first.set(`key-${index}`, 'x'.repeat(1000), 60_000);
  await first.close();
  writeFileSync(file, readFileSync(file).fill(0x5a, 8192));
  const second = createSqliteStore({ file });

  const failed = second.list('', 1000);

  await expect(failed).rejects.toThrow(StoreError);
  await expect(failed).rejects.toThrow(/state\.db is damaged\. Move it away and start anew/);
  await second.close();
});

test.runIf(existsSync('/proc/self'))('a folder that no one can make is named at once', () => {
  expect(() => createSqliteStore({ file: '/proc/nowhere/deep/state.db' })).toThrow(
    /nowhere.* Set DATA_DIR to a folder/,
  );
});
