import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError, messageOf } from '../errors.ts';
import type { Store, StoredKey } from '../store.ts';
import { explainSqlite } from './sqlite-errors.ts';

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
  const exchange = database.prepare('UPDATE entries SET value = ?, ends = ? WHERE key = ? AND value = ? AND ends > ?');
  const count = database.prepare(
    `INSERT INTO entries (key, value, ends) VALUES (:key, :amount, :ends)
     ON CONFLICT (key) DO UPDATE SET
       value = CASE WHEN entries.ends > :now
         THEN CAST(CAST(entries.value AS NUMERIC) + CAST(:amount AS NUMERIC) AS TEXT) ELSE excluded.value END,
       ends = CASE WHEN entries.ends > :now THEN entries.ends ELSE excluded.ends END
     RETURNING value`,
  );
  const remove = database.prepare('DELETE FROM entries WHERE key = ? AND ends > ?');
  const removeOwn = database.prepare('DELETE FROM entries WHERE key = ? AND value = ? AND ends > ?');
  const range = database.prepare(
    `SELECT key, length(value) AS size, ends FROM entries
     WHERE key >= ? AND key < ? AND ends > ? ORDER BY key LIMIT ?`,
  );
  const sweep = database.prepare('DELETE FROM entries WHERE ends <= ?');
  // A program that ends sooner than that, as the terminal's does, sweeps when it first writes.
  let swept = Number.NEGATIVE_INFINITY;

  function sweepSometimes(): void {
    if (clock() - swept < SWEEP_MS) return;
    swept = clock();
    sweep.run(swept);
  }

  /** Runs statements; what SQLite cannot do becomes an error for people. */
  async function use<T>(statements: (now: number) => T): Promise<T> {
    try {
      return statements(clock());
    } catch (error) {
      throw explainSqlite(error, file);
    }
  }

  return {
    name: 'SQLite',
    get: (key) =>
      use((now) => {
        const row = read.get(key, now) as { value: string } | undefined;
        return row?.value;
      }),
    set: (key, value, ttlMs) =>
      use((now) => {
        sweepSometimes();
        write.run(key, value, now + ttlMs);
      }),
    setIfAbsent: (key, value, ttlMs) =>
      use((now) => {
        sweepSometimes();
        return claim.run(key, value, now + ttlMs, now).changes === 1;
      }),
    replace: (key, before, value, ttlMs) =>
      use((now) => exchange.run(value, now + ttlMs, key, before, now).changes === 1),
    add: (key, amount, ttlMs) =>
      use((now) => {
        sweepSometimes();
        // As text, since a number would be bound as a float, and 1 be kept as 1.0.
        const row = count.get({ key, amount: String(amount), ends: now + ttlMs, now }) as { value: string };
        return Number(row.value);
      }),
    delete: (key, value) =>
      use((now) => {
        const result = value === undefined ? remove.run(key, now) : removeOwn.run(key, value, now);
        return result.changes === 1;
      }),
    list: (prefix, max) =>
      use((now) =>
        range.all(prefix, `${prefix}\u{10ffff}`, now, max).map((row) => ({ ...row }) as unknown as StoredKey),
      ),
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
