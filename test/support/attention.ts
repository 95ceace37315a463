import type { Services } from '../../src/command.ts';
import { createAttention } from '../../src/digests/attention.ts';
import type { Track } from '../../src/history.ts';
import { silent } from '../../src/log.ts';
import { createSqliteStore } from '../../src/stores/sqlite.ts';
import { createTestChannel } from './commands.ts';
import { createFakeDigests } from './fake-digests.ts';

const CART: Track = {
  id: 'inc-cart01',
  also: [],
  state: 'ongoing',
  severity: 'high',
  title: 'Pod shop/cart crashes',
  code: 'Pod/CrashLoopBackOff',
  cause: { kind: 'Pod', namespace: 'shop', name: 'cart' },
  namespaces: ['shop'],
  fingerprints: [],
  firstSeen: 0,
  lastSeen: 0,
  returns: [],
  seen: 1,
};

/**
 * A channel with what people say of incidents really kept, and a history of two: `inc-cart01`, which had the id
 * `inc-old001` too, and `inc-done01`, which is solved.
 */
export function createAttentionScene() {
  const attention = createAttention({ store: createSqliteStore({ file: ':memory:' }), log: silent });
  const { digests, asked } = createFakeDigests();
  const tracks = new Map([
    ['inc-cart01', CART],
    ['inc-old001', CART],
    ['inc-done01', { ...CART, id: 'inc-done01', title: 'Node n1 is gone', state: 'resolved' as const, resolvedAt: 1 }],
  ]);
  const services: Partial<Services> = {
    attention,
    digests,
    history: {
      track: async (cluster, id) => (cluster === 'prod' ? tracks.get(id) : undefined),
    } as Services['history'],
    analysis: { cluster: 'prod' } as Services['analysis'],
  };
  return { ...createTestChannel(services), services, attention, asked, tracks };
}
