import type { Worker } from 'bullmq';

/** One start of a job: BullMQ's id of it, and the token that its lock holds while it is ours. */
export interface Start {
  id: string;
  token: string;
}

/** `lost`: another process has it, or it is done. `unknown`: Redis has lost its data. */
export type Hold = 'held' | 'lost' | 'unknown';

/**
 * Renews locks as BullMQ keeps them: at `<id>:lock`, for ids in the list `active`; an id that no stalled check shall find is
 * taken out of the set `stalled`. Other than BullMQ's own script it takes back a lock that ended while Redis was away, where
 * nobody has taken the job meanwhile; so work goes on and is not done twice.
 */
const HOLD = `
  local active = {}
  for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do active[id] = true end
  local holds = {}
  for index = 3, #ARGV, 2 do
    local id, token = ARGV[index], ARGV[index + 1]
    local lock = ARGV[2] .. id .. ':lock'
    local holder = redis.call('GET', lock)
    if holder == token or (not holder and active[id]) then
      redis.call('SET', lock, token, 'PX', ARGV[1])
      redis.call('SREM', KEYS[2], id)
      table.insert(holds, 'held')
    elseif redis.call('EXISTS', ARGV[2] .. id) == 0 then
      table.insert(holds, 'unknown')
    else
      table.insert(holds, 'lost')
    end
  end
  return holds`;

/** Renews the locks of these starts for so long, in one command, and gives how each is held, in order. */
export async function hold(worker: Worker, starts: Start[], leaseMs: number): Promise<Hold[]> {
  const client = await worker.getBackend().client;
  if (!('holdJobs' in client)) client.defineCommand('holdJobs', { lua: HOLD, numberOfKeys: 2 });
  const pairs = starts.flatMap(({ id, token }) => [id, token]);
  return client.runCommand('holdJobs', [
    worker.toKey('active'),
    worker.toKey('stalled'),
    leaseMs,
    worker.toKey(''),
    ...pairs,
  ]);
}
