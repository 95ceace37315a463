import { ClusterError, UserError } from '../errors.ts';
import type { Kind } from '../kind.ts';
import { maskCredentials } from '../masking/index.ts';
import { pluralOf } from '../words.ts';
import type { Access } from './kubeconfig.ts';

/** The server answered, but not with what was asked for. */
export class StatusError extends Error {
  override name = 'StatusError';
  readonly status: number;
  /** The server's own words, if there are any. */
  readonly said: string;
  /** Of a 410: the token that goes on with the list as it is now. */
  readonly continue: string | undefined;

  constructor(status: number, body: string) {
    const said = parseStatus(body);
    super(`the server answered ${status}${said.message ? ` (${said.message.slice(0, 200)})` : ''}`);
    this.status = status;
    this.said = said.message ?? '';
    this.continue = said.metadata?.continue || undefined;
  }
}

/** The server answered 200 with something else than the API gives there. */
export class AnswerError extends Error {
  override name = 'AnswerError';
}

/** Nothing arrived for so long that the read was given up. */
export class DeadlineError extends Error {
  override name = 'DeadlineError';
  constructor(milliseconds: number) {
    super(`nothing came from the server for ${Math.round(milliseconds / 100) / 10} s`);
  }
}

interface Status {
  message?: string;
  metadata?: { continue?: string };
}

function parseStatus(body: string): Status {
  try {
    const status = JSON.parse(body) as Status | null;
    const message = typeof status?.message === 'string' ? maskCredentials(status.message.slice(0, 1000)) : '';
    return { ...status, message };
  } catch {
    return {};
  }
}

/** Why a cluster cannot be read at all, and what to do, from what the first request met. */
export function unreachable(error: unknown, access: Access): ClusterError {
  if (error instanceof ClusterError) return error;
  if (error instanceof UserError) return new ClusterError(error.message);
  if (error instanceof StatusError && error.status === 403) return refused(access);
  const { cluster, name, source } = access;
  const { host, hostname } = new URL(cluster.server);
  const failure = (error instanceof Error ? (error.cause ?? error) : error) as NodeJS.ErrnoException;
  const { code = '' } = failure;
  // Where a name has several addresses, the error that speaks of all has a code and no message.
  const message = failure.message?.trim() || code || String(error);
  const at = `The cluster "${name}" at ${withoutUser(cluster.server)}`;
  const proxy = cluster['proxy-url'] ? ` through the proxy ${withoutUser(cluster['proxy-url'])}` : '';

  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new ClusterError(
      `${at} cannot be reached${proxy}: the name ${hostname} has no address. Correct it in ${source}, or connect to its network (VPN, DNS).`,
    );
  }
  if (code === 'ECONNREFUSED') {
    return new ClusterError(
      `${at} refused the connection${proxy}. Start the cluster, or correct its address in ${source}.`,
    );
  }
  if (/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/.test(code)) {
    return new ClusterError(
      `${at} shows a certificate that does not verify: ${message}. ${certificateCure(code, access)}`,
    );
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HPE_INVALID/.test(code)) {
    return new ClusterError(
      `${at} does not speak ${new URL(cluster.server).protocol.slice(0, -1)} on ${host}. Correct the server in ${source}.`,
    );
  }
  if (/^ERR_(OSSL|SSL|CRYPTO|TLS)/.test(code)) {
    return new ClusterError(
      `${at} cannot be reached: TLS failed (${message}). Check the certificates and keys in ${source}.`,
    );
  }
  if (error instanceof DeadlineError || /TIMEOUT|TIMEDOUT|UNREACH/.test(code)) {
    return new ClusterError(
      `${at} does not answer${proxy} (${message}). Check the network, firewall or VPN that leads to it.`,
    );
  }
  if (error instanceof StatusError || error instanceof AnswerError)
    return new ClusterError(
      `${at} cannot be read: ${message}. Check that it is the address of a Kubernetes API server.`,
    );
  return new ClusterError(
    `${at} cannot be reached${proxy}: ${message}. Check the address in ${source} and the network.`,
  );
}

function certificateCure(code: string, { cluster, source }: Access): string {
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate of the API server.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `Use one of the names in the certificate as the server in ${source}, or name it in tls-server-name.`;
  }
  const given = cluster['certificate-authority'] ?? cluster['certificate-authority-data'];
  return `${given ? 'Replace' : 'Set'} certificate-authority-data in ${source} ${given ? 'by' : 'to'} the authority that signed it.`;
}

/** The server knows nobody by these credentials. */
export function refused(access: Access): ClusterError {
  const { user, name, source } = access;
  const cure = user.exec
    ? `Log in again with the tool behind "${user.exec.command}".`
    : user.tokenFile
      ? `Renew the token in ${user.tokenFile}.`
      : 'Fetch a new kubeconfig, or renew the token or certificate in it.';
  return new ClusterError(
    `The cluster "${name}" refused the credentials of user "${user.name}" in ${source}: they are missing, wrong or expired. ${cure}`,
  );
}

/** A program that gives credentials did not come to an end. */
export function silentPlugin({ user, source }: Access): ClusterError {
  return new ClusterError(
    `The program "${user.exec?.command ?? 'login'}", which gives the credentials of user "${user.name}" in ${source}, does not come to an end. Run it by hand, and log in if it asks.`,
  );
}

/** The sentence for a kind that the account may not list (or get), with the rule that would let it. */
export function forbidden(
  kind: Pick<Kind, 'kind' | 'group' | 'plural'>,
  namespace: string | undefined,
  verb: 'list' | 'get' = 'list',
): string {
  const rule = `{apiGroups: ["${kind.group}"], resources: ["${kind.plural}"], verbs: ["${verb}"]}`;
  const where = namespace ? ` in namespace ${namespace}` : '';
  const role = namespace ? 'to its Role there' : 'to its ClusterRole';
  return `${pluralOf(kind.kind)} could not be read: the account lacks "${verb}" on "${kind.plural}"${where}; add the rule ${rule} ${role}.`;
}

export function notInstalled(kind: Kind): string {
  return `${pluralOf(kind.kind)} were not read: the cluster does not serve ${resourceOf(kind)}; install it, or leave out what needs it.`;
}

export function otherVersion(kind: Kind, served: readonly string[]): string {
  return `${pluralOf(kind.kind)} could not be read: the cluster serves ${resourceOf(kind)} as ${served.join(', ')} only, and ${kind.version} is needed; upgrade the cluster or its CustomResourceDefinition.`;
}

export function failed(kind: Kind, error: unknown, read: number): string {
  const reason = error instanceof Error ? describe(error) : String(error);
  const part = read > 0 ? ` beyond the first ${read}` : '';
  return `${pluralOf(kind.kind)} could not be read${part}: ${reason}; try again, and look at the API server if it stays so.`;
}

function describe(error: Error): string {
  if (error.name === 'BodyTooLarge') return 'one object alone is larger than 64 MB';
  if (error instanceof SyntaxError) return 'the server sent what is no JSON';
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  return code && !message.includes(code) ? `${message} (${code})` : message;
}

function resourceOf({ plural, group }: Kind): string {
  return group ? `${plural}.${group}` : plural;
}

function withoutUser(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
