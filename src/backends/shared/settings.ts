import type { BackendSettings, Preset, Provider, TextSetting } from '../../backend.ts';
import { ConfigError, nearest } from '../../errors.ts';

/** A service, and who reaches it. */
export interface Known {
  provider: Provider;
  preset: Preset;
}

/** Settings with which the provider can open the preset. */
export interface Completed extends Known {
  settings: BackendSettings;
}

/** The presets of all providers, by their unique names; a name used twice ends the start. */
export function readPresets(providers: readonly Provider[]): Known[] {
  const known = providers.flatMap((provider) => provider.presets.map((preset) => ({ provider, preset })));
  const names = new Set<string>();
  for (const { preset } of known) {
    if (names.has(preset.name)) throw new Error(`two presets have the name ${preset.name}`);
    names.add(preset.name);
  }
  return known;
}

/** What the environment configures, each named like its preset, in the order of the presets. */
export function findSettings(presets: readonly Preset[], env: NodeJS.ProcessEnv): BackendSettings[] {
  return presets.filter((preset) => isConfigured(preset, env)).map((preset) => fromEnv(preset, env));
}

/**
 * Fills in what the settings leave open from the environment, then from the preset. Throws `ConfigError` that names the
 * setting, its variable and the cure.
 */
export function completeSettings(
  settings: BackendSettings,
  known: readonly Known[],
  env: NodeJS.ProcessEnv,
): Completed {
  const found = known.find(({ preset }) => preset.name === settings.preset);
  if (!found) throw unknownPreset(settings, known);
  const { preset, provider } = found;
  const own = withoutEmpty(settings);
  const rest = fromEnv(preset, env);
  // A key is for the address that it was set with; another one must not learn it.
  const home = rest.baseUrl ?? preset.baseUrl;
  if (home !== undefined && own.baseUrl !== undefined && own.baseUrl !== home) delete rest.key;
  const complete: BackendSettings = { ...rest, ...own };

  complete.model ??= preset.model;
  const elsewhere = complete.baseUrl !== undefined;
  if (complete.baseUrl !== undefined) complete.baseUrl = addressOf(complete.baseUrl, complete, preset);
  const missing = preset.needs.find((need) => complete[need] === undefined && !isGiven(need, preset, elsewhere));
  if (missing) {
    const article = /^[aeo]/.test(missing) ? 'an' : 'a';
    throw wrong(complete, missing, `needs ${article} ${NAMES[missing]}: set ${sourceOf(preset, missing)}`);
  }
  complete.baseUrl ??= ownAddress(preset, complete);
  checkKey(complete, preset);
  checkHeaders(complete);
  checkNumbers(complete);
  return { provider, preset, settings: complete };
}

/** Where a setting comes from, as people are told: `OPENAI_API_KEY, or "key" in its settings`. */
export function sourceOf(preset: Preset, setting: TextSetting): string {
  const variables = preset.env[setting] ?? [];
  return variables.length > 0
    ? `${variables.join(' or ')}, or "${setting}" in its settings`
    : `"${setting}" in its settings`;
}

/** Where the service itself is, in the region of the settings; `undefined` where that is for the settings to say. */
export function ownAddress(preset: Preset, { region = '' }: BackendSettings): string | undefined {
  return preset.baseUrl?.replaceAll('{region}', region);
}

const NAMES: Record<TextSetting, string> = {
  model: 'model',
  key: 'key',
  baseUrl: 'base URL',
  engine: 'engine (the deployment)',
  apiVersion: 'API version',
  region: 'region',
  endpoint: 'endpoint',
  project: 'project',
  organization: 'organization',
  compartment: 'compartment',
};

function isConfigured({ env, configuredBy }: Preset, values: NodeJS.ProcessEnv): boolean {
  const settings = configuredBy ?? (env.key ? ['key' as const] : ['baseUrl' as const]);
  return settings.some((setting) => firstOf(env[setting], values) !== undefined);
}

