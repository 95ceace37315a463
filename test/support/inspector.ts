import type { Inspector } from '../../src/cluster.ts';
import { NOW } from './cluster.ts';

/** Of a cluster that nobody looks at closer. */
export const noInspector: Inspector = {
  now: () => NOW,
  resource: refuse,
  resources: refuse,
  get: refuse,
  list: refuse,
  logs: refuse,
};

async function refuse(): Promise<never> {
  throw new Error('this test looks at no single object');
}
