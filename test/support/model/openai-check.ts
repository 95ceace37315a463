import type { ChatBody, ChatMessageBody, Quirks } from './openai.ts';
import type { Refusal } from './server.ts';

/** The parameters of a chat completion that we may ever send. OpenAI knows more, and refuses all others. */
const PARAMETERS = new Set(
  (
    'model messages tools tool_choice parallel_tool_calls stream stream_options max_tokens max_completion_tokens ' +
    'temperature top_p stop seed reasoning_effort response_format user metadata'
  ).split(' '),
);

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** What OpenAI would refuse about a request. */
export function checkChat(body: ChatBody, models: readonly string[] | undefined, quirks: Quirks): Refusal | undefined {
  for (const parameter of Object.keys(body)) {
    const known = PARAMETERS.has(parameter) || quirks.knows?.includes(parameter);
    if (!known || quirks.refuses?.includes(parameter)) {
      return wrong(`Unrecognized request argument supplied: ${parameter}`, parameter, 'unknown_parameter');
    }
  }
  if (typeof body.model !== 'string' || !body.model) return wrong('you must provide a model parameter');
  if (models && !models.includes(body.model)) {
    const message = `The model \`${body.model}\` does not exist or you do not have access to it.`;
    return { status: 404, message, code: 'model_not_found' };
  }
  if (quirks.toolsWithoutReasoning && body.tools && body.reasoning_effort !== 'none') {
    const message =
      `Function tools with reasoning_effort are not supported for ${body.model} in /v1/chat/completions. ` +
      "To use function tools, use /v1/responses or set reasoning_effort to 'none'.";
    return wrong(message, 'reasoning_effort');
  }
  return checkNumbers(body) ?? checkStream(body) ?? checkTools(body) ?? checkMessages(body.messages);
}

function checkNumbers(body: ChatBody): Refusal | undefined {
  const bounds: Record<string, [number, number]> = { temperature: [0, 2], top_p: [0, 1] };
  for (const [name, [min, max]] of Object.entries(bounds)) {
    const value = body[name];
    if (value !== undefined && (typeof value !== 'number' || value < min || value > max)) {
      return wrong(`Invalid '${name}': expected a number from ${min} to ${max}.`, name);
    }
  }
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    const value = body[name];
    if (value !== undefined && (!Number.isInteger(value) || (value as number) < 1)) {
      return wrong(`Invalid '${name}': integer below minimum value.`, name, 'integer_below_min_value');
    }
  }
  if (body.max_tokens !== undefined && body.max_completion_tokens !== undefined) {
    return wrong('Setting max_tokens and max_completion_tokens at the same time is not supported.');
  }
  const { stop } = body;
  if (stop !== undefined && !(Array.isArray(stop) && stop.length >= 1 && stop.length <= 4)) {
    return wrong("Invalid 'stop': expected an array of 1 to 4 strings.", 'stop');
  }
  return undefined;
}

function checkStream(body: ChatBody): Refusal | undefined {
  if (body.stream_options !== undefined && body.stream !== true) {
    return wrong("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  return undefined;
}

function checkTools({ tools }: ChatBody): Refusal | undefined {
  if (tools === undefined) return undefined;
  if (!Array.isArray(tools) || tools.length === 0) return wrong("Invalid 'tools': empty array.", 'tools');
  for (const tool of tools) {
    if (tool.type !== 'function' || !NAME.test(tool.function?.name)) {
      return wrong("Invalid 'tools': a function with a name is needed.", 'tools');
    }
    const { parameters } = tool.function as { parameters?: { type?: string; properties?: object } };
    if (parameters && (parameters.type !== 'object' || typeof parameters.properties !== 'object')) {
      return wrong(`Invalid schema for function '${tool.function.name}'.`, 'tools', 'invalid_function_parameters');
    }
  }
  return undefined;
}

function checkMessages(messages: ChatMessageBody[]): Refusal | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return wrong("Invalid 'messages': empty array.", 'messages');
  let open = new Set<string>();
  for (const [at, message] of messages.entries()) {
    const path = `messages.[${at}]`;
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id ?? '')) {
        return wrong("messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", path);
      }
      if (typeof message.content !== 'string') return wrong('content of a tool must be a string.', path);
      continue;
    }
    if (open.size > 0) return unanswered(open, path);
    if (message.role === 'assistant') {
      const { tool_calls: calls, content } = message;
      if (calls?.length === 0 || (!calls && typeof content !== 'string')) return wrong('no content, no calls.', path);
      const bad = calls?.find((call) => call.type !== 'function' || !NAME.test(call.function.name) || !isId(call.id));
      if (bad) return wrong(`Invalid 'tool_calls': ${JSON.stringify(bad)}`, path);
      if (calls?.some((call) => typeof call.function.arguments !== 'string'))
        return wrong('arguments: a string.', path);
      open = new Set(calls?.map(({ id }) => id));
      if (open.size !== (calls?.length ?? 0)) return wrong("Duplicate value for 'tool_call_id'.", path);
    } else if (message.role !== 'system' && message.role !== 'user') {
      return wrong(`Invalid value: '${message.role}'.`, `${path}.role`);
    } else if (typeof message.content !== 'string') {
      return wrong('Invalid content: expected a string.', path);
    }
  }
  return open.size > 0 ? unanswered(open, 'messages') : undefined;
}

const isId = (id: unknown) => typeof id === 'string' && id.length >= 1 && id.length <= 40;

function unanswered(open: Set<string>, path: string): Refusal {
  const message = "An assistant message with 'tool_calls' must be followed by tool messages responding to each";
  return wrong(`${message} 'tool_call_id'. These did not have response messages: ${[...open].join(', ')}`, path);
}

function wrong(message: string, param?: string, code?: string): Refusal {
  return { status: 400, message, ...(param && { param }), ...(code && { code }) };
}
