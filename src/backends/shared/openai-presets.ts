import type { Preset } from '../../backend.ts';

/** What differs among the services that speak OpenAI's protocol. */
export interface OpenAiPreset extends Preset {
  /** How they call the limit of tokens; the newer name is not known everywhere. */
  readonly limit: 'max_tokens' | 'max_completion_tokens';
  /** Knows `top_k`, which OpenAI's own refuses. */
  readonly topK?: true;
  /** Whose key is exchanged for a token first, or sent otherwise. */
  readonly style?: 'azure' | 'ibm' | 'oci';
}

/** K8sGPT's names; base URLs and variables as the services document them. */
export const OPENAI_PRESETS: readonly OpenAiPreset[] = [
  {
    name: 'openai',
    summary: 'OpenAI, or any server that speaks its protocol',
    model: 'gpt-6-luna',
    baseUrl: 'https://api.openai.com/v1',
    needs: ['key'],
    env: {
      key: ['OPENAI_API_KEY'],
      baseUrl: ['OPENAI_BASE_URL'],
      model: ['OPENAI_MODEL'],
      organization: ['OPENAI_ORG_ID'],
    },
    configuredBy: ['key', 'baseUrl'],
    limit: 'max_completion_tokens',
  },
  {
    name: 'azureopenai',
    summary: 'Azure OpenAI: a deployment of your own',
    needs: ['key', 'baseUrl', 'engine'],
    env: {
      key: ['AZURE_OPENAI_API_KEY'],
      baseUrl: ['AZURE_OPENAI_ENDPOINT'],
      engine: ['AZURE_OPENAI_DEPLOYMENT'],
      apiVersion: ['OPENAI_API_VERSION'],
    },
    limit: 'max_completion_tokens',
    style: 'azure',
  },
  {
    name: 'localai',
    summary: 'LocalAI on a machine of your own',
    needs: ['baseUrl', 'model'],
    env: { key: ['LOCALAI_API_KEY'], baseUrl: ['LOCALAI_BASE_URL'], model: ['LOCALAI_MODEL'] },
    configuredBy: ['baseUrl'],
    addressOf: withVersion,
    limit: 'max_tokens',
    topK: true,
  },
  {
    name: 'ollama',
    summary: 'Ollama on a machine of your own',
    model: 'llama3.1',
    baseUrl: 'http://localhost:11434/v1',
    needs: [],
    env: { key: ['OLLAMA_API_KEY'], baseUrl: ['OLLAMA_HOST'], model: ['OLLAMA_MODEL'] },
    configuredBy: ['baseUrl', 'model'],
    addressOf: ollamaAddress,
    limit: 'max_tokens',
  },
  {
    name: 'litellm',
    summary: 'A LiteLLM proxy',
    baseUrl: 'http://localhost:4000/v1',
    needs: ['model'],
    env: { key: ['LITELLM_API_KEY'], baseUrl: ['LITELLM_BASE_URL'], model: ['LITELLM_MODEL'] },
    configuredBy: ['baseUrl', 'model'],
    addressOf: withVersion,
    limit: 'max_tokens',
  },
  {
    name: 'vllm',
    summary: 'A vLLM server of your own',
    baseUrl: 'http://localhost:8000/v1',
    needs: ['model'],
    env: { key: ['VLLM_API_KEY'], baseUrl: ['VLLM_BASE_URL'], model: ['VLLM_MODEL'] },
    configuredBy: ['baseUrl', 'model'],
    addressOf: withVersion,
    limit: 'max_tokens',
    topK: true,
  },
  {
    name: 'groq',
    summary: 'Groq’s fast models',
    baseUrl: 'https://api.groq.com/openai/v1',
    needs: ['key', 'model'],
    env: { key: ['GROQ_API_KEY'], model: ['GROQ_MODEL'] },
    limit: 'max_completion_tokens',
  },
  {
    name: 'cohere',
    summary: 'Cohere, through its compatible endpoint',
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    needs: ['key', 'model'],
    env: { key: ['COHERE_API_KEY', 'CO_API_KEY'], model: ['COHERE_MODEL'] },
    limit: 'max_tokens',
  },
  {
    name: 'huggingface',
    summary: 'Hugging Face, through its router of inference providers',
    baseUrl: 'https://router.huggingface.co/v1',
    needs: ['key', 'model'],
    env: { key: ['HF_TOKEN'], model: ['HF_MODEL'] },
    // The token is there for downloads on many machines.
    configuredBy: ['model'],
    limit: 'max_tokens',
  },
  {
    name: 'googleopenai',
    summary: 'Gemini, through its OpenAI-compatible endpoint',
    model: 'gemini-3.8-flash',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    needs: ['key'],
    env: { key: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], model: ['GEMINI_MODEL'] },
    // The key alone is for `google`, which speaks Gemini's own protocol.
    configuredBy: [],
    limit: 'max_completion_tokens',
  },
  {
    name: 'bedrockmantle',
    summary: 'Amazon Bedrock, through its OpenAI-compatible endpoint',
    baseUrl: 'https://bedrock-mantle.{region}.api.aws/v1',
    needs: ['key', 'region', 'model'],
    env: {
      key: ['AWS_BEARER_TOKEN_BEDROCK'],
      region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
      model: ['BEDROCK_MANTLE_MODEL'],
    },
    configuredBy: ['model'],
    limit: 'max_completion_tokens',
  },
  {
    name: 'ibmwatsonxai',
    summary: 'IBM watsonx.ai, through its model gateway',
    baseUrl: 'https://{region}.ml.cloud.ibm.com/ml/gateway/v1',
    needs: ['key', 'region', 'model'],
    env: {
      key: ['WATSONX_AI_APIKEY', 'WATSONX_APIKEY'],
      region: ['WATSONX_REGION'],
      baseUrl: ['WATSONX_BASE_URL'],
      model: ['WATSONX_MODEL'],
    },
    limit: 'max_tokens',
    style: 'ibm',
  },
  {
    name: 'oci',
    summary: 'Oracle Cloud’s Generative AI, through its OpenAI-compatible endpoint',
    baseUrl: 'https://inference.generativeai.{region}.oci.oraclecloud.com/openai/v1',
    needs: ['key', 'region', 'model'],
    env: {
      key: ['OCI_GENAI_API_KEY'],
      region: ['OCI_REGION'],
      model: ['OCI_GENAI_MODEL'],
      compartment: ['OCI_COMPARTMENT_ID'],
    },
    limit: 'max_completion_tokens',
    style: 'oci',
  },
  {
    name: 'customrest',
    summary: 'Any server that speaks OpenAI’s protocol, with headers of its own',
    needs: ['baseUrl', 'model'],
    env: { key: ['CUSTOM_REST_API_KEY'], baseUrl: ['CUSTOM_REST_BASE_URL'], model: ['CUSTOM_REST_MODEL'] },
    configuredBy: ['baseUrl'],
    limit: 'max_tokens',
  },
];

/** OLLAMA_HOST is a host, a port, or both, and may be the address that the server listens on; see `ollama serve --help`. */
function ollamaAddress(text: string): string {
  const withScheme = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) return text;
  const url = new URL(withScheme);
  if (withScheme !== text && !/:\d+\/?$/.test(text)) url.port = '11434';
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  return withVersion(url.href);
}

/** These servers have their API nowhere else. */
function withVersion(text: string): string {
  return URL.canParse(text) && new URL(text).pathname === '/' ? new URL('/v1', text).href : text;
}
