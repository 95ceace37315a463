import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { sinkTypes } from '../../src/sinks/index.ts';
import { readSinks } from '../../src/sinks/shared/settings.ts';
import { noticeOf } from '../support/sinks/notices.ts';

const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'sinks.md'), 'utf8');
const WEBHOOK = 'https://hooks.example.com/T0/B0/key';

/** The sinks of the document's example, with the address of the one that has it in a file in the environment instead. */
function example(): Record<string, unknown>[] {
  const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(document) ?? [];
  const { chat } = parse(yaml) as { chat: { sinks: Record<string, unknown>[] } };
  return chat.sinks.map(({ webhookFile, ...fields }) => (webhookFile ? { ...fields, webhookEnv: 'FILE' } : fields));
}

test('the example of docs/sinks.md can be read, and has every type', () => {
  const sinks = readSinks({ FILE: WEBHOOK, MATTERMOST_WEBHOOK: WEBHOOK }, { sinks: example() });

  expect(sinks.map(({ name }) => name)).toEqual(['slack', 'on-call', 'mattermost', 'events', 'own']);
  expect(sinks.map(({ type }) => type).sort()).toEqual(sinkTypes.map(({ type }) => type).sort());
});

test('the table of docs/sinks.md has every field, and no other', () => {
  const rows = document.split('\n').filter((line) => line.startsWith('| `'));
  const fields = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );

  expect(fields.sort()).toEqual(known().sort());
});

/** Whoever sets a field that there is not is told all that there are. */
function known(): string[] {
  try {
    readSinks({}, { sinks: [{ unheard: 'of' }] });
    return [];
  } catch (error) {
    const [, list = ''] = /It may have: (.*)\./.exec(String(error)) ?? [];
    return list.split(', ');
  }
}

test.each([...document.matchAll(/```json (\w+)\n(.*?)```/gs)].map(([, type = '', json = '']) => [type, json] as const))(
  'the payload of %s is what is sent',
  (type, json) => {
    const sink = sinkTypes.find((each) => each.type === type);
    const sent = JSON.parse(sink?.request(noticeOf(), { name: type, type, webhook: WEBHOOK }).body ?? '');

    expect(JSON.parse(json)).toEqual(sent.data ? { ...sent, data: {} } : sent);
  },
);
