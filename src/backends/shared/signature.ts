import type { ToolCall } from '../../backend.ts';
import { field, parsed } from './json.ts';

/** Keeps what a model wants back with a call, for `ToolCall.signature`. `maker`: its protocol and its name. */
export function signed(maker: string, value: unknown): string {
  return JSON.stringify({ [maker]: value });
}

/** What the model wants back with the call; `undefined` where another one made it, whose signature it would refuse. */
export function signatureFor(maker: string, { signature }: ToolCall): unknown {
  return signature === undefined ? undefined : field(parsed(signature), maker);
}
