import { setTimeout as sleep } from 'node:timers/promises';
import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silent } from '../../src/log.ts';
import type { Incoming, Platform } from '../../src/platform.ts';
import { createPlayground } from '../../src/platforms/playground/index.ts';
import { COMMANDS, EVERYTHING, EXPLANATION, FILTERS, FORM, REPORT } from '../platforms/playground/samples.ts';
import { type Served, serve } from '../platforms/playground/support.ts';
import { soon } from '../support/soon.ts';
import { type Browser, findChromium, launchBrowser } from './support/browser.ts';

describe.skipIf(!findChromium())('the playground in Chromium (needs CHROMIUM_PATH, or chromium on the PATH)', () => {
  let browser: Browser;
  let context: BrowserContext;
  let served: Served;
  let playground: Platform;
  let page: Page;
  let commands: Incoming[];
  let replies: Incoming[];
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    context = browser.context;
    context.setDefaultTimeout(20_000);
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    commands = [];
    replies = [];
    complaints = [];
    served = await serve();
    playground = await start(served);
    page = await context.newPage();
    await page.setViewportSize({ width: 1360, height: 860 });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('ERR_')) complaints.push(line.text());
    });
    await page.goto(served.url);
    await composer().waitFor();
  });

  afterEach(async () => {
    // A page whose process is beyond answering must not hold up the others.
    await Promise.race([page.close(), sleep(20_000, undefined, { ref: false })]);
    await playground.stop();
    await served.close();
    // An error here is a bug of the page, or something that its policy forbids.
    expect(complaints).toEqual([]);
  });

  async function start(on: Served): Promise<Platform> {
    const platform = createPlayground({
      http: on.host,
      log: silent,
      commands: COMMANDS,
      filters: FILTERS,
      cluster: 'sample',
    });
    await platform.start({
      async command(incoming) {
        commands.push(incoming);
        const { text, place, user } = incoming;
        if (text.startsWith('analyze')) await platform.post(place, REPORT);
        else if (text.startsWith('explain')) await platform.post(place, EXPLANATION);
        else if (text === 'everything') await platform.post(place, EVERYTHING);
        else await platform.whisper(place, user, { text: `Nothing is named ${text}.`, blocks: [] });
      },
      async reply(incoming) {
        replies.push(incoming);
        await platform.post(incoming.place, { text: 'An answer to that', blocks: [] });
      },
      form: ({ form }) => (form === FORM.name ? FORM : undefined),
    });
    return platform;
  }

  const main = () => page.getByRole('region', { name: /^Channel/ });
  const thread = () => page.getByRole('complementary', { name: 'Thread' });
  const composer = () => main().getByRole('textbox');
  const log = () => main().getByRole('log');

  async function send(text: string): Promise<void> {
    await composer().fill(text);
    await composer().press('Enter');
  }

  async function violations(): Promise<string[]> {
    await page.evaluate(axe.source);
    const result = (await page.evaluate('axe.run()')) as axe.AxeResults;
    return result.violations.flatMap(({ id, nodes }) =>
      nodes
        // The list of completions scrolls with the choice, which the composer's arrow keys move.
        .filter(({ html }) => id !== 'scrollable-region-focusable' || !html.includes('role="listbox"'))
        .map((node) => `${id}: ${node.html} ${node.failureSummary}`),
    );
  }

  const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>;

  test('says what it is on the first visit, and offers commands that work', async () => {
    await main().getByText('What is wrong in the cluster?').waitFor();

    await main().getByRole('button', { name: '/k8sgpt analyze Pod -n …' }).click();
    await expect.poll(() => composer().inputValue()).toBe('/k8sgpt analyze Pod -n ');

    await main().getByRole('button', { name: '/k8sgpt analyze Check the whole cluster' }).click();
    await log().getByText('3 problems, 11 findings').waitFor();
    expect(commands).toMatchObject([{ text: 'analyze', place: { channel: 'general' } }]);
    await expect.poll(() => main().getByText('What is wrong in the cluster?').count()).toBe(0);
  });

  test('completes a command line by keyboard alone', async () => {
    await page.keyboard.type('/');
    await page.getByRole('option', { name: '/k8sgpt' }).waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => composer().inputValue()).toBe('/k8sgpt ');

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'explain', selected: true }).waitFor();
    await page.keyboard.type('an');
    await page.getByRole('option', { name: 'analyze', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('/k8sgpt analyze [filter …] [--namespace <name>]').waitFor();

    await page.keyboard.type('Po');
    await page.keyboard.press('Tab');
    await page.keyboard.type('--na');
    await page.keyboard.press('Tab');
    await page.keyboard.type('shop');
    await page.getByText('Only this namespace').waitFor();
    await page.keyboard.press('Enter');

    await soon(() => expect(commands).toMatchObject([{ text: 'analyze Pod --namespace shop' }]));
    await log().getByText('analyze Pod --namespace shop').waitFor();
    await expect.poll(() => composer().inputValue()).toBe('');
  });

  test('sends by Enter, breaks a line by Shift+Enter, dismisses by Escape, recalls by ArrowUp', async () => {
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await log().getByText('one two').waitFor();
    await send('/k8sgpt analyze');
    await log().getByText('3 problems, 11 findings').waitFor();

    await composer().press('ArrowUp');
    await expect.poll(() => composer().inputValue()).toBe('/k8sgpt analyze');
    await composer().press('ArrowUp');
    await expect.poll(() => composer().inputValue()).toBe('one\ntwo');
    await composer().press('ArrowDown');
    await composer().press('ArrowDown');
    await expect.poll(() => composer().inputValue()).toBe('');

    await log().focus();
    await page.keyboard.type('/k8');
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('listbox').count()).toBe(0);
    await expect.poll(() => composer().inputValue()).toBe('/k8');
  });

  test('shows an update in place, with a bar that moves', async () => {
    const progress = (done: number) => ({
      text: 'Reading',
      blocks: [{ type: 'progress' as const, label: 'Reading Pods', done, of: 15 }],
    });
    const posted = await playground.post({ channel: 'general' }, progress(3));
    const bar = page.getByRole('progressbar', { name: 'Reading Pods' });
    await bar.waitFor();

    await playground.update(posted, progress(12));
    await log().getByText('12 of 15').waitFor();
    expect(await bar.getAttribute('aria-valuenow')).toBe('12');

    await playground.update(posted, REPORT);
    await log().getByText('3 problems, 11 findings').waitFor();
    await expect.poll(() => bar.count()).toBe(0);
    await expect.poll(() => log().locator('.entry').count()).toBe(1);
  });

  test('answers a button in the thread, and talks on there', async () => {
    await send('/k8sgpt analyze');
    await log().getByRole('button', { name: 'Explain' }).first().click();

    await thread().getByText('The key DATABASE_HOST is missing').waitFor();
    const [, explain] = commands;
    expect(explain).toMatchObject({ text: 'explain inc-4f2a9c', place: { thread: expect.any(String) } });
    await soon(async () => expect(await thread().getByRole('textbox').evaluate(hasFocus)).toBe(true));

    await page.keyboard.type('and why?');
    await page.keyboard.press('Enter');
    await thread().getByText('An answer to that').waitFor();
    expect(replies).toMatchObject([{ text: 'and why?', place: explain?.place }]);
    await log().getByRole('button', { name: '3 replies' }).waitFor();

    await page.keyboard.press('Escape');
    await expect.poll(() => thread().count()).toBe(0);
    expect(await composer().evaluate(hasFocus)).toBe(true);
    await playground.post({ channel: 'general', thread: explain?.place.thread ?? '' }, { text: 'More', blocks: [] });
    await log().getByRole('button', { name: '4 replies New' }).click();
    await thread().getByText('More').waitFor();
    await thread().getByRole('button', { name: 'Show the whole message' }).click();
    await thread().getByText('3 problems, 11 findings').waitFor();
  });

  test('fills in a form by keyboard, and keeps the focus in it', async () => {
    await send('/k8sgpt analyze');
    const opener = log().getByRole('button', { name: 'Change the analysis' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Analyze the cluster' });
    await dialog.waitFor();

    for (let stop = 0; stop < 16; stop++) {
      expect(await dialog.evaluate('document.querySelector("dialog").contains(document.activeElement)')).toBe(true);
      await page.keyboard.press(stop < 12 ? 'Tab' : 'Shift+Tab');
    }
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    expect(await opener.evaluate(hasFocus)).toBe(true);

    await page.keyboard.press('Enter');
    expect(await dialog.getByLabel('Pod', { exact: true }).isChecked()).toBe(true);
    await dialog.getByLabel('Deployment').check();
    await dialog.getByLabel('Service').uncheck();
    await dialog.getByLabel('Namespace').fill('my shop');
    await dialog.getByLabel('From severity').selectOption('high');
    await dialog.getByRole('button', { name: 'Analyze' }).click();

    await soon(() =>
      expect(commands.at(-1)?.text).toBe("analyze Pod Deployment --namespace 'my shop' --severity high"),
    );
    await expect.poll(() => dialog.count()).toBe(0);
    await thread().waitFor();
  });

  test('whispers, and says that it does', async () => {
    await send('/k8sgpt nonsense');

    await log().getByText('Only visible to you').waitFor();
    await log().getByText('Nothing is named nonsense.').waitFor();
  });

  test('marks channels with unread messages until they are seen', async () => {
    await playground.post({ channel: 'shop-oncall' }, { text: 'Digest', blocks: [] });
    const channel = page.getByRole('navigation').getByRole('button', { name: 'shop-oncall' });
    await page.getByRole('button', { name: 'shop-oncall 1 unread' }).waitFor();

    await channel.click();
    await log().getByText('Digest').waitFor();
    await page.getByRole('button', { name: 'general' }).click();

    await expect.poll(() => page.getByText('unread').count()).toBe(0);
    expect(await channel.getAttribute('aria-current')).toBeNull();
  });

  test('shows the same after a reload, the open thread among it', async () => {
    await send('/k8sgpt analyze');
    await log().getByRole('button', { name: 'Explain' }).first().click();
    await thread().getByText('The key DATABASE_HOST is missing').waitFor();

    await page.reload();

    await log().getByText('3 problems, 11 findings').waitFor();
    await thread().getByText('The key DATABASE_HOST is missing').waitFor();
  });

  test('says that the server is away, comes back by itself and misses nothing', async () => {
    await playground.post({ channel: 'general' }, { text: 'Before', blocks: [] });
    await log().getByText('Before').waitFor();
    const port = Number(new URL(served.url).port);

    await served.close();
    await page.getByText('The server is away.').waitFor();
    await playground.post({ channel: 'general' }, { text: 'Meanwhile', blocks: [] });
    const again = await serve(port);
    again.host.mount('/', (request, response) => served.hand(request, response));

    await log().getByText('Meanwhile').waitFor();
    await soon(async () => expect(await log().getByText('Before').count()).toBe(1));
    await soon(async () => expect(await page.getByText('The server is away.').count()).toBe(0));
    await again.close();
  });

  test('begins anew with a server that was started anew', async () => {
    await send('/k8sgpt analyze');
    await log().getByText('3 problems, 11 findings').waitFor();

    await playground.stop();
    playground = await start(served);

    await main().getByText('What is wrong in the cluster?').waitFor();
    await send('/k8sgpt analyze');
    await log().getByText('3 problems, 11 findings').waitFor();
  });

  test('shows what a cluster says letter by letter', async () => {
    const hostile = '<img src=x onerror=alert(1)> <script>alert(1)</script> [a](javascript:alert(1)) &amp; **b**';
    await playground.post(
      { channel: 'general' },
      {
        text: hostile,
        blocks: [
          { type: 'text', text: hostile },
          { type: 'table', columns: [{ label: hostile }], rows: [[hostile]] },
          { type: 'text', text: [{ link: 'javascript:alert(1)', label: 'a trap' }] },
          { type: 'actions', actions: [{ label: 'A trap', url: 'javascript:alert(1)' }] },
        ],
      },
    );

    await log().getByText(hostile).first().waitFor();
    await expect.poll(() => log().getByText(hostile).count()).toBe(3);
    await expect.poll(() => log().locator('a, script, img:not(.mark)').count()).toBe(0);
  });

  test('opens links beside the page, copies code and saves files', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: served.url });
    await playground.post({ channel: 'general' }, EXPLANATION);
    await playground.post({ channel: 'general' }, EVERYTHING);

    const link = log().getByRole('link', { name: 'ConfigMaps' });
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toContain('noreferrer');

    await log().getByRole('button', { name: 'Copy' }).click();
    await log().getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('kubectl get configmap settings');

    const saved = page.waitForEvent('download');
    await log().getByRole('button', { name: 'Download report.yaml' }).click();
    expect((await saved).suggestedFilename()).toBe('report.yaml');
    await log().getByText('The whole report').click();
    await log().getByText('apiVersion: v1').waitFor();
  });

  test('keeps the question in view and reads a long answer from its top', async () => {
    await send('/k8sgpt everything');
    await log().getByText('Small print.').waitFor();

    expect(await log().getByText('All that a message can hold').isVisible()).toBe(true);
    const top = await log().evaluate('document.querySelector("[role=log]").getBoundingClientRect().top');
    const asked = await log().getByText('/k8sgpt', { exact: true }).boundingBox();
    expect(asked?.y).toBeGreaterThanOrEqual(Number(top));
    const head = log().getByRole('columnheader', { name: 'Restarts' });
    const before = await head.boundingBox();
    await log()
      .getByRole('region', { name: /^Table/ })
      .evaluate('document.querySelector("section.table").scrollTop = 300');
    expect((await head.boundingBox())?.y).toBe(before?.y);
  });

  test('keeps the theme that was chosen, and follows the system before that', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    await soon(async () => expect(await ground()).not.toBe(light));

    await page.getByRole('button', { name: 'Switch to the light theme' }).click();
    expect(await ground()).toBe(light);
    await page.reload();
    await composer().waitFor();
    expect(await ground()).toBe(light);
    await page.evaluate('localStorage.clear()');
  });

  test('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await playground.post({ channel: 'general' }, EVERYTHING);
    await playground.post({ channel: 'general' }, REPORT);
    await log().getByText('3 problems, 11 findings').waitFor();
    expect(await overflow()).toBe(0);

    const menu = page.getByRole('button', { name: 'Channels' });
    const channel = page.getByRole('button', { name: 'platform' });
    expect(await channel.isVisible()).toBe(false);
    await menu.click();
    await channel.click();
    expect(await channel.isVisible()).toBe(false);
    await main().getByRole('heading', { name: 'platform' }).waitFor();

    await menu.click();
    await page.getByRole('button', { name: 'general' }).click();
    await log().getByRole('button', { name: 'Explain' }).first().click();
    await thread().getByText('The key DATABASE_HOST is missing').waitFor();
    expect(await overflow()).toBe(0);
    expect((await thread().boundingBox())?.width).toBe(390);
    await thread().getByRole('button', { name: 'Close thread' }).click();
    expect(await log().isVisible()).toBe(true);
  });

  test.each(['light', 'dark'] as const)('has no barrier that axe knows of, in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await violations()).toEqual([]);

    await playground.post({ channel: 'shop-oncall' }, { text: 'Digest', blocks: [] });
    await send('/k8sgpt everything');
    await send('/k8sgpt nonsense');
    await send('/k8sgpt analyze');
    await log().getByRole('button', { name: 'Explain' }).first().click();
    await thread().getByText('The key DATABASE_HOST is missing').waitFor();
    expect(await violations()).toEqual([]);

    await composer().fill('/k8sgpt analyze ');
    await page.getByRole('listbox').waitFor();
    expect(await violations()).toEqual([]);

    await composer().press('Escape');
    await log().getByRole('button', { name: 'Change the analysis' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');

    await page.setViewportSize({ width: 390, height: 844 });
    expect(await violations()).toEqual([]);
  });

  test('tells screen readers one line of each new message', async () => {
    await playground.post({ channel: 'general' }, REPORT);

    await soon(async () =>
      expect(await page.getByRole('status').allTextContents()).toContain(`k8sgpt in general: ${REPORT.text}`),
    );
  });
});

/** The pictures in the README; made where they are missing, or asked for. */

const hasFocus = (element: Element) => element === document.activeElement;
