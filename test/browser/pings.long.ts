/** Simple signs in a real browser: an address is made and shown once, a PC calls it by the line that is shown, the site's panel tells it, and it is closed. */
import * as assert from 'uvu/assert';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { temporaryDir } from '../databases.ts';
import { siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, speak, type Watched } from './chromium.ts';

const test = suite('browser simple signs');
let server: TestServer;
let browser: Browser;
let seen: Watched;
const byTestId = (id: string) => seen.page.locator(`[data-testid="${id}"]`);

test.before(async () => {
  if (missingBrowser !== null) return;
  await builtPages();
  [server, browser] = await Promise.all([startTestServer({ dataDir: temporaryDir('browser-pings') }), launch()]);
  await json(server, '/api/v1/sites', siteDraft('OLD-7', { name: 'Maison de jeunes de Salé' }));
  seen = await openPage(browser, server.base, { cookie: await server.signIn() });
});
test.after(async () => {
  await browser?.close();
  await server?.end();
});

test.needs(missingBrowser, 'an address is made, called, told and closed', async () => {
  const { page } = seen;
  await page.goto('/#/site/OLD-7');
  await byTestId('ping-sources').waitFor();
  await page.getByText('preuve plus faible').waitFor();
  await byTestId('ping-name').fill('Salle 2');
  await byTestId('ping-add').click();
  await byTestId('ping-dialog').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'ping-dialog-fr');
  const line = (await byTestId('ping-curl').textContent())!;
  const url = new URL((await byTestId('ping-url').textContent())!);
  assert.match(line, url.href);
  // The shown line names the public address; here the server is on another port.
  assert.is((await promisify(execFile)('sh', ['-c', line.replace(url.origin, server.base)])).stdout, 'ok\n');
  await page.keyboard.press('Escape');
  await page.reload();
  await byTestId('ping-source').waitFor();
  assert.match((await byTestId('ping-source').textContent())!, /Salle 2.*dernier signe.*1 jour sur les 30 derniers/);
  await speak(page, 'ar');
  await page.getByText('دليل أضعف').waitFor();
  await photograph(page, 'ping-sources-ar');
  await speak(page, 'fr');
  await byTestId('ping-revoke').click();
  await byTestId('confirm-act').click();
  await page.getByText('fermée').waitFor();
  assert.is((await fetch(`${server.base}${url.pathname}`)).status, 404);
});
test.run();
