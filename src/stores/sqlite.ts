import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError, messageOf } from '../errors.ts';
import type { Store } from '../store.ts';

/** As often as this, values whose time is over are deleted. */
const SWEEP_MS = 10 * 60_000;
/** For so long another process that writes to the file is waited for. */
const BUSY_MS = 5000;

interface SqliteOptions {
  /** A file, made where it is absent, or `:memory:`. */
  file: string;
  /** Milliseconds since 1970. */
  clock?(): number;
}

/** A store in one SQLite file: for one replica, with nothing to install. Several processes may share the file. */
export function createSqliteStore({ file, clock = Date.now }: SqliteOptions): Store {
  const database = open(file);
  const read = database.prepare('SELECT value FROM entries WHERE key = ? AND ends > ?');
  const write = database.prepare('INSERT OR REPLACE INTO entries (key, value, ends) VALUES (?, ?, ?)');
  // Replaces what is over and leaves what is not, in one statement, so that two processes cannot both win.
  const claim = database.prepare(
    `INSERT INTO entries (key, value, ends) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends WHERE entries.ends <= ?`,
  );
  const remove = database.prepare('DELETE FROM entries WHERE key = ?');
  const removeOwn = database.prepare('DELETE FROM entries WHERE key = ? AND value = ?');
  const sweep = database.prepare('DELETE FROM entries WHERE ends <= ?');
  // A program that ends sooner than that, as the terminal's does, sweeps when it first writes.
  let swept = Number.NEGATIVE_INFINITY;

  function sweepSometimes(): void {
    if (clock() - swept < SWEEP_MS) return;
    swept = clock();
    sweep.run(swept);
  }

  return {
    name: 'SQLite',
    async get(key) {
      const row = read.get(key, clock()) as { value: string } | undefined;
      return row?.value;
    },
    async set(key, value, ttlMs) {
      sweepSometimes();
      write.run(key, value, clock() + ttlMs);
    },
    async setIfAbsent(key, value, ttlMs) {
      sweepSometimes();
      const now = clock();
      return claim.run(key, value, now + ttlMs, now).changes === 1;
    },
    async delete(key, value) {
      const result = value === undefined ? remove.run(key) : removeOwn.run(key, value);
      return result.changes === 1;
    },
    async close() {
      database.close();
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') makeFolder(dirname(file));
    const database = new DatabaseSync(file, { timeout: BUSY_MS });
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, ends INTEGER NOT NULL) WITHOUT ROWID;
    `);
    return database;
  } catch (error) {
    throw new ConfigError(
      'DATA_DIR',
      `The state file ${file} cannot be opened (${messageOf(error)}). Set DATA_DIR to a folder that can be written, or delete a damaged file.`,
    );
  }
}

/** Node's own `recursive` never ends where a file system says of a new folder that its parent does not exist, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}
