import type { Backend, BackendSettings, Preset, Provider } from '../backend.ts';
import { loadFolder } from '../plug-ins.ts';
import { type Completed, completeSettings, findSettings, type Known, readPresets } from './shared/settings.ts';

/** All ways to ask models, one file of this folder each. */
export const providers: readonly Provider[] = await loadFolder<Provider>(
  new URL('./', import.meta.url),
  (provider) => provider.presets[0]?.name ?? '',
);

const known = readPresets(providers);

/** All services, in the order of the folder. */
export const presets: readonly Preset[] = known.map(({ preset }) => preset);

/** A service and who reaches it; `undefined` for a name that none has. */
export function findPreset(name: string): Known | undefined {
  return known.find(({ preset }) => preset.name === name);
}

/** What the environment configures, each named like its preset, in the order of `presets`. */
export function settingsFromEnv(env: NodeJS.ProcessEnv): BackendSettings[] {
  return findSettings(presets, env);
}

/**
 * The settings with all that the environment and the preset give to them. Throws `ConfigError` for what is missing or
 * cannot be, and for a preset that does not exist.
 */
export function checkSettings(settings: BackendSettings, env: NodeJS.ProcessEnv): Completed {
  return completeSettings(settings, known, env);
}

/** A backend for these settings, which are checked and completed first. Asks nothing yet. */
export async function openBackend(settings: BackendSettings, env: NodeJS.ProcessEnv): Promise<Backend> {
  const { provider, preset, settings: complete } = checkSettings(settings, env);
  return provider.open(complete, preset, env);
}
