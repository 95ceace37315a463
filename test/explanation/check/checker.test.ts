import { describe, expect, test } from 'vitest';
import { explainBuiltin } from '../../../src/explanation/builtin.ts';
import { createChecker } from '../../../src/explanation/check/index.ts';
import { saidIn } from '../../../src/explanation/material.ts';
import type { Block, Inline } from '../../../src/message.ts';
import { podFinding, reportOf } from '../../support/findings.ts';
import { INVENTIONS, MATERIAL, TRUE_ANSWERS } from './answers.ts';

async function check(answer: string, { english = true, pieces = 7 } = {}) {
  const checker = await createChecker(MATERIAL, { english });
  const blocks: Block[] = [];
  // In pieces, as a model gives them.
  for (let at = 0; at < answer.length; at += pieces) blocks.push(...checker.push(answer.slice(at, at + pieces)));
  blocks.push(...checker.end());
  return { blocks, struck: checker.struck };
}

/** What stands in blocks without being struck. */
function unstruck(blocks: readonly Block[]): string {
  const letters = (inline: Inline): string =>
    typeof inline === 'string'
      ? inline
      : 'unverified' in inline
        ? ' '
        : 'code' in inline
          ? inline.code
          : 'bold' in inline
            ? inline.bold
            : 'italic' in inline
              ? inline.italic
              : 'link' in inline
                ? `${inline.label} ${inline.link}`
                : ' ';
  return blocks
    .map((block) => {
      if (block.type === 'code') return block.text;
      const texts = block.type === 'list' ? block.items : 'text' in block ? [block.text] : [];
      return texts.map((text) => (typeof text === 'string' ? text : text.map(letters).join(''))).join('\n');
    })
    .join('\n');
}

describe('what is in no evidence', () => {
  test('there are a hundred inventions to be found', () => {
    expect(INVENTIONS.length).toBeGreaterThanOrEqual(100);
    expect(new Set(INVENTIONS.map(({ says }) => says)).size).toBe(INVENTIONS.length);
  });

  test.each(INVENTIONS)('strikes $invented in: $says', async ({ says, invented }) => {
    const { blocks, struck } = await check(says);

    expect(struck.join(' ')).toContain(invented);
    expect(unstruck(blocks)).not.toContain(invented);
  });

  test('strikes all of them in one answer as well', async () => {
    const { blocks } = await check(INVENTIONS.map(({ says }) => says).join('\n\n'));

    const rest = unstruck(blocks);
    expect(
      INVENTIONS.filter(({ invented }) => new RegExp(`(?<![\\w.-])${escaped(invented)}(?![\\w-])`).test(rest)),
    ).toEqual([]);
  });

  test('strikes them in whatever pieces they come', async () => {
    const answer = INVENTIONS.slice(0, 30)
      .map(({ says }) => says)
      .join('\n\n');

    const [whole, letters] = await Promise.all([
      check(answer, { pieces: answer.length }),
      check(answer, { pieces: 1 }),
    ]);

    expect(letters.struck).toEqual(whole.struck);
    expect(unstruck(letters.blocks)).toBe(unstruck(whole.blocks));
  });
});

describe('what is shown of a line before it is complete', () => {
  test.each(INVENTIONS)('shows no $invented on the way to: $says', async ({ says, invented }) => {
    const checker = await createChecker(MATERIAL, { english: true });

    for (const letter of says) {
      const blocks = [...checker.push(letter), ...checker.preview()];
      expect(unstruck(blocks)).not.toContain(invented);
    }
    expect(checker.struck).toEqual([]);
  });

  test('shows the words that are decided, and each once when the line is complete', async () => {
    const checker = await createChecker(MATERIAL, { english: true });

    expect(checker.push('The container app was OOMKilled with exit code 137, so it')).toEqual([]);
    expect(unstruck(checker.preview())).toBe('The container app was OOMKilled with exit code');
    expect(unstruck(checker.push(' restarts.\n'))).toBe(
      'The container app was OOMKilled with exit code 137, so it restarts.',
    );
    expect(checker.preview()).toEqual([]);
  });
});

describe('what is in the evidence', () => {
  test.each(TRUE_ANSWERS)('loses nothing: $name', async ({ answer }) => {
    expect((await check(answer)).struck).toEqual([]);
  });

  test('loses nothing in another language', async () => {
    const answer =
      'Error: Das Image `registry.example.com/shop/payments:1.4.2` des Deployments payments gibt es nicht [E1].\n\nSolution:\n1. `kubectl -n shop rollout undo Deployment/payments`\n2. Danach prüfen, ob alle 2 Pods bereit sind.';

    expect((await check(answer, { english: false })).struck).toEqual([]);
  });

  test('every runbook’s own answer is known to be true', async () => {
    const [incident] = reportOf([
      podFinding('cart', 'Pod/OOMKilled', { values: { container: 'app', limit: '256Mi' } }),
    ]).incidents;
    if (!incident) throw new Error('no incident');
    const { story, steps, exhibits, message } = await explainBuiltin(incident, 1);
    const said = saidIn({ text: message.text, blocks: [...story, ...steps] });
    const checker = await createChecker(
      { texts: [said.text], commands: said.commands, exhibits: exhibits.map(({ id }) => id) },
      { english: true },
    );

    checker.push(`Error: ${message.text}\n\n${said.commands.map((command) => `\`${command}\``).join('\n\n')}\n`);
    checker.end();

    expect(checker.struck).toEqual([]);
  });
});

test('a link is never one, unless the evidence has it', async () => {
  const { blocks, struck } = await check('See [the docs](https://evil.example/x) and https://evil.example/y.');

  expect(struck).toEqual(['https://evil.example/x', 'https://evil.example/y']);
  expect(JSON.stringify(blocks)).not.toContain('"link"');
});

test('lines of code that are known can be copied; the others stand struck beside them', async () => {
  const { blocks } = await check(
    '```sh\nkubectl -n shop describe pod payments-7c9f-abcde\nkubectl delete ns shop\n```\n',
  );

  expect(blocks).toEqual([
    { type: 'code', text: 'kubectl -n shop describe pod payments-7c9f-abcde', language: 'sh' },
    { type: 'text', text: [{ unverified: 'kubectl delete ns shop' }] },
  ]);
});

test('readers’ numbers of exhibits take the place of the model’s', async () => {
  const checker = await createChecker(
    { ...MATERIAL, exhibits: ['E14', 'E15'] },
    { english: true, cite: (id) => ({ E1: 'E14', E2: 'E15' })[id] },
  );

  const blocks = [...checker.push('It fails [E1][E2], see [E14].\n'), ...checker.end()];

  expect(unstruck(blocks)).toContain('It fails [E14][E15]');
  expect(checker.struck).toEqual(['E?14']);
});

test('a hundred thousand letters are checked in time', async () => {
  const answer = `${TRUE_ANSWERS[0]?.answer ?? ''}\n\n`.repeat(200).slice(0, 100_000);
  const began = performance.now();

  await check(answer, { pieces: 500 });

  expect(performance.now() - began).toBeLessThan(5000);
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
