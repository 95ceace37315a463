import type { ResponseStream } from '@aws-sdk/client-sagemaker-runtime';
import { defineProvider } from '../backend.ts';
import { awsAbout, awsConfig, sendHeaders } from './shared/aws.ts';
import { aboutOf, createBackend } from './shared/backend.ts';
import { CHAT_CONCESSIONS } from './shared/chat-concessions.ts';
import { type ChatRequest, chatRequest } from './shared/chat-request.ts';
import { readChat } from './shared/chat-stream.ts';
import { type Concession, createConcessions } from './shared/concessions.ts';
import { readContainer } from './shared/container-stream.ts';
import { inWords, readConversation } from './shared/conversation.ts';
import { AnswerError } from './shared/diagnosis.ts';

/** Containers that know no tools are told of earlier calls in words. */
const NO_TOOLS: Concession<ChatRequest> = { parameter: 'tools', refusal: /\btool/i };

/** An endpoint of Amazon SageMaker, whose container takes the messages of OpenAI's protocol, as those of LMI and TGI do. */
export default defineProvider({
  presets: [
    {
      name: 'amazonsagemaker',
      summary: 'An endpoint of Amazon SageMaker',
      needs: ['endpoint', 'region'],
      env: {
        endpoint: ['SAGEMAKER_ENDPOINT'],
        region: ['SAGEMAKER_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
        model: ['SAGEMAKER_MODEL'],
        baseUrl: ['AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME'],
      },
      configuredBy: ['endpoint'],
    },
  ],

  async open(settings, preset, env) {
    const { SageMakerRuntimeClient, InvokeEndpointWithResponseStreamCommand } = await import(
      '@aws-sdk/client-sagemaker-runtime'
    );
    const client = new SageMakerRuntimeClient(awsConfig(settings, env));
    sendHeaders(client, settings.headers);
    const conceding = createConcessions([NO_TOOLS, ...CHAT_CONCESSIONS]);
    const chat = { ...preset, limit: 'max_tokens', topK: true } as const;

    const about = aboutOf(settings, preset, {
      model: settings.model ?? settings.endpoint ?? '',
      ...awsAbout('runtime.sagemaker', settings, env),
    });
    return createBackend(about, async function* (request, abortSignal) {
      const conversation = readConversation(request.messages);
      const plain = chatRequest(request, settings, chat, inWords(conversation)).messages;
      const { Body } = await conceding(chatRequest(request, settings, chat, conversation), (body) => {
        // Earlier calls are told together with tools, or in words. A container has one model, which needs no name.
        const told = { ...body, messages: body.tools ? body.messages : plain, model: settings.model };
        const command = new InvokeEndpointWithResponseStreamCommand({
          EndpointName: settings.endpoint,
          ContentType: 'application/json',
          Body: Buffer.from(JSON.stringify(told)),
        });
        return client.send(command, { abortSignal });
      });
      if (!Body) throw new AnswerError('bad answer', 'no stream');
      yield* readChat(readContainer(bytesOf(Body)), about.model);
    });
  },
});

async function* bytesOf(events: AsyncIterable<ResponseStream>): AsyncGenerator<Uint8Array> {
  for await (const { PayloadPart } of events) if (PayloadPart?.Bytes) yield PayloadPart.Bytes;
}
