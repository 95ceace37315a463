import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analyzers } from '../../src/analyzers/index.ts';
import { Namespace } from '../../src/kinds/configuration.ts';

interface Role {
  kind: string;
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

const text = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'rbac.yaml'), 'utf8');
const rules = parseAllDocuments(text).flatMap((document) => (document.toJS() as Role).rules ?? []);

test('the roles allow listing the kinds that analyzers read, and nothing else', () => {
  const read = [Namespace, ...analyzers.flatMap(({ kind, reads }) => [kind, ...reads])];
  const wanted = new Set(read.map(({ group, plural }) => `${group}/${plural}`));
  const allowed = rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((each) => `${group}/${each}`)),
  );

  expect(allowed.toSorted()).toEqual([...wanted].toSorted());
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['list']));
});