function fromEnv(preset: Preset, values: NodeJS.ProcessEnv): BackendSettings {
  const settings: BackendSettings = { name: preset.name, preset: preset.name };
  for (const [setting, variables] of Object.entries(preset.env)) {
    const value = firstOf(variables, values);
    if (value !== undefined) settings[setting as TextSetting] = value;
  }
  return settings;
}

/** The first variable that is set; an empty one counts as absent, and files of secrets end with a line break. */
function firstOf(variables: readonly string[] | undefined, values: NodeJS.ProcessEnv): string | undefined {
  for (const variable of variables ?? []) {
    const value = values[variable]?.trim();
    if (value) return value;
  }
  return undefined;
}

function withoutEmpty(settings: BackendSettings): BackendSettings {
  const kept = Object.entries(settings)
    .map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value] as const)
    .filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as unknown as BackendSettings;
}

function isGiven(need: TextSetting, preset: Preset, elsewhere: boolean): boolean {
  if (need === 'baseUrl') return preset.baseUrl !== undefined;
  // The region says which address; who has one needs no other.
  if (need === 'region') return elsewhere && preset.baseUrl?.includes('{region}') === true;
  return need === 'key' && elsewhere && preset.baseUrl !== undefined;
}

function addressOf(text: string, settings: BackendSettings, preset: Preset): string {
  const refuse = (what: string) => wrong(settings, 'baseUrl', `${what} (${sourceOf(preset, 'baseUrl')})`);
  const address = preset.addressOf?.(text) ?? text;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
    // Before an @ stands a password.
    const shown = shortened(text.replace(/^.*@/, ''));
    throw refuse(`has the base URL "${shown}": begin it with http:// or https://`);
  }
  const url = new URL(address);
  if (url.username || url.password)
    throw refuse('has a password in its base URL: put it into "headers" of its settings');
  const end = /\/(chat\/completions|messages|responses)\/?$/.exec(url.pathname)?.[0];
  // A query may hold a key.
  const tooFar = end ?? (url.search ? '?' : url.hash && '#');
  if (tooFar) throw refuse(`has a base URL that goes on too far: end it before "${tooFar}"`);
  return address.replace(/\/+$/, '');
}

function checkKey(settings: BackendSettings, preset: Preset): void {
  // A header cannot hold anything else.
  if (settings.key === undefined || /^[\x21-\x7e]+$/.test(settings.key)) return;
  throw wrong(
    settings,
    'key',
    `has a key with a blank or a foreign letter in it: copy it anew (${sourceOf(preset, 'key')})`,
  );
}

function checkHeaders(settings: BackendSettings): void {
  for (const [name, value] of Object.entries(settings.headers ?? {})) {
    try {
      new Headers([[name, value]]);
    } catch {
      throw wrong(
        settings,
        'headers',
        `has a header "${shortened(name)}" that cannot be sent: correct "headers" in its settings`,
      );
    }
  }
}

/** The bounds of numbers, and how they are told. */
const BOUNDS = {
  temperature: [0, 2, false],
  topP: [0, 1, false],
  topK: [1, 1_000_000, true],
  maxTokens: [1, 10_000_000, true],
} as const;

function checkNumbers(settings: BackendSettings): void {
  for (const [name, [min, max, whole]] of Object.entries(BOUNDS)) {
    const value = settings[name as keyof typeof BOUNDS];
    if (value === undefined || (value >= min && value <= max && (!whole || Number.isInteger(value)))) continue;
    const kind = whole ? 'a whole number' : 'a number';
    throw wrong(settings, name, `has "${name}" ${value}: make it ${kind} from ${min} to ${max} in its settings`);
  }
}

function unknownPreset(settings: BackendSettings, known: readonly Known[]): ConfigError {
  const names = known.map(({ preset }) => preset.name);
  const like = nearest(settings.preset, names);
  const choice = like.length > 0 ? `did you mean ${like.join(' or ')}?` : `choose one of ${names.join(', ')}.`;
  return new ConfigError('preset', `No AI service is named "${shortened(settings.preset)}": ${choice}`);
}

function wrong({ name }: BackendSettings, setting: string, what: string): ConfigError {
  return new ConfigError(setting, `The backend ${name} ${what}.`);
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
