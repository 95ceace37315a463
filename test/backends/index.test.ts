import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Preset } from '../../src/backend.ts';
import { findPreset, openBackend, presets, providers } from '../../src/backends/index.ts';
import { readPresets } from '../../src/backends/shared/settings.ts';

const SRC = join(import.meta.dirname, '..', '..', 'src', 'backends');

test('each file of backends has a test of the same name', () => {
  const files = readdirSync(SRC).filter((file) => file.endsWith('.ts'));

  expect(files.filter((file) => !existsSync(join(import.meta.dirname, file.replace('.ts', '.test.ts'))))).toEqual([]);
});

test('a preset is found by its name, with its provider', () => {
  for (const preset of presets) expect(findPreset(preset.name)?.provider.presets).toContain(preset);
  expect(findPreset('hal9000')).toBeUndefined();
  expect(providers.flatMap((provider) => provider.presets)).toEqual(presets);
});

test('a name used twice ends the start', () => {
  const preset: Preset = { name: 'twice', summary: 'Twice', needs: [], env: {} };
  const provider = { presets: [preset], open: () => Promise.reject(new Error('never')) };

  expect(() => readPresets([provider, provider])).toThrow('two presets have the name twice');
});

test('a backend is opened only with settings that can work', async () => {
  await expect(openBackend({ name: 'lab', preset: 'openai' }, {})).rejects.toThrow('OPENAI_API_KEY');
});

test('no SDK is loaded before its backend is opened', () => {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve: (name, context, next) => { loaded.push(name); return next(name, context); } });
    const sdks = () => loaded.filter((name) => /^(openai|@anthropic-ai\\/sdk|@google\\/genai|@aws-sdk\\/client-\\w+-runtime)$/.test(name));
    const { openBackend } = await import(${JSON.stringify(join(SRC, 'index.ts'))});
    const before = sdks();
    await openBackend({ name: 'a', preset: 'anthropic', key: 'k' }, {});
    console.log(JSON.stringify([before, sdks()]));
  `;

  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });

  expect(JSON.parse(output)).toEqual([[], ['@anthropic-ai/sdk']]);
});
