import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silent } from '../../src/log.ts';
import type { Block, Message, Step } from '../../src/message.ts';
import type { Growing, Place, Platform } from '../../src/platform.ts';
import { createPlayground } from '../../src/platforms/playground/index.ts';
import { COMMANDS, FILTERS } from '../platforms/playground/samples.ts';
import { type Served, serve } from '../platforms/playground/support.ts';
import { soon } from '../support/soon.ts';
import { type Browser, findChromium, launchBrowser } from './support/browser.ts';

const paragraph = (name: string): Block => ({
  type: 'text',
  text: `${name}: ${'what there is to say of it '.repeat(20)}`,
});

describe.skipIf(!findChromium())(
  'answers that grow, in Chromium (needs CHROMIUM_PATH, or chromium on the PATH)',
  () => {
    let browser: Browser;
    let served: Served;
    let playground: Platform;
    let page: Page;
    let place: Place;

    beforeAll(async () => {
      browser = await launchBrowser();
      browser.context.setDefaultTimeout(20_000);
    });

    afterAll(() => browser?.close());

    beforeEach(async () => {
      served = await serve();
      playground = createPlayground({
        http: served.host,
        log: silent,
        commands: COMMANDS,
        filters: FILTERS,
        cluster: 'sample',
      });
      await playground.start({ command: async () => {}, reply: async () => {}, form: () => undefined });
      page = await browser.context.newPage();
      await page.goto(served.url);
      place = (await playground.post({ channel: 'general' }, { text: 'A report', blocks: [] })).place;
      await playground.post(place, { text: 'An explanation', blocks: [] });
      await page.getByRole('button', { name: '1 reply' }).click();
      await thread().getByText('An explanation').waitFor();
    });

    afterEach(async () => {
      await page.close();
      await playground.stop();
      await served.close();
    });

    const thread = () => page.getByRole('complementary', { name: 'Thread' });
    const log = () => thread().getByRole('log');
    const scrollTop = () => log().evaluate((element) => element.scrollTop);
    const toEnd = () => log().evaluate((element) => element.scrollTo(0, element.scrollHeight));
    const below = () =>
      log().evaluate((element) => Math.round(element.scrollHeight - element.clientHeight - element.scrollTop));
    const plan = (steps: Step[]): Message => ({
      text: 'Looking',
      blocks: [{ type: 'steps', title: 'The plan', steps }],
    });

    async function begin(): Promise<Growing> {
      const growing = await playground.grow(place, { text: 'An answer', blocks: [paragraph('First')] }, 'you');
      await log().getByText('First:').waitFor();
      return growing;
    }

    async function append(growing: Growing, ...names: string[]): Promise<void> {
      await growing.append(names.map(paragraph));
      await log()
        .getByText(`${names.at(-1)}:`)
        .waitFor();
    }

    test('steps go on in place, and are told as they do', async () => {
      const posted = await playground.post(place, plan([{ label: 'Read the logs', state: 'running' }]));
      const step = log().getByRole('listitem').filter({ hasText: 'Read the logs' });
      await step.getByText('running:').waitFor();
      const element = await step.elementHandle();

      await playground.update(posted, plan([{ label: 'Read the logs', state: 'done', result: '12 lines' }]));
      await step.getByText('12 lines').waitFor();

      expect(await step.textContent()).toBe('done: Read the logs12 lines');
      expect(await element?.evaluate((one) => one.isConnected)).toBe(true);
      expect(await log().getByRole('list').getAttribute('aria-live')).toBe('polite');
    });

    test('an answer is read from its top while it grows, and ends with a word to screen readers', async () => {
      const growing = await begin();
      await thread().getByText('still being written').waitFor();
      await append(growing, 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth');
      const top = await scrollTop();

      await append(growing, 'Seventh');
      expect(await scrollTop()).toBe(top);
      expect(await log().getByText('First:').isVisible()).toBe(true);
      await growing.finish([]);

      await expect.poll(() => thread().getByText('still being written').count()).toBe(0);
      await soon(async () =>
        expect(await page.getByRole('status').allTextContents()).toContain(
          'k8sgpt in a thread of general: the answer is complete.',
        ),
      );
    });

    test('who has gone on to its end stays there, and who reads elsewhere is left alone', async () => {
      const growing = await begin();
      await append(growing, 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth');

      await toEnd();
      await append(growing, 'Seventh', 'Eighth');
      await expect.poll(below).toBeLessThan(24);

      await log().evaluate((element) => element.scrollBy(0, -200));
      const elsewhere = await scrollTop();
      await append(growing, 'Ninth');
      expect(await scrollTop()).toBe(elsewhere);
    });

    test('what is typed meanwhile, and where the focus is, stays', async () => {
      const growing = await begin();
      await growing.append([{ type: 'actions', actions: [{ label: 'Again', run: 'again' }] }]);
      const composer = thread().getByRole('textbox');
      await composer.pressSequentially('and wh');
      await append(growing, 'Second');
      await page.keyboard.type('y?');
      expect(await composer.inputValue()).toBe('and why?');

      const button = log().getByRole('button', { name: 'Again' });
      await button.focus();
      await append(growing, 'Third');

      expect(await button.evaluate((one) => one.matches(':focus'))).toBe(true);
    });

    test.each(['light', 'dark'] as const)('has no barrier that axe knows of, in the %s theme', async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await playground.post(
        place,
        plan([
          { label: 'Read the logs', state: 'done', result: '12 lines' },
          { label: 'Ask Prometheus', state: 'failed', result: 'not there' },
          { label: 'Look at the node', state: 'running' },
          { label: 'Compare', state: 'waiting' },
        ]),
      );
      const growing = await begin();
      await growing.append([{ type: 'text', text: ['It is ', { unverified: 'gone' }, '.'] }]);
      await log().getByText('gone').waitFor();

      await page.evaluate(axe.source);
      const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;

      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    });
  },
);
