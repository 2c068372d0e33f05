/** A site's past in a real browser: the week is told at a glance, a day opens, every figure opens, in French and in Arabic. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import { buildWeb } from '@cac/web/build.ts';
import type { SiteDayOpened, SiteDaysView } from '@cac/shared/history-api.ts';
import type { Browser } from 'playwright-core';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';
import { json, ROOT, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, launch, missingBrowser, openPage, photograph, settled, speak, type Watched } from './chromium.ts';
import { SITE, tellWeeks, weekOf } from './told-weeks.ts';

const test = suite('browser past');
const WEEK = weekOf(Date.now());

let server: TestServer;
let browser: Browser;
let seen: Watched;
let cookie = '';

const byTestId = (id: string) => seen.page.locator(`[data-testid="${id}"]`);

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await buildWeb(join(ROOT, 'dist', 'web'));
  const dataDir = temporaryDir('browser-past');
  await tellWeeks(dataDir, Date.now());
  [server, browser] = await Promise.all([startTestServer({ dataDir }), launch()]);
  cookie = await server.signIn();
  seen = await openPage(browser, server.base, { cookie });
}

test.before(() => begin().catch((error: unknown) => {
  console.error(error);
  throw error;
}));

test.after(async () => {
  await browser?.close();
  await server?.end();
});

const verdictsOf = async (day: string): Promise<string[]> =>
  (await json<SiteDayOpened>(server, `/api/v1/sites/${SITE}/days/${day}`)).intervals.filter((i) => i.verdict !== 'closed' && i.verdict !== 'connected').map((i) => `${i.verdict} ${i.cause}`);

test.needs(missingBrowser, 'a power cut, a line cut, a late opening and a holiday are told apart', async () => {
  assert.equal(await verdictsOf(WEEK.powerCut), ['cut power']);
  assert.equal(await verdictsOf(WEEK.lineCut), ['no_internet gateway']);
  assert.equal(await verdictsOf(WEEK.lateOpening), ['no_pc since_opening']);
  assert.equal(await verdictsOf(WEEK.ordinary), []);
  const holiday = await json<SiteDayOpened>(server, `/api/v1/sites/${SITE}/days/${WEEK.holiday}`);
  assert.equal([...new Set(holiday.intervals.map((i) => `${i.verdict} ${i.cause}`))], ['closed public_holiday']);
});

test.needs(missingBrowser, 'the panel leads to the past: the bar first, then the days', async () => {
  const { page } = seen;
  await page.goto(`/#/site/${SITE}`);
  await byTestId('to-past').click();
  await byTestId('past-sum').waitFor();
  await settled(page);
  assert.is(await page.locator('.past-row').count(), 90);
  await photograph(page, 'past-fr', true);
  const { sums } = await json<SiteDaysView>(server, `/api/v1/sites/${SITE}/days`);
  assert.is(sums.connMs + sums.discMs + sums.unkMs + sums.offMs, sums.openMs);
});

test.needs(missingBrowser, 'a figure opens to its formula, its parts and what was left out', async () => {
  await byTestId('ratio-service').locator('summary').click();
  const text = await byTestId('ratio-service').innerText();
  assert.match(text, /temps connecté ÷ \(temps d’ouverture − temps inconnu\)/);
  assert.match(text, /Numérateur/);
  await byTestId('ratio-service').locator('summary').click();
});

test.needs(missingBrowser, 'a day opens by the keyboard: what, why, and each PC with its evidence', async () => {
  const { page } = seen;
  const row = byTestId(`day-${WEEK.powerCut}`);
  await row.locator('.past-button').focus();
  await page.keyboard.press('Enter');
  await byTestId('day-opened').locator('table').first().waitFor();
  assert.match(await byTestId('day-opened').innerText(), /coupure de courant : plusieurs PC perdus ensemble/);
  const first = byTestId('machine-day').filter({ hasText: 'PC 1' });
  await first.locator('summary').click();
  assert.match(await first.innerText(), /nouveau démarrage sans arrêt avant lui/);
  await page.locator('.plot canvas').first().waitFor();
  await row.scrollIntoViewIfNeeded();
  await photograph(page, 'past-day-fr', true);
  assert.equal(await accessibilityFaults(page), []);
  assert.match(page.url(), new RegExp(`#/past/${SITE}/${WEEK.powerCut}`));
});

test.needs(missingBrowser, 'availability by region, and from it to a site', async () => {
  const { page } = seen;
  await byTestId('tab-availability').click();
  await byTestId('availability-total').waitFor();
  await settled(page);
  await photograph(page, 'availability-fr');
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('group-by').selectOption('site');
  await byTestId(`group-${SITE}`).locator('a').click();
  await byTestId('past-page').waitFor();
});

test.needs(missingBrowser, 'the same in Arabic, and on a phone', async () => {
  const { page } = seen;
  await page.goto(`/#/past/${SITE}`);
  await speak(page, 'ar');
  await byTestId('past-sum').waitFor();
  await settled(page);
  await photograph(page, 'past-ar');
  const phone = await openPage(browser, server.base, { cookie, phone: true });
  await phone.page.goto(`/#/past/${SITE}/${WEEK.lineCut}`);
  await phone.page.locator('[data-testid="day-opened"] table').first().waitFor();
  await settled(phone.page);
  await photograph(phone.page, 'past-phone-fr');
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} px too wide`);
  assert.equal([...seen.errors, ...phone.errors], []);
});

test.run();
