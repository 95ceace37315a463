import { checkContents } from './gemini-check.ts';
import { piecesOf, type Script, type Turn, usageOf } from './script.ts';
import { type Answer, event, type ModelRequest, type Refusal, startServer, type TestModel } from './server.ts';

export interface ContentsBody {
  contents: ContentBody[];
  systemInstruction?: ContentBody;
  generationConfig?: Record<string, unknown>;
  tools?: { functionDeclarations: { name: string; parametersJsonSchema?: unknown }[] }[];
  [parameter: string]: unknown;
}

export interface ContentBody {
  role?: string;
  parts: PartBody[];
}

export interface PartBody {
  text?: string;
  functionCall?: { id?: string; name: string; args?: unknown };
  functionResponse?: { id?: string; name: string; response?: unknown };
  thoughtSignature?: string;
}

export interface GeminiOptions {
  script: Script<ModelRequest<ContentsBody>>;
  key?: string;
  /** Asked as Vertex AI: in a project, with the token of an account of Google Cloud as the key. */
  vertex?: { project: string; region: string };
  /** Calls have ids, which results must name. */
  ids?: true;
}

const STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

/** A server that speaks Gemini's streamGenerateContent, with signatures that must come back, as strictly as Google does. */
export function startGemini(options: GeminiOptions): Promise<TestModel<ContentsBody>> {
  const { script, key = 'AIzaSyTest-0123456789abcdefghijklmnopqr', vertex, ids = false } = options;
  const signatures = new Set(['skip_thought_signature_validator']);
  return startServer<ContentsBody>(
    {
      path: '',
      key,
      check: (request) => checkRequest(request, key, vertex) ?? checkContents(request.body, signatures, ids),
      refusal: ({ status, message, code }) => ({
        body: {
          error: {
            code: status,
            message,
            status: code === 'API_KEY_INVALID' ? 'INVALID_ARGUMENT' : (code ?? STATUS[status] ?? 'INTERNAL'),
            ...(code && { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code }] }),
          },
        },
      }),
      answer: (turn, _, index) => answer(turn, index, signatures, ids),
    },
    script,
  );
}

function checkRequest(
  { path, method, headers }: ModelRequest<unknown>,
  key: string,
  vertex: GeminiOptions['vertex'],
): Refusal | undefined {
  const parent = vertex ? `/projects/${vertex.project}/locations/${vertex.region}/publishers/google` : '';
  const [, , ...rest] = path.split('/');
  const operation = `/${rest.join('/')}`;
  const known =
    operation.startsWith(`${parent}/models/`) && /\/[\w.-]+:streamGenerateContent\?alt=sse$/.test(operation);
  if (method !== 'POST' || !/^\/v1(beta1?)?\//.test(path) || !known) {
    return { status: 404, message: `The requested URL ${path} was not found on this server.` };
  }
  if (vertex && headers.authorization !== `Bearer ${key}`) {
    return { status: 401, message: 'Request had invalid authentication credentials.' };
  }
  if (!vertex && headers['x-goog-api-key'] !== key) {
    return { status: 400, message: 'API key not valid. Please pass a valid API key.', code: 'API_KEY_INVALID' };
  }
  return undefined;
}

function answer(turn: Turn, index: number, signatures: Set<string>, ids: boolean): Answer {
  const usage = usageOf(turn);
  const chunk = (parts: readonly object[], more: object = {}) =>
    event({
      candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
      ...(usage && {
        usageMetadata: {
          promptTokenCount: usage.input,
          candidatesTokenCount: usage.output - 1,
          thoughtsTokenCount: 1,
          totalTokenCount: usage.input + usage.output,
        },
      }),
      modelVersion: 'gemini-test',
      responseId: `response-${index}`,
    });
  const calls = (turn.calls ?? []).map((call, at) => {
    const signature = call.signature ?? (at === 0 ? Buffer.from(`signature ${index}`).toString('base64') : undefined);
    if (signature) signatures.add(signature);
    const functionCall = { ...(ids && { id: `id-${index}-${at}` }), name: call.name, args: call.arguments ?? {} };
    return chunk([{ functionCall, ...(signature && { thoughtSignature: signature }) }]);
  });
  const last = chunk([{ text: '' }], { finishReason: finishOf(turn) });
  // A question that is declined has no candidate.
  const declined = event({ promptFeedback: { blockReason: 'SAFETY' }, modelVersion: 'gemini-test' });
  return {
    headers: { 'content-type': 'text/event-stream' },
    head: turn.calls ? [chunk([{ text: 'Which tool?', thought: true }])] : [],
    pieces: piecesOf(turn).map((text) => chunk([{ text }])),
    tail: turn.refuse && piecesOf(turn).length === 0 ? [declined] : [...calls, last],
  };
}

function finishOf(turn: Turn): string {
  if (turn.refuse) return 'SAFETY';
  return turn.length ? 'MAX_TOKENS' : 'STOP';
}
