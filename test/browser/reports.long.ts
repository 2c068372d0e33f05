/** Reports and the list of work in a real browser: a draft, a month issued and kept, what to visit, values entered by hand; on paper, on a phone, in Arabic. */
import * as assert from 'uvu/assert';
import { dayAfter, localDayOf, weekdayOf } from '@cac/shared/wall-time.ts';
import type { Browser, Page } from 'playwright-core';
import { temporaryDir } from '../databases.ts';
import { siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak, type Watched } from './chromium.ts';
import { until } from '../until.ts';
import { tellWeeks } from './told-weeks.ts';

const test = suite('browser reports');
const DECLARED_AT = Date.UTC(2026, 2, 3);

let server: TestServer;
let browser: Browser;
let seen: Watched;
let cookie = '';

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const byTestId = (id: string) => on(seen.page, id);

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  const dataDir = temporaryDir('browser-reports');
  // The whole of last month is told, whatever day it is today.
  await tellWeeks(dataDir, Date.now(), 62);
  [server, browser] = await Promise.all([startTestServer({ dataDir }), launch()]);
  for (const [id, name] of [['RAB-21', 'Maison de jeunes de Témara'], ['RAB-22', 'Foyer de jeunes filles de Salé']] as const) {
    await json(server, '/api/v1/sites', siteDraft(id, { name, declaredConnectedAt: DECLARED_AT, declaredSource: 'circulaire 12/2026', dutyPhone: '0537 00 00 00' } as never));
  }
  cookie = await server.signIn();
  seen = await openPage(browser, server.base, { cookie });
}

test.before(begin);

test.after(async () => {
  await browser?.close();
  await server?.end();
});

test.needs(missingBrowser, 'the running month is a draft that cannot be issued, with every figure of its parts', async () => {
  const { page } = seen;
  await page.goto('/#/reports');
  await byTestId('report-sheet').waitFor();
  const months = await byTestId('report-month').locator('option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  await byTestId('report-month').selectOption(months[0]!);
  await page.locator('[data-testid="report-CAC"]').waitFor();
  await settled(page);
  assert.match(await byTestId('report-CAC').innerText(), /400/);
  assert.ok(await byTestId('issue').isDisabled());
  assert.match(await byTestId('report-sheet').innerText(), /Règle « en service »/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'report-draft-fr');
});

test.needs(missingBrowser, 'a month that is over is issued after a question, and kept with its number and digest', async () => {
  const { page } = seen;
  const months = await byTestId('report-month').locator('option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  await byTestId('report-month').selectOption(months[1]!);
  await page.locator('[data-testid="issue"]:not([disabled])').click();
  await byTestId('confirm-act').click();
  await byTestId('report-number').waitFor();
  assert.match(await byTestId('report-number').innerText(), /1/);
  assert.match(await page.locator('.digest code').innerText(), /^[0-9a-f]{64}$/);
  await byTestId('revised-none').waitFor();
  assert.match(page.url(), /#\/reports\/1/);
  await byTestId('reports-back').click();
  await byTestId('issued-line').waitFor();
  assert.is(await byTestId('issued-line').count(), 1);
});

test.needs(missingBrowser, 'a holiday announced for that month afterwards marks the report as revised: which figures, why, by whom', async () => {
  const { page } = seen;
  const thisMonth = localDayOf(Date.now()).slice(0, 7);
  let day = dayAfter(`${thisMonth}-01`, -1);
  while (weekdayOf(day) > 5) day = dayAfter(day, -1);
  await json(server, '/api/v1/calendar/rules', { scope: { kind: 'national', id: '' }, from: day, to: day, effect: 'closed', hours: [], why: 'public_holiday', label: { fr: 'Jour chômé', ar: 'يوم عطلة' }, confirmed: true, source: 'décret' });
  await until('the report reads as revised', async () => (await json<{ revisions: unknown[] }>(server, '/api/v1/reports/1')).revisions.length > 0, 30_000);
  await byTestId('issued-line').click();
  await byTestId('revised').waitFor();
  const text = await byTestId('revised').innerText();
  assert.match(text, /Jour chômé|calendrier/i);
  assert.match(text, /admin/);
  await page.locator('[data-testid="revised"] summary').click();
  assert.ok((await page.locator('[data-testid="revised"] tbody tr').count()) > 0);
  assert.equal(await accessibilityFaults(page), []);
  await page.evaluate(() => scrollTo(0, 0));
  await photograph(page, 'report-revised-fr');
  await page.goBack();
});

test.needs(missingBrowser, 'on paper a report stands without the page around it', async () => {
  const { page } = seen;
  await byTestId('issued-line').click();
  await byTestId('report-number').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.not.ok(await page.locator('.header').isVisible());
  assert.ok(await byTestId('report-sheet').isVisible());
  await photograph(page, 'report-print-fr', true);
  await speak(page, 'ar').catch(() => {});
  await page.emulateMedia({ media: 'screen' });
});

test.needs(missingBrowser, 'whom to visit and why, by region, with the telephone of the function', async () => {
  const { page } = seen;
  await page.goto('/#/work');
  await byTestId('work-page').waitFor();
  await speak(page, 'fr');
  await byTestId('work-item').first().waitFor();
  const text = await byTestId('work-page').innerText();
  assert.match(text, /Maison de jeunes de Témara/);
  assert.match(text, /aucun agent n’a jamais répondu/);
  assert.match(text, /0537 00 00 00/);
  await byTestId('work-region').selectOption('MA-06');
  await byTestId('work-none').waitFor();
  await byTestId('work-region').selectOption('MA-04');
  await byTestId('work-item').first().waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'work-fr');
});

test.needs(missingBrowser, 'a report and the list of work are legible on a phone and in Arabic', async () => {
  for (const language of ['fr', 'ar'] as const) {
    const { page, context } = await openPage(browser, server.base, { phone: true, language, cookie });
    await page.goto('/#/reports/1');
    await on(page, 'report-sheet').waitFor();
    await settled(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), language);
    await photograph(page, `phone-report-${language}`);
    await page.goto('/#/work');
    await on(page, 'work-item').first().waitFor();
    assert.equal(await accessibilityFaults(page), [], language);
    await photograph(page, `phone-work-${language}`);
    await context.close();
  }
  const { page, context } = await openPage(browser, server.base, { language: 'ar', cookie });
  await page.goto('/#/reports/1');
  await on(page, 'report-sheet').waitFor();
  await page.emulateMedia({ media: 'print' });
  await photograph(page, 'report-print-ar');
  await context.close();
});

test.run();
