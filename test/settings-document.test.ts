import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { presets } from '../src/backends/index.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const backends = read('docs/backends.md');
const documented = `${read('README.md')}${backends}`;

/** What systems, terminals and other makers' SDKs set, and we only read: no settings of ours. */
const OF_OTHERS =
  /^(?:HOME|USERPROFILE|XDG_\w+|COLUMNS|NO_COLOR|FORCE_COLOR|KUBERNETES_SERVICE_\w+|AWS_\w+|AZURE_STORAGE_\w+|OPENAI_CUSTOM_HEADERS)$/;

/** The environment variables that the source names: `env.PORT`, `{ PORT } = env`, `ConfigError('PORT', …)`. */
function variables(): string[] {
  const source = globSync('src/**/*.ts', { cwd: ROOT }).map(read).join('\n');
  const single = [...source.matchAll(/(?:\benv\.|ConfigError\(\s*')([A-Z][A-Z0-9_]+)\b/g)].map(([, name = '']) => name);
  const several = [...source.matchAll(/\{([^{}]*)\}(?:: NodeJS\.ProcessEnv| = env\b)/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/\b([A-Z][A-Z0-9_]+)\b/g)].map(([, name = '']) => name),
  );
  return [...new Set([...single, ...several])];
}

test('every environment variable that the source reads is in README.md or docs/backends.md', () => {
  const all = variables();

  expect(all).toEqual(expect.arrayContaining(['PORT', 'METRICS_PORT', 'TAKEOVER_SECONDS', 'AWS_PROFILE']));
  expect(all.filter((name) => !OF_OTHERS.test(name) && !new RegExp(`\\b${name}\\b`).test(documented))).toEqual([]);
});

test('docs/backends.md has every backend, with what it needs, its variables and its model', () => {
  const rows = backends.split('\n').filter((line) => /^\| `[a-z]/.test(line));

  expect(rows).toEqual(
    presets.map(({ name, needs, env, model = '' }) => {
      const sources = Object.entries(env).map(([setting, from]) => `${setting}: ${from.map(code).join(', ')}`);
      return `| ${code(name)} | ${needs.map(code).join(', ')} | ${sources.join('; ')} | ${model && code(model)} |`;
    }),
  );
});

function code(text: string): string {
  return `\`${text}\``;
}
