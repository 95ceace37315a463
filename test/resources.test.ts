import { expect, test } from 'vitest';
import { BUILT_IN, findResource, type NamedResource } from '../src/resources.ts';
import { KINDS } from './support/kinds.ts';

test.each([
  ['Pod', 'Pod'],
  ['pods', 'Pod'],
  ['PO', 'Pod'],
  [' deploy ', 'Deployment'],
  ['deployments.apps', 'Deployment'],
  ['deploy.v1.apps', 'Deployment'],
  ['ingresses', 'Ingress'],
  ['networkpolicies', 'NetworkPolicy'],
  ['storageclasses', 'StorageClass'],
  ['sc', 'StorageClass'],
  ['nodes', 'Node'],
  ['nodes.metrics.k8s.io', 'NodeMetrics'],
  ['PodMetrics', 'PodMetrics'],
  ['endpoints', 'Endpoints'],
])('%s means %s', (word, kind) => {
  expect(findResource(BUILT_IN, word)?.kind).toBe(kind);
});

test.each(['', 'p', 'podss', 'pods.apps', '.apps', 'pods/log', 'constructor'])('"%s" means nothing', (word) => {
  expect(findResource(BUILT_IN, word)).toBeUndefined();
});

test('no short name goes before a name', () => {
  const short: NamedResource = {
    ...(BUILT_IN[0] as NamedResource),
    kind: 'Post',
    plural: 'posts',
    shortNames: ['cart'],
  };
  const name: NamedResource = { ...short, kind: 'Cart', plural: 'carts', singular: 'cart', shortNames: [] };

  expect(findResource([short, name], 'cart')?.kind).toBe('Cart');
});

test('every declared kind that a cluster has by itself stands where it is declared', () => {
  const different = KINDS.filter(({ kind, group, version, plural, namespaced }) => {
    const named = BUILT_IN.find((each) => each.kind === kind && each.group === group);
    return named && (named.version !== version || named.plural !== plural || named.namespaced !== namespaced);
  });

  expect(different).toEqual([]);
});
