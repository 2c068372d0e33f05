/** The registry in a real browser: a file looked at, put right, imported and taken back; a site edited with its history; communes; Arabic; a phone. */
import * as assert from 'uvu/assert';
import type { Site } from '@cac/shared/api.ts';
import type { Browser, Page } from 'playwright-core';
import { temporaryDir } from '../databases.ts';
import { siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { defectiveRows, goodRows, windows1252 } from '../office-file.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, speak, type Watched } from './chromium.ts';

const test = suite('browser registry');
let server: TestServer;
let browser: Browser;
let seen: Watched;

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const byTestId = (id: string) => on(seen.page, id);

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  [server, browser] = await Promise.all([startTestServer({ dataDir: temporaryDir('browser-registry') }), launch()]);
  await json(server, '/api/v1/sites', siteDraft('OLD-1', { name: 'Maison de jeunes de Salé', province: 'MA-SAL' as never, lat: 34.04, lon: -6.8 }));
  seen = await openPage(browser, server.base, { cookie: await server.signIn() });
}

// uvu says nothing of what a hook throws.
test.before(begin);

test.after(async () => {
  await browser?.close();
  await server?.end();
});

const choose = (name: string, bytes: Uint8Array): Promise<void> => seen.page.locator('[name="import-file"]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(bytes) });
const sites = async (): Promise<number> => (await json<{ items: Site[] }>(server, '/api/v1/sites?limit=500')).items.filter(({ kind }) => kind !== 'local').length;

test.needs(missingBrowser, 'an office file with defects is read, and each is said in its cell; it is not imported', async () => {
  const { page } = seen;
  await page.goto('/#/map');
  await byTestId('tab-registry').click();
  await byTestId('registry').waitFor();
  await choose('centres.csv', windows1252(defectiveRows()));
  await byTestId('findings').waitFor();
  await byTestId('finding').first().waitFor();
  await page.getByText('n’est pas une zone de densité').waitFor();
  await byTestId('show-warning').click();
  assert.is(await page.locator('[data-testid="finding"][data-code="bad_zone"]').count(), 0);
  assert.is(await byTestId('import-act').isDisabled(), true);
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('show-all').click();
  await photograph(page, 'registry-findings-fr');
});

test.needs(missingBrowser, 'a good file is imported after a question, a column can be left out, and the import is taken back', async () => {
  const { page } = seen;
  const before = await sites();
  await choose('bons.csv', windows1252(goodRows(12)));
  await page.locator('[data-testid="would-change"][data-added="12"]').waitFor();
  const carrier = page.locator('select[aria-label^="Opérateur:"]');
  if (!(await carrier.isVisible())) await page.locator('details.import-part summary').click();
  await carrier.selectOption('');
  await page.locator('[data-testid="import-phase"]:empty').waitFor({ state: 'attached' });
  await photograph(page, 'registry-preview-fr');
  await byTestId('import-act').click();
  await byTestId('confirm-act').click();
  await byTestId('imported').waitFor();
  assert.is(await sites(), before + 12);
  assert.is((await json<Site>(server, '/api/v1/sites/RAB-0003')).carrier, null);
  await byTestId('import-undo').click();
  await byTestId('confirm-act').click();
  await byTestId('import-undo').waitFor({ state: 'detached' });
  assert.is(await sites(), before);
});

test.needs(missingBrowser, 'a site is edited on its panel, and its history says who changed which field', async () => {
  const { page } = seen;
  await page.goto('/#/site/OLD-1');
  await byTestId('site-edit-open').click();
  const field = (name: string) => page.locator(`[data-testid="site-edit"] [name="${name}"]`);
  await field('nameAr').fill('دار الشباب سلا');
  await field('carrier').fill('Itissalat');
  await field('contractedMbps').fill('12,5');
  await field('commune').fill('99.999.99');
  await photograph(page, 'registry-edit-fr');
  await byTestId('site-edit-save').click();
  await page.getByText('Commune inconnue').waitFor();
  await field('commune').fill('Bettana');
  await byTestId('site-edit-save').click();
  await byTestId('site-edit').waitFor({ state: 'detached' });
  const site = await json<Site>(server, '/api/v1/sites/OLD-1');
  assert.equal([site.nameAr, site.carrier, site.contractedMbps, site.commune, site.lat], ['دار الشباب سلا', 'Itissalat', 12.5, 'Bettana', 34.04]);
  await byTestId('site-history-open').click();
  await page.locator('[data-testid="site-change"][data-act="edit"]').getByText('Itissalat').waitFor();
  assert.equal(await accessibilityFaults(page), []);
});

test.needs(missingBrowser, 'a commune and a programme are added by hand', async () => {
  const { page } = seen;
  await page.goto('/#/registry');
  await byTestId('commune-add').click();
  for (const [name, value] of [['code', '04.441.01'], ['nameFr', 'Bettana'], ['nameAr', 'بطانة'], ['households', '25 000'], ['year', '2014'], ['source', 'RGPH 2014']]) await page.locator(`[data-testid="commune-form"] [name="${name}"]`).fill(value!);
  await page.locator('[data-testid="commune-form"] [name="province"]').selectOption('MA-SAL');
  await byTestId('commune-save').click();
  await page.locator('[data-testid="commune"][data-code="04.441.01"]').waitFor();
  await byTestId('programme-add').click();
  for (const [name, value] of [['code', 'PLAN-2'], ['fr', 'Plan suivant'], ['ar', 'المخطط القادم'], ['en', 'Next plan']]) await page.locator(`[data-testid="programme-form"] [name="${name}"]`).fill(value!);
  await byTestId('programme-save').click();
  await page.getByText('Plan suivant').waitFor();
});

test.needs(missingBrowser, 'the same page in Arabic, and on a phone', async () => {
  const { page } = seen;
  await speak(page, 'ar');
  await page.locator('h1', { hasText: 'السجل' }).waitFor();
  await choose('centres.csv', windows1252(defectiveRows()));
  await byTestId('finding').first().waitFor();
  await photograph(page, 'registry-ar');
  await page.setViewportSize({ width: 390, height: 844 });
  await photograph(page, 'registry-phone-ar');
  assert.is(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  // A refusal (the unknown commune) is no error of the page.
  assert.equal([...seen.errors.filter((text) => !text.includes('400')), ...seen.strangers], []);
});

test.run();
