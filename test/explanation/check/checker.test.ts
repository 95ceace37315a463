import { beforeAll, describe, expect, test } from 'vitest';
import { createChecker } from '../../../src/explanation/check/index.ts';
import { toMarkdown } from '../../../src/markdown.ts';
import { joinLists } from '../../../src/message.ts';
import { INVENTIONS, type Invention, MATERIAL, TRUE_ANSWERS } from './answers.ts';
import { openSample } from './honest.ts';
import { CHAT } from './honest-chat.ts';
import { CLUSTER } from './honest-cluster.ts';
import { LANGUAGES } from './honest-languages.ts';
import { THREADS } from './honest-threads.ts';
import { WORKLOADS } from './honest-workloads.ts';
import { ANSWERS } from './inventions-answers.ts';
import { COMMANDS } from './inventions-commands.ts';
import { DISGUISED } from './inventions-disguised.ts';
import { OTHER_LANGUAGES } from './inventions-languages.ts';
import { LAYOUT } from './inventions-layout.ts';
import { NAMES } from './inventions-names.ts';
import { NUMBERS } from './inventions-numbers.ts';
import { SAMPLE } from './inventions-sample.ts';
import { left, read, unstruck } from './reading.ts';

const INVENTED: readonly (readonly [kind: string, inventions: readonly Invention[], english: boolean])[] = [
  ['of all kinds', INVENTIONS, true],
  ['names', NAMES, true],
  ['in lists, tables and code', LAYOUT, true],
  ['numbers', NUMBERS, true],
  ['commands', COMMANDS, true],
  ['in disguise', DISGUISED, true],
  ['several at once', ANSWERS, true],
  ['in other languages', OTHER_LANGUAGES, false],
];
const ALL = INVENTED.flatMap(([, inventions]) => inventions);

describe('what is in no evidence', () => {
  test('there are hundreds of inventions to be found, and each once', () => {
    expect(ALL.length).toBeGreaterThan(700);
    expect(new Set(ALL.map(([says]) => says)).size).toBe(ALL.length);
  });

  test.each(INVENTED)('is struck: %s', async (_, inventions, english) => {
    const passed: string[] = [];

    for (const invention of inventions) {
      const { blocks } = await read(MATERIAL, invention[0], { english });
      if (left(invention, unstruck(blocks)).length > 0) passed.push(invention[0]);
    }

    expect(passed).toEqual([]);
  });

  test.each(INVENTED)('is struck in one answer as well: %s', async (_, inventions, english) => {
    const passed: string[] = [];

    for (const [says, invented] of inventions) {
      const around = `The Pod waits.\n\n${says}\n\nSo look at it.`;
      const { blocks } = await read(MATERIAL, around, { english });
      if (left([says, invented], unstruck(blocks)).length > 0) passed.push(says);
    }

    expect(passed).toEqual([]);
  });

  test('is struck in whatever pieces it comes', async () => {
    const answer = ALL.map(([says]) => says).join('\n\n');

    const [whole, letters] = await Promise.all([
      read(MATERIAL, answer, { pieces: answer.length }),
      read(MATERIAL, answer, { pieces: 1 }),
    ]);

    expect(letters.struck).toEqual(whole.struck);
    expect(letters.blocks).toEqual(whole.blocks);
  });
});

describe('what is shown of an answer before it is complete', () => {
  test.each(INVENTED)('shows none of the inventions on the way: %s', async (_, inventions, english) => {
    const shown: string[] = [];

    for (const invention of inventions) {
      const checker = await createChecker(MATERIAL, { english });
      const blocks = [];
      for (const letter of `${invention[0]}\n\nAnd so it goes on.`) {
        blocks.push(...checker.push(letter));
        if (left(invention, unstruck([...blocks, ...checker.preview()])).length === 0) continue;
        shown.push(invention[0]);
        break;
      }
    }

    expect(shown).toEqual([]);
  });

  test('shows the words that are decided, and each once when the paragraph is complete', async () => {
    const checker = await createChecker(MATERIAL, { english: true });
    const text = 'The container app was OOMKilled with exit code 137, so it restarts.';

    expect(checker.push(text)).toEqual([]);
    expect(unstruck(checker.preview())).toBe('The container app was OOMKilled with exit code');
    expect(unstruck(checker.push('\n\n'))).toBe(text);
    expect(checker.preview()).toEqual([]);
  });

  test('shows what is known of a list as it grows', async () => {
    const checker = await createChecker(MATERIAL, { english: true });

    expect(
      checker.push('1. Look at the Pod, and at Node worker-3.\n2. Look at the Deployment again, and wait'),
    ).toEqual([]);
    expect(checker.preview()).toEqual([
      { type: 'list', ordered: true, items: [['Look at the Pod, and at Node worker-3.'], ['Look at the Deployment']] },
    ]);
  });
});

let sample: Awaited<ReturnType<typeof openSample>>;

beforeAll(async () => {
  sample = await openSample();
});

test.each(SAMPLE)('what is in no evidence about $about is struck', async ({ about, inventions }) => {
  const material = await sample.materialOf(about);
  const passed: string[] = [];

  for (const invention of inventions) {
    const { blocks } = await read(material, invention[0]);
    if (left(invention, unstruck(blocks)).length > 0) passed.push(invention[0]);
  }

  expect(passed).toEqual([]);
});

