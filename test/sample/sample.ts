import { connect } from '../../src/kubernetes/index.ts';
import { type Recording, recordCluster } from '../../src/recording/index.ts';
import { KINDS } from '../support/kinds.ts';
import { connectForWriting } from './api.ts';
import { assemble, scenarios } from './assemble.ts';
import { startControlPlane } from './control-plane.ts';
import { load } from './load.ts';
import type { Manifest } from './manifest.ts';
import { stableSource } from './stable-source.ts';

/**
 * Loads the scenarios into an API server and records it: the one of `KUBECONFIG`, which must be on this machine and
 * empty, or one that is started for it. The same scenarios always give the same recording.
 */
export async function buildSample(env: NodeJS.ProcessEnv): Promise<Recording> {
  const objects = assemble(await scenarios());
  if (env.KUBECONFIG) return record(env.KUBECONFIG, objects);
  const { kubeconfig, stop } = await startControlPlane(env);
  try {
    return await record(kubeconfig, objects);
  } finally {
    await stop();
  }
}

async function record(kubeconfig: string, objects: readonly Manifest[]): Promise<Recording> {
  const { call, close } = await connectForWriting(kubeconfig);
  try {
    const uids = await load(objects, call);
    const live = await connect({ kubeconfig, env: {} });
    try {
      return await recordCluster(stableSource(live, 'sample', objects, uids), KINDS);
    } finally {
      await live.close?.();
    }
  } finally {
    close();
  }
}
