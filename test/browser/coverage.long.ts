/** Coverage in a real browser: the page and its file on a fresh server, then a country with communes: layers, their legend and table, filters, search. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import { SiteDraft } from '@cac/shared/api.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { demoCommuneDrafts } from '@cac/seeds/demo-communes.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { openStore } from '@cac/server/store/store.ts';
import { addCommunes } from '@cac/server/usecases/add-communes.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import type { Browser, Page } from 'playwright-core';
import * as v from 'valibot';
import { temporaryDir } from '../databases.ts';
import { ADMIN } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { ROOT, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak, type Watched } from './chromium.ts';

const test = suite('browser coverage');
const NOW = Date.now();
const YESTERDAY = dayAfter(localDayOf(NOW), -1);

let fresh: TestServer;
let country: TestServer;
let browser: Browser;
let seen: Watched;
let cookie = '';

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const byTestId = (id: string) => on(seen.page, id);

/** All centres and some schools of the demonstration, with its communes; of the centres declared connected one in three is in service. */
async function prepare(): Promise<string> {
  const dataDir = temporaryDir('browser-coverage');
  const store = await openStore({ dataDir });
  await loadReference(store, join(ROOT, 'seeds'), NOW);
  const { communes, sites } = demoRegistry(1);
  await addCommunes(store, ADMIN, demoCommuneDrafts(communes, 1), true, NOW);
  const drafts = sites.slice(0, 1_600).map((site) => v.parse(SiteDraft, site));
  await addSites(store, ADMIN, drafts, { many: true, demo: true }, NOW);
  for (const [i, { id, declaredConnectedAt }] of drafts.entries()) {
    if (declaredConnectedAt === null || i % 3 > 0) continue;
    await store.db.updateTable('sites').set({ proven_rung: 3, proven_on: YESTERDAY, rolled_to: YESTERDAY }).where('id', '=', id).execute();
  }
  const areas = new Map(drafts.map((site) => [`${site.province} ${site.programme} ${site.zone}`, site]));
  await store.db
    .insertInto('area_days')
    .values([...areas.values()].map((site, i) => ({ day: YESTERDAY, region: site.region, province: site.province!, zone: site.zone!, programme: site.programme!, assumed: 0, open_ms: 36e6, conn_ms: 36e5 * (i % 10), disc_ms: 0, unk_ms: 36e5, off_ms: 0, excluded_ms: 0, provisional_ms: 0, sites: 1, reporting: 1, in_service: 0 })))
    .execute();
  await store.close();
  return dataDir;
}

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  const dataDir = await prepare();
  [fresh, country, browser] = await Promise.all([startTestServer(), startTestServer({ dataDir, demo: true }), launch()]);
  cookie = await country.signIn();
  seen = await openPage(browser, country.base, { cookie });
}
test.before(begin);
test.after(async () => {
  await browser?.close();
  await Promise.all([fresh?.end(), country?.end()]);
});

test.needs(missingBrowser, 'a fresh server’s page shows the plan’s own figures, what is not known, and what to import for it', async () => {
  const { page, context, errors } = await openPage(browser, fresh.base, { cookie: await fresh.signIn() });
  await page.goto('/#/coverage');
  await on(page, 'plan-dense').waitFor();
  const text = async (id: string): Promise<string> => (await on(page, id).innerText()).replaceAll(/[\s\u202f\u00a0]+/g, ' ');
  for (const [id, figures] of [
    ['plan-dense', '2 500 000 14 % 70 % 20 % 2 150 000'],
    ['plan-moderate', '1 400 000 7 % 60 % 12 % 1 302 000'],
    ['plan-grey-white', '2 100 000 0 % 40 % 0 % 2 100 000'],
    ['plan-country', '6 000 000 8 % 57 % 14 % 5 552 000'],
    ['plan-C', '3 000 à 8 000 1 000 000 15 % 15 % 0 % 15 % 90 % 17 % 850 000'],
    ['plan-E', 'moins de 3 000 2 400 000 0 % 0 % 0 % 0 % 35 % 0 % 2 400 000'],
  ] as const) assert.ok((await text(id)).includes(figures), `${id}: ${await text(id)}`);
  assert.match(await page.locator('.coverage-origin').first().innerText(), /Estimation propre au plan, mars 2008/);
  await on(page, 'coverage-no-communes').waitFor();
  assert.is(await on(page, 'cells').count(), 0, 'our estimate is off');
  await on(page, 'cells-switch').click();
  await on(page, 'cells').waitFor();
  assert.match(await page.locator('.coverage-card').last().innerText(), /Notre estimation, pas un chiffre du plan/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'coverage-fresh-fr');
  const [download] = await Promise.all([page.waitForEvent('download'), on(page, 'coverage-csv').click()]);
  assert.match(download.suggestedFilename(), /^couverture-.*\.csv$/);
  assert.equal(errors, []);
  await context.close();
});

