import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dressed } from '../../src/digests/board.ts';
import { trendChart } from '../../src/digests/chart.ts';
import { compose } from '../../src/digests/compose.ts';
import { factsOf, toldAfter } from '../../src/digests/facts.ts';
import { silent } from '../../src/log.ts';
import type { Platform } from '../../src/platform.ts';
import { createPlayground } from '../../src/platforms/playground/index.ts';
import { COMMANDS, FILTERS } from '../platforms/playground/samples.ts';
import { type Served, serve } from '../platforms/playground/support.ts';
import { podFinding, reportOf } from '../support/findings.ts';
import { sightingsOf, trackOf } from '../support/tracks.ts';
import { type Browser, findChromium, launchBrowser } from './support/browser.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-03-17T09:00:00Z');
const PICTURES = { desk: 'docs/digest.png', phone: 'docs/digest-phone.png' };
const WIDTHS = { desk: 1000, phone: 390 };

/** A Tuesday of a shop: one thing began over night, one got worse, one was solved, some go on. */
function digestOfTuesday() {
  const down = podFinding('checkout', 'Service/NoReadyEndpoints', {
    filter: 'Service',
    severity: 'critical',
    object: { kind: 'Service', namespace: 'shop', name: 'checkout' },
    owner: { kind: 'Service', namespace: 'shop', name: 'checkout' },
    headline: 'has no ready endpoints',
    text: 'Service checkout has no ready endpoints: 3 Pods are not ready.',
  });
  const others = ['search', 'reviews', 'mailer'].map((name) =>
    podFinding(name, 'Pod/OOMKilled', { severity: 'medium' }),
  );
  const report = reportOf([down, podFinding('booking'), ...others], { at: new Date(NOW).toISOString() });
  const sightings = sightingsOf(report, NOW - 5 * DAY).map((each) =>
    each.track.cause.name === 'checkout' ? { ...each, track: { ...each.track, firstSeen: NOW - 2 * 3_600_000 } } : each,
  );
  const tracks = sightings.map(({ track }) => track);
  const [solved] = reportOf([podFinding('cart')]).incidents;
  if (!solved) throw new Error('nothing was solved');
  const gone = trackOf(solved, NOW - 3 * DAY, { state: 'resolved', resolvedAt: NOW - 3_600_000 });
  const ground = {
    report,
    sightings,
    tracks: [...tracks, gone],
    mutes: [],
    maintenance: [],
    scope: { filters: [] },
    now: NOW,
  };
  const told = toldAfter(factsOf(ground), NOW - DAY, NOW - DAY);
  for (const { id, cause } of tracks) {
    if (cause.name === 'checkout') delete told.open[id];
    if (cause.name === 'booking') told.open[id] = { severity: 'medium', size: 1 };
  }
  told.open[gone.id] = { severity: 'high', size: 1 };
  const points = Array.from({ length: 14 }, (_, day) => ({
    at: NOW - (13 - day) * DAY,
    open: {
      critical: [0, 0, 1, 2, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1][day] ?? 0,
      high: 1 + (day % 3),
      medium: 3 + (day % 2),
      low: 2,
    },
  }));
  const composed = compose({
    facts: factsOf({ ...ground, told }),
    zone: 'UTC',
    now: NOW,
    next: NOW + DAY,
    lead: [],
    links: new Map(),
    solutions: new Map([[gone.id, ['Deployment shop/cart: container app memory limit 256Mi -> 512Mi.']]]),
    prefix: '/k8sgpt',
    form: {},
    chart: {
      type: 'image',
      name: 'trend',
      title: 'Open incidents, 14 days',
      ...trendChart(points, { zone: 'UTC', now: NOW }),
    },
  });
  const said = { tracks, mutes: [], taken: [], maintenance: [], now: NOW };
  return dressed(composed.message, composed.slots, said);
}

describe.skipIf(!findChromium())('a digest in the playground (needs CHROMIUM_PATH, or chromium on the PATH)', () => {
  let browser: Browser;
  let served: Served;
  let playground: Platform;

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await serve();
    playground = createPlayground({
      http: served.host,
      log: silent,
      commands: COMMANDS,
      filters: FILTERS,
      cluster: 'prod',
    });
    await playground.start({ command: async () => {}, reply: async () => {}, form: () => undefined });
    await playground.post({ channel: 'general' }, digestOfTuesday());
  });

  afterAll(async () => {
    await browser?.close();
    await playground?.stop();
    await served?.close();
  });

  test.each(['desk', 'phone'] as const)('looks as the README shows it at the width of a %s', async (where) => {
    const page = await browser.context.newPage();
    await page.setViewportSize({ width: WIDTHS[where], height: 2200 });
    await page.goto(served.url);
    const message = page.locator('.entry').filter({ hasText: 'prod: 1 new, 1 worse, 1 solved' }).last();
    await message.waitFor();
    const picture = message.getByRole('img', { name: /^Open incidents/ });
    await picture.evaluate((image) => (image as unknown as { decode(): Promise<void> }).decode());
    await page.evaluate('document.fonts.ready');

    // The smallest letters of the picture are 12 px high where it is 320 px wide.
    expect((await picture.boundingBox())?.width).toBeGreaterThanOrEqual(where === 'phone' ? 250 : 320);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await message.innerText()).toContain('checkout is down for customers');

    const file = PICTURES[where];
    if (!existsSync(file) || process.env.UPDATE_SCREENSHOTS === '1') {
      await mkdir('docs', { recursive: true });
      await message.screenshot({ path: file });
      expect((await stat(file)).size).toBeLessThan(400_000);
    }
    await page.close();
  });
});
