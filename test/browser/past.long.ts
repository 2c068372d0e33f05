/** A site's past in a real browser: the week is told at a glance, a day opens, every figure opens, in French and in Arabic. */
import * as assert from 'uvu/assert';
import type { SiteDayOpened, SiteDaysView } from '@cac/shared/history-api.ts';
import type { Browser } from 'playwright-core';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak, type Watched } from './chromium.ts';
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
  await builtPages();
  const dataDir = temporaryDir('browser-past');
  await tellWeeks(dataDir, Date.now());
  [server, browser] = await Promise.all([startTestServer({ dataDir }), launch()]);
  cookie = await server.signIn();
  seen = await openPage(browser, server.base, { cookie });
}

test.before(begin);

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
  assert.match(await byTestId('day-opened').innerText(), /coupure de courant\s: plusieurs PC perdus ensemble/);
  const first = byTestId('machine-day').filter({ hasText: 'PC 1' });
  await first.locator('summary').click();
  assert.match(await first.innerText(), /nouveau démarrage sans arrêt avant lui/);
  await page.locator('.plot canvas').first().waitFor();
  await row.scrollIntoViewIfNeeded();
  await photograph(page, 'past-day-fr', true);
  assert.equal(await accessibilityFaults(page), []);
  assert.match(page.url(), new RegExp(`#/past/${SITE}/${WEEK.powerCut}`));
  await byTestId('day-charts').scrollIntoViewIfNeeded();
  await byTestId('day-charts').evaluate((charts) => charts.scrollIntoView({ block: 'start' }));
  await photograph(page, 'past-charts-fr');
});

test.needs(missingBrowser, 'availability by region, and from it to a site', async () => {
  const { page } = seen;
  await byTestId('tab-availability').click();
  await byTestId('availability-total').waitFor();
  await settled(page);
  await photograph(page, 'availability-fr');
  assert.equal(await accessibilityFaults(page), []);
});

test.needs(missingBrowser, 'a region opens to its sites, with a way back; a site opens to its past', async () => {
  const { page } = seen;
  await byTestId('group-MA-04').getByRole('button').click();
  await byTestId(`group-${SITE}`).waitFor();
  assert.match(page.url(), /region=MA-04/);
  assert.is(await page.evaluate('document.activeElement.tagName'), 'H1');
  await photograph(page, 'availability-sites-fr');
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('line-back').click();
  await byTestId('group-MA-04').waitFor();
  assert.not.match(page.url(), /region=/);
  for (const by of ['province', 'zone', 'programme', 'day']) {
    await byTestId('group-by').selectOption(by);
    await page.locator('.availability-table .link').first().click();
    await byTestId(`group-${SITE}`).waitFor();
    await byTestId('line-back').click();
  }
  await byTestId('group-by').selectOption('site');
  await byTestId(`group-${SITE}`).locator('a').click();
  await byTestId('past-page').waitFor();
});

test.needs(missingBrowser, 'where nothing was measured the page says so', async () => {
  await seen.page.goto('/#/availability?programme=GENIE');
  await byTestId('availability-nothing').waitFor();
});

test.needs(missingBrowser, 'the same in Arabic: the page turns round, time does not', async () => {
  const { page } = seen;
  await page.goto(`/#/past/${SITE}`);
  await speak(page, 'ar');
  await byTestId('past-sum').waitFor();
  await photograph(page, 'past-ar');
  await page.goto(`/#/past/${SITE}/${WEEK.powerCut}`);
  await page.locator('.plot canvas').first().waitFor();
  await byTestId('machine-day').first().locator('summary').click();
  await byTestId(`day-${WEEK.powerCut}`).evaluate((row) => row.scrollIntoView({ block: 'start' }));
  await photograph(page, 'past-day-ar');
  await byTestId('day-charts').evaluate((charts) => charts.scrollIntoView({ block: 'start' }));
  await photograph(page, 'past-charts-ar');
  await page.goto('/#/availability');
  await byTestId('availability-total').waitFor();
  await byTestId('ratio-link').locator('summary').click();
  await photograph(page, 'availability-ar');
  assert.equal(await accessibilityFaults(page), []);
  assert.equal(seen.errors, []);
});

for (const language of ['fr', 'ar'] as const) {
  test.needs(missingBrowser, `on a phone everything fits (${language})`, async () => {
    const phone = await openPage(browser, server.base, { cookie, phone: true, language });
    const { page } = phone;
    const shoot = async (name: string): Promise<void> => {
      await settled(page);
      const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('.past-page')].map((box) => box.scrollWidth - box.clientWidth)));
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      await photograph(page, `${name}-${language}`);
      assert.equal(await accessibilityFaults(page), [], name);
    };
    await page.goto(`/#/site/${SITE}`);
    await page.locator('[data-testid="open-now"]').waitFor();
    await photograph(page, `phone-panel-past-${language}`);
    await page.goto(`/#/past/${SITE}`);
    await page.locator('[data-testid="past-sum"]').waitFor();
    await shoot('past-phone-top');
    await page.goto(`/#/past/${SITE}/${WEEK.lineCut}`);
    await page.locator('.plot canvas').first().waitFor();
    await page.locator('[data-testid="machine-day"] summary').first().click();
    await page.locator(`[data-testid="day-${WEEK.lineCut}"]`).evaluate((row) => row.scrollIntoView({ block: 'start' }));
    await shoot('past-phone');
    await page.locator('[data-testid="day-charts"]').evaluate((charts) => charts.scrollIntoView({ block: 'start' }));
    await shoot('past-phone-charts');
    await page.goto('/#/availability');
    await page.locator('[data-testid="availability-total"]').waitFor();
    await page.locator('.availability-table').evaluate((table) => table.scrollIntoView({ block: 'end' }));
    // Nothing but the table's own box scrolls sideways.
    await shoot('availability-phone');
    assert.equal(phone.errors, []);
    await phone.context.close();
  });
}

test.run();
