/** The whole country on one map: 9,660 sites through the API, some hundred PCs over real MQTT, and how it feels under the hand. */
import * as assert from 'uvu/assert';
import type { Browser } from 'playwright-core';
import { suite } from '../harness.ts';
import { startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak, type Watched } from './chromium.ts';
import { populate, type Country } from './country.ts';
import { framesOfDrag, framesOfZoom, timeToDots } from './map-frames.ts';

const test = suite('browser crowd');
const SITES = 9_660;

let server: TestServer;
let browser: Browser;
let seen: Watched;
let country: Country | undefined;
let cookie = '';

const byTestId = (id: string) => seen.page.locator(`[data-testid="${id}"]`);

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  [server, browser] = await Promise.all([startTestServer({ demo: true }), launch()]);
  country = await populate(server);
  cookie = await server.signIn();
  seen = await openPage(browser, server.base, { cookie });
}

// uvu says nothing of what a hook throws.
test.before(begin);

test.after(async () => {
  country?.leave();
  await browser?.close();
  await server?.end();
});

test.needs(missingBrowser, 'every site stands on the map soon after the page is asked for', async () => {
  const { page } = seen;
  const first = await timeToDots(page, SITES);
  console.log(`\n  note: ${SITES} dots after ${Math.round(first)} ms`);
  assert.is(await byTestId('shown-count').getAttribute('data-count'), String(SITES));
  await byTestId('demo-badge').waitFor();
  for (const state of ['connected', 'no_internet', 'off', 'unseen']) assert.match(await byTestId(`legend-${state}`).innerText(), /[1-9]/, state);
});

test.needs(missingBrowser, 'the map follows the hand, keeps its dots and lets go', async () => {
  const { page } = seen;
  const middle = (): Promise<string> => page.evaluate(() => document.querySelector<HTMLElement>('.leaflet-map-pane')!.style.transform);
  await settled(page);
  const before = await middle();
  const dragged = await framesOfDrag(page);
  assert.is.not(await middle(), before);
  const zoomed = await framesOfZoom(page);
  assert.is(await byTestId('shown-count').getAttribute('data-count'), String(SITES));
  const at = await middle();
  await page.mouse.move(500, 300);
  assert.is(await middle(), at, 'a button that is up drags nothing');
  console.log(`\n  note: longest frame ${dragged.longestMs.toFixed(0)} ms while dragging, ${zoomed.longestMs.toFixed(0)} ms while zooming`);
});

test.needs(missingBrowser, 'zones of density lie under ten thousand sites', async () => {
  const { page } = seen;
  await page.goto('/#/map');
  await page.reload();
  await page.locator(`[data-testid="shown-count"][data-count="${SITES}"]`).waitFor();
  await photograph(page, 'map-fr', true);
  await byTestId('layer-choice').selectOption('zones');
  await page.locator('.scale').waitFor();
  await settled(page);
  await photograph(page, 'zones-fr');
  await byTestId('layer-choice').selectOption('none');
});

test.needs(missingBrowser, 'a place with several PCs, the list, Arabic and the phone are as legible as the map', async () => {
  const { page } = seen;
  await byTestId('legend-no_internet').click();
  const [shown] = await page.evaluate(() => [Number(document.querySelector<HTMLElement>('[data-testid="shown-count"]')!.dataset['count'])]);
  assert.ok(shown! > 0 && shown! < SITES);
  await byTestId('tab-list').click();
  assert.is(await byTestId('row').count(), Math.min(100, shown!));
  await byTestId('legend').waitFor({ state: 'hidden' });
  await photograph(page, 'list-fr');
  await byTestId('filter-clear').click();
  await page.goto(`/#/site/${country!.shown}`);
  await page.locator('[data-testid="machine"][data-state="on"] .machine-head').first().click();
  assert.is(await byTestId('machine').count(), 3);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'panel-fr', true);
  await speak(page, 'ar');
  await photograph(page, 'panel-ar');
  await page.goto('/#/map');
  await page.reload();
  await page.locator(`[data-testid="shown-count"][data-count="${SITES}"]`).waitFor();
  await photograph(page, 'map-ar', true);
  for (const language of ['fr', 'ar'] as const) {
    const phone = await openPage(browser, server.base, { phone: true, language, cookie });
    await phone.page.goto('/#/map');
    await phone.page.locator(`[data-testid="shown-count"][data-count="${SITES}"]`).waitFor();
    await photograph(phone.page, `phone-${language}`, language === 'fr');
    await phone.page.locator('.legend-toggle').click();
    await phone.page.locator('[data-testid="layer-choice"]').selectOption('zones');
    await phone.page.locator('.scale').waitFor();
    await photograph(phone.page, `phone-zones-${language}`);
    await phone.page.goto(`/#/site/${country!.shown}`);
    await phone.page.locator('[data-testid="machine"]').first().waitFor();
    await photograph(phone.page, `phone-panel-${language}`);
    assert.equal(await accessibilityFaults(phone.page), [], language);
    await phone.context.close();
  }
});

test.needs(missingBrowser, 'the page asked nobody but its server, and had nothing to complain of', () => {
  assert.equal(seen.strangers, []);
  assert.equal(seen.errors, []);
});

test.run();
