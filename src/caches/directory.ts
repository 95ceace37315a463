import { randomBytes } from 'node:crypto';
import { mkdir, opendir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  ANSWER_MAX,
  type CachedEntry,
  CacheError,
  decodeAnswer,
  defineCache,
  encodeAnswer,
  isAnswerKey,
} from '../answer-cache.ts';
import { messageOf } from '../errors.ts';

const ENDING = '.json';

export default defineCache({
  name: 'directory',
  summary: 'a folder, a file for each answer; for ever',
  settings: [{ key: 'path', flag: 'path', summary: 'the folder; k8sgpt-chat in the folder of caches by default' }],

  async open({ path }, { env }) {
    const folder = String(path || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'k8sgpt-chat'));
    const fileOf = (key: string) => join(folder, key + ENDING);

    /** What does not exist counts as absent. */
    async function use<T>(work: Promise<T>): Promise<T | undefined> {
      try {
        return await work;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'EISDIR') return undefined;
        throw new CacheError(
          `The answer cache in ${folder} failed (${messageOf(error)}). Set cache.directory.path to a folder that can be written.`,
          { cause: error },
        );
      }
    }

    async function read(key: string): Promise<string | undefined> {
      const { size } = await stat(fileOf(key));
      return size > ANSWER_MAX ? undefined : readFile(fileOf(key), 'utf8');
    }

    /** Under another name first, so that nobody reads half of it. */
    async function write(key: string, value: string): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `.${key}.${randomBytes(6).toString('hex')}`);
      try {
        await writeFile(draft, value, { mode: 0o600, flag: 'wx' });
        await rename(draft, fileOf(key));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    }

    async function list(max: number): Promise<CachedEntry[]> {
      const found: CachedEntry[] = [];
      for await (const { name } of await opendir(folder)) {
        if (found.length >= max) break;
        const key = name.slice(0, -ENDING.length);
        if (!name.endsWith(ENDING) || !isAnswerKey(key)) continue;
        // It may be gone meanwhile, or be a folder of somebody else.
        const file = await stat(fileOf(key)).catch(() => undefined);
        if (file?.isFile()) found.push({ key, at: file.mtimeMs, size: file.size });
      }
      return found;
    }

    return {
      name: 'directory',
      async get(key) {
        // What people type may be a path.
        const value = isAnswerKey(key) ? await use(read(key)) : undefined;
        return value === undefined ? undefined : decodeAnswer(value);
      },
      async set(key, answer) {
        await use(write(key, encodeAnswer(answer)));
      },
      async delete(key) {
        return (isAnswerKey(key) && (await use(rm(fileOf(key)).then(() => true)))) ?? false;
      },
      list: async (max) => (await use(list(max))) ?? [],
    };
  },
});