test.needs(missingBrowser, 'with communes the two coverages stand side by side, by region and province', async () => {
  const { page } = seen;
  await page.goto('/#/coverage');
  await byTestId('coverage-declared').waitFor();
  const share = async (which: string): Promise<number> => Number(/(\d+)/.exec(await byTestId(`coverage-${which}`).locator('strong').innerText())![1]);
  const [declared, proven] = [await share('declared'), await share('proven')];
  assert.ok(declared > proven && proven > 0, `${declared} ${proven}`);
  await byTestId('areas-byProvince').click();
  await byTestId('area-MA-RAB').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'coverage-fr', true);
  await byTestId('coverage-two-figures').scrollIntoViewIfNeeded();
  await photograph(page, 'coverage-two-fr');
});

const LAYERS = ['zones', 'csp', 'difference'] as const;
const SHOWN: ReadonlySet<string> = new Set(LAYERS);

test.needs(missingBrowser, 'layers: each with its legend, year and table', async () => {
  const { page } = seen;
  await page.goto('/#/map');
  for (const layer of [...LAYERS, 'poor', 'declared', 'proven', 'gap', 'availability'] as const) {
    await byTestId('layer-choice').selectOption(layer);
    await page.locator('.scale').waitFor();
    await settled(page);
    await photograph(page, `map-${layer}-fr`, SHOWN.has(layer));
  }
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('layer-choice').selectOption('difference');
  assert.match(await byTestId('layer-legend').innerText(), /2008/);
  await byTestId('layer-table-open').focus();
  await page.keyboard.press('Enter');
  await byTestId('layer-table').waitFor();
  assert.match(await byTestId('layer-table').innerText(), /Rabat/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'layer-table-fr');
  await page.keyboard.press('Escape');
  await byTestId('level-commune').click();
  await settled(page);
  await photograph(page, 'map-difference-communes-fr');
  await byTestId('level-region').click();
  await settled(page);
  await photograph(page, 'map-difference-regions-fr');
  await byTestId('level-province').click();
  await byTestId('layer-choice').selectOption('none');
  for (const by of ['stage', 'programme'] as const) {
    await byTestId('coloured-by').selectOption(by);
    await page.locator('.looks').waitFor();
    await photograph(page, `map-by-${by}-fr`);
  }
  await byTestId('coloured-by').selectOption('state');
});

test.needs(missingBrowser, 'filters are kept in the address and shared by the pages; names are found in both scripts', async () => {
  const { page } = seen;
  await byTestId('layer-choice').selectOption('none');
  await byTestId('filter-more').click();
  await byTestId('filter-stage').selectOption('proven-in_service');
  await byTestId('filter-zone').selectOption('dense');
  await photograph(page, 'filters-fr');
  assert.match(page.url(), /zone=dense&stage=proven-in_service/);
  const shown = async (): Promise<number> => Number(await byTestId('shown-count').getAttribute('data-count'));
  const some = await shown();
  assert.ok(some > 0 && some < 1_600, String(some));
  await byTestId('tab-list').click();
  assert.is(await shown(), some);
  await byTestId('filter-clear').click();
  await byTestId('search').fill('TEMARA');
  // The search waits until the typing ends.
  await page.waitForFunction(() => {
    const count = Number(document.querySelector('[data-testid="shown-count"]')!.getAttribute('data-count'));
    return count > 0 && count < 1_600;
  });
  await byTestId('filter-clear').click();
});

