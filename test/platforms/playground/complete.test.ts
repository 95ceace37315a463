import { expect, test } from 'vitest';
import { complete, usageOf } from '../../../src/platforms/playground/page/complete.ts';
import { seenIn } from '../../../src/platforms/playground/page/seen.ts';
import { Room } from '../../../src/platforms/playground/room.ts';
import { vocabularyOf } from '../../../src/platforms/playground/vocabulary.ts';
import { COMMANDS, FILTERS, REPORT } from './samples.ts';

const vocabulary = vocabularyOf(COMMANDS, FILTERS);
const at = (text: string) => complete(text, text.length, vocabulary);
const labels = (text: string) => at(text)?.suggestions.map(({ label }) => label);

test.each([
  ['/', ['/k8sgpt']],
  ['/k8', ['/k8sgpt']],
  ['hello @k8', ['@k8sgpt']],
  ['/k8sgpt ', ['analyze', 'explain', 'filters', 'help']],
  ['@k8sgpt ana', ['analyze']],
  ['/k8sgpt e', ['explain']],
  ['/k8sgpt analyze P', ['Pod', 'PersistentVolumeClaim', 'PodDisruptionBudget']],
  ['/k8sgpt analyze claim', ['PersistentVolumeClaim']],
  ['/k8sgpt analyse pod', ['Pod', 'PodDisruptionBudget']],
  ['/k8sgpt analyze Pod S', ['Service']],
  ['/k8sgpt analyze --n', ['--namespace <name>']],
  ['/k8sgpt analyze -n shop --', ['--selector <labels>', '--filter <names>', '--explain', '--language <name>']],
  ['/k8sgpt analyze -n ', []],
  ['/k8sgpt analyze --filter Pod,Se', ['Service']],
  ['/k8sgpt explain inc', []],
])('completes %s', (text, expected) => {
  expect(labels(text)).toEqual(expected);
});

test.each(['hello', 'use /k8sgpt ', '/k8sgpt record ', '/k8sgpt feedback ', '/k8sgpt nonsense x'])(
  'has nothing to add to %s',
  (text) => {
    expect(at(text)).toBeUndefined();
  },
);

test('offers filters, then options, where both may follow', () => {
  const kinds = at('/k8sgpt analyze ')?.suggestions.map(({ kind }) => kind);

  expect(kinds).toEqual([...FILTERS.map(() => 'filter'), 'option', 'option', 'option', 'option', 'option']);
});

test('puts the name in the place of the word, or of the last name of a list', () => {
  expect(at('/k8sgpt ana')).toMatchObject({ from: 8, to: 11, suggestions: [{ insert: 'analyze ' }] });
  expect(at('/k8sgpt analyze -f Pod,Se')).toMatchObject({ from: 23, to: 25 });
});

test('lets Enter take a word begun, and send one that is complete', () => {
  expect(at('/k8sgpt ana')?.chosen).toBe(0);
  expect(at('/k8sgpt analyze')?.chosen).toBe(-1);
  expect(at('/k8sgpt analyze ')?.chosen).toBe(-1);
  expect(at('/k8sgpt analyze Pod')?.chosen).toBe(-1);
  expect(at('/k8sgpt analyze -e')?.chosen).toBe(-1);
});

test('shows how the command is used, and what an option is for', () => {
  expect(at('/k8sgpt analyze ')?.usage?.line).toContain('/k8sgpt analyze [filter …] [--namespace <name>]');
  expect(at('/k8sgpt analyze -n sh')?.usage).toEqual({ line: '--namespace <name>', summary: 'Only this namespace' });
});

test('leaves out what is for the terminal alone', () => {
  const analyze = vocabulary.commands.find(({ name }) => name === 'analyze');

  expect(analyze && usageOf(analyze)).not.toContain('--output');
  expect(vocabulary.commands.map(({ name }) => name)).toEqual(['analyze', 'explain', 'filters', 'help']);
});

test('offers the incidents that messages have buttons for, and says which they are', () => {
  const room = new Room();
  room.add({ channel: 'general', author: 'bot', body: { message: REPORT } });
  const known = { ...vocabulary, seen: seenIn(room.entries) };

  expect(complete('/k8sgpt explain inc-4', 21, known)?.suggestions).toMatchObject([
    { insert: 'inc-4f2a9c ', summary: 'ConfigMap shop/settings has no key DATABASE_HOST' },
  ]);
});
