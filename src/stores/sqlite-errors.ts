import { messageOf } from '../errors.ts';
import { StoreError } from '../store.ts';

/** What a result code of SQLite means for people, and the cure (sqlite.org/rescode.html). Other errors stay what they are. */
export function explainSqlite(error: unknown, file: string): unknown {
  const { errcode } = error as { errcode?: number };
  if (errcode === undefined) return error;
  const state = `The state file ${file}`;
  // The low byte of an extended code is the primary one.
  switch (errcode & 0xff) {
    case 5: // BUSY
    case 6: // LOCKED
      return new StoreError(`${state} is held by another process. End what keeps it open, such as a backup.`);
    case 8: // READONLY
      return new StoreError(`${state} cannot be written. Make it writable, or set DATA_DIR to another folder.`);
    case 11: // CORRUPT
    case 26: // NOTADB
      return new StoreError(`${state} is damaged. Move it away and start anew.`);
    case 13: // FULL
      return new StoreError(`${state} cannot grow: its disk is full. Free space, or set DATA_DIR to another folder.`);
    default:
      return new StoreError(
        `${state} cannot be used (${messageOf(error)}). Check its disk, or set DATA_DIR to another folder.`,
      );
  }
}