test.needs(missingBrowser, 'a link reopens the same picture, on a phone too; the file of what is shown has as many sites', async () => {
  const { page } = seen;
  await page.goto('/#/map');
  await byTestId('layer-choice').selectOption('gap');
  await byTestId('level-region').click();
  await byTestId('coloured-by').selectOption('stage');
  const address = page.url();
  assert.match(address, /layer=gap&level=region&colours=stage/);
  const phone = await openPage(browser, country.base, { phone: true, cookie });
  await phone.page.goto(address.slice(country.base.length));
  await phone.page.locator('.legend-toggle').click();
  await on(phone.page, 'layer-choice').waitFor();
  assert.equal([await on(phone.page, 'layer-choice').inputValue(), await on(phone.page, 'coloured-by').inputValue(), await on(phone.page, 'level-region').getAttribute('aria-pressed')], ['gap', 'stage', 'true']);
  await phone.page.goto('/#/coverage?areas=zone&asOf=' + YESTERDAY);
  await on(phone.page, 'areas-byZone').waitFor();
  assert.is(await on(phone.page, 'as-of').inputValue(), YESTERDAY);
  assert.is(await on(phone.page, 'areas-byZone').getAttribute('aria-pressed'), 'true');
  await phone.context.close();
  await page.goto('/#/list?programme=CAC&stage=declared-connected&csp=D');
  await byTestId('export-csv').waitFor();
  const shown = Number(await byTestId('shown-count').getAttribute('data-count'));
  assert.ok(shown > 0);
  const [download] = await Promise.all([page.waitForEvent('download'), byTestId('export-csv').click()]);
  assert.match(download.suggestedFilename(), /\.csv$/);
  const file = await country.api(`/api/v1/export/sites?format=geojson&programme=CAC&declared=connected&csp=D`);
  assert.is(((await file.json()) as { features: object[] }).features.length, shown);
  await photograph(page, 'list-exports-fr');
  await byTestId('filter-more').click();
  await page.locator('.more-filters [data-testid="export-geojson"]').waitFor();
  await photograph(page, 'filter-exports-fr');
  const { items } = (await (await country.api('/api/v1/deployment/sites?list=gap&programme=CAC&limit=1')).json()) as { items: { commune: string; communeNames: { fr: string; ar: string } }[] };
  await page.goto('/#/deployment/gap?programme=CAC');
  const place = page.locator('.site-list-table tbody tr').first();
  await place.waitFor();
  assert.ok((await place.innerText()).includes(items[0]!.communeNames.fr), 'a commune is called by its name');
  await page.goto('/#/coverage');
  await byTestId('coverage-declared').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.is(await byTestId('coverage-csv').isVisible(), false);
  await page.screenshot({ path: join(ROOT, 'test', 'out', 'coverage-paper-fr.png'), fullPage: true });
  await page.emulateMedia({ media: 'screen' });
});

test.needs(missingBrowser, 'in Arabic, and on a phone', async () => {
  const { page } = seen;
  await page.goto('/#/map');
  await speak(page, 'ar');
  for (const layer of LAYERS) {
    await byTestId('layer-choice').selectOption(layer);
    await page.locator('.scale').waitFor();
    await photograph(page, `map-${layer}-ar`);
  }
  await page.goto('/#/coverage');
  await byTestId('coverage-declared').waitFor();
  await photograph(page, 'coverage-ar', true);
  for (const language of ['fr', 'ar'] as const) {
    const phone = await openPage(browser, country.base, { phone: true, language, cookie });
    const fits = () => phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await phone.page.goto('/#/coverage');
    await on(phone.page, 'coverage-declared').waitFor();
    assert.ok(await fits(), `${language}: wider than the screen`);
    assert.equal(await accessibilityFaults(phone.page), [], language);
    await photograph(phone.page, `phone-coverage-${language}`);
    await on(phone.page, 'coverage-two-figures').scrollIntoViewIfNeeded();
    await photograph(phone.page, `phone-coverage-two-${language}`);
    await phone.page.goto('/#/map');
    await phone.page.locator('.legend-toggle').click();
    for (const layer of LAYERS) {
      await on(phone.page, 'layer-choice').selectOption(layer);
      await phone.page.locator('.scale').waitFor();
      await photograph(phone.page, `phone-map-${layer}-${language}`);
    }
    await phone.page.locator('.legend-toggle').click();
    await photograph(phone.page, `phone-map-folded-${language}`);
    await phone.page.locator('.filter-toggle').click();
    await on(phone.page, 'filter-more').click();
    await on(phone.page, 'filter-stage').waitFor();
    assert.ok(await fits(), `${language}: filters wider than the screen`);
    await photograph(phone.page, `phone-filters-${language}`);
    assert.equal([...phone.errors, ...phone.strangers], []);
    await phone.context.close();
  }
});

test.needs(missingBrowser, 'the page asked nobody but its server, and had nothing to complain of', () => {
  assert.equal([...seen.errors, ...seen.strangers], []);
});

test.run();
