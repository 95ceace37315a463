import { fileURLToPath } from 'node:url';
import type { ClusterSource } from './cluster.ts';
import { openRecording } from './recording/index.ts';

/** Which cluster to open; plain data, so that it can be sent to a worker thread. */
export interface ClusterChoice {
  /** A recording: the bundled sample, or a file. */
  sample?: boolean;
  recording?: string;
  kubeconfig?: string;
  context?: string;
}

/** Where the bundled sample cluster lies. */
const SAMPLE = fileURLToPath(new URL('./recording/sample.json.gz', import.meta.url));

/**
 * The cluster that the settings mean: a recording where one is named, else what kubectl would use, and the sample only
 * where it was asked for or nothing at all is configured; never in place of a cluster that fails.
 */
export async function chooseCluster(
  wanted: ClusterChoice,
  env: NodeJS.ProcessEnv,
): Promise<ClusterChoice & { unconfigured?: boolean }> {
  if (wanted.sample || wanted.recording || wanted.kubeconfig || wanted.context) return wanted;
  const { configured } = await import('./kubernetes/index.ts');
  return configured(env) ? wanted : { sample: true, unconfigured: true };
}

/** Opens a cluster. Throws `UserError` where that cannot be, naming the input and the cure. */
export async function openCluster(choice: ClusterChoice, env: NodeJS.ProcessEnv): Promise<ClusterSource> {
  if (choice.sample) return openRecording(SAMPLE, { name: 'sample' });
  if (choice.recording) return openRecording(choice.recording);
  // Recordings do without the HTTP client and its start.
  const { connect } = await import('./kubernetes/index.ts');
  return connect({
    env,
    ...(choice.kubeconfig && { kubeconfig: choice.kubeconfig }),
    ...(choice.context && { context: choice.context }),
  });
}
