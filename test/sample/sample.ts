import { Pod } from '../../src/kinds/pod.ts';
import { connect } from '../../src/kubernetes/index.ts';
import type { LogEntry } from '../../src/recording/format.ts';
import { type Recording, recordCluster } from '../../src/recording/index.ts';
import { KINDS } from '../support/kinds.ts';
import { connectForWriting } from './api.ts';
import { assemble, scenarios } from './assemble.ts';
import { startControlPlane } from './control-plane.ts';
import { load } from './load.ts';
import { logsOf } from './logs.ts';
import type { Manifest } from './manifest.ts';
import { stableSource } from './stable-source.ts';

/**
 * Loads the scenarios into an API server and records it: the one of `KUBECONFIG`, which must be on this machine and
 * empty, or one that is started for it. The same scenarios always give the same recording.
 */
export async function buildSample(env: NodeJS.ProcessEnv): Promise<Recording> {
  const stories = await scenarios();
  const objects = assemble(stories);
  const logs = logsOf(stories, objects);
  if (env.KUBECONFIG) return record(env.KUBECONFIG, objects, logs);
  const { kubeconfig, stop } = await startControlPlane(env);
  try {
    return await record(kubeconfig, objects, logs);
  } finally {
    await stop();
  }
}

async function record(kubeconfig: string, objects: readonly Manifest[], logs: readonly LogEntry[]): Promise<Recording> {
  const { call, close } = await connectForWriting(kubeconfig);
  try {
    const uids = await load(objects, call);
    const live = await connect({ kubeconfig, env: {} });
    try {
      const written = new Set(logs.map(({ namespace, pod }) => `${namespace}/${pod}`));
      return await recordCluster(stableSource(live, 'sample', objects, uids, logs), KINDS, {
        podsWithLogs: async ({ cluster }) =>
          cluster.list(Pod).filter(({ metadata: { namespace, name } }) => written.has(`${namespace}/${name}`)),
      });
    } finally {
      await live.close?.();
    }
  } finally {
    close();
  }
}
