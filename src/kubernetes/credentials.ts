import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { UserError } from '../errors.ts';
import { maskCredentials } from '../masking/index.ts';
import type { Access, ClusterEntry, ExecEntry } from './kubeconfig.ts';

/** What a request carries to say who asks. */
export interface Identity {
  headers: Record<string, string | string[]>;
  cert?: string;
  key?: string;
}

type Plugin = (options: RequestOptions) => Promise<void>;

/**
 * The user of a kubeconfig. `identify` may be called before every read: files are read anew, and plug-ins keep what
 * they gave until it expires. `fresh` makes a plug-in forget it, after the server refused it.
 */
export function credentialsOf(access: Access): { identify(fresh?: boolean): Promise<Identity> } {
  let plugin: Promise<Plugin | undefined> | undefined;

  return {
    async identify(fresh = false) {
      const { user } = access;
      const identity: Identity = { headers: impersonation(access) };
      const cert = await pem(user['client-certificate-data'], user['client-certificate'], access);
      const key = await pem(user['client-key-data'], user['client-key'], access);
      if (cert && key) Object.assign(identity, { cert, key });

      const token = user.tokenFile ? (await readText(user.tokenFile, access)).trim() : user.token;
      if (token) identity.headers.authorization = `Bearer ${token}`;
      else if (user.username) identity.headers.authorization = basic(user.username, user.password);
      if (token || cert) return identity;

      if (fresh) plugin = undefined;
      plugin ??= loadPlugin(access);
      return withPlugin(identity, await plugin);
    },
  };
}

function basic(name: string, password = ''): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

async function withPlugin(identity: Identity, plugin: Plugin | undefined): Promise<Identity> {
  if (!plugin) return identity;
  const headers: Record<string, string> = {};
  const options: RequestOptions = { headers };
  await plugin(options);
  if (headers.Authorization) identity.headers.authorization = headers.Authorization;
  if (options.cert && options.key) Object.assign(identity, { cert: String(options.cert), key: String(options.key) });
  return identity;
}

/**
 * The authenticators of the Kubernetes client, each imported only where a kubeconfig asks for it: the client as a whole
 * takes 0.3 to 0.5 s and 60 MB to import, and its loader knows neither tokenFile, as-groups nor disable-compression.
 */
async function loadPlugin(access: Access): Promise<Plugin | undefined> {
  const { exec, 'auth-provider': provider } = access.user;
  if (exec) return execPlugin(access, exec);
  if (!provider) return undefined;
  if (provider.name !== 'oidc') {
    throw new UserError(
      `The user "${access.user.name}" in ${access.source} uses the auth-provider "${provider.name}", which kubectl no ` +
        `longer has; fetch a new kubeconfig with your cloud's tool (gcloud, az), which uses an exec plug-in instead.`,
    );
  }
  const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js');
  const oidc = new OpenIDConnectAuth();
  const user = { name: access.user.name, authProvider: { name: 'oidc', config: { ...provider.config } } };
  return async (options) => {
    try {
      await oidc.applyAuthentication(user, options);
    } catch (error) {
      throw new UserError(
        `The OIDC login of user "${access.user.name}" could not be renewed: ${maskCredentials((error as Error).message)}. Log in again.`,
      );
    }
  };
}

async function execPlugin(access: Access, exec: ExecEntry): Promise<Plugin> {
  const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
  const authenticator = new ExecAuth();
  const env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: execInfo(exec, access.cluster) }];
  const user = { name: access.user.name, exec: { ...exec, env } };
  return async (options) => {
    try {
      await authenticator.applyAuthentication(user, options);
    } catch (error) {
      throw execError(error as NodeJS.ErrnoException, exec, access);
    }
  };
}

function execError(error: NodeJS.ErrnoException, exec: ExecEntry, access: Access): UserError {
  const who = `the credentials of user "${access.user.name}" in ${access.source}`;
  if (error.code === 'ENOENT') {
    const hint = exec.installHint?.trim() || 'Install it, or put it on the PATH.';
    return new UserError(`The program "${exec.command}", which gives ${who}, was not found. ${hint}`);
  }
  // It says this to a person at a terminal; a chat has more readers.
  const said = maskCredentials(error.message.trim().split('\n').at(-1)?.slice(0, 300) || 'no message');
  return new UserError(
    `The program "${exec.command}", which gives ${who}, failed: ${said} Run it by hand, and log in again if it asks.`,
  );
}

/** What a plug-in is told (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). */
function execInfo(exec: ExecEntry, cluster: ClusterEntry): string {
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    spec: { interactive: false, ...(exec.provideClusterInfo && { cluster }) },
  });
}

/** Acting as somebody else (https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/). */
function impersonation({ user }: Access): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  if (user.as) headers['impersonate-user'] = user.as;
  if (user['as-uid']) headers['impersonate-uid'] = user['as-uid'];
  if (user['as-groups']) headers['impersonate-group'] = user['as-groups'];
  for (const [name, values] of Object.entries(user['as-user-extra'] ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(name)}`] = values;
  }
  return headers;
}

/** A PEM text: inline data wins over a file, as in kubectl. */
export async function pem(data: string | undefined, file: string | undefined, access: Access) {
  if (data) return Buffer.from(data, 'base64').toString();
  return file ? readText(file, access) : undefined;
}

async function readText(file: string, access: Access): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (error as Error).message;
    throw new UserError(`The file ${file}, which ${access.source} refers to, cannot be read: ${reason}. Restore it.`);
  }
}
