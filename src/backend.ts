import { UserError } from './errors.ts';

/** One message of a conversation with a model. */
export type ChatMessage =
  | { role: 'system' | 'user'; text: string }
  | { role: 'assistant'; text: string; calls?: readonly ToolCall[] }
  /** What a tool said to the call of this id. */
  | { role: 'tool'; call: string; name: string; text: string };

/** A tool that a model may ask to be called. */
export interface Tool {
  name: string;
  description: string;
  /** JSON Schema of its arguments: an object. */
  parameters: JsonSchema;
}

export interface JsonSchema {
  type: 'object';
  properties: Record<string, { type: string; description?: string; enum?: readonly string[] }>;
  required?: readonly string[];
}

export interface ToolCall {
  id: string;
  name: string;
  /** As the model wrote it; meant to be a JSON object, which it may not be. */
  arguments: string;
  /** What some models want back together with the call, untouched. */
  signature?: string;
}

export interface CompletionRequest {
  messages: readonly ChatMessage[];
  tools?: readonly Tool[];
  /** At most so many tokens of answer; the backend's own setting where absent. */
  maxTokens?: number;
}

/** A part of an answer, in the order in which the model gives them; `end` comes last, and exactly once. */
export type Piece =
  | { type: 'text'; text: string }
  /** A whole call: its arguments are complete. */
  | { type: 'call'; call: ToolCall }
  | { type: 'end'; reason: EndReason; usage?: Usage };

/** `length`: cut by its limit of tokens; `refusal`: the model, or a filter before it, declined. */
export type EndReason = 'stop' | 'length' | 'calls' | 'refusal';

/** Tokens. */
export interface Usage {
  input: number;
  output: number;
}

/** A model that can be asked. */
export interface Backend {
  /** What people call it: `openai`, or the name that the settings give it. */
  readonly name: string;
  /** Empty where it has none, as `builtin`. */
  readonly model: string;
  /**
   * Asks once, without trying again: whoever asks decides on that. Pieces come as the model gives them. Throws
   * `BackendError`; after the signal has aborted, the signal's reason.
   */
  complete(request: CompletionRequest, signal: AbortSignal): AsyncIterable<Piece>;
}

/**
 * What went wrong, as far as it matters to what is done next: `refused` (credentials), `limited` (too many requests, or
 * no credit left), `overloaded` (an error of the service's own), `too long` (more than the model can read), `invalid`
 * (the request, or the answer, is none that the protocol knows), `unknown model`, `cut` (the answer broke off),
 * `timeout`, `unreachable`.
 */
export type BackendFault =
  | 'refused'
  | 'limited'
  | 'overloaded'
  | 'too long'
  | 'invalid'
  | 'unknown model'
  | 'cut'
  | 'timeout'
  | 'unreachable';

/** A model did not answer. The message names the backend and the cure, holds no credential, and can be shown. */
export class BackendError extends UserError {
  override name = 'BackendError';
  readonly fault: BackendFault;
  /** When the service says that it may be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    fault: BackendFault,
    message: string,
    { retryAfterMs, cause }: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What the settings say of one backend, in the terms of K8sGPT's `auth add`. */
export interface BackendSettings {
  /** What people call it; unique. */
  name: string;
  /** The preset that it is made of: `openai`, `groq`, `amazonbedrock`. */
  preset: string;
  model?: string;
  /** The key, token or password. */
  key?: string;
  baseUrl?: string;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** Azure's deployment. */
  engine?: string;
  apiVersion?: string;
  region?: string;
  /** SageMaker's endpoint. */
  endpoint?: string;
  /** Google Cloud's project, or the project of watsonx. */
  project?: string;
  organization?: string;
  /** OCI's compartment. */
  compartment?: string;
  temperature?: number;
  topP?: number;
  topK?: number;
  maxTokens?: number;
  stop?: readonly string[];
  /** US dollars for a million tokens; absent: not counted. */
  price?: { input: number; output: number };
}

/** Settings of one text each, which may come from the environment. */
export type TextSetting =
  | 'model'
  | 'key'
  | 'baseUrl'
  | 'engine'
  | 'apiVersion'
  | 'region'
  | 'endpoint'
  | 'project'
  | 'organization'
  | 'compartment';

/** A service that a provider knows how to reach. */
export interface Preset {
  /** K8sGPT's name of it, where K8sGPT has it: `azureopenai`. */
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
  readonly model?: string;
  /** `{region}` in it stands for the setting. */
  readonly baseUrl?: string;
  /** Settings without which it cannot be used. A key is for the preset's own address: another `baseUrl` may need none. */
  readonly needs: readonly TextSetting[];
  /** Environment variables that its settings may come from, the first one that is set. */
  readonly env: Partial<Record<TextSetting, readonly string[]>>;
  /**
   * Settings any of whose variables configures the service. Where absent: `key`, or where that has no variable,
   * `baseUrl`. Variables that are there for other programs, such as `AWS_REGION`, are no reason to ask a model.
   */
  readonly configuredBy?: readonly TextSetting[];
  /** The base URL that is meant by what people write in `baseUrl`, where that is not always one: Ollama's `host:port`. */
  addressOf?(text: string): string;
}

/** A way to ask models: one protocol, through one SDK, for one or many services. */
export interface Provider {
  readonly presets: readonly Preset[];
  /**
   * A backend for these settings, of which all that the preset `needs` are there. Loads the SDK, so that only what is
   * used costs memory and time. Asks nothing yet. `env` is where SDKs find credentials of their own (AWS, Google).
   */
  open(settings: BackendSettings, preset: Preset, env: NodeJS.ProcessEnv): Promise<Backend>;
}

/** Declares a provider; put it in a file of its own in `backends/`, as the default export. */
export function defineProvider(provider: Provider): Provider {
  return provider;
}
