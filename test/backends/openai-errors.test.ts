import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { BackendFault } from '../../src/backend.ts';
import { openBackend } from '../../src/backends/index.ts';
import { QUESTION } from '../contracts/backend-conversations.ts';
import { type ChatBody, type OpenAiOptions, startOpenAi } from '../support/model/openai.ts';
import { fails } from '../support/model/pieces.ts';
import type { TestModel } from '../support/model/server.ts';

const SETTINGS = { name: 'the-lab', preset: 'openai', model: 'gpt-test' };
const signal = new AbortController().signal;

let model: TestModel<ChatBody> | undefined;
afterEach(() => model?.stop());

async function serve(options: OpenAiOptions) {
  model = await startOpenAi(options);
  return openBackend({ ...SETTINGS, baseUrl: model.url, key: model.key }, {});
}

test.each<[string, number, string | undefined, string, BackendFault, RegExp]>([
  [
    'a model that is none',
    404,
    'model_not_found',
    'The model `gpt-test` does not exist',
    'unknown model',
    /OPENAI_MODEL/,
  ],
  [
    'a model of Ollama',
    404,
    undefined,
    "model 'gpt-test' not found, try pulling it first",
    'unknown model',
    /pulling it/,
  ],
  ['a model without access', 403, 'model_not_found', 'No access to model', 'unknown model', /gpt-test/],
  ['an address that is none', 404, undefined, 'Not Found', 'invalid', /http:\/\/127.*OPENAI_BASE_URL/],
  [
    'a conversation that is too long',
    400,
    'context_length_exceeded',
    "This model's maximum context length is 8192 tokens.",
    'too long',
    /^The conversation is longer than the model gpt-test/,
  ],
  [
    'the same of llama.cpp',
    400,
    'exceed_context_size_error',
    'exceeds the available context size',
    'too long',
    /new thread/,
  ],
  ['the same of a limit', 429, 'rate_limit_exceeded', 'Request too large for gpt-test (TPM)', 'too long', /new thread/],
  ['the same by its size', 413, undefined, 'Payload Too Large', 'too long', /new thread/],
  ['no credit', 429, 'insufficient_quota', 'You exceeded your current quota.', 'limited', /no credit left/],
  ['a bill', 402, undefined, 'Payment required', 'limited', /no credit left/],
  ['a gateway', 502, undefined, 'Bad gateway', 'overloaded', /later/],
  ['its own overload', 529, undefined, 'Overloaded', 'overloaded', /later/],
  ['a request that took too long', 408, undefined, 'Request timeout', 'timeout', /did not answer in time/],
  ['a bad setting', 400, undefined, 'temperature must be lower', 'invalid', /temperature must be lower/],
])('tells of %s', async (_, status, code, message, fault, words) => {
  const backend = await serve({ script: [{ status, message, ...(code && { code }) }] });

  const error = await fails(backend.complete({ messages: QUESTION }, signal));

  expect(error.fault).toBe(fault);
  expect(error.message).toMatch(words);
});

test('shows nothing of a web page', async () => {
  const backend = await serve({ script: [{ status: 502, message: '<!DOCTYPE html><h1>Bad model gateway</h1>' }] });

  const error = await fails(backend.complete({ messages: QUESTION }, signal));

  expect(error).toMatchObject({ fault: 'overloaded', message: expect.not.stringContaining('<') });
});

test('quotes no more than 200 letters of a service, masked and in one line', async () => {
  const message = `No.\n${'Please '.repeat(100)}`;
  const secret = 'sk-proj-ABCDEFGHIJKLMNOPQRSTUVWX';
  const backend = await serve({ script: [{ status: 400, message: `password=hunter22 ${secret} ${message}` }] });

  const error = await fails(backend.complete({ messages: QUESTION }, signal));

  expect(error.message).toContain('password=***');
  expect(error.message).not.toContain(secret);
  expect(/said "(.*)"/.exec(error.message)?.[1]?.length).toBeLessThanOrEqual(200);
});

test.each<[string, string, BackendFault]>([
  ['an overload', '{"error":{"message":"overloaded","type":"server_error"}}', 'overloaded'],
  ['a limit', '{"error":{"message":"slow down","code":"rate_limit_exceeded"}}', 'limited'],
  ['a status', '{"error":{"message":"no","code":401}}', 'refused'],
  ['what is no JSON', 'oops', 'invalid'],
])('tells of %s in the midst of an answer', async (_, data, fault) => {
  const backend = await serve({ script: [{ text: ['The '], garbage: `data: ${data}\n\n` }] });

  expect((await fails(backend.complete({ messages: QUESTION }, signal))).fault).toBe(fault);
});

test.each<[string, string, number, string, BackendFault, RegExp]>([
  ['a web page', 'text/html', 200, '<html>Welcome</html>', 'invalid', /base URL: OPENAI_BASE_URL/],
  ['a web page of an error', 'text/html', 404, '<html>Not here</html>', 'invalid', /base URL: OPENAI_BASE_URL/],
  ['another form of error', 'application/json', 422, '{"detail":"no such field"}', 'invalid', /said "no such field"/],
  [
    'a list of errors',
    'application/json',
    400,
    '{"errors":[{"message":"bad project"}]}',
    'invalid',
    /said "bad project"/,
  ],
  ['a list of details', 'application/json', 422, '{"detail":[{"msg":"bad role"}]}', 'invalid', /said "bad role"/],
  [
    'an error as an answer',
    'application/json',
    200,
    '{"error":{"message":"down","type":"server_error"}}',
    'overloaded',
    /down/,
  ],
  ['nothing', 'text/event-stream', 200, '', 'cut', /broke off/],
])('tells of a server that answers with %s', async (_, type, status, body, fault, words) => {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const backend = await openBackend({ ...SETTINGS, baseUrl }, {});

  const error = await fails(backend.complete({ messages: QUESTION }, signal));

  expect(error.fault).toBe(fault);
  expect(error.message).toMatch(words);
  server.close();
});
