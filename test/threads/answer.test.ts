import { expect, test } from 'vitest';
import { answerMessage } from '../../src/threads/answer.ts';

const exhibits = Array.from({ length: 30 }, (_, index) => ({
  id: `E${index + 1}`,
  title: 'Logs of Pod a',
  text: 'x\ny',
}));
const answer = { blocks: [{ type: 'text' as const, text: 'It is so.' }], exhibits, notices: [], fineprint: '' };

test('each piece of evidence has a button that shows it', () => {
  const actions = answerMessage(answer).blocks.flatMap((block) => (block.type === 'actions' ? block.actions : []));

  expect(actions).toEqual(exhibits.map(({ id }) => ({ label: `Show ${id}`, run: `evidence ${id}` })));
});

test('where there are no buttons, there is none', () => {
  const { blocks } = answerMessage({ ...answer, withoutButtons: true });

  expect(blocks.map(({ type }) => type)).toEqual(['text', 'text', 'list']);
});
