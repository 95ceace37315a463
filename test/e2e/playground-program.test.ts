import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, findChromium, launchBrowser } from './support/browser.ts';

const PICTURES = { light: 'docs/playground-light.png', dark: 'docs/playground-dark.png' } as const;

describe.skipIf(!findChromium())(
  'the program’s playground in Chromium (needs CHROMIUM_PATH, or chromium on the PATH)',
  () => {
    let browser: Browser;
    let page: Page;
    let program: Program;

    beforeAll(async () => {
      program = await startProgram();
      browser = await launchBrowser();
      browser.context.setDefaultTimeout(20_000);
      page = await browser.context.newPage();
      await page.goto(program.url);
    });

    afterAll(async () => {
      await browser?.close();
      await program?.stop();
    });

    const log = () => page.getByRole('region', { name: /^Channel/ }).getByRole('log');
    const thread = () => page.getByRole('complementary', { name: 'Thread' });
    const answer = () => thread().locator('.entry').last();
    const card = () => log().getByRole('article').filter({ hasText: 'memory' }).first();

    test('analyzes the sample cluster, and explains its incidents in the thread', async () => {
      await page.getByRole('textbox').pressSequentially('/k8sgpt ana');
      await page.getByRole('option', { name: 'analyze', selected: true }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: /^Pod / }).waitFor();
      await page.keyboard.press('Enter');

      await card().waitFor();
      await log()
        .getByRole('button', { name: /^\d+ repl/ })
        .click();
      await thread()
        .getByRole('heading', { name: await titleOf(card()) })
        .waitFor();
    });

    test('answers a question in the thread', async () => {
      await thread().getByRole('textbox').fill('show me the logs of the previous run');
      await page.keyboard.press('Enter');
      await answer().getByText('--previous').waitFor();
    });

    test.each(['light', 'dark'] as const)('looks as the README shows it, in the %s theme', async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await answer().evaluate((element) => element.scrollIntoView({ block: 'end' }));
      await log()
        .getByText('/k8sgpt', { exact: true })
        .evaluate((element) => element.scrollIntoView({ block: 'center' }));
      await page.evaluate('document.fonts.ready');
      expect(await page.evaluate('document.fonts.check("15px Inter") && innerWidth')).toBe(1360);

      const file = PICTURES[colorScheme];
      if (existsSync(file) && process.env.UPDATE_SCREENSHOTS !== '1') return;
      await mkdir('docs', { recursive: true });
      await page.screenshot({ path: file });
      expect((await stat(file)).size).toBeLessThan(400_000);
    });

    test('answers the buttons of a report', async () => {
      const before = await thread().locator('.entry').count();
      await card().getByRole('button', { name: 'Explain' }).click();
      await thread().locator('.entry').nth(before).waitFor();

      await log().getByRole('button', { name: 'Pick filters' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Node', { exact: true }).check();
      await dialog.getByRole('button', { name: 'Analyze' }).click();
      await thread()
        .locator('.entry')
        .nth(before + 1)
        .getByRole('article')
        .first()
        .waitFor();
    });
  },
);

async function titleOf(card: Locator): Promise<string> {
  return (await card.getByRole('heading').textContent()) ?? '';
}

interface Program {
  url: string;
  stop(): Promise<void>;
}

/** The program over the bundled sample cluster, as `npm start -- --sample` runs it. */
async function startProgram(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'k8sgpt-chat-e2e-'));
  const { PATH, HOME } = process.env;
  const program = spawn(process.execPath, ['src/main.ts', '--sample'], {
    env: { PATH, HOME, PORT: '0', DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => program.once('exit', () => resolve()));
  let said = '';
  program.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    program.stdout.on('data', (chunk) => {
      said += chunk;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (address) resolve(address);
    });
    void ended.then(() => reject(new Error(`The program ended: ${said}`)));
  });
  return {
    url,
    async stop() {
      program.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
