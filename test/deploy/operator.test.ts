import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analyzers } from '../../src/analyzers/index.ts';
import { Namespace } from '../../src/kinds/configuration.ts';

interface Manifest {
  kind: string;
  metadata: { name: string };
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

const FOLDER = join(import.meta.dirname, '..', '..', 'deploy', 'operator');
const manifests = readdirSync(FOLDER).flatMap((file) =>
  parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => document.toJS() as Manifest),
);

function allowed(role: string): [resource: string, verbs: string[]][] {
  const { rules = [] } = manifests.find(({ metadata, rules }) => rules && metadata.name === role) ?? {};
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.map((each): [string, string[]] => [`${group}/${each}`, verbs])),
  );
}

test('the operator may list what analyzers read, and nothing else', () => {
  const kinds = [Namespace, ...analyzers.flatMap(({ kind, reads }) => [kind, ...reads])];
  const read = [...allowed('k8sgpt-chat-operator-read'), ...allowed('k8sgpt-chat-operator-secrets')];

  expect(new Set(read.map(([resource]) => resource))).toEqual(
    new Set(kinds.map(({ group, plural }) => `${group}/${plural}`)),
  );
  expect(read.every(([, verbs]) => verbs.join() === 'list')).toBe(true);
});

test('the operator may write Results, statuses, Events and its Lease, and nothing else', () => {
  const roles = manifests.filter(({ rules }) => rules).map(({ metadata }) => metadata.name);
  const written = roles
    .flatMap(allowed)
    .filter(([, verbs]) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)))
    .map(([resource]) => resource);

  expect(written.sort()).toEqual([
    '/events',
    'coordination.k8s.io/leases',
    'core.k8sgpt.ai/k8sgpts/status',
    'core.k8sgpt.ai/results',
    'core.k8sgpt.ai/results/status',
  ]);
});

test('the files can be applied in the order of their names: the namespace comes first', () => {
  expect(manifests[0]).toMatchObject({ kind: 'Namespace' });
});
