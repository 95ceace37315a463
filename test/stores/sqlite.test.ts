import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { storeContract } from '../contracts/store.ts';

storeContract('SQLite in memory', async (clock) => createSqliteStore({ file: ':memory:', clock }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

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

test.runIf(existsSync('/proc/self'))('a folder that no one can make is named at once', () => {
  expect(() => createSqliteStore({ file: '/proc/nowhere/deep/state.db' })).toThrow(
    /nowhere.* Set DATA_DIR to a folder/,
  );
});
