import { createBullJobs } from '../../src/jobs/bullmq.ts';
import { createLocalJobs } from '../../src/jobs/local.ts';
import { silent } from '../../src/log.ts';
import { createRedisServer } from '../../src/stores/redis-connection.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';

/**
 * A process of its own that works: `node jobs-process.ts <file or redis URL> <lease in ms> <ms of work>`. It writes
 * `begun <id> <attempt>` and `done <id>`, a line each.
 */
const [place = '', leaseMs = '', workMs = ''] = process.argv.slice(2);
const options = { log: silent, leaseMs: Number(leaseMs), concurrency: 4 };
const jobs = place.startsWith('redis')
  ? createBullJobs({ ...options, redis: createRedisServer({ url: place, log: silent }) })
  : createLocalJobs({ ...options, store: createSqliteStore({ file: place }), pollMs: 20 });

jobs.handle('explain', async (_, { id, attempt }) => {
  process.stdout.write(`begun ${id} ${attempt}\n`);
  await new Promise((resolve) => setTimeout(resolve, Number(workMs)));
  process.stdout.write(`done ${id}\n`);
});
await jobs.start();
process.stdout.write('ready\n');
