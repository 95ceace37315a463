import type { AnswerCache, CacheContext, CacheSettings, CacheType } from '../answer-cache.ts';
import { ConfigError } from '../errors.ts';
import { loadFolder } from '../plug-ins.ts';
import { isRecord } from '../shape.ts';
import { patient } from './shared/patient.ts';

/** All types of caches, one file of this folder each. */
export const cacheTypes: readonly CacheType[] = await loadFolder<CacheType>(
  new URL('./', import.meta.url),
  (type) => type.name,
);

/** Where nothing is set. */
const DEFAULT = 'store';
/** K8sGPT's name of its own default. */
const SYNONYMS: Record<string, string> = { '': DEFAULT, file: 'directory' };

interface OpenCacheOptions extends CacheContext {
  /** The `cache` part of K8sGPT's configuration file, or what `cacheSettings` made of flags; absent: the program's store. */
  settings?: Readonly<Record<string, unknown>>;
}

/** The cache that is chosen. Throws `ConfigError` for a setting that is missing or wrong, with the cure. */
export async function openCache({ settings = {}, ...context }: OpenCacheOptions): Promise<AnswerCache> {
  const chosen = settings.currentCacheType ?? '';
  if (typeof chosen !== 'string') throw wrong('currentCacheType', 'must be the name of a type');
  const type = typeNamed(SYNONYMS[chosen] ?? chosen, 'cache.currentCacheType');
  const part = settings[type.name] ?? {};
  if (!isRecord(part)) throw wrong(type.name, 'must be a map of settings');
  return patient(await type.open(checked(type, part), context));
}

/** The settings that `cache add TYPE` with these flags stands for, as they stand in the configuration file. */
export function cacheSettings(name: string, flags: CacheSettings): Record<string, unknown> {
  const type = typeNamed(name, 'TYPE');
  const part: Record<string, string | boolean | undefined> = {};
  for (const [flag, value] of Object.entries(flags)) {
    const setting = type.settings.find((each) => each.flag === flag);
    if (!setting) {
      const known = type.settings.map((each) => `--${each.flag}`).join(', ') || 'none';
      throw new ConfigError(flag, `The answer cache ${name} has no flag --${flag}; it has ${known}.`);
    }
    part[setting.key] = value;
  }
  return { currentCacheType: name, [name]: checked(type, part) };
}

function typeNamed(name: string, setting: string): CacheType {
  const type = cacheTypes.find((each) => each.name === name);
  if (type) return type;
  const names = cacheTypes.map((each) => each.name).join(', ');
  throw new ConfigError(setting, `${setting} is "${name}", which is no answer cache; set it to one of ${names}.`);
}

/** The settings of a type, whole and of the right kind; K8sGPT writes empty ones, which count as absent. */
function checked({ name, settings }: CacheType, part: Readonly<Record<string, unknown>>): CacheSettings {
  const kept: Record<string, string | boolean> = {};
  for (const { key, flag, required, isSwitch, summary } of settings) {
    const value = part[key];
    if (value === undefined || value === null || value === '' || value === false) {
      if (!required) continue;
      const how = `set cache.${name}.${key} in the configuration file (--${flag} of cache add)`;
      throw new ConfigError(`cache.${name}.${key}`, `The answer cache ${name} needs ${summary}: ${how}.`);
    }
    if (typeof value !== (isSwitch ? 'boolean' : 'string')) {
      throw wrong(`${name}.${key}`, isSwitch ? 'must be true or false' : 'must be a text');
    }
    kept[key] = value as string | boolean;
  }
  return kept;
}

function wrong(setting: string, must: string): ConfigError {
  return new ConfigError(`cache.${setting}`, `cache.${setting} ${must}.`);
}
