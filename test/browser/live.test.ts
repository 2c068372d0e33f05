/** The first morning of a newcomer, in a real browser: one command, one password, this very PC on the map, a second one added by hand. */
import * as assert from 'uvu/assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import type { List, Machine } from '@cac/shared/api.ts';
import type { Browser } from 'playwright-core';
import { temporaryDir } from '../databases.ts';
import { siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { ROOT } from '../running-server.ts';
import { until } from '../until.ts';
import { accessibilityFaults, launch, missingBrowser, openPage, photograph, signInByHand, speak, type Watched } from './chromium.ts';
import { quietEnv, startProduct, type Product } from './product.ts';

const test = suite('browser live');
const NEW_PASSWORD = 'une phrase que personne ne devine';
const AGENT = join(ROOT, 'dist', 'agent', 'cac-agent.cjs');

let product: Product;
let browser: Browser;
let seen: Watched;
let cookie = '';
let second: ChildProcess | null = null;

const byTestId = (id: string) => seen.page.locator(`[data-testid="${id}"]`);

async function api<T>(path: string, body?: unknown): Promise<T> {
  const headers = { cookie, 'content-type': 'application/json' };
  const answer = await fetch(product.base + path, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const machinesOf = async (site: string): Promise<Machine[]> => (await api<List<Machine>>(`/api/v1/machines?site=${site}`)).items;

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  [product, browser] = await Promise.all([startProduct(), launch()]);
  seen = await openPage(browser, product.base);
}

// uvu says nothing of what a hook throws.
test.before(begin);

test.after(async () => {
  second?.kill('SIGKILL');
  await browser?.close();
  product?.destroy();
});

test.needs(missingBrowser, 'the first password signs in once, and must be changed before anything is shown', async () => {
  const { page } = seen;
  await page.goto('/');
  await page.waitForURL('**/sign-in*');
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'sign-in-fr');
  await page.locator('[data-testid="sign-in-form"] button.primary').click();
  assert.match(await byTestId('sign-in-error').innerText(), /Saisissez/, 'its own words, not the browser\'s');
  await signInByHand(page, 'admin', product.password);
  await byTestId('password-form').waitFor();
  assert.is(await byTestId('map').count(), 0);
  await photograph(page, 'first-password-fr');
  for (const [name, value] of [['current', product.password], ['next', NEW_PASSWORD], ['again', NEW_PASSWORD]]) await page.locator(`input[name="${name}"]`).fill(value!);
  await byTestId('password-form').locator('button.primary').click();
  await byTestId('map').locator('canvas').first().waitFor({ state: 'attached' });
  const session = await fetch(`${product.base}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'admin', password: NEW_PASSWORD }) });
  assert.is(session.status, 200);
  cookie = session.headers.getSetCookie()[0]!.split(';')[0]!;
});

test.needs(missingBrowser, 'this PC appears on the map by itself, live, with what its probes really measured', async () => {
  const { page } = seen;
  await byTestId('first-hint').waitFor();
  await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'empty-map-fr');
  await byTestId('first-open').click();
  await page.locator('[data-testid="machine"][data-state="on"]').waitFor({ timeout: 90_000 });
  // One of three targets answers: this PC has its Internet. The first full round of probes comes with the first report.
  await page.locator('[data-testid="machine"] .probes tr').first().waitFor({ timeout: 60_000 });
  const card = await byTestId('machine').innerText();
  assert.ok(card.includes(hostname()), card);
  assert.match(card, /Allumé depuis\s+\d/);
  assert.match(card, /Internet 2\s+\d+\sms/, 'the target that answers, timed');
  assert.match(card, /Internet(?: 1)?\s+connexion refusée/);
  assert.match(card, /Internet 3\s+(?:nom introuvable|le DNS ne répond pas)/);
  await byTestId('local-note').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'panel-local-fr');
});

test.needs(missingBrowser, 'the API says the same of this machine, with the uptime of its operating system', async () => {
  const [machine] = await machinesOf('LOCAL-1');
  assert.ok(machine);
  assert.is(machine.state.kind, 'on');
  assert.ok(Math.abs(machine.uptimeMs! - uptime() * 1000) < 6 * 60_000, `${machine.uptimeMs} against ${uptime() * 1000}`);
  for (const probe of machine.probes) {
    assert.ok(probe.ok ? probe.ms! >= 0 : typeof probe.code === 'string', JSON.stringify(probe));
    assert.ok(Math.abs(probe.at - Date.now()) < 10 * 60_000);
  }
});

test.needs(missingBrowser, 'a site added elsewhere appears without a reload, on the map and in the list; Back does not open a closed panel', async () => {
  const { page } = seen;
  await byTestId('panel-close').click();
  await api('/api/v1/sites', siteDraft('AILLEURS-1', { name: 'Maison de jeunes de Témara', lat: 33.92, lon: -6.91 }));
  await page.locator('[data-testid="shown-count"][data-count="2"]').waitFor();
  await byTestId('tab-list').click();
  await page.locator('[data-testid="row"][data-site="AILLEURS-1"]').waitFor();
  assert.is(await byTestId('row').count(), 2);
  assert.equal(await accessibilityFaults(page), []);
  await page.locator('[data-testid="row"][data-site="AILLEURS-1"]').click();
  await byTestId('no-machines').waitFor();
  await byTestId('panel-close').click();
  await page.goBack();
  assert.is(await byTestId('site-panel').count(), 0);
});

test.needs(missingBrowser, 'F-06 what someone wrote into a name stands on the page as text', async () => {
  const { page } = seen;
  const name = `Tiflet <img src=x onerror="document.body.dataset.pwned='1'"><b>gras</b>`;
  await api('/api/v1/sites', siteDraft('TEXTE-1', { name, lat: 33.93, lon: -6.92 }));
  await page.locator('[data-testid="row"][data-site="TEXTE-1"]').click();
  assert.is(await byTestId('site-name').textContent(), name);
  assert.is(await page.locator('[data-testid="site-panel"] img, [data-testid="list"] img, [data-testid="site-name"] b').count(), 0);
  assert.is(await page.evaluate('document.body.dataset.pwned ?? null'), null);
  await byTestId('panel-close').click();
});

test.needs(missingBrowser, 'a shared address shows the same filter', async () => {
  const other = await seen.context.newPage();
  await other.goto('/#/list?programme=CAC&q=temara');
  await other.locator('[data-testid="shown-count"][data-count="1"]').waitFor();
  assert.is(await other.locator('[data-testid="search"]').inputValue(), 'temara');
  await other.locator('[data-testid="filter-clear"]').click();
  await other.locator('[data-testid="shown-count"][data-count="3"]').waitFor();
  assert.ok(other.url().endsWith('#/list'), other.url());
  await other.close();
});

test.needs(missingBrowser, 'a site and a code made in the form bring a second PC in; revoked, it is shown as removed', async () => {
  const { page } = seen;
  await byTestId('tab-map').click();
  await byTestId('site-add').click();
  await byTestId('site-save').click();
  assert.match(await byTestId('wrong-id').innerText(), /À remplir/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'form-fr');
  for (const [name, value] of [['id', 'TEST-2'], ['name', 'Bibliothèque de Salé'], ['lat', '34.04'], ['lon', '-6.81']]) await page.locator(`[data-testid="site-form"] [name="${name}"]`).fill(value!);
  await page.locator('[data-testid="site-form"] [name="region"]').selectOption('MA-04');
  await byTestId('site-save').click();
  await byTestId('voucher-issue').click();
  const code = await byTestId('voucher-code').getAttribute('data-code');
  await photograph(page, 'voucher-fr');
  assert.equal(await accessibilityFaults(page), []);
  await page.keyboard.press('Escape');

  const dir = temporaryDir('second-agent');
  const env = { ...quietEnv(Number(new URL(product.base).port)), CAC_DATA_DIR: product.dataDir };
  const agent = (...words: string[]): ChildProcess => spawn(process.execPath, [AGENT, ...words, '--dir', dir], { env, stdio: 'ignore' });
  const enrolled = await new Promise((done) => agent('enrol', '--server', product.base, '--voucher', code!, '--name', 'PC DE SALÉ', '--yes').once('exit', done));
  assert.is(enrolled, 0);
  second = agent('run', '--eager');
  await page.locator('[data-testid="machine"][data-state="on"]').waitFor({ timeout: 60_000 });
  assert.match(await byTestId('machine').innerText(), /PC DE SALÉ/);
  await page.locator('[data-testid="site-state"]:is([data-state="connected"], [data-state="no_internet"])').waitFor();
  await photograph(page, 'panel-second-fr');

  await byTestId('machine-revoke').click();
  await byTestId('confirm-act').click();
  await page.locator('[data-testid="machine"][data-state="removed"]').waitFor();
  assert.is((await machinesOf('TEST-2'))[0]?.revoked, true);
  await photograph(page, 'panel-removed-fr');
  second.kill('SIGTERM');
});

test.needs(missingBrowser, 'it reads from right to left in Arabic, and fits a phone', async () => {
  await seen.page.goto('/#/site/LOCAL-1');
  await byTestId('machine').waitFor();
  await speak(seen.page, 'ar');
  assert.is(await seen.page.locator('html').getAttribute('dir'), 'rtl');
  assert.equal(await accessibilityFaults(seen.page), []);
  await photograph(seen.page, 'panel-local-ar');
  for (const language of ['fr', 'ar'] as const) {
    const phone = await openPage(browser, product.base, { phone: true, language, cookie });
    for (const [name, path] of [['map', '/#/map'], ['panel', '/#/site/LOCAL-1'], ['list', '/#/list']] as const) {
      await phone.page.goto(path);
      await phone.page.locator(`[data-testid="${name === 'panel' ? 'machine' : name}"]`).first().waitFor();
      assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${language}: wider than the screen`);
      assert.equal(await accessibilityFaults(phone.page), [], `${name} ${language}`);
      await photograph(phone.page, `phone-local-${name}-${language}`);
    }
    assert.equal([...phone.errors, ...phone.strangers], []);
    await phone.context.close();
  }
});

test.needs(missingBrowser, 'the page asked nobody but its server, and had nothing to complain of', () => {
  assert.equal(seen.strangers, []);
  // The browser writes a line of its own for an answer that refuses.
  assert.equal(seen.errors.filter((text) => !/status of 40[13]/.test(text)), []);
});

test.needs(missingBrowser, 'Ctrl-C stops all of it, cleanly; the page says that it lost the server', async () => {
  const { page } = seen;
  await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
  if (process.platform === 'linux') assert.ok(product.alive().length >= 4, `boot, start, server, agent: ${product.alive().length}`);
  assert.is(await product.interrupt(), 0, product.output());
  await page.locator('[data-testid="connection"][data-state="reconnecting"]').waitFor();
  await until('no process is left', () => product.alive().length === 0, 3_000);
});

test.run();
