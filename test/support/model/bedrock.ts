import { checkSignature, eventMessage, eventOf } from './aws.ts';
import { argumentsText, halves, piecesOf, type Script, type Turn, usageOf } from './script.ts';
import { type Answer, type ModelRequest, type Refusal, startServer, type TestModel } from './server.ts';

export interface ConverseBody {
  messages: { role: string; content: ConverseBlock[] }[];
  system?: { text: string }[];
  toolConfig?: { tools: { toolSpec: { name: string; inputSchema: { json: { type: string } } } }[] };
  inferenceConfig?: Record<string, unknown>;
  [parameter: string]: unknown;
}

export interface ConverseBlock {
  text?: string;
  toolUse?: { toolUseId: string; name: string; input: unknown };
  toolResult?: { toolUseId: string; content: { text?: string }[] };
  reasoningContent?: { reasoningText?: { text: string; signature?: string }; redactedContent?: string };
}

export interface BedrockOptions {
  script: Script<ModelRequest<ConverseBody>>;
  /** The secret of the account, or with `bearer` the API key. */
  key?: string;
  bearer?: true;
  /** Inference parameters that the model refuses. */
  refuses?: readonly string[];
  /** An exception in the middle of the stream, after the text: its type and message. */
  exception?: { type: string; message: string };
}

