import { expect, test } from 'vitest';
import { type Concession, createConcessions } from '../../../src/backends/shared/concessions.ts';

interface Body {
  text: string;
  heat?: number;
  top_p?: number;
  tools?: string;
  effort?: string;
}

const CONCESSIONS: readonly Concession<Body>[] = [
  { parameter: 'effort', refusal: /without effort/, change: (body) => ({ ...body, effort: 'none' }) },
  { parameter: 'top_p' },
  { parameter: 'heat' },
];
const refusal = (message: string, status = 400) => Object.assign(new Error(message), { status });

/** A service that refuses what the function says, and what it was sent. */
function serviceThat(refuses: (body: Body) => Error | undefined) {
  const sent: Body[] = [];
  const send = async (body: Body) => {
    sent.push(body);
    const error = refuses(body);
    if (error) throw error;
    return body.text;
  };
  return { sent, send };
}

test('asks without what is refused, then never with it', async () => {
  const { sent, send } = serviceThat(({ heat }) => (heat === undefined ? undefined : refusal("Unsupported: 'heat'")));
  const conceding = createConcessions(CONCESSIONS);

  expect(await conceding({ text: 'a', heat: 1, top_p: 1 }, send)).toBe('a');
  expect(await conceding({ text: 'b', heat: 1 }, send)).toBe('b');

  expect(sent).toEqual([{ text: 'a', heat: 1, top_p: 1 }, { text: 'a', top_p: 1 }, { text: 'b' }]);
});

test('several requests may learn the same at the same time', async () => {
  const { sent, send } = serviceThat(({ heat }) =>
    heat === undefined ? undefined : refusal('heat: unknown field', 422),
  );
  const conceding = createConcessions(CONCESSIONS);

  const answers = await Promise.all(['a', 'b', 'c'].map((text) => conceding({ text, heat: 1 }, send)));

  expect(answers).toEqual(['a', 'b', 'c']);
  expect(sent).toHaveLength(6);
});

test('changes a request as a refusal in other words wants it', async () => {
  const { send } = serviceThat(({ effort }) => (effort === 'none' ? undefined : refusal('Only without effort.')));

  expect(await createConcessions(CONCESSIONS)({ text: 'a' }, send)).toBe('a');
});

test.each<[string, Error, number]>([
  ['another error', refusal('Unsupported: heat', 500), 1],
  ['a refusal of something else', refusal('Unsupported: colour'), 1],
  ['a value that is wrong', refusal('heat must be below 2'), 1],
  ['a service that refuses whatever it is sent', refusal('Only without effort. Unsupported: heat, topP'), 4],
])('gives up on %s', async (_, error, times) => {
  const { sent, send } = serviceThat(() => error);

  await expect(createConcessions(CONCESSIONS)({ text: 'a', heat: 1, top_p: 1 }, send)).rejects.toBe(error);

  expect(sent).toHaveLength(times);
});
