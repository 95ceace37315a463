import type { LogOptions, RawObject } from '../cluster.ts';
import { UserError } from '../errors.ts';
import { isRecord } from '../shape.ts';
import { forbidden, type StatusError } from './faults.ts';

/** Why a log could not be read, in a sentence, from what the API server or the kubelet behind it answered. */
export async function logFault(
  { status, said, message }: StatusError,
  { namespace, pod, container, previous }: LogOptions,
  read: () => Promise<RawObject | undefined>,
): Promise<UserError> {
  const where = `Pod ${namespace}/${pod}`;
  const whose = container ? `Container ${container} of ${where}` : where;
  if (status === 403) return new UserError(forbidden({ kind: 'Log', group: '', plural: 'pods/log' }, namespace, 'get'));
  if (status === 404 && /pods? ".*" not found/.test(said)) return new UserError(`There is no ${where}.`);

  if (/is not valid for pod|container name must be specified/.test(said)) {
    const named = await containersOf(read);
    const what = container ? `has no container "${container}"` : 'has several containers, so one must be named';
    return new UserError(`${where} ${what}; it has ${named}.`);
  }
  const [, reason] = / is waiting to start: (.+)$/.exec(said) ?? [];
  if (reason) return new UserError(`${whose} has not started (${reason}), so it has written nothing.`);
  if (/previous terminated container .* not found/.test(said) || (status === 400 && previous && said === '')) {
    return new UserError(
      `${whose} has no previous run that its node remembers: it was not restarted, or its Pod is new.`,
    );
  }
  if (/does not have a host assigned/.test(said))
    return new UserError(`${where} has no node yet, so nothing in it has run.`);
  if (status >= 500) {
    return new UserError(`The log of ${where} could not be read from its node: ${message}. Look at the node.`);
  }
  return new UserError(`The log of ${where} could not be read: ${message}.`);
}

/** Where a container is gone, or its file was rotated away, the kubelet says so in the place of the log. */
export function isLost(text: string): boolean {
  return /^(unable to retrieve container logs for \S+|failed to try resolving symlinks in path .*)\n?$/.test(text);
}

/** `app, proxy (at its start: migrate)`. */
async function containersOf(read: () => Promise<RawObject | undefined>): Promise<string> {
  const pod = await read().catch(() => undefined);
  const spec = isRecord(pod?.spec) ? pod.spec : {};
  const names = (list: unknown) =>
    (Array.isArray(list) ? list : [])
      .filter(isRecord)
      .map(({ name }) => String(name))
      .join(', ');
  const init = names(spec.initContainers);
  return `${names(spec.containers) || 'others'}${init && ` (at its start: ${init})`}`;
}
