/** A real browser: found on this machine, driven by playwright-core; what it says and where it goes is written down. */
import axe from 'axe-core';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { buildWeb } from '@cac/web/build.ts';
import { ROOT } from '../running-server.ts';
import { smallPng } from './small-png.ts';

const CANDIDATES = [process.env['CHROME_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executable = CANDIDATES.find((path) => path !== undefined && existsSync(path));

/** Why no browser test can run here; null when they can. */
export const missingBrowser = executable === undefined ? 'no Chromium found: install one, or say where it is in CHROME_PATH' : null;

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executable!, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync'] });

/** The pages of this working copy, where servers look for them. A run of many suites has built them before the first. */
export const builtPages = (): Promise<void> => (process.env['PAGES_BUILT'] === '1' ? Promise.resolve() : buildWeb(join(ROOT, 'dist', 'web')));

export const WIDE = { width: 1366, height: 768 } as const;
export const PHONE = { width: 390, height: 844 } as const;

export interface Watched {
  context: BrowserContext;
  page: Page;
  /** Errors on the console and in scripts, the Content-Security-Policy's refusals among them. */
  errors: string[];
  /** Hosts other than the server's that the page asked for. */
  strangers: string[];
}

/** `cookie`: already signed in with it. */
export async function openPage(browser: Browser, base: string, { phone = false, language = 'fr', cookie = '' } = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: phone ? PHONE : WIDE, hasTouch: phone, isMobile: phone, deviceScaleFactor: 1, locale: language, baseURL: base, reducedMotion: 'reduce' });
  const [name = '', value = ''] = cookie.split('=');
  if (name !== '') await context.addCookies([{ name, value, url: base }]);
  // tsx names functions by a helper of its own, which functions sent to the page take with them.
  await context.addInitScript('globalThis.__name = (named) => named');
  const page = await context.newPage();
  const errors: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && new URL(request.url()).host !== new URL(base).host) strangers.push(request.url());
  });
  page.setDefaultTimeout(15_000);
  return { context, page, errors, strangers };
}

interface Violation {
  id: string;
  impact: string | null;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** Serious and critical accessibility faults, one line each. Injected beside the page's policy, which stays as it is. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Runtime.evaluate', { expression: axe.source });
  const { result } = await tools.send('Runtime.evaluate', { expression: `axe.run().then((found) => JSON.stringify(found.violations))`, awaitPromise: true });
  await tools.detach();
  const violations = JSON.parse(String(result.value)) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n').at(-1)?.trim() ?? ''}`));
}

const OUT = join(ROOT, 'test', 'out');

/** Into test/out/; those that the README shows also into docs/screenshots/ when UPDATE_SCREENSHOTS=1. */
export async function photograph(page: Page, name: string, shownInReadme = false): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  await settled(page);
  const file = join(OUT, `${name}.png`);
  await page.screenshot({ path: file });
  if (!shownInReadme || process.env['UPDATE_SCREENSHOTS'] !== '1') return;
  const folder = join(ROOT, 'docs', 'screenshots');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), smallPng(readFileSync(file)));
}

/** Signs in through the page. */
export async function signInByHand(page: Page, name: string, password: string): Promise<void> {
  await page.locator('input[name="name"]').fill(name);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('[data-testid="sign-in-form"] button.primary').click();
}

/** Turns the page to a language, and waits until it is drawn in it. */
export async function speak(page: Page, language: 'fr' | 'ar' | 'en'): Promise<void> {
  await page.locator(`[data-language="${language}"]`).click();
  await page.locator(`html[lang="${language}"]`).waitFor();
  await page.mouse.move(0, 0);
  await settled(page);
}

/** Two frames later: what was to be drawn is drawn. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 150)))));
