import type { Notice } from '../../../src/sink.ts';

/** A notice of an incident in `shop`. */
export function noticeOf(given: Partial<Notice> & { incident?: Partial<Notice['incident']> } = {}): Notice {
  const what = given.what ?? 'new';
  const { incident, ...others } = given;
  const at = given.at ?? '2026-03-14T10:00:00.000Z';
  const id = incident?.id ?? 'inc-4f2a9c';
  return {
    id: `${id}-${what}-${Date.parse(at)}`,
    what,
    at,
    cluster: 'prod',
    problems: ['Pod shop/cart-7d9c-x2x4z: Container app was OOM-killed 14 times; its memory limit is 256Mi.'],
    ...others,
    incident: {
      id,
      severity: 'high',
      title: 'Deployment shop/cart runs out of memory',
      code: 'Pod/OOMKilled',
      cause: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      namespaces: ['shop'],
      findings: 3,
      startedAt: '2026-03-14T10:00:00.000Z',
      ...(what === 'solved' && { endedAt: at }),
      ...incident,
    },
  };
}
