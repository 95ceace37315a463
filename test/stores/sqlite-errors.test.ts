import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreError } from '../../src/store.ts';
import { explainSqlite } from '../../src/stores/sqlite-errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['a full disk', 'PRAGMA max_page_count = 2', /disk is full\. Free space, or set DATA_DIR/],
  ['a file that must not be written', 'PRAGMA query_only = 1', /cannot be written\. Make it writable, or set DATA_DIR/],
])('tells %s', (_, pragma, message) => {
  const database = new DatabaseSync(join(folder, 'state.db'));
  database.exec('CREATE TABLE entries (value TEXT)');
  database.exec(pragma);

  const told = explained(() => database.exec(`INSERT INTO entries VALUES ('${'x'.repeat(100_000)}')`));

  expect(told).toBeInstanceOf(StoreError);
  expect(told).toHaveProperty('message', expect.stringMatching(message));
  database.close();
});

test('tells a file that another process holds', () => {
  const [one, two] = [0, 0].map(() => new DatabaseSync(join(folder, 'state.db'), { timeout: 1 }));
  one?.exec('BEGIN IMMEDIATE');

  const told = explained(() => two?.exec('CREATE TABLE entries (value TEXT)'));

  expect(told).toHaveProperty('message', expect.stringMatching(/held by another process\. End what keeps it open/));
  one?.close();
  two?.close();
});

test('leaves other errors as they are', () => {
  const error = new TypeError('not of SQLite');

  expect(explainSqlite(error, 'state.db')).toBe(error);
});

function explained(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return explainSqlite(error, 'state.db');
  }
}
