import { checkChat } from './openai-check.ts';
import { argumentsText, halves, piecesOf, type Script, type ScriptedCall, type Turn, usageOf } from './script.ts';
import { type Answer, event, type ModelRequest, type Refusal, startServer, type TestModel } from './server.ts';

/** The body of a request, as far as tests read it. */
export interface ChatBody {
  model: string;
  messages: ChatMessageBody[];
  tools?: { type: string; function: { name: string; description?: string; parameters?: unknown } }[];
  stream?: boolean;
  [parameter: string]: unknown;
}

export interface ChatMessageBody {
  role: string;
  content?: string | null;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string }; [more: string]: unknown }[];
  tool_call_id?: string;
}

export type ChatRequest = ModelRequest<ChatBody>;

export interface OpenAiOptions {
  /** What the model does: a turn for each request, or a function of the request and its number (from 0). */
  script: Script<ChatRequest>;
  /** The only key that is let in; `null` lets in everybody. */
  key?: string | null;
  /** The models that there are; all, where absent. */
  models?: readonly string[];
  /** In what it differs from OpenAI's own. */
  quirks?: Quirks;
}

export interface Quirks {
  /** Parameters that it refuses as unknown. */
  refuses?: readonly string[];
  /** Parameters that it knows besides. */
  knows?: readonly string[];
  /** Takes tools only with `reasoning_effort: none`. */
  toolsWithoutReasoning?: true;
  /** Answers without streaming, whatever was asked for. */
  plain?: true;
  /**
   * How calls are told: `whole`, in one delta; `no ids`; `no index`, whole; `bare`, whole, with neither; `same index`,
   * whole, with ids and all with the index 0; `objects`, whole, with arguments that are no text; `repeated`, with id and
   * name in every delta, and an empty one at the end.
   */
  calls?: 'whole' | 'no ids' | 'no index' | 'bare' | 'same index' | 'objects' | 'repeated';
  /** No `[DONE]` at the end. */
  noDone?: true;
  /** Declines with `refusal` deltas, as OpenAI's models do, rather than by a filter. */
  refusalDeltas?: true;
  /** The path in front of `/chat/completions`; `/v1` where absent. */
  path?: string;
}

/**
 * A server that speaks OpenAI's chat completions, streamed or not, as strictly as OpenAI does:
 *
 * ```ts
 * const model = await startOpenAi({ script: [{ text: 'Hello' }, { calls: [{ name: 'pods', arguments: {} }] }] });
 * // OPENAI_BASE_URL=model.url OPENAI_API_KEY=model.key
 * expect(model.requests[0]?.body.messages).toHaveLength(2);
 * await model.stop();
 * ```
 */
export function startOpenAi(options: OpenAiOptions): Promise<TestModel<ChatBody>> {
  const { script, key = 'sk-test-0123456789', models, quirks = {} } = options;
  const path = quirks.path ?? '/v1';
  return startServer<ChatBody>(
    {
      path,
      key: key ?? '',
      check: (request) =>
        checkRequest(request, key, `${path}/chat/completions`) ?? checkChat(request.body, models, quirks),
      refusal: ({ message, code, param }) => ({
        body: { error: { message, type: 'invalid_request_error', param: param ?? null, code: code ?? null } },
      }),
      answer: (turn, request, index) => {
        const streamed = request.body.stream === true && !quirks.plain;
        return streamed ? streamAnswer(turn, request.body, index, quirks) : plainAnswer(turn, request.body, index);
      },
    },
    script,
  );
}

/** What the last message says that is not the assistant's. */
export function lastText({ body }: ChatRequest): string {
  return body.messages.findLast(({ role }) => role !== 'assistant')?.content ?? '';
}

function checkRequest(request: ChatRequest, key: string | null, path: string): Refusal | undefined {
  const [asked] = request.path.split('?');
  if (asked !== path || request.method !== 'POST') {
    return { status: 404, message: `Invalid URL (${request.method} ${asked})` };
  }
  const { authorization = '', 'api-key': azure } = request.headers;
  const given = typeof azure === 'string' ? azure : authorization.replace(/^Bearer /, '');
  if (key !== null && given !== key) {
    return { status: 401, message: `Incorrect API key provided: ${given}.`, code: 'invalid_api_key' };
  }
  if (request.body === undefined) return { status: 400, message: 'We could not parse the JSON body of your request.' };
  return undefined;
}

