import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'k8sgpt-chat-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program as a person does, in a home without any kubeconfig. */
function cli(args: string[], env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(ROOT, 'src', 'cli.ts'), ...args], {
    encoding: 'utf8',
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: folder, DATA_DIR: folder, ...env },
  });
  return { stdout, stderr, status };
}

test('JSON is K8sGPT’s document with the incidents, and nothing else is on standard output', () => {
  const { stdout, stderr, status } = cli(['analyze', '--output', 'json', '--filter', 'Pod,Service']);
  const document = JSON.parse(stdout);

  expect(status).toBe(0);
  expect(stderr).toContain('No cluster is configured, so this is the bundled sample.');
  expect(document).toMatchObject({ provider: 'builtin', status: 'ProblemDetected', errors: null });
  expect(new Set(document.results.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['Pod', 'Service']));
  expect(document.problems).toBe(document.results.flatMap(({ error }: { error: object[] }) => error).length);
  expect(Object.keys(document.results[0])).toEqual(['kind', 'name', 'error', 'details', 'parentObject']);
  expect(Object.keys(document.results[0].error[0])).toEqual(['Text', 'KubernetesDoc', 'Sensitive']);
  for (const incident of document.incidents) {
    expect(Object.keys(incident)).toEqual(['id', 'severity', 'cause', 'title', 'explanation', 'findings']);
    expect(incident.explanation.length, incident.title).toBeGreaterThan(200);
    expect(incident.explanation, incident.title).not.toMatch(/\{[a-zA-Z]+\}/);
    // Nothing in the sample is a credential, so nothing may be taken for one.
    expect(incident.explanation, incident.title).not.toContain('***');
  }
});

test.each([
  [['analyze', '-o', 'json', '--filter', 'Pood'], 2, 'The filter "Pood" does not exist. Did you mean Pod?'],
  [['-o', 'json', 'analyze'], 2, 'Name the command first: analyze -o'],
  [['analyze', '-o', 'json', '--bogus'], 2, 'analyze has no option --bogus.'],
  [['analyze', '-o', 'json', '-n', 'nowhere'], 1, 'There is no namespace "nowhere" in sample.'],
  [['analyze', '-o', 'json', '-l', 'a=b=c'], 2, '"a=b=c" is no label selector.'],
  [['analyze', '--output=json', '--kubeconfig', '/nonexistent'], 1, '/nonexistent'],
])('whatever goes wrong, JSON stays JSON: %s', (args, expected, message) => {
  const { stdout, stderr, status } = cli(args);

  expect(status).toBe(expected);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'Error',
    results: null,
    errors: [expect.stringContaining(message)],
  });
  expect(stderr.replaceAll('\n', ' ')).toContain(message);
});

test('a setting that is wrong is JSON as well', () => {
  const { stdout, status } = cli(['analyze', '-o', 'json'], { K8SGPT_RECORDING: '/nonexistent' });

  expect(status).toBe(1);
  expect(JSON.parse(stdout).errors[0]).toContain('The recording /nonexistent cannot be read');
});

test('without a place for its state it answers all the same, and says so', () => {
  const { stdout, stderr, status } = cli(['analyze', '--sample', '-o', 'json'], {
    DATA_DIR: join(ROOT, 'package.json'),
  });

  expect(status).toBe(0);
  expect(JSON.parse(stdout).status).toBe('ProblemDetected');
  expect(stderr.replaceAll('\n', ' ')).toContain('Nothing is kept for later commands. The state file ');
});

test('a reader that reads no further ends the program in silence', () => {
  const command = `"${process.execPath}" src/cli.ts analyze --sample -o json | head -c 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command], {
    encoding: 'utf8',
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: folder, DATA_DIR: folder },
  });

  expect([stdout, stderr]).toEqual(['{', '']);
});

test('what is no recording is named', () => {
  const { stderr, status } = cli(['analyze'], { K8SGPT_RECORDING: join(ROOT, 'package.json') });

  expect(status).toBe(1);
  expect(stderr.replaceAll('\n', ' ')).toMatch(/package\.json is no recording of a cluster; make one with the record/);
});

test('text has the incidents, then each with its evidence and commands', () => {
  const { stdout, status } = cli(['analyze', '--sample', '-n', 'shop-checkout']);

  expect(status).toBe(0);
  expect(stdout).toContain('sample, namespace shop-checkout: ');
  expect(stdout).toContain('has no key PAYMENT_API_URL');
  expect(stdout).toContain('kubectl -n shop-checkout');
  expect(stdout).not.toContain('\u001b');
});

test('Markdown has headings and code', () => {
  const { stdout } = cli(['analyze', '--sample', '-n', 'shop-checkout', '-o', 'markdown']);

  expect(stdout).toMatch(/^## sample, namespace shop-checkout/);
  expect(stdout).toContain('```sh\n');
});

test('an incident of an earlier analysis can be explained', () => {
  const { incidents } = JSON.parse(cli(['analyze', '--sample', '-o', 'json']).stdout);

  const { stdout, status } = cli(['explain', incidents[0].id]);

  expect(status).toBe(0);
  expect(stdout.replaceAll('\n', ' ')).toContain(incidents[0].title);
  expect(cli(['explain', 'inc-none']).stderr).toContain('No incident inc-none is known here.');
});

test('a recording of a cluster gives what the cluster gave', () => {
  const file = join(folder, 'copy.json.gz');
  const recorded = cli(['record', file]);
  const original = JSON.parse(cli(['analyze', '--sample', '-o', 'json']).stdout);

  const replayed = JSON.parse(cli(['analyze', '-o', 'json'], { K8SGPT_RECORDING: file }).stdout);

  expect(recorded.stdout).toMatch(/Recorded [\d,]+ objects in /);
  expect(replayed.results).toEqual(original.results);
});

test.each(['explain', 'objects', 'report', 'record'])('%s without its word is a usage error', (command) => {
  expect(cli([command]).status).toBe(2);
});

test('help is made of the commands’ own data', () => {
  expect(cli(['--help']).stdout).toContain('k8sgpt-chat <command> [options]');
  expect(cli(['analyze', '--help']).stdout).toContain('--namespace <name>');
  expect(cli([]).stdout).toBe(cli(['help']).stdout);
  expect(cli(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(cli(['filters', 'list']).stdout).toContain('ValidatingWebhookConfiguration');
  const { stderr, status } = cli(['anylize']);
  expect(stderr).toContain('Did you mean analyze?');
  expect(status).toBe(2);
});
