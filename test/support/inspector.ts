import type { Inspector } from '../../src/cluster.ts';

/** Of a cluster that nobody looks at closer. */
export const noInspector: Inspector = {
  now: () => 0,
  resource: refuse,
  resources: refuse,
  get: refuse,
  list: refuse,
  logs: refuse,
};

async function refuse(): Promise<never> {
  throw new Error('this test looks at no single object');
}
