import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeliveries, inTime } from '../src/deliveries.ts';

describe('a delivery', () => {
  test('is taken once, however often it comes', async () => {
    const deliveries = createDeliveries(10);
    const work = vi.fn(async () => {});

    await Promise.all([deliveries.take('a', work), deliveries.take('a', work)]);
    await deliveries.take('a', work);

    expect(work).toHaveBeenCalledTimes(1);
  });

  test('that comes again while it is taken shares what comes of it', async () => {
    const deliveries = createDeliveries(10);
    const taking = Promise.withResolvers<void>();
    const first = deliveries.take('a', () => taking.promise);
    const second = deliveries.take('a', async () => {});

    taking.reject(new Error('nowhere to keep it'));

    await expect(first).rejects.toThrow('nowhere');
    await expect(second).rejects.toThrow('nowhere');
  });

  test('that was not taken is taken when it comes again', async () => {
    const deliveries = createDeliveries(10);
    const work = vi.fn(async () => {}).mockRejectedValueOnce(new Error('nowhere to keep it'));

    await expect(deliveries.take('a', work)).rejects.toThrow('nowhere');
    await deliveries.take('a', work);

    expect(work).toHaveBeenCalledTimes(2);
  });
});

describe('the time to acknowledge', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('has come when it was taken', async () => {
    const taking = Promise.withResolvers<void>();
    const done = vi.fn();
    const acknowledging = inTime(taking.promise).then(done);

    await vi.advanceTimersByTimeAsync(1000);
    expect(done).not.toHaveBeenCalled();
    taking.resolve();
    await acknowledging;

    expect(vi.getTimerCount()).toBe(0);
  });

  test('never comes where it was not taken', async () => {
    await expect(inTime(Promise.reject(new Error('nowhere to keep it')))).rejects.toThrow('nowhere');
  });

  test('comes after two seconds, and what fails later is no one’s here', async () => {
    const taking = Promise.withResolvers<void>();
    const acknowledging = inTime(taking.promise);

    await vi.advanceTimersByTimeAsync(2000);
    await acknowledging;
    taking.reject(new Error('too late'));
    await vi.advanceTimersByTimeAsync(0);
  });
});
