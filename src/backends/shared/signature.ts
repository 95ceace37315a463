import type { ToolCall } from '../../backend.ts';
import { field, parsed } from './json.ts';

/** Whose signature it is: one protocol's would be refused by another, which goes on with the conversation. */
export type SignatureKind = 'openai' | 'anthropic' | 'google' | 'bedrock';

/** Keeps what a service wants back with a call, for `ToolCall.signature`. */
export function signed(kind: SignatureKind, value: unknown): string {
  return JSON.stringify({ [kind]: value });
}

/** What a service of this kind wants back with the call; `undefined` where the call is from elsewhere. */
export function signatureFor(kind: SignatureKind, { signature }: ToolCall): unknown {
  return signature === undefined ? undefined : field(parsed(signature), kind);
}
