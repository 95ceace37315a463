import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analyzers } from '../../src/analyzers/index.ts';
import { INSPECTED } from '../../src/inspection/shared/kinds.ts';
import type { Kind } from '../../src/kind.ts';
import { Namespace } from '../../src/kinds/configuration.ts';

interface Role {
  kind: string;
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

const text = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'rbac.yaml'), 'utf8');
const rules = parseAllDocuments(text).flatMap((document) => (document.toJS() as Role).rules ?? []);

/** Secrets are listed as a table, also where a single one is asked for; what is measured is only listed. */
function verbsFor({ as, group }: Kind): string[] {
  return as === 'table' || group === 'metrics.k8s.io' ? ['list'] : ['get', 'list'];
}

test('the roles allow reading the kinds that analyzers and looks ask for, and logs, and nothing else', () => {
  const read = [Namespace, ...analyzers.flatMap(({ kind, reads }) => [kind, ...reads]), ...INSPECTED];
  const wanted = new Map(read.map((kind) => [`${kind.group}/${kind.plural}`, verbsFor(kind)]));
  wanted.set('/pods/log', ['get']);

  const allowed = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.map((each) => [`${group}/${each}`, verbs] as const)),
  );

  expect(Object.fromEntries(allowed)).toEqual(Object.fromEntries(wanted));
  expect(allowed).toHaveLength(wanted.size);
});
