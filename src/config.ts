import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './errors.ts';
import { flag } from './settings.ts';

/** The program's own settings; platforms, backends and the Kubernetes client read theirs from the environment. */
export interface Config {
  port: number;
  /** The address to listen on where Slack or the kubelet call; the playground is for this machine alone. */
  host: string;
  logLevel: string;
  /** Where the state file lies. */
  stateFile: string;
  /** Whether what happens is counted, and the port to read it on where that is one of its own. */
  metrics: { port?: number } | undefined;
  /** A recording to analyze instead of a cluster. */
  recording?: string;
  /** The namespace of its Lease; absent: this process is no operator. */
  operatorNamespace?: string;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** Reads the settings; an empty one counts as absent. Throws `ConfigError` that names the variable and the cure. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = portOf('PORT', env.PORT || '3000');
  const logLevel = env.LOG_LEVEL || 'info';
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new ConfigError('LOG_LEVEL', `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${logLevel}".`);
  }
  const state =
    env.DATA_DIR || join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state'), 'k8sgpt-chat');
  return {
    port,
    host: env.HOST || '0.0.0.0',
    metrics: metricsOf(env),
    logLevel,
    stateFile: state === ':memory:' ? ':memory:' : join(state, 'state.db'),
    ...(flag('OPERATOR', env.OPERATOR) && { operatorNamespace: env.OPERATOR_NAMESPACE || 'default' }),
    ...(env.K8SGPT_RECORDING && { recording: env.K8SGPT_RECORDING }),
  };
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new ConfigError(name, `${name} must be a number from 0 to 65535, not "${text}".`);
}

function metricsOf({ METRICS, METRICS_PORT }: NodeJS.ProcessEnv): Config['metrics'] {
  if (METRICS && METRICS !== 'on' && METRICS !== 'off') {
    throw new ConfigError('METRICS', `METRICS must be on or off, not "${METRICS}".`);
  }
  if (METRICS === 'off') return undefined;
  return METRICS_PORT ? { port: portOf('METRICS_PORT', METRICS_PORT) } : {};
}
