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
  /** A recording to analyze instead of a cluster. */
  recording?: string;
  /** The namespace of its Lease; absent: this process is no operator. */
  operatorNamespace?: string;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** Reads the settings; an empty one counts as absent. Throws `ConfigError` that names the variable and the cure. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigError('PORT', `PORT must be a number from 0 to 65535, not "${env.PORT}".`);
  }
  const logLevel = env.LOG_LEVEL || 'info';
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new ConfigError('LOG_LEVEL', `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${logLevel}".`);
  }
  const state =
    env.DATA_DIR || join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state'), 'k8sgpt-chat');
  return {
    port,
    host: env.HOST || '0.0.0.0',
    logLevel,
    stateFile: state === ':memory:' ? ':memory:' : join(state, 'state.db'),
    ...(flag('OPERATOR', env.OPERATOR) && { operatorNamespace: env.OPERATOR_NAMESPACE || 'default' }),
    ...(env.K8SGPT_RECORDING && { recording: env.K8SGPT_RECORDING }),
  };
}
