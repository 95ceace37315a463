import type { ContentBody, ContentsBody, PartBody } from './gemini.ts';
import type { Refusal } from './server.ts';

const PARAMETERS = new Set('contents systemInstruction generationConfig tools toolConfig safetySettings'.split(' '));
const CONFIG = new Set('temperature topP topK maxOutputTokens stopSequences candidateCount'.split(' '));
const NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/;

/** What Google would refuse about a request; `signatures`: those that it knows. */
export function checkContents(body: ContentsBody, signatures: Set<string>, ids: boolean): Refusal | undefined {
  const unknown =
    Object.keys(body).find((name) => !PARAMETERS.has(name)) ??
    Object.keys(body.generationConfig ?? {}).find((name) => !CONFIG.has(name));
  if (unknown) return wrong(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  if (body.systemInstruction && !body.systemInstruction.parts.every(({ text }) => text)) {
    return wrong('system_instruction.parts: contents must not be empty');
  }
  for (const { name } of (body.tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations)) {
    if (!NAME.test(name)) return wrong(`Invalid function name: ${name}`);
  }
  if (!body.contents?.length) return wrong('GenerateContentRequest.contents: contents is not specified');
  let open: PartBody[] = [];
  for (const [at, content] of body.contents.entries()) {
    if (content.role !== (at % 2 === 0 ? 'user' : 'model')) return wrong('Please ensure that roles alternate.');
    const bad = checkContent(content, open, signatures, ids);
    if (bad) return bad;
    open = content.parts.filter(({ functionCall }) => functionCall);
  }
  return body.contents.length % 2 === 1 ? undefined : wrong('Please ensure that the request ends with a user role.');
}

function checkContent(
  { role, parts }: ContentBody,
  open: readonly PartBody[],
  signatures: Set<string>,
  ids: boolean,
): Refusal | undefined {
  if (!parts?.length) return wrong('GenerateContentRequest.contents.parts must not be empty.');
  for (const { text, functionCall, functionResponse } of parts) {
    if (!text && !functionCall && !functionResponse)
      return wrong("contents.parts: required oneof field 'data' must be set");
    if (functionCall && (role !== 'model' || !NAME.test(functionCall.name))) return wrong('Invalid function call.');
    if (functionResponse && typeof functionResponse.response !== 'object') return wrong('Invalid function response.');
  }
  const responses = parts.flatMap(({ functionResponse }) => functionResponse ?? []);
  const wanted = open.flatMap(({ functionCall }) => functionCall ?? []);
  if (responses.map(({ name }) => name).join() !== wanted.map(({ name }) => name).join()) {
    return wrong('Please ensure that the function response parts are those of the function call turn.');
  }
  if (ids && responses.map(({ id }) => id).join() !== wanted.map(({ id }) => id).join()) {
    return wrong('Please ensure that the ids of function responses are those of the calls.');
  }
  const calls = parts.filter(({ functionCall }) => functionCall);
  if (calls[0] && !calls[0].thoughtSignature) {
    return wrong('Function call is missing a thought_signature in functionCall parts.');
  }
  const corrupted = calls.some(({ thoughtSignature }) => thoughtSignature && !signatures.has(thoughtSignature));
  return corrupted ? wrong('Corrupted thought signature.') : undefined;
}

function wrong(message: string): Refusal {
  return { status: 400, message };
}
