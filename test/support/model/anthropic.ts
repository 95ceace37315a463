import { argumentsText, halves, piecesOf, type Script, type Turn, usageOf } from './script.ts';
import { type Answer, event, type ModelRequest, type Refusal, startServer, type TestModel } from './server.ts';

export interface MessagesBody {
  model: string;
  max_tokens: number;
  system?: string;
  messages: { role: string; content: ContentBlock[] }[];
  tools?: { name: string; description?: string; input_schema: { type: string; properties: object } }[];
  [parameter: string]: unknown;
}

export interface ContentBlock {
  type: string;
  text?: string;
  /** Of a call. */
  id?: string;
  name?: string;
  input?: unknown;
  /** Of a result. */
  tool_use_id?: string;
  content?: string;
  /** Of a thought. */
  thinking?: string;
  signature?: string;
}

export interface AnthropicOptions {
  script: Script<ModelRequest<MessagesBody>>;
  key?: string;
  /** Parameters that the model refuses, as newer ones do `temperature`. */
  refuses?: readonly string[];
}

const NEWEST = '2026-10-21';
const VERSIONS = ['2023-06-01', NEWEST];
const PARAMETERS = new Set(
  'model messages system max_tokens stream stop_sequences tools tool_choice thinking metadata'.split(' '),
);
/** Parameters of the version before. */
const SAMPLING = new Set(['temperature', 'top_p', 'top_k']);
const NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const TYPES: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** A server that speaks Anthropic's messages, streamed, as strictly as Anthropic does. */
export function startAnthropic(options: AnthropicOptions): Promise<TestModel<MessagesBody>> {
  const { script, key = 'sk-ant-test-0123456789', refuses = [] } = options;
  return startServer<MessagesBody>(
    {
      path: '',
      key,
      check: (request) =>
        checkRequest(request, key) ?? checkBody(request.body, refuses, versionOf(request.headers) === NEWEST),
      refusal: ({ status, message, code }) => {
        const type = code ?? TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
        return {
          headers: { 'request-id': 'req_test' },
          body: { type: 'error', error: { type, message }, request_id: 'req_test' },
        };
      },
      answer,
    },
    script,
  );
}

function checkRequest({ path, method, headers }: ModelRequest<unknown>, key: string): Refusal | undefined {
  if (path !== '/v1/messages' || method !== 'POST') return { status: 404, message: 'Not found' };
  // Where there are both, the first one counts.
  const given = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
  if (given !== key) return { status: 401, message: 'invalid x-api-key' };
  return VERSIONS.includes(versionOf(headers)) ? undefined : wrong('anthropic-version: header is required');
}

function versionOf(headers: ModelRequest<unknown>['headers']): string {
  return `${headers['anthropic-version']}`;
}

function checkBody(body: MessagesBody, refuses: readonly string[], newest: boolean): Refusal | undefined {
  for (const parameter of Object.keys(body)) {
    const known = PARAMETERS.has(parameter) || (!newest && SAMPLING.has(parameter));
    if (!known) return wrong(`${parameter}: Extra inputs are not permitted`);
    if (refuses.includes(parameter)) return wrong(`\`${parameter}\` is deprecated for this model.`);
  }
  if (!body.model) return wrong('model: Field required');
  if (!Number.isInteger(body.max_tokens) || body.max_tokens < 1) return wrong('max_tokens: Field required');
  if (body.stream !== true) return wrong('stream: this server does nothing else');
  if (body.system !== undefined && !body.system.trim()) return wrong('system: text content blocks must be non-empty');
  for (const tool of body.tools ?? []) {
    if (!NAME.test(tool.name) || tool.input_schema?.type !== 'object')
      return wrong(`tools.${tool.name}: Field required`);
  }
  return checkMessages(body.messages);
}

