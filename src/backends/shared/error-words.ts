import { BackendError, type BackendFault, type Preset, type TextSetting } from '../../backend.ts';
import { MASK, maskCredentials } from '../../masking/index.ts';
import { clip } from '../../words.ts';
import type { Diagnosis, Trouble } from './diagnosis.ts';
import { sourceOf } from './settings.ts';

/** What the words of an error need to know of a backend. */
export interface About {
  name: string;
  /** Empty where it has none. */
  model: string;
  preset: Preset;
  /** Where it is asked; empty where the SDK alone knows. */
  address: string;
  /** Texts that nobody may see. */
  secrets: readonly string[];
  /** What proves who asks, where that is not a key. */
  credentials?: string;
}

/** As much of a service's own words as is shown. */
const SAID_MAX = 200;

interface Words {
  fault: BackendFault;
  happened: (about: About, diagnosis: Diagnosis) => string;
  cure: (about: About, diagnosis: Diagnosis) => string;
  /** Whether the service's own words help; those about a key may hold a part of it. */
  quote?: boolean;
}

const WORDS: Record<Trouble, Words> = {
  key: {
    fault: 'refused',
    happened: ({ name, credentials }) => `${name} did not accept ${credentials ? 'the credentials' : 'its key'}`,
    cure: (about) => `check ${credentialsOf(about)}`,
  },
  forbidden: {
    fault: 'refused',
    happened: (about) => `${about.name} did not allow ${modelOf(about)} to be used`,
    cure: (about) => `check the rights of ${credentialsOf(about)}`,
    quote: true,
  },
  'no credit': {
    fault: 'limited',
    happened: ({ name }) => `${name} has no credit left`,
    cure: (about) => `add some to the account of ${credentialsOf(about)}`,
    quote: true,
  },
  rate: {
    fault: 'limited',
    happened: ({ name }) => `${name} takes no more requests for now`,
    cure: (_, { retryAfterMs }) => `try again ${retryAfterMs === undefined ? 'later' : `in ${duration(retryAfterMs)}`}`,
    quote: true,
  },
  overloaded: {
    fault: 'overloaded',
    happened: ({ name }) => `${name} is overloaded or broken`,
    cure: () => 'try again later',
    quote: true,
  },
  'too long': {
    fault: 'too long',
    happened: (about) => `The conversation is longer than ${modelOf(about)} of ${about.name} can read`,
    cure: ({ preset }) => `begin a new thread, or set a model that reads more: ${sourceOf(preset, 'model')}`,
    quote: true,
  },
  'unknown model': {
    fault: 'unknown model',
    happened: (about) => `${about.name} does not have ${modelOf(about)}`,
    cure: ({ preset }) => `set another one: ${sourceOf(preset, modelSettingOf(preset))}`,
    quote: true,
  },
  'wrong address': {
    fault: 'invalid',
    happened: ({ name, address }) => `${name} is not what answers at ${address || 'its address'}`,
    cure: ({ preset }) => `check its base URL: ${sourceOf(preset, 'baseUrl')}`,
    quote: true,
  },
  'bad request': {
    fault: 'invalid',
    happened: (about) => `${about.name} did not take the request for ${modelOf(about)}`,
    cure: ({ preset }) => `check its settings, and that the model can do this: ${sourceOf(preset, 'model')}`,
    quote: true,
  },
  'bad answer': {
    fault: 'invalid',
    happened: ({ name }) => `${name} answered what its protocol does not know`,
    cure: ({ preset }) => `check its base URL: ${sourceOf(preset, 'baseUrl')}`,
    quote: true,
  },
  cut: {
    fault: 'cut',
    happened: ({ name }) => `The answer of ${name} broke off`,
    cure: () => 'ask again',
  },
  timeout: {
    fault: 'timeout',
    happened: (about) => `${about.name} did not answer in time with ${modelOf(about)}`,
    cure: () => 'ask again, or set a faster model',
  },
  unreachable: {
    fault: 'unreachable',
    happened: ({ name, address }) => `${name} cannot be reached${address && ` at ${address}`}`,
    cure: ({ preset }) => `check the network, and its base URL: ${sourceOf(preset, 'baseUrl')}`,
  },
  certificate: {
    fault: 'unreachable',
    happened: ({ name, address }) => `${name} has no certificate that is trusted here${address && `, at ${address}`}`,
    cure: () => 'name the file of its certificate authority in NODE_EXTRA_CA_CERTS',
  },
};

/** The error for people: one sentence with the backend, what happened and the cure, and nothing secret. */
export function toBackendError(about: About, diagnosis: Diagnosis, thrown: unknown): BackendError {
  const { fault, happened, cure, quote } = WORDS[diagnosis.trouble];
  const code = diagnosis.status ?? diagnosis.code;
  const what = `${happened(about, diagnosis)}${code === undefined ? '' : ` (${code})`}`;
  const said = quote ? clip(hidden(diagnosis.said.replace(/\s+/g, ' ').trim(), about.secrets), SAID_MAX) : '';
  const message = `${what}: ${cure(about, diagnosis)}${said && ` (it said "${said}")`}.`;
  return new BackendError(fault, hidden(message, about.secrets), {
    ...(diagnosis.retryAfterMs !== undefined && { retryAfterMs: diagnosis.retryAfterMs }),
    // What the service said is in the message. Anything else may be a mistake of ours, which a log should show.
    ...(diagnosis.trouble === 'bad answer' && { cause: withoutSecrets(thrown, about.secrets) }),
  });
}

/** A service's address as people may see it: host and path, without what else may stand in it. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}

function credentialsOf({ preset, credentials }: About): string {
  return credentials ?? `its key: ${sourceOf(preset, 'key')}`;
}

function modelOf({ model }: About): string {
  return model ? `the model ${model}` : 'its model';
}

/** Some services know their models by other names. */
function modelSettingOf({ needs }: Preset): TextSetting {
  return needs.find((setting) => setting === 'engine' || setting === 'endpoint') ?? 'model';
}

function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds === 1) return '1 second';
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

function hidden(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) {
    // An address holds it in another spelling.
    for (const spelling of [secret, encodeURIComponent(secret)]) shown = shown.replaceAll(spelling, MASK);
  }
  return maskCredentials(shown);
}

function withoutSecrets(thrown: unknown, secrets: readonly string[]): unknown {
  const text = thrown instanceof Error ? `${thrown.stack} ${thrown.cause}` : String(thrown);
  return hidden(text, secrets) === text ? thrown : undefined;
}
