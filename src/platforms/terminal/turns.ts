/** A message's turn to be printed. */
export interface Turn {
  write(text: string): void;
  /** Nothing more comes. */
  end(): void;
}

/**
 * One message after another: what others say while one grows waits until that one is whole, since it would stand in the
 * midst of it. Gives the next turn.
 */
export function createTurns(print: (text: string) => void): () => Turn {
  const waiting: { text: string; ended: boolean }[] = [];

  function goOn(): void {
    for (let [first] = waiting; first; [first] = waiting) {
      if (first.text) print(first.text);
      first.text = '';
      if (!first.ended) return;
      waiting.shift();
    }
  }

  return () => {
    const own = { text: '', ended: false };
    waiting.push(own);
    return {
      write(text) {
        own.text += text;
        goOn();
      },
      end() {
        own.ended = true;
        goOn();
      },
    };
  };
}
