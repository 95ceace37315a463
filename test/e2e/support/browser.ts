import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';

const ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const ATTEMPTS = 3;
/** A busy machine with cold disks takes some ten seconds. */
const PAGE_TIMEOUT_MS = 60_000;

export interface Browser {
  context: BrowserContext;
  close(): Promise<void>;
}

/** Chromium: `CHROMIUM_PATH`, else `chromium` on the PATH; `undefined` where this machine has none. */
export function findChromium(env = process.env): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const onPath = (env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [env.CHROMIUM_PATH, ...onPath, '/usr/bin/chromium'].find((path) => path && isExecutable(path));
}

/** Starts Chromium with an empty profile. The window has the size of the pictures in the documentation. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium here. Install it, or name it in CHROMIUM_PATH.');
  for (let left = ATTEMPTS; ; left--) {
    const browser = await launch(executablePath);
    if (await opensPages(browser.context)) return browser;
    // Its processes may be beyond answering, so it isn't waited for.
    void browser.close().catch(() => undefined);
    if (left === 1) throw new Error(`Chromium opened no page, ${ATTEMPTS} times.`);
  }
}

async function launch(executablePath: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'k8sgpt-chat-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    timeout: PAGE_TIMEOUT_MS,
    args: ARGS,
    viewport: { width: 1360, height: 860 },
    deviceScaleFactor: 1,
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Whether a first page opens in time: now and then a new Chromium has no process for pages, and never gets one. */
async function opensPages(context: BrowserContext): Promise<boolean> {
  async function open(): Promise<boolean> {
    const page = await context.newPage();
    await page.evaluate('1');
    await page.close();
    return true;
  }
  const tooLate = sleep(PAGE_TIMEOUT_MS, false, { ref: false });
  return Promise.race([open().catch(() => false), tooLate]);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
