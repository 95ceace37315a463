import type { Form } from '../../../message.ts';
import type { FormAsked, FormSent, Pressed, Said } from '../wire.ts';

const TRIES = 3;
const PAUSE_MS = 400;
/** The server could not keep what was sent. */
const UNAVAILABLE = 503;

/** A refusal of the server, or its absence, in a sentence for the person. */
export class ServerError extends Error {
  override name = 'ServerError';
}

export async function say(said: Omit<Said, 'delivery'>): Promise<void> {
  await post('/say', { ...said, delivery: crypto.randomUUID() });
}

export async function press(pressed: Omit<Pressed, 'delivery'>): Promise<void> {
  await post('/press', { ...pressed, delivery: crypto.randomUUID() });
}

export async function askForm(asked: FormAsked): Promise<Form> {
  return (await post('/form/ask', asked)) as Form;
}

export async function sendForm(sent: Omit<FormSent, 'delivery'>): Promise<void> {
  await post('/form', { ...sent, delivery: crypto.randomUUID() });
}

/** Posts JSON; tries again where no answer came, or it was not taken, which is safe because a delivery is done once. Throws `ServerError`. */
async function post(path: string, body: object): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    } catch {
      if (attempt === TRIES)
        throw new ServerError('The server did not answer. Start the program again, then send once more.');
      await pause(attempt);
      continue;
    }
    if (response.status === UNAVAILABLE && attempt < TRIES) {
      await pause(attempt);
      continue;
    }
    const answer = (await response.json().catch(() => ({}))) as { error?: string };
    if (!response.ok) throw new ServerError(answer.error ?? `The server answered with status ${response.status}.`);
    return answer;
  }
}

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
}