/** The answer in chunks. */
export function streamAnswer(turn: Turn, body: ChatBody, index: number, quirks: Quirks): Answer {
  const chunk = (delta: object, finish: string | null = null) =>
    event({ ...base(body, index, 'chat.completion.chunk'), choices: [choice({ delta }, finish)] });
  const usage = wantsUsage(body) ? usageOf(turn) : undefined;
  const piece = (text: string) => chunk(turn.refuse && quirks.refusalDeltas ? { refusal: text } : { content: text });
  const calls = callDeltas(turn.calls ?? [], index, quirks.calls);
  return {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    head: [chunk({ role: 'assistant', content: '', refusal: null })],
    pieces: piecesOf(turn).map(piece),
    tail: [
      ...calls.map((call) => chunk({ tool_calls: [call] })),
      chunk({}, finishOf(turn, quirks)),
      ...(usage
        ? [event({ ...base(body, index, 'chat.completion.chunk'), choices: [], usage: usageBody(usage) })]
        : []),
      ...(quirks.noDone ? [] : [event('[DONE]')]),
    ],
  };
}

/** The answer as one JSON text. */
export function plainAnswer(turn: Turn, body: ChatBody, index: number): Answer {
  const usage = usageOf(turn);
  const calls = (turn.calls ?? []).map((call, at) => callBody(call, callId(index, at)));
  const message = {
    role: 'assistant',
    content: piecesOf(turn).join(''),
    refusal: null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const whole = { ...base(body, index, 'chat.completion'), choices: [choice({ message }, finishOf(turn, {}))] };
  const text = JSON.stringify({ ...whole, ...(usage && { usage: usageBody(usage) }) });
  return { headers: { 'content-type': 'application/json' }, pieces: [], tail: [text] };
}

function base(body: ChatBody, index: number, object: string) {
  return { id: `chatcmpl-${index}`, object, created: 1_790_000_000, model: body.model, system_fingerprint: 'fp_test' };
}

function choice(content: object, finish: string | null) {
  return { index: 0, ...content, logprobs: null, finish_reason: finish };
}

function finishOf(turn: Turn, quirks: Quirks): string {
  if (turn.refuse) return quirks.refusalDeltas ? 'stop' : 'content_filter';
  if (turn.length) return 'length';
  return turn.calls?.length ? 'tool_calls' : 'stop';
}

function usageBody({ input, output }: { input: number; output: number }) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function wantsUsage(body: ChatBody): boolean {
  return (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
}

const callId = (index: number, at: number) => `call_${index}_${at}`;

function callBody(call: ScriptedCall, id: string) {
  return {
    id,
    type: 'function',
    function: { name: call.name, arguments: argumentsText(call) },
    ...(call.signature && { extra_content: { google: { thought_signature: call.signature } } }),
  };
}

function callDeltas(calls: readonly ScriptedCall[], index: number, style: Quirks['calls']): object[] {
  return calls.flatMap((call, at): object[] => {
    const { id, type, function: called, ...extra } = callBody(call, callId(index, at));
    const whole = { id, type, function: called, ...extra };
    if (style === 'whole') return [{ index: at, ...whole }];
    if (style === 'no index') return [whole];
    if (style === 'bare') return [{ type, function: called, ...extra }];
    if (style === 'same index') return [{ index: 0, ...whole }];
    if (style === 'objects') return [{ index: at, ...whole, function: { ...called, arguments: call.arguments } }];
    if (style === 'repeated') {
      const part = (text: string) => ({ index: at, ...whole, function: { ...called, arguments: text } });
      return [...halves(called.arguments), ''].map(part);
    }
    const first = {
      index: at,
      ...(style !== 'no ids' && { id }),
      type,
      function: { name: called.name, arguments: '' },
    };
    const rest = halves(called.arguments).map((part) => ({ index: at, function: { arguments: part } }));
    return [{ ...first, ...extra }, ...rest];
  });
}
