/** Agents in the field on the coordinator's screen: a code and its page, PCs that wait, one PC's details and acts, twins, a site's data, settings; French, Arabic, desk and phone. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { createEnrolDoor } from '@cac/server/usecases/enrol.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { temporaryDir } from '../databases.ts';
import { ADMIN, enrolRequest, siteDraft, siteWithMachines } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { PASSWORD, ROOT, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak } from './chromium.ts';

const test = suite('field on screen');
const NOW = Date.now();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SITE = 'CAC-RAB-1';
const TODAY = new Date(NOW).toISOString().slice(0, 10);
let server: TestServer;
let browser: Browser;
let machines: string[] = [];

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const card = (page: Page, i: number) => page.locator(`[data-machine="${machines[i]}"]`);

/** A site of three PCs, one of them with a twin; two PCs that wait; a month's bytes against a cap. */
async function seed(store: Store): Promise<void> {
  await loadReference(store, join(ROOT, 'seeds'), NOW);
  const made = await siteWithMachines(store, SITE, 3, { name: 'Maison de jeunes Yacoub El Mansour', nameAr: 'دار الشباب يعقوب المنصور', capMb: 200, metered: true } as never, NOW - 40 * DAY);
  machines = made.map(({ id }) => id);
  await addSites(store, ADMIN, [siteDraft('CAC-SAL-1', { name: 'Bibliothèque de Salé', lat: 34.04 } as never), siteDraft('CAC-SAL-2', { name: 'Foyer de Salé', lat: 34.05 } as never)], { many: true, demo: false }, NOW);
  const { db } = store;
  const context = { mains: 0, battery: 64, disk: 41, cpu: 480, rss: 62, way: 'wss', proxy: 1, postponed: 'cap' } as const;
  await db.updateTable('machines').set({ state: 'on', last_sign_at: NOW - 20_000, context: JSON.stringify(context), context_at: NOW - 5 * MINUTE, secret_changed_at: NOW - 3 * DAY, flags: '["clock_skew"]' }).where('id', '=', machines[0]!).execute();
  await db.updateTable('machines').set({ state: 'on', last_sign_at: NOW - 30_000, clone_suspect_at: NOW - MINUTE }).where('id', '=', machines[1]!).execute();
  await db.insertInto('held_processes').values({ machine_id: machines[1]!, inst: '00000000000000bb', since_at: NOW - 50 * MINUTE, last_at: NOW - MINUTE, address: '41.92.10.7', os: 'linux', state: 'held', decided_at: null, decided_by: null }).execute();
  await db.insertInto('agent_logs').values({ machine_id: machines[0]!, at: NOW - 10 * MINUTE, text: '2026-11-21T09:00:00Z info started version=0.1.0\n2026-11-21T09:00:02Z info connected way=wss\n2026-11-21T09:30:00Z warn probe net2 timeout' }).execute();
  const date = new Date(NOW).getUTCDate();
  for (let day = Math.max(1, date - 8); day <= date; day += 1) {
    for (const [i, machine] of machines.entries()) await db.insertInto('machine_use').values({ machine_id: machine, day: `${TODAY.slice(0, 8)}${String(day).padStart(2, '0')}`, bytes: (2_900_000 + 700_000 * ((day * (i + 3)) % 4)) * (day === date ? 0.4 : 1) | 0 }).execute();
  }
  const [voucher] = await issueVouchers(store, ADMIN, [{ siteId: SITE, uses: 1, days: 30 }], NOW - DAY);
  const door = createEnrolDoor(store);
  for (const [i, name] of ['salle-04', 'salle-05'].entries()) await door.enrol(enrolRequest(voucher!.code, { name }), '10.0.0.1', NOW - (9 - i) * MINUTE);
  await door.enrol(enrolRequest(voucher!.code, { name: 'salle-06' }), '10.0.0.1', NOW - 5 * MINUTE);
  await db.updateTable('enrol_requests').set({ why: 'same_hardware', like_machine: machines[2]! }).where('name', '=', 'salle-06').execute();
  await door.enrol(enrolRequest(voucher!.code, { name: 'salle-07' }), '10.0.0.1', NOW - 4 * MINUTE);
  await createAccount(store, { name: 'samira', role: 'coordinator', scope: { kind: 'regions', regions: ['MA-04'] as never }, password: PASSWORD, mustChange: false }, NOW);
}

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  const dataDir = temporaryDir('field');
  const store = await openStore({ dataDir });
  await seed(store);
  await store.close();
  [server, browser] = await Promise.all([startTestServer({ dataDir }), launch()]);
}

test.before(begin);
test.after(async () => {
  await browser?.close();
  await server?.end();
});