const PARAMETERS = new Set('messages system toolConfig inferenceConfig additionalModelRequestFields'.split(' '));
const INFERENCE = new Set('maxTokens temperature topP stopSequences'.split(' '));
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const TYPES: Record<number, string> = {
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

/** A server that speaks Bedrock's ConverseStream over HTTP/2, and verifies signatures, as strictly as AWS does. */
export function startBedrock(options: BedrockOptions): Promise<TestModel<ConverseBody>> {
  const { script, key = 'aws/Secret+Access/Key0123456789abcdefghi', bearer, refuses = [], exception } = options;
  return startServer<ConverseBody>(
    {
      path: '',
      key,
      http2: true,
      check(request) {
        const known = /^\/model\/[^/]+\/converse-stream$/.test(request.path) && request.method === 'POST';
        if (!known) return { status: 404, message: 'Unknown operation', code: 'UnknownOperationException' };
        return (
          (bearer ? checkBearer(request, key) : checkSignature(request, 'bedrock', key)) ??
          checkBody(request.body, refuses)
        );
      },
      refusal: ({ status, message, code }) => ({
        headers: { 'x-amzn-errortype': code ?? TYPES[status] ?? 'ValidationException', 'x-amzn-requestid': 'test' },
        body: { message },
      }),
      answer: (turn, _, index) => answer(turn, index, exception),
    },
    script,
  );
}

function checkBearer({ headers }: ModelRequest<unknown>, key: string): Refusal | undefined {
  if (headers.authorization === `Bearer ${key}`) return undefined;
  return { status: 403, message: 'Authentication failed: the API key is not valid.', code: 'AccessDeniedException' };
}

function checkBody(body: ConverseBody, refuses: readonly string[]): Refusal | undefined {
  const unknown = Object.keys(body).find((name) => !PARAMETERS.has(name));
  if (unknown) return wrong(`Malformed input request: ${unknown}`);
  for (const [name, value] of Object.entries(body.inferenceConfig ?? {})) {
    if (!INFERENCE.has(name)) return wrong(`Malformed input request: inferenceConfig.${name}`);
    if (refuses.includes(name))
      return wrong(`The model returned the following errors: ${name} is deprecated for this model.`);
    if (name === 'maxTokens' && !(Number.isInteger(value) && (value as number) > 0))
      return wrong('maxTokens is invalid.');
  }
  if (body.system?.some(({ text }) => !text.trim())) return wrong('The text field in system is blank.');
  const tools = body.toolConfig?.tools;
  const bad = tools?.find(({ toolSpec }) => !NAME.test(toolSpec.name) || toolSpec.inputSchema.json.type !== 'object');
  if (bad || tools?.length === 0) return wrong('The tool is invalid.');
  return checkMessages(body.messages, tools !== undefined);
}

function checkMessages(messages: ConverseBody['messages'], tools: boolean): Refusal | undefined {
  if (!messages?.length) return wrong('A conversation must start with a user message.');
  let open: string[] = [];
  for (const [at, { role, content }] of messages.entries()) {
    if (role !== (at % 2 === 0 ? 'user' : 'assistant')) return wrong('A conversation must alternate between roles.');
    if (!content.length) return wrong(`The content field in the Message object at messages.${at} is empty.`);
    for (const { text, toolUse, toolResult } of content) {
      if (text !== undefined && !text.trim()) return wrong('The text field in the ContentBlock object is blank.');
      if ((toolUse || toolResult) && !tools) {
        return wrong('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
      }
      const { toolUseId = '', name = '', input } = toolUse ?? {};
      const good = NAME.test(toolUseId) && NAME.test(name) && typeof input === 'object' && !Array.isArray(input);
      if (toolUse && !good) return wrong(`The toolUse ${name} is invalid.`);
      if (toolResult?.content.some((part) => !part.text)) return wrong('The toolResult is blank.');
    }
    const results = content.flatMap(({ toolResult }) => toolResult?.toolUseId ?? []);
    if (results.toSorted().join() !== open.toSorted().join()) {
      return wrong('The number of toolResult blocks must be that of the toolUse blocks of the previous turn.');
    }
    open = content.flatMap(({ toolUse }) => toolUse?.toolUseId ?? []);
    if (new Set(open).size < open.length) return wrong('The toolUse ids are not unique.');
  }
  return messages.length % 2 === 1 ? undefined : wrong('The conversation must end with a user message.');
}

function wrong(message: string): Refusal {
  return { status: 400, message };
}

function answer(turn: Turn, index: number, exception: BedrockOptions['exception']): Answer {
  const usage = usageOf(turn);
  const delta = (at: number, value: object) => eventOf('contentBlockDelta', { contentBlockIndex: at, delta: value });
  const stop = (at: number) => eventOf('contentBlockStop', { contentBlockIndex: at });
  const thoughts = turn.calls?.[0]?.signature;
  const calls = (turn.calls ?? []).flatMap((call, at) => {
    const start = { toolUse: { toolUseId: `tooluse_${index}_${at}`, name: call.name } };
    // The real service sends nothing for an empty object.
    const parts = call.arguments ? halves(argumentsText(call)) : [];
    return [
      eventOf('contentBlockStart', { contentBlockIndex: at + 2, start }),
      ...parts.map((input) => delta(at + 2, { toolUse: { input } })),
      stop(at + 2),
    ];
  });
  const failure = exception && [
    eventMessage({ ':message-type': 'exception', ':exception-type': exception.type }, JSON.stringify(exception)),
  ];
  return {
    headers: { 'content-type': 'application/vnd.amazon.eventstream' },
    head: [eventOf('messageStart', { role: 'assistant' })],
    pieces: piecesOf(turn).map((text) => delta(0, { text })),
    tail: failure ?? [
      stop(0),
      ...(thoughts
        ? [
            delta(1, { reasoningContent: { text: 'Let me ' } }),
            delta(1, { reasoningContent: { text: 'think.' } }),
            delta(1, { reasoningContent: { signature: thoughts } }),
            stop(1),
          ]
        : []),
      ...calls,
      eventOf('messageStop', { stopReason: reasonOf(turn) }),
      ...(usage
        ? [
            eventOf('metadata', {
              usage: { inputTokens: usage.input, outputTokens: usage.output },
              metrics: { latencyMs: 1 },
            }),
          ]
        : []),
    ],
  };
}

function reasonOf(turn: Turn): string {
  if (turn.refuse) return 'guardrail_intervened';
  if (turn.length) return 'max_tokens';
  return turn.calls?.length ? 'tool_use' : 'end_turn';
}
