/** What a scripted model does with one request. What is left out does not happen. */
export interface Turn {
  /** The answer. A string is sent in up to 200 pieces, a list in the pieces that it has. */
  text?: string | readonly string[];
  /** Tools that it asks to be called, after the text. */
  calls?: readonly ScriptedCall[];
  /** Milliseconds before the answer's headers, before its first piece, and between its pieces. */
  delayMs?: number;
  firstTokenMs?: number;
  pieceMs?: number;
  /** After the first piece, the server waits for this before it goes on. */
  hold?: Promise<unknown>;
  /** In bytes: the answer arrives in parts of this size, which tear letters and frames apart. */
  bytes?: number;

  /** Refuses with this HTTP status, in the service's form. */
  status?: number;
  /** What a refusal says, and its code, in the terms of the service. */
  message?: string;
  code?: string;
  /** The `Retry-After` of a refusal: seconds, or a date. */
  retryAfter?: number | string;
  /** Headers of a refusal. */
  headers?: Record<string, string>;

  /** The connection breaks after so many pieces of text. */
  cutAfter?: number;
  /** The answer ends, in good order, after its pieces of text and without its proper end. */
  noEnd?: true;
  /** Nothing more comes after so many pieces of text, and the connection stays. */
  hangAfter?: number;
  /** These bytes come after the pieces of text, and then the end of the connection. */
  garbage?: string | Uint8Array;

  /** Ends because a filter or the model declines. */
  refuse?: true;
  /** Ends because of the limit of tokens. */
  length?: true;
  /** `false`: the service does not tell. */
  usage?: { input: number; output: number } | false;
}

export interface ScriptedCall {
  name: string;
  /** An object, or a text that is sent as it is. */
  arguments?: Record<string, unknown> | string;
  /** What the service wants back with the call, where it has such a thing. */
  signature?: string;
}

/** A turn for each request, in order, or what decides on each. */
export type Script<Request> = readonly Turn[] | ((request: Request, index: number) => Turn | Promise<Turn>);

/** What the script says to a request; a list that has ended says so. */
export async function turnFor<Request>(script: Script<Request>, request: Request, index: number): Promise<Turn> {
  if (typeof script === 'function') return script(request, index);
  return (
    script[index] ?? { status: 500, message: `The script has ${script.length} turns, and this is request ${index}.` }
  );
}

export function piecesOf({ text = [] }: Turn): readonly string[] {
  if (typeof text !== 'string') return text;
  const size = Math.max(4, Math.ceil(text.length / 200));
  return text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
}

/** Tokens of a turn, which is not told where it is `undefined`. */
export function usageOf(turn: Turn): { input: number; output: number } | undefined {
  return turn.usage === false ? undefined : (turn.usage ?? { input: 10, output: piecesOf(turn).length });
}

export function argumentsText({ arguments: args = {} }: ScriptedCall): string {
  return typeof args === 'string' ? args : JSON.stringify(args);
}

/** The halves of a text, so that it comes in more than one part. */
export function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '');
}