test.needs(missingBrowser, 'PCs that wait are counted in the menu, listed with why, and accepted or refused after a question', async () => {
  const { page, context, errors } = await openPage(browser, server.base, { cookie: await server.signIn('samira') });
  await page.goto('/');
  await on(page, 'waiting-badge').waitFor();
  assert.is(await on(page, 'waiting-badge').innerText(), '3');
  await on(page, 'account').click();
  await photograph(page, 'field-menu-fr');
  await on(page, 'menu-waiting').click();
  await on(page, 'enrol-request').first().waitFor();
  assert.equal(await on(page, 'enrol-request').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['why'])), ['used_up', 'same_hardware', 'used_up']);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-waiting-fr');
  await on(page, 'accept').nth(1).click();
  await page.getByText('comme un PC de plus').waitFor();
  await photograph(page, 'field-accept-fr');
  await page.keyboard.press('Escape');
  await on(page, 'accept').first().click();
  await on(page, 'confirm-act').click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="enrol-request"]').length === 2);
  await page.waitForFunction(() => document.querySelector('[data-testid="waiting-badge"]')?.textContent === '2');
  await page.goto(`/#/site/${SITE}`);
  await on(page, 'site-waiting').waitFor();
  assert.match(await on(page, 'site-waiting').innerText(), /salle-06[\s\S]*Même matériel que PC 3/);
  await on(page, 'refuse').first().click();
  await on(page, 'confirm-act').click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="enrol-request"]').length === 1);
  assert.equal(errors, []);
  await context.close();
});

