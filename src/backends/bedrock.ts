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
    const concessions = createConcessions(CONCESSIONS);

    async function ask(input: ConverseStreamCommandInput, abortSignal: AbortSignal) {
      const inferenceConfig = concessions.apply(input.inferenceConfig ?? {});
      try {
        const { stream } = await client.send(new ConverseStreamCommand({ ...input, inferenceConfig }), { abortSignal });
        if (!stream) throw new AnswerError('bad answer', 'no stream');
        return stream;
      } catch (thrown) {
        if (!concessions.learn(thrown, inferenceConfig)) throw thrown;
        return ask(input, abortSignal);
      }
    }

    const about = aboutOf(settings, preset, awsAbout('bedrock-runtime', settings, env));
    return createBackend(about, async function* (request, signal) {
      yield* readConverse(await ask(converseInput(request, settings), signal));
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
    messages: turns.map(messageOf),
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

function messageOf(turn: Turn): Message {
  const text: ContentBlock[] = turn.text ? [{ text: turn.text }] : [];
  if (turn.role === 'assistant') {
    // What it thought before a call goes back as it was, and before the text that it thought of first.
    const [first, ...others] = turn.calls.map((call) => [thoughtsOf(call), toolUse(call)] as const);
    const opening = first ? [...first[0], ...text, first[1]] : text;
    return { role: 'assistant', content: [...opening, ...others.flatMap(([thoughts, call]) => [...thoughts, call])] };
  }
  const results = turn.results.map(({ id, text }) => ({ toolResult: { toolUseId: id, content: [{ text }] } }));
  return { role: 'user', content: [...results, ...text] };
}

function toolUse(call: ToolCall): ContentBlock {
  return { toolUse: { toolUseId: call.id, name: call.name, input: argumentsOf(call) as never } };
}

function thoughtsOf(call: ToolCall): ContentBlock[] {
  return thoughtsFrom(signatureFor('bedrock', call)).map((reasoningContent: ReasoningContentBlock) => ({
    reasoningContent,
  }));
}
