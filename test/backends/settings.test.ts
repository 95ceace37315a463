import { expect, test } from 'vitest';
import type { BackendSettings } from '../../src/backend.ts';
import { checkSettings, settingsFromEnv } from '../../src/backends/index.ts';

const of = (preset: string, more: Partial<BackendSettings> = {}) => ({ name: preset, preset, ...more });

test.each<[string, NodeJS.ProcessEnv, BackendSettings[]]>([
  ['nothing', {}, []],
  ['an empty key', { OPENAI_API_KEY: ' ' }, []],
  ['a model without a key', { OPENAI_MODEL: 'gpt-test' }, []],
  [
    'the variables of AWS and Google Cloud, and a token for downloads',
    {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_BEARER_TOKEN_BEDROCK: 'x',
      GOOGLE_CLOUD_PROJECT: 'lab',
      GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
      HF_TOKEN: 'hf_x',
    },
    [],
  ],
  [
    'a key of OpenAI, with the line break of a file',
    { OPENAI_API_KEY: 'sk-1\n', OPENAI_MODEL: 'gpt-test' },
    [of('openai', { key: 'sk-1', model: 'gpt-test' })],
  ],
  [
    'a server of one’s own',
    { OPENAI_BASE_URL: 'http://lab:8000/v1' },
    [of('openai', { baseUrl: 'http://lab:8000/v1' })],
  ],
  ['a key of Anthropic', { ANTHROPIC_API_KEY: 'sk-ant' }, [of('anthropic', { key: 'sk-ant' })]],
  ['a key of Gemini', { GOOGLE_API_KEY: 'a', GEMINI_API_KEY: 'b' }, [of('google', { key: 'b' })]],
  [
    'a model of Bedrock',
    { BEDROCK_MODEL: 'nova', AWS_DEFAULT_REGION: 'eu-west-1' },
    [of('amazonbedrock', { model: 'nova', region: 'eu-west-1' })],
  ],
  [
    'an endpoint of SageMaker',
    { SAGEMAKER_ENDPOINT: 'chat', AWS_REGION: 'eu-west-1' },
    [of('amazonsagemaker', { endpoint: 'chat', region: 'eu-west-1' })],
  ],
  [
    'a model of Vertex AI',
    { VERTEX_MODEL: 'gemini', GOOGLE_CLOUD_PROJECT: 'lab' },
    [of('googlevertexai', { model: 'gemini', project: 'lab' })],
  ],
  ['a host of Ollama', { OLLAMA_HOST: '0.0.0.0' }, [of('ollama', { baseUrl: '0.0.0.0' })]],
  [
    'a deployment of Azure',
    { AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_ENDPOINT: 'https://lab.openai.azure.com', AZURE_OPENAI_DEPLOYMENT: 'd' },
    [of('azureopenai', { key: 'k', baseUrl: 'https://lab.openai.azure.com', engine: 'd' })],
  ],
])('the environment configures backends: %s', (_, env, expected) => {
  expect(settingsFromEnv(env)).toEqual(expected);
});

test('several services come in the order of the registry', () => {
  const env = { GROQ_API_KEY: 'g', OPENAI_API_KEY: 'o', GEMINI_API_KEY: 'e', ANTHROPIC_API_KEY: 'a', CO_API_KEY: 'c' };

  expect(settingsFromEnv(env).map(({ name }) => name)).toEqual(['anthropic', 'google', 'openai', 'groq', 'cohere']);
});

test.each<[string, BackendSettings, NodeJS.ProcessEnv, Partial<BackendSettings>]>([
  [
    'the preset’s model and address',
    of('openai', { key: 'sk-1' }),
    {},
    { model: 'gpt-6-luna', baseUrl: 'https://api.openai.com/v1' },
  ],
  ['the environment’s key', of('openai'), { OPENAI_API_KEY: 'sk-1' }, { key: 'sk-1' }],
  [
    'the environment’s model after its own',
    of('openai', { key: 'k', model: 'a' }),
    { OPENAI_MODEL: 'b' },
    { model: 'a' },
  ],
  [
    'a region in the address',
    of('bedrockmantle', { key: 'k', region: 'eu-central-1', model: 'm' }),
    {},
    { baseUrl: 'https://bedrock-mantle.eu-central-1.api.aws/v1' },
  ],
  ['no key for another address', of('openai', { baseUrl: 'http://lab/v1/' }), {}, { baseUrl: 'http://lab/v1' }],
  ['blanks and empty texts', of('groq', { key: ' k ', model: 'm', engine: '' }), {}, { key: 'k', model: 'm' }],
  [
    'Ollama’s host',
    of('ollama', { baseUrl: '0.0.0.0' }),
    {},
    { baseUrl: 'http://127.0.0.1:11434/v1', model: 'llama3.1' },
  ],
  ['Ollama’s host and port', of('ollama', { baseUrl: 'lab:80' }), {}, { baseUrl: 'http://lab/v1' }],
  ['Ollama’s address', of('ollama', { baseUrl: 'https://lab/' }), {}, { baseUrl: 'https://lab/v1' }],
  [
    'a server without its path',
    of('vllm', { baseUrl: 'http://lab:8000', model: 'm' }),
    {},
    { baseUrl: 'http://lab:8000/v1' },
  ],
  ['a path too many', of('anthropic', { baseUrl: 'https://lab/v1' }), {}, { baseUrl: 'https://lab' }],
])('settings are completed with %s', (_, settings, env, expected) => {
  expect(checkSettings(settings, env).settings).toMatchObject(expected);
});

