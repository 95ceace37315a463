import { checkSignature, eventMessage } from './aws.ts';
import { type ChatBody, plainAnswer, type Quirks, streamAnswer } from './openai.ts';
import { checkChat } from './openai-check.ts';
import { piecesOf, type Script, type Turn } from './script.ts';
import { type Answer, type Frame, type ModelRequest, startServer, type TestModel } from './server.ts';

export interface SageMakerOptions {
  script: Script<ModelRequest<ChatBody>>;
  /** The secret of the account. */
  key?: string;
  endpoint?: string;
  /**
   * What its container answers: OpenAI's chunks, or one whole answer of that protocol; tokens of Hugging Face's TGI as
   * events or as lines; or texts as models of JumpStart give them, in one of two forms.
   */
  answers?: 'chunks' | 'whole' | 'tokens' | 'lines' | 'generated_text' | 'generation';
  quirks?: Quirks;
  /** The container knows neither tools nor calls. */
  noTools?: true;
}

/** A server that speaks SageMaker's InvokeEndpointWithResponseStream, in front of a container for chat. */
export function startSageMaker(options: SageMakerOptions): Promise<TestModel<ChatBody>> {
  const { script, key = 'aws/Secret+Access/Key0123456789abcdefghi', endpoint = 'chat', answers = 'chunks' } = options;
  const quirks = { knows: ['top_k'], ...options.quirks };
  return startServer<ChatBody>(
    {
      path: '',
      key,
      check(request) {
        const { path, method, body } = request;
        const signature = checkSignature(request, 'sagemaker', key);
        if (signature) return signature;
        if (path !== `/endpoints/${endpoint}/invocations-response-stream` || method !== 'POST') {
          return { status: 400, message: 'Endpoint of account 123456789012 not found.', code: 'ValidationError' };
        }
        const called = body.messages.some(({ role, tool_calls: calls }) => role === 'tool' || calls);
        if (options.noTools && (body.tools || called)) return { status: 422, message: 'unknown field: tools' };
        return checkChat({ ...body, model: body.model ?? 'the container’s' }, undefined, quirks);
      },
      refusal({ status, message, code }) {
        if (code || status === 403)
          return { headers: { 'x-amzn-errortype': code ?? 'AccessDeniedException' }, body: { message } };
        // What the container says, AWS hands on in words and numbers, without its headers.
        const Message = `Received client error (${status}) from primary with message "${message}".`;
        return {
          status: 424,
          headers: { 'x-amzn-errortype': 'ModelError' },
          body: { Message, OriginalMessage: message, OriginalStatusCode: status, LogStreamArn: '' },
        };
      },
      answer(turn, { body }, index) {
        const { head = [], pieces, tail } = contentOf(answers, turn, body, index, quirks);
        return {
          headers: {
            'content-type': 'application/vnd.amazon.eventstream',
            'x-amzn-sagemaker-content-type': 'text/plain',
          },
          head: head.map(part),
          pieces: pieces.map(part),
          tail: tail.map(part),
        };
      },
    },
    script,
  );
}

/** The container's bytes in parts that know nothing of its lines. */
export function part(frame: Frame): Buffer {
  const bytes = Buffer.from(frame as string);
  const headers = {
    ':message-type': 'event',
    ':event-type': 'PayloadPart',
    ':content-type': 'application/octet-stream',
  };
  const middle = Math.floor(bytes.length / 2);
  return Buffer.concat([bytes.subarray(0, middle), bytes.subarray(middle)].map((half) => eventMessage(headers, half)));
}

function contentOf(
  form: SageMakerOptions['answers'],
  turn: Turn,
  body: ChatBody,
  index: number,
  quirks: Quirks,
): Omit<Answer, 'headers'> {
  if (form === 'chunks') return streamAnswer(turn, body, index, quirks);
  if (form === 'whole') return plainAnswer(turn, body, index);
  const texts = piecesOf(turn);
  const text = texts.join('');
  if (form === 'generated_text') return { pieces: [], tail: [JSON.stringify([{ generated_text: text }], null, 2)] };
  if (form === 'generation') {
    return { pieces: [], tail: [JSON.stringify([{ generation: { role: 'assistant', content: text } }])] };
  }
  const line = (value: object) =>
    form === 'tokens' ? `data:${JSON.stringify(value)}\n\n` : `${JSON.stringify(value)}\n`;
  const details = { finish_reason: turn.length ? 'length' : 'eos_token', generated_tokens: texts.length };
  const last = { token: { id: 2, text: '</s>', special: true }, generated_text: text, details };
  return {
    pieces: texts.map((one, id) =>
      line({ token: { id, text: one, special: false }, generated_text: null, details: null }),
    ),
    tail: [line(last)],
  };
}
