import type {
  ContentBlock,
  ConverseStreamCommandInput,
  InferenceConfiguration,
  Message,
  ReasoningContentBlock,
} from '@aws-sdk/client-bedrock-runtime';
import {
  type BackendSettings,
  type CompletionRequest,
  defineProvider,
  type Preset,
  type ToolCall,
} from '../backend.ts';
import { awsAbout, awsConfig, sendHeaders } from './shared/aws.ts';
import { aboutOf, createBackend } from './shared/backend.ts';
import { type Concession, createConcessions } from './shared/concessions.ts';
import { argumentsOf, inWords, readConversation, type Turn } from './shared/conversation.ts';
import { readConverse, thoughtsFrom } from './shared/converse-stream.ts';
import { AnswerError } from './shared/diagnosis.ts';
import { signatureFor } from './shared/signature.ts';
import { schemaOf } from './shared/tools.ts';

/** Some models take none of these, some only one. */
const CONCESSIONS: readonly Concession<InferenceConfiguration>[] = [
  { parameter: 'topP' },
  { parameter: 'temperature' },
  { parameter: 'stopSequences' },
];

const PRESET: Preset = {
  name: 'amazonbedrock',
  summary: 'Amazon Bedrock: any model that converses',
  needs: ['model', 'region'],
  env: {
    key: ['AWS_BEARER_TOKEN_BEDROCK'],
    model: ['BEDROCK_MODEL'],
    region: ['BEDROCK_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
    baseUrl: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
  },
  configuredBy: ['model'],
};

/** Models of Amazon Bedrock, by its ConverseStream. */
export default defineProvider({
  presets: [
    PRESET,
    // K8sGPT's other name for what is the same here; the environment configures the first one.
    { ...PRESET, name: 'amazonbedrockconverse', summary: 'The same as amazonbedrock', configuredBy: [] },
  ],

  async open(settings, preset, env) {
    const { BedrockRuntimeClient, ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
    const { key } = settings;
    const client = new BedrockRuntimeClient({
      ...awsConfig(settings, env),
      ...(key && { token: { token: key }, authSchemePreference: ['httpBearerAuth'] }),
    });
    sendHeaders(client, settings.headers);
    const conceding = createConcessions(CONCESSIONS);
    const { model = '' } = settings;

    const about = aboutOf(settings, preset, awsAbout('bedrock-runtime', settings, env));
    return createBackend(about, async function* (request, abortSignal) {
      const input = converseInput(request, settings);
      const { stream } = await conceding(input.inferenceConfig ?? {}, (inferenceConfig) =>
        client.send(new ConverseStreamCommand({ ...input, inferenceConfig }), { abortSignal }),
      );
      if (!stream) throw new AnswerError('bad answer', 'no stream');
      yield* readConverse(stream, model);
    });
  },
});

function converseInput(
  { messages, tools, maxTokens }: CompletionRequest,
  settings: BackendSettings,
): ConverseStreamCommandInput {
  const conversation = readConversation(messages);
  // Earlier calls are taken only together with tools.
  const { system, turns } = tools?.length ? conversation : inWords(conversation);
  const { model = '', temperature, topP, stop } = settings;
  const max = maxTokens ?? settings.maxTokens;
  return {
    modelId: model,
    messages: turns.map((turn) => messageOf(turn, model)),
    ...(system && { system: [{ text: system }] }),
    ...(tools?.length && {
      toolConfig: {
        tools: tools.map((tool) => ({
          toolSpec: { name: tool.name, description: tool.description, inputSchema: { json: schemaOf(tool) as never } },
        })),
      },
    }),
    inferenceConfig: {
      ...(max !== undefined && { maxTokens: max }),
      ...(temperature !== undefined && { temperature }),
      // Claude takes one of the two, and K8sGPT's users have a temperature.
      ...(topP !== undefined && !/claude/i.test(model) && { topP }),
      ...(stop?.length && { stopSequences: [...stop] }),
    },
  };
}

function messageOf(turn: Turn, model: string): Message {
  const text: ContentBlock[] = turn.text ? [{ text: turn.text }] : [];
  if (turn.role === 'assistant') {
    // What it thought before a call goes back as it was, and before the text that it thought of first.
    const [first, ...others] = turn.calls.map((call) => [thoughtsOf(call, model), toolUse(call)] as const);
    const opening = first ? [...first[0], ...text, first[1]] : text;
    return { role: 'assistant', content: [...opening, ...others.flatMap(([thoughts, call]) => [...thoughts, call])] };
  }
  const results = turn.results.map(({ id, text }) => ({ toolResult: { toolUseId: id, content: [{ text }] } }));
  return { role: 'user', content: [...results, ...text] };
}

function toolUse(call: ToolCall): ContentBlock {
  return { toolUse: { toolUseId: call.id, name: call.name, input: argumentsOf(call) as never } };
}

function thoughtsOf(call: ToolCall, model: string): ContentBlock[] {
  return thoughtsFrom(signatureFor(`bedrock ${model}`, call)).map((reasoningContent: ReasoningContentBlock) => ({
    reasoningContent,
  }));
}
