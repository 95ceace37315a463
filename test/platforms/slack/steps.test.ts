import type { PlanBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/message.ts';
import { renderSteps, withoutPlans } from '../../../src/platforms/slack/steps.ts';
import { refusalOf } from '../../support/slack/block-kit.ts';
import { read } from '../../support/slack/reader.ts';

const STEPS: Step[] = [
  { label: 'Read the logs of shop/web', state: 'done', result: '12 lines, `*bold*`' },
  { label: 'Look at the node', state: 'running' },
  { label: 'Compare', state: 'waiting' },
  { label: 'Ask Prometheus', state: 'failed', result: 'not there' },
];
const LINES = `Steps
✅ Read the logs of shop/web: 12 lines, \`*bold*\`
⏳ Look at the node
⚪ Compare
❌ Ask Prometheus: not there`;

test('steps are a plan, each with its state and what came of it', () => {
  const blocks = renderSteps({ type: 'steps', title: 'Steps', steps: STEPS });

  expect(refusalOf(blocks)).toBeUndefined();
  expect(blocks).toMatchObject([
    {
      type: 'plan',
      tasks: [{ status: 'complete' }, { status: 'in_progress' }, { status: 'pending' }, { status: 'error' }],
    },
  ]);
  expect(read({ blocks }).text).toContain('(complete) Read the logs of shop/web: 12 lines, `*bold*`');
});

test('steps are lines where Slack takes no plan', () => {
  const blocks = withoutPlans(renderSteps({ type: 'steps', title: 'Steps', steps: STEPS }));

  expect(refusalOf(blocks)).toBeUndefined();
  expect(read({ blocks })).toEqual({ text: LINES, live: [] });
});

describe('steps are lines where a plan cannot hold them:', () => {
  test.each<[string, { title?: string; steps?: Step[] }]>([
    ['an emoji’s name in a label', { steps: [{ label: 'pull app:latest:v2', state: 'done' }] }],
    ['a mention in the title', { title: 'for <!channel>' }],
    ['what stands for another letter', { steps: [{ label: 'a &amp; b', state: 'done' }] }],
    ['a label without letters', { steps: [{ label: '', state: 'done' }] }],
    ['a long label', { steps: [{ label: 'x'.repeat(257), state: 'done' }] }],
    ['too many', { steps: Array(51).fill({ label: 'Look', state: 'done' }) }],
    ['too much', { steps: Array(9).fill({ label: 'Look', state: 'done', result: 'word '.repeat(200).trim() }) }],
  ])('%s', (_, { title = 'Steps', steps = STEPS }) => {
    const blocks = renderSteps({ type: 'steps', title, steps });

    expect(refusalOf(blocks)).toBeUndefined();
    expect(blocks.every(({ type }) => type === 'rich_text')).toBe(true);
    const shown = read({ blocks });
    expect(shown.live).toEqual([]);
    for (const { label, result = '' } of steps) expect(shown.text).toContain(`${label}${result && `: ${result}`}`);
  });
});

test('lines need no more room than the plan that they stand for', () => {
  const steps: Step[] = Array.from({ length: 30 }, (_, index) => ({
    label: `Look ${index}`,
    state: 'done',
    result: 'r',
  }));

  const blocks = renderSteps({ type: 'steps', title: 'Steps', steps });

  expect(blocks.map(({ type }) => type)).toEqual(['plan']);
  expect((blocks[0] as PlanBlock).tasks).toHaveLength(30);
  expect(withoutPlans(blocks)).toHaveLength(1);
});
