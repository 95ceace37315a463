import { readFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { Agent } from 'undici';
import { parse } from 'yaml';
import { analyzers } from '../../src/analyzers/index.ts';

/**
 * What a read is measured against: the kinds that the core analyzers read, listed page after page as JSON over four
 * connections, each page parsed and thrown away.
 */
const PAGE = 500;
const CONNECTIONS = 4;

interface Config {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  users: [{ user: { token: string } }];
}

const config = parse(await readFile(argv[2] ?? '', 'utf8')) as Config;
const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
const headers = { accept: 'application/json', authorization: `Bearer ${config.users[0].user.token}` };
const agent = new Agent({ connections: CONNECTIONS, allowH2: false, connect: { ca: Buffer.from(ca, 'base64') } });
const kinds = new Set(analyzers.filter(({ core }) => core).flatMap(({ kind, reads }) => [kind, ...reads]));

async function list(path: string): Promise<void> {
  for (let token: string | undefined = ''; token !== undefined; ) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(token && { continue: token }) });
    const { body } = await agent.request({ origin: server, path: `${path}?${query}`, method: 'GET', headers });
    const page = (await body.json()) as { metadata?: { continue?: string } };
    token = page.metadata?.continue || undefined;
  }
}

await Promise.all(
  [...kinds].map(({ group, version, plural }) =>
    list(`${group ? `/apis/${group}/${version}` : `/api/${version}`}/${plural}`),
  ),
);
await agent.close();
