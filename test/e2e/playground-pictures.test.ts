import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { trendChart } from '../../src/digests/chart.ts';
import { silent } from '../../src/log.ts';
import type { Message } from '../../src/message.ts';
import type { Platform } from '../../src/platform.ts';
import { createPlayground } from '../../src/platforms/playground/index.ts';
import { type Served, serve } from '../platforms/playground/support.ts';
import { type Browser, findChromium, launchBrowser } from './support/browser.ts';

const NOW = Date.parse('2026-08-19T09:00:00Z');
const points = Array.from({ length: 14 }, (_, index) => ({
  at: NOW - (13 - index) * 24 * 3_600_000,
  open: { critical: index % 3, high: 4 + (index % 5), medium: 3 + index, low: 12 },
}));
const { svg, alt } = trendChart(points, { zone: 'UTC', now: NOW });

function digest(picture: string): Message {
  return { text: 'Digest', blocks: [{ type: 'image', name: 'trend', title: 'Trend', alt, svg: picture }] };
}

/** Of the picture itself, however wide it is shown; 0 where it could not be loaded. */
function widthOf(picture: Locator): Promise<number> {
  return picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
}

describe.skipIf(!findChromium())('pictures in Chromium (needs CHROMIUM_PATH, or chromium on the PATH)', () => {
  let browser: Browser;
  let served: Served;
  let platform: Platform;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    browser.context.setDefaultTimeout(20_000);
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    complaints = [];
    served = await serve();
    const address = () => served.url;
    platform = createPlayground({
      http: served.host,
      log: silent,
      commands: [],
      filters: [],
      cluster: 'sample',
      address,
    });
    await platform.start({ command: async () => {}, reply: async () => {}, form: () => undefined });
    page = await browser.context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') complaints.push(line.text());
    });
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(served.url);
  });

  afterEach(async () => {
    await page.close();
    await platform.stop();
    await served.close();
    expect(complaints).toEqual([]);
  });

  test('the trend is shown on a phone, with words for those who do not see it', async () => {
    await platform.post({ channel: 'general' }, digest(svg));

    const picture = page.getByRole('img', { name: alt });
    await picture.waitFor();
    await expect.poll(() => widthOf(picture)).toBe(320);
    const box = await picture.boundingBox();
    expect(box?.width).toBeGreaterThan(260);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  });

  test('what a picture would run or load, it does not', async () => {
    const hostile = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="document.title='run'">
      <script>document.title = 'run'</script><image href="${served.url}/loaded" width="9" height="9"/></svg>`;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));

    await platform.post({ channel: 'general' }, digest(hostile));

    const picture = page.getByRole('img', { name: alt });
    await expect.poll(() => widthOf(picture)).toBe(9);
    expect(asked.filter((address) => address.endsWith('/loaded'))).toEqual([]);
    expect(await page.title()).not.toBe('run');
  });

  test('a link leads to a message in its thread, in the same page', async () => {
    const posted = await platform.post({ channel: 'general' }, { text: 'An incident', blocks: [] });
    const answers = Array.from({ length: 40 }, (_, index) => `Answer ${index}`);
    const places = [];
    for (const text of answers) places.push(await platform.post(posted.place, { text, blocks: [] }));
    const link = (await platform.link?.(places[3] ?? posted)) ?? '';
    await platform.post(
      { channel: 'general' },
      { text: '', blocks: [{ type: 'text', text: [{ link, label: 'There' }] }] },
    );

    await page.getByRole('link', { name: 'There' }).click();

    const thread = page.getByRole('complementary', { name: 'Thread' });
    await expect.poll(() => thread.getByText('Answer 3', { exact: true }).isVisible()).toBe(true);
    const box = await thread.getByText('Answer 3', { exact: true }).boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(700);
    expect(browser.context.pages()).toContain(page);
  });
});
