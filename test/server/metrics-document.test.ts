import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registeredMetrics } from '../support/metrics.ts';

const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'metrics.md'), 'utf8');
const namesIn = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

test('docs/metrics.md has every metric that is registered, with its type and labels, and no other', async () => {
  const rows = document.split('\n').filter((line) => line.startsWith('| `k8sgpt_'));
  const documented = rows.map((row) => {
    const [, name = '', type = '', labels = ''] = row.split('|').map((cell) => cell.trim());
    return [namesIn(name)[0], { type, labels: namesIn(labels).sort() }];
  });
  const registered = [...(await registeredMetrics())].map(([name, { type, labels }]) => [
    name,
    { type, labels: labels.sort() },
  ]);

  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(registered));
  expect(documented).toHaveLength(registered.length);
});

test('its examples ask for metrics that there are', async () => {
  const examples = [...document.matchAll(/```promql\n(.*?)```/gs)].map(([, code]) => code).join('\n');
  const registered = [...(await registeredMetrics()).keys()];
  const asked = [...examples.matchAll(/k8sgpt_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));

  expect(asked).not.toEqual([]);
  expect(asked.filter((name) => !registered.includes(name))).toEqual([]);
});
