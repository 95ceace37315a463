import { expect, onTestFinished, test } from 'vitest';
import { silent } from '../../src/log.ts';
import { lead } from '../../src/operator/election.ts';
import { LEASE } from '../../src/operator/types.ts';
import { type FakeResources, fakeResources } from '../support/custom-resources.ts';
import { manualClock } from '../support/manual-clock.ts';

const lease = { namespace: 'ops', name: 'operator' };
const clock = manualClock();

/** A replica that notes when it works. */
function replica(resources: FakeResources, identity: string) {
  const abort = new AbortController();
  const state = { works: false, terms: 0 };
  const ended = lead(
    { resources, lease, identity, clock, log: silent },
    async (signal) => {
      state.works = true;
      state.terms++;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      state.works = false;
    },
    abort.signal,
  );
  const stop = async () => {
    abort.abort(new Error('stopped'));
    await ended;
  };
  onTestFinished(stop);
  return { state, stop };
}

const holder = (resources: FakeResources) => resources.all(LEASE).map(({ spec }) => spec as object)[0];
const rights = (resources: FakeResources, isDown: () => boolean): FakeResources => {
  const down = <T extends unknown[], R>(call: (...args: T) => Promise<R>) => {
    return (...args: T): Promise<R> => (isDown() ? Promise.reject(new Error('no route to host')) : call(...args));
  };
  return { ...resources, get: down(resources.get), create: down(resources.create), update: down(resources.update) };
};

test('of several replicas one leads, and renews its Lease', async () => {
  const resources = fakeResources();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => replica(resources, name));

  for (let minute = 0; minute < 5; minute++) {
    await clock.advance(60_000);
    expect([a, b, c].filter((each) => each?.state.works)).toHaveLength(1);
  }

  expect(resources.all(LEASE)).toMatchObject([{ spec: { leaseDurationSeconds: 15, leaseTransitions: 0 } }]);
  expect([a, b, c].map((each) => each?.state.terms)).toContain(1);
});

test('a leader that stops gives the Lease back, and another one leads within seconds', async () => {
  const resources = fakeResources();
  const a = replica(resources, 'a');
  await clock.advance(100);
  const b = replica(resources, 'b');
  await clock.advance(10_000);
  expect(b.state.works).toBe(false);

  await a.stop();
  expect(holder(resources)).toMatchObject({ holderIdentity: '' });
  await clock.advance(4000);

  expect(b.state.works).toBe(true);
  expect(resources.all(LEASE)).toMatchObject([{ spec: { holderIdentity: 'b', leaseTransitions: 1 } }]);
});

test('a leader that died is waited for until its Lease is over', async () => {
  const resources = fakeResources();
  const spec = { holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '1999-01-01T00:00:00.000000Z' };
  resources.apply(LEASE, { metadata: { ...lease }, spec });
  const b = replica(resources, 'b');

  // By its own clock, since the time that the other wrote may be that of a clock that is wrong.
  await clock.advance(13_000);
  expect(b.state.works).toBe(false);
  await clock.advance(6000);

  expect(b.state.works).toBe(true);
});

test('a leader that cannot renew stops before another one may begin', async () => {
  const resources = fakeResources();
  let isDown = false;
  const a = replica(
    rights(resources, () => isDown),
    'a',
  );
  await clock.advance(100);
  const b = replica(resources, 'b');
  await clock.advance(20_000);
  expect(a.state.works).toBe(true);

  isDown = true;
  let both = 0;
  let stoppedAfter = 0;
  for (let ms = 0; ms < 30_000; ms += 250) {
    await clock.advance(250);
    if (a.state.works && b.state.works) both++;
    if (a.state.works) stoppedAfter = ms;
  }

  expect(both).toBe(0);
  expect(stoppedAfter).toBeLessThan(12_000);
  expect(b.state.works).toBe(true);
});

test('a leader whose server does not answer at all stops as well', async () => {
  const resources = fakeResources();
  let hangs = false;
  const hanging: FakeResources = {
    ...resources,
    get: (type, name, signal) =>
      hangs
        ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
        : resources.get(type, name, signal),
  };
  const a = replica(hanging, 'a');
  await clock.advance(5000);

  hangs = true;
  await clock.advance(11_000);

  expect(a.state.works).toBe(false);
});

test('a leader whose Lease somebody else has taken stops at its next renewal', async () => {
  const resources = fakeResources();
  const a = replica(resources, 'a');
  await clock.advance(5000);

  const [there] = resources.all(LEASE);
  if (there) resources.apply(LEASE, { ...there, spec: { holderIdentity: 'b', leaseDurationSeconds: 3600 } });
  await clock.advance(2500);

  expect(a.state.works).toBe(false);
  expect(holder(resources)).toMatchObject({ holderIdentity: 'b' });
});
