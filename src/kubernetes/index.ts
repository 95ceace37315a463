import type { ClusterSource } from '../cluster.ts';
import { credentialsOf } from './credentials.ts';
import { liveInspector } from './inspect.ts';
import { loadAccess } from './kubeconfig.ts';
import { readCluster } from './read.ts';
import { type Pause, pause } from './session.ts';
import { createTransport } from './transport.ts';

export { connectResources } from './custom-resources.ts';
export { configured } from './kubeconfig.ts';

const TIMEOUT_MS = 60_000;

export interface ConnectOptions {
  /** A file; otherwise KUBECONFIG, `~/.kube/config` or the Pod's own service account. */
  kubeconfig?: string;
  /** A context other than the current one. */
  context?: string;
  env: NodeJS.ProcessEnv;
  /** A read ends when nothing has come from the server for so long; 60 s by default. */
  timeoutMs?: number;
  /** The folder of the Pod's own account, where it is another. */
  serviceAccount?: string;
  /** How the time between tries is waited for. */
  pause?: Pause;
}

/**
 * The cluster that a kubeconfig names. Throws a `UserError` where the kubeconfig cannot be used; whether the cluster
 * answers is found out by its first read.
 */
export async function connect(options: ConnectOptions): Promise<ClusterSource> {
  const access = await loadAccess(options);
  const transport = createTransport(access, options.env);
  // Connections of their own, so that who looks closer need not wait for the lists of an analysis.
  const closer = createTransport(access, options.env);
  const settings = {
    access,
    transport,
    identify: credentialsOf(access).identify,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    pause: options.pause ?? pause,
  };
  return {
    name: access.name,
    read: (kinds, scope, readOptions = {}) => readCluster(settings, kinds, scope, readOptions),
    inspector: liveInspector({ ...settings, transport: closer }),
    async close() {
      await Promise.all([transport.close(), closer.close()]);
    },
  };
}
