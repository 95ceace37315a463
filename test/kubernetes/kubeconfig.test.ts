import dns from 'node:dns';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { Node } from '../../src/kinds/node.ts';
import { type ConnectOptions, configured, connect } from '../../src/kubernetes/index.ts';
import { type Api, type ApiOptions, startApi, tlsFile } from '../support/api-server.ts';

/** A busy machine with cold disks takes long to import a client library and to start a plug-in. */
const PATIENCE_MS = 25_000;

const apis: Api[] = [];
afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.close()));
});

async function start(options: ApiOptions = {}): Promise<Api> {
  const api = await startApi({ objects: [{ kind: 'Node', metadata: { name: 'one' } }], ...options });
  apis.push(api);
  return api;
}

type Answer = (error: Error) => void;

/** Reads the one Node, and gives what the server saw last. */
async function readNode(api: Api, options: Partial<ConnectOptions>) {
  const source = await connect({ env: {}, timeoutMs: PATIENCE_MS, ...options });
  onTestFinished(async () => source.close?.());
  const { cluster, problems } = await source.read([Node], {});
  expect(problems).toEqual([]);
  expect(cluster.list(Node)).toHaveLength(1);
  return { source, seen: api.seen.at(-1), name: cluster.name };
}

/** The message of the error that reading ends in; it must be for people. */
async function complaint(options: Partial<ConnectOptions>): Promise<string> {
  try {
    const source = await connect({ env: {}, timeoutMs: PATIENCE_MS, pause: async () => {}, ...options });
    onTestFinished(async () => source.close?.());
    await source.read([Node], {});
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error('it was read');
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const CA = { 'certificate-authority-data': base64(tlsFile('ca.crt')) };

describe('credentials', () => {
  test('a token', async () => {
    const api = await start();

    const { seen, name } = await readNode(api, { kubeconfig: api.kubeconfig() });

    expect(seen?.headers.authorization).toBe('Bearer token');
    expect(name).toBe('test');
  });

  test('a token file beside the kubeconfig, read anew at every read', async () => {
    const api = await start({ token: 'second' });
    api.file('token.txt', 'second\n');

    const { source } = await readNode(api, { kubeconfig: api.kubeconfig({ user: { tokenFile: 'token.txt' } }) });

    api.file('token.txt', 'stale');
    await expect(source.read([Node], {})).rejects.toThrow(/refused the credentials.*Renew the token in .*token\.txt/);
  });

  test('a client certificate, inline and in files', async () => {
    const api = await start({ tls: 'server' });
    const inline = {
      'client-certificate-data': base64(tlsFile('client.crt')),
      'client-key-data': base64(tlsFile('client.key')),
    };
    api.file('client.crt', tlsFile('client.crt'));
    api.file('client.key', tlsFile('client.key'));
    api.file('ca.crt', tlsFile('ca.crt'));
    const files = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };

    const first = await readNode(api, { kubeconfig: api.kubeconfig({ cluster: CA, user: inline }) });
    const cluster = { 'certificate-authority': 'ca.crt' };
    const second = await readNode(api, { kubeconfig: api.kubeconfig({ cluster, user: files }) });

    expect([first.seen?.client, second.seen?.client]).toEqual(['anna', 'anna']);
  });

  test('a name and a password', async () => {
    const api = await start({ reply: () => undefined });
    const kubeconfig = api.kubeconfig({ user: { username: 'anna', password: 'pä ss' } });

    expect(await complaint({ kubeconfig })).toContain('refused the credentials');
    expect(api.seen[0]?.headers.authorization).toBe(`Basic ${base64('anna:pä ss')}`);
  });

  test('an exec plug-in, asked once while its token lasts', async () => {
    const api = await start({ token: 'from-plugin' });
    api.file(
      'login.mjs',
      `import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(join(dirname(api.kubeconfig()), 'calls'))}, process.env.KUBERNETES_EXEC_INFO + '\\n');
       console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: process.env.GIVE } }));`,
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [join(dirname(api.kubeconfig()), 'login.mjs')],
      env: [{ name: 'GIVE', value: 'from-plugin' }],
      provideClusterInfo: true,
    };

    const { source, seen } = await readNode(api, { kubeconfig: api.kubeconfig({ user: { exec } }) });
    await source.read([Node], {});

    expect(seen?.headers.authorization).toBe('Bearer from-plugin');
    const { readFileSync } = await import('node:fs');
    const calls = readFileSync(join(dirname(api.kubeconfig()), 'calls'), 'utf8')
      .trim()
      .split('\n');
    expect(calls).toHaveLength(1);
    expect(JSON.parse(calls[0] ?? '')).toMatchObject({
      apiVersion: exec.apiVersion,
      spec: { interactive: false, cluster: { server: api.url } },
    });
  });

  test('an exec plug-in is asked anew when the server refuses what it gave', async () => {
    const api = await start({ token: 'fresh' });
    api.file('count', '0');
    api.file(
      'login.mjs',
      `import { readFileSync, writeFileSync } from 'node:fs';
       const file = new URL('count', import.meta.url);
       const times = Number(readFileSync(file));
       writeFileSync(file, String(times + 1));
       console.log(JSON.stringify({ status: { token: times === 0 ? 'old' : 'fresh' } }));`,
    );
    const exec = { command: process.execPath, args: [join(dirname(api.kubeconfig()), 'login.mjs')] };

    const { seen } = await readNode(api, { kubeconfig: api.kubeconfig({ user: { exec } }) });

    expect(seen?.headers.authorization).toBe('Bearer fresh');
  });

  test('an exec plug-in that is not installed, or fails', async () => {
    const api = await start();
    const missing = { command: 'no-such-login-tool', installHint: 'Install it with brew.' };
    const failing = { command: process.execPath, args: ['-e', 'console.error("please log in"); process.exit(1)'] };

    expect(await complaint({ kubeconfig: api.kubeconfig({ user: { exec: missing } }) })).toMatch(
      /^The program "no-such-login-tool", which gives the credentials of user "anna" in .*, was not found\. Install it with brew\.$/,
    );
    expect(await complaint({ kubeconfig: api.kubeconfig({ user: { exec: failing } }) })).toMatch(
      /failed: please log in/,
    );
  });

  test('an exec plug-in that quotes a credential as it fails is quoted without it', async () => {
    const api = await start();
    const exec = { command: process.execPath, args: ['-e', 'console.error("bad token=hunter2abc"); process.exit(1)'] };

    const text = await complaint({ kubeconfig: api.kubeconfig({ user: { exec } }) });

    expect(text).toContain('failed: bad token=***');
  });

  test('an exec plug-in that waits for a login', async () => {
    const api = await start();
    const exec = { command: process.execPath, args: ['-e', 'setTimeout(() => {}, 2000)'] };
    const kubeconfig = api.kubeconfig({ user: { exec } });

    expect(await complaint({ kubeconfig, timeoutMs: 100 })).toMatch(/does not come to an end\. Run it by hand/);
  });

  test('an OIDC login that is still valid', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ exp: 4_000_000_000 })}.signature`;
    const api = await start({ token });
    const user = { 'auth-provider': { name: 'oidc', config: { 'id-token': token, 'client-id': 'kubernetes' } } };

    const { seen } = await readNode(api, { kubeconfig: api.kubeconfig({ user }) });

    expect(seen?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test('an auth-provider that kubectl dropped', async () => {
    const api = await start();
    const kubeconfig = api.kubeconfig({ user: { 'auth-provider': { name: 'gcp' } } });

    expect(await complaint({ kubeconfig })).toMatch(/auth-provider "gcp".*fetch a new kubeconfig/);
  });

  test('acting as somebody else', async () => {
    const api = await start();
    const user = { token: 'token', as: 'bob', 'as-groups': ['a', 'b'], 'as-user-extra': { reason: ['audit'] } };

    const { seen } = await readNode(api, { kubeconfig: api.kubeconfig({ user }) });

    expect(seen?.headers).toMatchObject({
      'impersonate-user': 'bob',
      'impersonate-group': 'a, b',
      'impersonate-extra-reason': 'audit',
    });
  });

  test('the service account of a Pod', async () => {
    const api = await start({ tls: 'server' });
    const token = api.file('token', 'token');
    api.file('ca.crt', tlsFile('ca.crt'));
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: new URL(api.url).port };
    const serviceAccount = dirname(token);

    const { name } = await readNode(api, { env, serviceAccount });

    expect(name).toBe('in-cluster');
    expect(configured(env, serviceAccount)).toBe(true);
    expect(configured({}, serviceAccount)).toBe(false);
  });
});

describe('files', () => {
  test('several in KUBECONFIG: the first to name a thing wins, and some may be missing', async () => {
    const api = await start();
    const first = api.file('a', 'users: [{name: anna, user: {token: token}}]');
    const second = api.kubeconfig({ user: { token: 'wrong' } });
    const env = { KUBECONFIG: [join(dirname(first), 'missing'), first, second].join(':') };

    await readNode(api, { env });

    expect(configured(env)).toBe(true);
  });

  test('~/.kube/config, where KUBECONFIG is not set', async () => {
    const api = await start();
    const home = dirname(api.file('x', ''));
    mkdirSync(join(home, '.kube'));
    const { renameSync } = await import('node:fs');
    renameSync(api.kubeconfig(), join(home, '.kube', 'config'));

    await readNode(api, { env: { HOME: home } });

    expect(configured({ HOME: home })).toBe(true);
    expect(configured({ HOME: join(home, 'empty') })).toBe(false);
  });

  test.each([
    ['nothing at all', {}, /^No cluster is configured: set KUBECONFIG/],
    ['a missing file', { kubeconfig: '/no/such/file' }, /\/no\/such\/file \(from --kubeconfig\) does not exist/],
    [
      'only missing files',
      { env: { KUBECONFIG: '/no/a:/no/b' } },
      /\/no\/a, \/no\/b \(from KUBECONFIG\) does not exist/,
    ],
  ])('says what is wrong with %s', async (_, options, expected) => {
    expect(await complaint(options)).toMatch(expected);
  });

  test.each([
    ['no YAML', 'a: [', /cannot be read: .* Correct or replace it\./],
    ['a list', '- a', /is no kubeconfig/],
    ['nothing', '', /holds no context/],
    [
      'no current context',
      'contexts: [{name: a, context: {}}]',
      /has no current context; choose one with --context: a\./,
    ],
    ['an unknown cluster', 'current-context: a\ncontexts: [{name: a, context: {cluster: c}}]', /no cluster named "c"/],
    [
      'an unknown user',
      'current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: "https://x"}}]',
      /no user named "u"/,
    ],
    [
      'no server',
      'current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c}]',
      /server "" of cluster "c" .* is no http or https address/,
    ],
  ])('says what is wrong with a file that holds %s', async (_, content, expected) => {
    const api = await start();
    expect(await complaint({ kubeconfig: api.file('config', content) })).toMatch(expected);
  });

  test('an unknown context, with the names most like it', async () => {
    const api = await start();
    const kubeconfig = api.kubeconfig({ context: 'production' });

    expect(await complaint({ kubeconfig, context: 'prodution' })).toMatch(
      /has no context named "prodution"\. It has "production"\. Choose one with --context\.$/,
    );
  });

  test('a certificate file that is gone', async () => {
    const api = await start({ tls: 'server' });
    const kubeconfig = api.kubeconfig({ cluster: { 'certificate-authority': 'gone.crt' } });

    expect(await complaint({ kubeconfig })).toMatch(/gone\.crt, which .* refers to, cannot be read: does not exist/);
  });
});

describe('the way to the server', () => {
  test('a path before the API, as Rancher has it', async () => {
    const api = await start({ prefix: '/k8s/clusters/c-1' });

    const { seen } = await readNode(api, { kubeconfig: api.kubeconfig() });

    expect(seen?.path).toBe('/api/v1/nodes');
  });

  test('another name in the certificate, with tls-server-name', async () => {
    const api = await start({ tls: 'other' });

    const wrong = await complaint({ kubeconfig: api.kubeconfig({ cluster: CA }) });
    expect(wrong).toMatch(/certificate that does not verify: .* tls-server-name\.$/);

    await readNode(api, { kubeconfig: api.kubeconfig({ cluster: { ...CA, 'tls-server-name': 'other.example' } }) });
  });

  test('a certificate that nobody known has signed, and insecure-skip-tls-verify', async () => {
    const api = await start({ tls: 'server' });

    const wrong = await complaint({ kubeconfig: api.kubeconfig() });
    expect(wrong).toContain('shows a certificate that does not verify');
    expect(wrong).toMatch(/Set certificate-authority-data in .* to the authority that signed it\.$/);

    await readNode(api, { kubeconfig: api.kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } }) });
  });

  test('a proxy', async () => {
    const api = await start({ tls: 'server' });
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const target = connectTcp(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      // Either side may cut the other off when the test ends.
      for (const side of [socket, target]) side.on('error', () => {});
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as { port: number };

    const cluster = { ...CA, 'proxy-url': `http://127.0.0.1:${port}` };
    await readNode(api, { kubeconfig: api.kubeconfig({ cluster }) });

    expect(asked[0]).toBe(new URL(api.url).host);
  });

  test.each([
    [
      'a server that is not there',
      { server: 'http://127.0.0.1:1' },
      /"test" at http:\/\/127\.0\.0\.1:1 refused the connection\. Start/,
    ],
    [
      'a proxy that is not there',
      { 'proxy-url': 'http://me:pw@127.0.0.1:1' },
      /through the proxy http:\/\/127\.0\.0\.1:1/,
    ],
  ])('says what is wrong with %s', async (_, cluster, expected) => {
    const api = await start({ tls: 'server' });
    expect(await complaint({ kubeconfig: api.kubeconfig({ cluster }) })).toMatch(expected);
  });

  test('says that a name has no address', async () => {
    const api = await start();
    // A real question would take as long as the network's name server likes.
    const lookup = vi
      .spyOn(dns, 'lookup')
      .mockImplementation(((name: string, _: unknown, answer: Answer) =>
        answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }))) as never);
    onTestFinished(() => lookup.mockRestore());

    expect(await complaint({ kubeconfig: api.kubeconfig({ cluster: { server: 'https://api.invalid' } }) })).toMatch(
      /the name api\.invalid has no address/,
    );
    expect(lookup).toHaveBeenCalled();
  });

  test('https where the server speaks http', async () => {
    const api = await start();
    const server = api.url.replace('http:', 'https:');
    expect(await complaint({ kubeconfig: api.kubeconfig({ cluster: { server } }) })).toMatch(/does not speak https on/);
  });

  test('a certificate or key that is none', async () => {
    const api = await start({ tls: 'server' });
    const user = { 'client-certificate-data': base64('junk'), 'client-key-data': base64('junk') };
    expect(await complaint({ kubeconfig: api.kubeconfig({ cluster: CA, user }) })).toMatch(
      /TLS failed \(.*\)\. Check the certificates and keys in /,
    );
  });

  test('a server that never answers', async () => {
    const api = await start({ reply: () => ({ fault: 'hang' }) });
    expect(await complaint({ kubeconfig: api.kubeconfig(), timeoutMs: 50 })).toMatch(/does not answer .* VPN/);
  });

  test.each(['null', '[]', '"ok"'])('an address that answers everything with %s', async (body) => {
    const api = await start({ reply: () => ({ status: 200, body }) });
    expect(await complaint({ kubeconfig: api.kubeconfig() })).toMatch(
      /cannot be read: \/apis? gave no JSON object\. Check that it is the address of a Kubernetes API server/,
    );
  });

  test('what is no Kubernetes API server', async () => {
    const api = await start({ reply: () => ({ status: 404, body: '<html>' }) });
    expect(await complaint({ kubeconfig: api.kubeconfig() })).toMatch(
      /Check that it is the address of a Kubernetes API/,
    );
  });
});