describe('what is in the evidence', () => {
  test('there are answers about every incident of the sample', () => {
    const answers = [...WORKLOADS, ...CLUSTER, ...CHAT, ...LANGUAGES].flatMap((honest) => honest.answers);

    expect(answers.length + THREADS.flatMap((thread) => thread.answers).length).toBeGreaterThan(150);
    expect(new Set([...WORKLOADS, ...CLUSTER].map(({ about }) => about))).toEqual(new Set(sample.causes));
  });

  test.each(TRUE_ANSWERS)('loses nothing: $name', async ({ answer }) => {
    expect((await read(MATERIAL, answer)).struck).toEqual([]);
  });

  test.each([...WORKLOADS, ...CLUSTER, ...CHAT])(
    'loses nothing in answers about $about',
    async ({ about, answers }) => {
      const material = await sample.materialOf(about);

      for (const answer of answers) expect((await read(material, answer)).struck).toEqual([]);
    },
  );

  test.each(LANGUAGES)('loses nothing in other languages about $about', async ({ about, answers }) => {
    const material = await sample.materialOf(about);

    for (const answer of answers) expect((await read(material, answer, { english: false })).struck).toEqual([]);
  });

  test.each(THREADS)('loses nothing in a thread: $question', async (thread) => {
    const material = await sample.seen(thread);

    for (const answer of thread.answers) expect((await read(material, answer)).struck).toEqual([]);
  });

  test('loses nothing of what a runbook says itself', async () => {
    for (const about of sample.causes) {
      const material = await sample.materialOf(about);
      // In Markdown asterisks are no letters.
      const lines = [...material.texts].flatMap((text) => text.split('\n')).filter((line) => !line.includes('*'));
      const commands = [...material.commands].map((command) => `\`${command}\``);

      expect((await read(material, lines.join('\n\n'))).struck, about).toEqual([]);
      expect((await read(material, commands.join('\n\n'))).struck, about).toEqual([]);
    }
  });
});

test('a link is never one, unless the evidence has it', async () => {
  const { blocks, struck } = await read(MATERIAL, 'See [the docs](https://evil.example/x) and https://evil.example/y.');

  expect(struck).toEqual(['https://evil.example/x', 'https://evil.example/y']);
  expect(JSON.stringify(blocks)).not.toContain('"link"');
});

test('lines of code that are known can be copied; the others stand struck beside them', async () => {
  const { blocks } = await read(
    MATERIAL,
    '```sh\nkubectl -n shop describe pod payments-7c9f-abcde\nkubectl delete ns shop\n```\n',
  );

  expect(blocks).toEqual([
    { type: 'code', text: 'kubectl -n shop describe pod payments-7c9f-abcde', language: 'sh' },
    { type: 'text', text: [{ unverified: 'kubectl delete ns shop' }] },
  ]);
});

test('the steps of a list keep their numbers, with code between them and in whatever pieces they come', async () => {
  const answer =
    '1. Look:\n\n   ```sh\n   kubectl get nodes\n   ```\n2. Wait.\n\n```sh\nkubectl get nodes\n```\n\n3. Look again.\n    - at the Pod\n    - at the node\n';

  const { blocks, struck } = await read(MATERIAL, answer, { pieces: 3 });

  expect(struck).toEqual([]);
  expect(blocks).toEqual((await read(MATERIAL, answer, { pieces: answer.length })).blocks);
  expect(toMarkdown({ text: '', blocks }).match(/\d\./g)).toEqual(['1.', '2.', '3.']);
});

test('the steps of a list are given on one by one, and make one list again', async () => {
  const checker = await createChecker(MATERIAL, { english: true });
  const given = ['Solution:\n', '1. Look ', 'again.\n', '1. Wait.\n', '   Then:\n', '   - look\n', '5. Look.'].map(
    (letters) => checker.push(letters).length,
  );
  const whole = await read(MATERIAL, 'Solution:\n1. Look again.\n1. Wait.\n   Then:\n   - look\n5. Look.\n', {
    pieces: 7,
  });

  // Each as soon as the line behind it tells that it is complete.
  expect(given).toEqual([0, 0, 1, 1, 0, 0, 0]);
  const list = joinLists(whole.blocks).at(-1);
  expect(list).toMatchObject({ type: 'list', ordered: true, items: { length: 3 } });
  expect(toMarkdown({ text: '', blocks: list ? [list] : [] })).toBe(
    '1. Look again.\n2. Wait.\n  Then:\n  • look\n3. Look.',
  );
});

test('readers’ numbers of exhibits take the place of the model’s', async () => {
  const checker = await createChecker(
    { ...MATERIAL, exhibits: ['E14', 'E15', 'E16'] },
    { english: true, cite: (id) => ({ E1: 'E14', E2: 'E15', E3: 'E16' })[id] },
  );

  const blocks = [...checker.push('It fails [E1][E2], see [E1-E3] and [E14].\n'), ...checker.end()];

  expect(unstruck(blocks)).toContain('It fails [E14][E15], see [E14-E16]');
  expect(checker.struck).toEqual(['E?14']);
});

const LONG: readonly (readonly [string, string])[] = [
  ['answers', `${TRUE_ANSWERS[0]?.answer ?? ''}\n\n`],
  ['a list', '- The container app was OOMKilled, see `kubectl get nodes` and "connection refused" [E1].\n'],
  ['a paragraph', 'The Deployment kraken restarted 47 times, run kubectl delete pod a-b, says "no space left". '],
  ['names', 'alpha and '],
  ['odd signs', '`"*_[(\''],
  ['a table', '| Deployment | kraken |\n'],
  ['one word', 'a'],
  ['one name', 'a/b-c.d:'],
  ['one command', 'kubectl get nodes \\\n'],
];

test.each(LONG)('a hundred thousand letters are checked in time: %s', async (_, part) => {
  const answer = part.repeat(Math.ceil(100_000 / part.length)).slice(0, 100_000);
  const began = performance.now();

  await read(MATERIAL, answer, { pieces: 500 });

  // A tenth of a second on an idle machine.
  expect(performance.now() - began).toBeLessThan(3000);
});