function checkMessages(messages: MessagesBody['messages']): Refusal | undefined {
  if (!messages?.length) return wrong('messages: at least one message is required');
  let open: string[] = [];
  const known = new Set<string>();
  for (const [at, { role, content }] of messages.entries()) {
    if (role !== (at % 2 === 0 ? 'user' : 'assistant')) {
      return wrong('messages: roles must alternate between "user" and "assistant", beginning with "user"');
    }
    if (!content?.length) return wrong(`messages.${at}: all messages must have non-empty content`);
    const bad = content.map((block) => blockFault(block, role)).find(Boolean);
    if (bad) return wrong(`messages.${at}.content: ${bad}`);
    const results = content.flatMap(({ tool_use_id: id }) => id ?? []);
    if (results.toSorted().join() !== open.toSorted().join()) {
      return wrong(
        `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open}`,
      );
    }
    if (content.findLastIndex(({ type }) => type === 'tool_result') >= Math.max(1, results.length)) {
      return wrong(`messages.${at}: tool_result blocks must come first`);
    }
    open = content.flatMap(({ type, id }) => (type === 'tool_use' && id ? [id] : []));
    if (open.some((id) => known.has(id)) || new Set(open).size < open.length)
      return wrong('`tool_use` ids must be unique');
    for (const id of open) known.add(id);
  }
  return messages.at(-1)?.role === 'user' ? undefined : wrong('This model does not support assistant message prefill.');
}

function blockFault(block: ContentBlock, role: string): string | undefined {
  switch (block.type) {
    case 'text':
      return block.text?.trim() ? undefined : 'text content blocks must be non-empty';
    case 'tool_result':
      return role === 'user' && typeof block.content === 'string' ? undefined : 'unexpected tool_result';
    case 'tool_use': {
      const { id = '', name = '', input } = block;
      const good = NAME.test(id) && NAME.test(name) && typeof input === 'object' && !Array.isArray(input);
      return role === 'assistant' && good ? undefined : `tool_use.input: Input should be a valid dictionary (${name})`;
    }
    case 'thinking':
      return role === 'assistant' && block.signature ? undefined : 'thinking.signature: Field required';
    default:
      return `unexpected block of type ${block.type}`;
  }
}

function wrong(message: string): Refusal {
  return { status: 400, message };
}

function answer(turn: Turn, { body }: ModelRequest<MessagesBody>, index: number): Answer {
  const usage = usageOf(turn);
  const send = (data: { type: string; [more: string]: unknown }) => event(data, data.type);
  const block = (at: number, content_block: object, deltas: readonly object[]) => [
    send({ type: 'content_block_start', index: at, content_block }),
    ...deltas.map((delta) => send({ type: 'content_block_delta', index: at, delta })),
    send({ type: 'content_block_stop', index: at }),
  ];
  const message = {
    id: `msg_${index}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(usage && { usage: { input_tokens: usage.input - 4, cache_read_input_tokens: 4, output_tokens: 1 } }),
  };
  const thoughts = turn.calls?.[0]?.signature;
  const thinking = thoughts
    ? block(1, { type: 'thinking', thinking: '', signature: '' }, [
        { type: 'thinking_delta', thinking: 'Let me ' },
        { type: 'thinking_delta', thinking: 'think.' },
        { type: 'signature_delta', signature: thoughts },
      ])
    : [];
  const calls = (turn.calls ?? []).map((call, at) =>
    block(
      at + 2,
      { type: 'tool_use', id: `toolu_${index}_${at}`, name: call.name, input: {} },
      // The real service begins with an empty part, and sends nothing for an empty object.
      ['', ...(call.arguments ? halves(argumentsText(call)) : [])].map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      })),
    ),
  );
  return {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req_test' },
    head: [
      send({ type: 'message_start', message }),
      send({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      send({ type: 'ping' }),
    ],
    pieces: piecesOf(turn).map((text) =>
      send({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    ),
    tail: [
      send({ type: 'content_block_stop', index: 0 }),
      ...thinking,
      ...calls.flat(),
      send({
        type: 'message_delta',
        delta: { stop_reason: reasonOf(turn), stop_sequence: null },
        ...(usage && { usage: { output_tokens: usage.output } }),
      }),
      send({ type: 'message_stop' }),
    ],
  };
}

function reasonOf(turn: Turn): string {
  if (turn.refuse) return 'refusal';
  if (turn.length) return 'max_tokens';
  return turn.calls?.length ? 'tool_use' : 'end_turn';
}
