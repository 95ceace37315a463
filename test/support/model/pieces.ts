import { expect } from 'vitest';
import type { BackendError, Piece, ToolCall } from '../../../src/backend.ts';

/** All pieces of an answer. */
export async function collect(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const all: Piece[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.type === 'text' ? piece.text : '')).join('');
}

export function callsOf(pieces: readonly Piece[]): ToolCall[] {
  return pieces.flatMap((piece) => (piece.type === 'call' ? [piece.call] : []));
}

/** What an answer throws; `undefined` where it does not. */
export async function thrown(pieces: AsyncIterable<Piece>): Promise<unknown> {
  return collect(pieces).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The error for people that an answer ends with, in the form that all of them have: one sentence. */
export async function fails(pieces: AsyncIterable<Piece>): Promise<BackendError> {
  const error = (await thrown(pieces)) as BackendError;
  expect(error).toMatchObject({ name: 'BackendError' });
  expect(error.message).toMatch(/^[^\n]{20,600}\.$/);
  return error;
}