test.needs(missingBrowser, 'a PC’s card tells its power, disk, data, settings and commands, and shows its log', async () => {
  const { page, context, errors } = await openPage(browser, server.base, { cookie: await server.signIn('samira') });
  await page.goto(`/#/site/${SITE}`);
  await card(page, 0).locator('.machine-head').click();
  await card(page, 0).locator('[data-testid="machine-more"]').click();
  await card(page, 0).locator('[data-testid="machine-field"]').waitFor();
  const said = await card(page, 0).locator('[data-testid="machine-field"]').innerText();
  assert.match(said, /batterie, charge 64\s?%[\s\S]*41\s?%[\s\S]*WebSocket chiffré[^\n]*proxy[\s\S]*plafond[\s\S]*aujourd’hui[\s\S]*www\.maroc\.ma/);
  assert.is(await card(page, 0).locator('[data-testid="config"]').getAttribute('data-standing'), 'config_none');
  await card(page, 0).locator('[data-testid="command-report_now"]').click();
  await card(page, 0).locator('[data-testid="command"]').waitFor();
  assert.match(await card(page, 0).locator('[data-testid="command"]').innerText(), /attend que le PC soit connecté[\s\S]*samira/);
  await card(page, 0).scrollIntoViewIfNeeded();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-machine-fr', true);
  await card(page, 0).locator('[data-testid="log-open"]').click();
  await on(page, 'log-dialog').waitFor();
  assert.match(await on(page, 'log-dialog').innerText(), /connected way=wss/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-log-fr');
  await page.keyboard.press('Escape');
  assert.equal(errors, []);
  await context.close();
});

test.needs(missingBrowser, 'a twin is shown at once with the two things a person may say of it, and one is said', async () => {
  const { page, context, errors } = await openPage(browser, server.base, { cookie: await server.signIn('samira') });
  await page.goto(`/#/site/${SITE}`);
  await card(page, 1).locator('.machine-head').click();
  await on(page, 'held').waitFor();
  assert.match(await on(page, 'held').innerText(), /41\.92\.10\.7/);
  assert.equal(await accessibilityFaults(page), []);
  await card(page, 1).scrollIntoViewIfNeeded();
  await photograph(page, 'field-held-fr');
  await on(page, 'held-is').click();
  await page.getByText('est la copie').waitFor();
  await page.keyboard.press('Escape');
  await on(page, 'held-new').click();
  await photograph(page, 'field-held-question-fr');
  await on(page, 'confirm-act').click();
  await on(page, 'held').waitFor({ state: 'detached' });
  assert.equal(errors, []);
  await context.close();
});

test.needs(missingBrowser, 'a PC is moved to a site found by name, and another is replaced by its sibling', async () => {
  const { page, context } = await openPage(browser, server.base, { cookie: await server.signIn('samira') });
  await page.goto(`/#/site/${SITE}`);
  await card(page, 0).locator('.machine-head').click();
  await card(page, 0).locator('[data-testid="machine-more"]').click();
  await card(page, 0).locator('[data-testid="machine-move"]').click();
  await on(page, 'move-act').click();
  await page.locator('[data-testid="move-dialog"] .field-error').waitFor();
  await page.locator('input[name="site"]').fill('salé');
  await page.locator('input[name="found"]').first().waitFor();
  assert.is(await page.locator('input[name="found"]').count(), 2);
  await page.locator('input[name="found"][value="CAC-SAL-2"]').check();
  await page.locator('input[name="reason"]').fill('Redistribution');
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-move-fr');
  await on(page, 'move-act').click();
  await page.getByText('changera de site à sa prochaine connexion').waitFor();
  await card(page, 2).locator('.machine-head').click();
  await card(page, 2).locator('[data-testid="machine-more"]').click();
  await card(page, 2).locator('[data-testid="machine-replace"]').click();
  await page.locator('select[name="by"]').selectOption(machines[1]!);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-replace-fr');
  await on(page, 'replace-act').click();
  await page.locator(`[data-machine="${machines[2]}"][data-state="removed"]`).waitFor();
  await context.close();
});

test.needs(missingBrowser, 'a site’s data of the month stand against its cap, and its settings say what is inherited', async () => {
  const { page, context } = await openPage(browser, server.base, { cookie: await server.signIn('samira') });
  await page.goto(`/#/site/${SITE}`);
  await on(page, 'data-use').waitFor();
  assert.match(await on(page, 'data-use').innerText(), /Mo sur 200\sMo[\s\S]*Remis à plus tard sur PC 1[\s\S]*signalé après \d+ min/);
  await on(page, 'data-use').locator('summary').click();
  await on(page, 'data-use').scrollIntoViewIfNeeded();
  await photograph(page, 'field-data-fr');
  await on(page, 'site-rules').click();
  await on(page, 'agent-rules').waitFor();
  assert.is(await on(page, 'rule-keepaliveS').getAttribute('data-from'), 'metered');
  await on(page, 'rules-edit').click();
  await page.locator('input[name="keepaliveS"]').fill('10');
  await on(page, 'rules-save').click();
  assert.match(await on(page, 'rules-wrong').innerText(), /nombre entier de secondes/);
  await page.locator('input[name="keepaliveS"]').fill('240');
  await page.getByText('serait signalé après 8 min').waitFor();
  await page.locator('textarea[name="targets"]').fill('www.maroc.ma:443\npas une cible');
  await on(page, 'rules-save').click();
  assert.match(await on(page, 'rules-wrong').innerText(), /hôte:port/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-rules-fr');
  await page.locator('textarea[name="targets"]').fill('');
  await on(page, 'rules-save').click();
  await on(page, 'rules-saved').waitFor();
  await page.locator('[data-testid="rule-keepaliveS"][data-from="site"]').waitFor();
  await context.close();
});

test.needs(missingBrowser, 'the administrator sets the country’s settings, and programmes inherit them', async () => {
  const { page, context } = await openPage(browser, server.base, { cookie: await server.signIn() });
  await page.goto('/');
  await on(page, 'account').click();
  await on(page, 'menu-agents').click();
  const country = page.locator('[data-scope="country:MA"]');
  await country.locator('[data-testid="rules-edit"]').click();
  await page.locator('input[name="batchS"]').fill('900');
  await on(page, 'rules-save').click();
  await page.locator('[data-scope="programme:CAC"] [data-testid="rule-batchS"][data-from="country"]').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-agents-fr');
  await speak(page, 'ar');
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-agents-ar');
  await context.close();
});

test.needs(missingBrowser, 'a fresh code is shown with its page, its QR code and the lines for each system', async () => {
  const { page, context, errors } = await openPage(browser, server.base, { cookie: await server.signIn('samira') });
  await page.goto(`/#/site/${SITE}`);
  await on(page, 'voucher-issue').click();
  await on(page, 'qr').waitFor();
  const code = await on(page, 'voucher-code').getAttribute('data-code');
  assert.is(await on(page, 'code-page').getAttribute('href'), `/v#${code}`);
  assert.match(await page.locator('[data-testid^="voucher-command-"]').first().textContent() ?? '', new RegExp(`install --server .* --voucher ${code} --yes`));
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'field-code-fr');
  const opening = context.waitForEvent('page');
  await on(page, 'code-page').click();
  const opened = await opening;
  await opened.locator('[data-testid="place"]').waitFor();
  assert.equal(errors, []);
  await context.close();
});

test.needs(missingBrowser, 'all of it reads well in Arabic and on a phone', async () => {
  for (const [phone, language] of [[true, 'fr'], [true, 'ar'], [false, 'ar']] as const) {
    const { page, context, errors } = await openPage(browser, server.base, { phone, language, cookie: await server.signIn('samira') });
    const name = phone ? 'phone-' : '';
    await page.goto(`/#/site/${SITE}`);
    await card(page, 0).waitFor();
    if (!phone) await speak(page, language);
    await card(page, 0).locator('.machine-head').click();
    await card(page, 0).locator('[data-testid="machine-more"]').click();
    await card(page, 0).locator('[data-testid="machine-field"]').waitFor();
    await settled(page);
    await card(page, 0).evaluate((one) => one.scrollIntoView());
    assert.equal(await accessibilityFaults(page), [], `${language} ${phone}`);
    await photograph(page, `${name}field-machine-${language}`);
    await on(page, 'data-use').evaluate((one) => one.scrollIntoView());
    await photograph(page, `${name}field-data-${language}`);
    await page.goto('/#/waiting');
    await on(page, 'waiting-page').waitFor();
    await settled(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.equal(await accessibilityFaults(page), []);
    await photograph(page, `${name}field-waiting-${language}`);
    assert.equal(errors, []);
    await context.close();
  }
});

test.run();