test('a key of the environment is not told to another address', () => {
  const env = { OPENAI_API_KEY: 'sk-for-openai' };

  const { settings } = checkSettings(of('openai', { baseUrl: 'http://lab:8000/v1' }), env);

  expect(settings.key).toBeUndefined();
});

test.each<[string, BackendSettings, string, RegExp]>([
  ['no key', of('openai'), 'key', /^The backend openai needs a key: set OPENAI_API_KEY, or "key" in its settings\.$/],
  ['no model', of('groq', { key: 'k' }), 'model', /needs a model: set GROQ_MODEL/],
  [
    'no deployment',
    of('azureopenai', { key: 'k', baseUrl: 'https://a' }),
    'engine',
    /needs an engine.*AZURE_OPENAI_DEPL/,
  ],
  [
    'no key for an address of one’s own',
    of('azureopenai', { baseUrl: 'https://a', engine: 'e' }),
    'key',
    /needs a key/,
  ],
  ['no address', of('customrest', { model: 'm' }), 'baseUrl', /needs a base URL: set CUSTOM_REST_BASE_URL/],
  ['no region', of('amazonbedrock', { model: 'm' }), 'region', /needs a region: set BEDROCK_REGION or AWS_REGION/],
  [
    'no scheme',
    of('openai', { baseUrl: 'lab:8000/v1' }),
    'baseUrl',
    /"lab:8000\/v1": begin it with http:\/\/.*OPENAI_BASE_URL/,
  ],
  ['another scheme', of('openai', { baseUrl: 'ftp://lab' }), 'baseUrl', /begin it with http/],
  ['no host', of('openai', { baseUrl: 'http://' }), 'baseUrl', /begin it with http/],
  ['a password in the address', of('openai', { baseUrl: 'http://a:secret@lab' }), 'baseUrl', /"headers"/],
  [
    'an address with its path',
    of('openai', { baseUrl: 'http://lab/v1/chat/completions' }),
    'baseUrl',
    /before "\/chat\/comp/,
  ],
  ['an address with a query', of('openai', { baseUrl: 'http://lab/v1?key=secret' }), 'baseUrl', /goes on too far/],
  ['a key with a blank', of('openai', { key: 'sk 1' }), 'key', /blank or a foreign letter/],
  ['a header that is none', of('openai', { key: 'k', headers: { 'a b': 'c' } }), 'headers', /header "a b"/],
  [
    'too hot',
    of('openai', { key: 'k', temperature: 2.1 }),
    'temperature',
    /"temperature" 2\.1: make it a number from 0 to 2/,
  ],
  ['half a token', of('openai', { key: 'k', maxTokens: 0.5 }), 'maxTokens', /whole number/],
  ['no number', of('openai', { key: 'k', topP: Number.NaN }), 'topP', /from 0 to 1/],
  ['a name like another', of('openia'), 'preset', /^No AI service is named "openia": did you mean openai\?$/],
  ['a name like no other', of('hal9000'), 'preset', /choose one of anthropic, amazonbedrock/],
])('refuses settings with %s', (_, settings, setting, message) => {
  expect(() => checkSettings(settings, {})).toThrow(
    expect.objectContaining({ name: 'ConfigError', setting, message: expect.stringMatching(message) }),
  );
});

test('an error of the settings holds no secret', () => {
  const wrong = [
    of('openai', { key: 'sk secret-0123456789' }),
    of('openai', { baseUrl: 'http://user:secret-0123456789@lab' }),
    of('openai', { baseUrl: 'user:secret-0123456789@lab' }),
    of('openai', { baseUrl: 'http://lab/v1?key=secret-0123456789' }),
    of('openai', { key: 'k', headers: { authorization: 'secret-0123456789\nx' } }),
  ];

  for (const settings of wrong) {
    expect(() => checkSettings(settings, {})).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret-') }),
    );
  }
});
