/** The pages of technicians in a real browser: what a code opens, live; the guide, the notice and the declaration; on a desk, on a phone, on paper; in French and Arabic. */
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { hashOf } from '@cac/server/core/hash.ts';
import { createLog } from '@cac/server/log.ts';
import { startServer, type RunningServer } from '@cac/server/server.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { createEnrolDoor } from '@cac/server/usecases/enrol.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { temporaryDir } from '../databases.ts';
import { ADMIN, beats, enrolledAs, enrolRequest, siteDraft, wireJournal } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { connectMachine, sendUp } from '../mqtt-machine.ts';
import { packageRoot } from '../package-root.ts';
import { ROOT, testConfig } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak, WIDE } from './chromium.ts';

const test = suite('technicians on screen');
const NOW = Date.now();
const HOUR = 3_600_000;
const SITE = 'CAC-RAB-1';
const NAME = 'Maison de jeunes Yacoub El Mansour';
let server: RunningServer;
let browser: Browser;
let base = '';
let code = '';
let fresh = '';

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);

async function enrol(store: Store, voucher: string, name: string, state: string, agoMs: number, heardAgoMs: number | null): Promise<void> {
  const id = await enrolledAs(createEnrolDoor(store).enrol(enrolRequest(voucher, { name, secretHash: hashOf(name) }), '10.0.0.1', NOW - agoMs));
  await store.db.updateTable('machines').set({ state, last_sign_at: heardAgoMs === null ? null : NOW - heardAgoMs }).where('id', '=', id).execute();
}

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  const dataDir = temporaryDir('technicians');
  const store = await openStore({ dataDir });
  await loadReference(store, join(ROOT, 'seeds'), NOW);
  await addSites(store, ADMIN, [siteDraft(SITE, { name: NAME, nameAr: 'دار الشباب يعقوب المنصور' } as never)], { many: false, demo: false }, NOW - 90 * 24 * HOUR);
  const [full, empty] = await issueVouchers(store, ADMIN, [{ siteId: SITE, uses: 5, days: 180 }, { siteId: SITE, uses: 20, days: 180 }], NOW - 60 * 24 * HOUR);
  [code, fresh] = [full!.code, empty!.code];
  await enrol(store, code, 'salle-01', 'on', 20 * 60_000, 5_000);
  await enrol(store, code, 'salle-02', 'on', 12 * 60_000, 20_000);
  await enrol(store, code, 'salle-03', 'on:dns', 6 * 60_000, 30_000);
  await enrol(store, code, 'accueil', 'off:clean', 40 * 24 * HOUR, 20 * HOUR);
  await enrol(store, code, 'salle-04', 'unseen', 2 * 60_000, null);
  await createEnrolDoor(store).enrol(enrolRequest(code, { name: 'salle-05' }), '10.0.0.1', NOW - 60_000);
  await store.close();
  const root = packageRoot([['cac-agent-9.9.9-linux-x64.tar.gz', 'linux', 31_400_000], ['cac-agent-9.9.9-win-x64.zip', 'windows', 28_900_000], ['cac-agent-9.9.9.cjs', 'any', 182_000]]);
  [server, browser] = await Promise.all([startServer(testConfig({ dataDir }), createLog('silent'), root), launch()]);
  base = `http://127.0.0.1:${server.httpPort}`;
}

test.before(begin);
test.after(async () => {
  await browser?.close();
  await server?.close();
});

test.needs(missingBrowser, 'a code is typed as people type, and opens the place, the state of things and the line to paste', async () => {
  const { page, context, errors, strangers } = await openPage(browser, base);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('/v');
  await on(page, 'code-form').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'voucher-ask-fr');
  await page.locator('input[name="code"]').fill('ABCD');
  await page.keyboard.press('Enter');
  assert.match(await on(page, 'code-hint').innerText(), /seize lettres et chiffres/);
  await page.locator('input[name="code"]').pressSequentially(code.slice(4).replaceAll('-', '').toLowerCase());
  await page.locator('input[name="code"]').fill('');
  await page.locator('input[name="code"]').pressSequentially(code.replaceAll('-', '').toLowerCase());
  assert.is(await page.locator('input[name="code"]').inputValue(), code);
  await page.keyboard.press('Enter');
  await on(page, 'place').waitFor();
  assert.is(await on(page, 'place-name').innerText(), NAME);
  assert.is(new URL(page.url()).hash, `#${code}`);
  const verdict = await on(page, 'verdict').innerText();
  assert.match(verdict, /1 PC rend compte, mais signale un défaut[\s\S]*1 PC ne se fait pas entendre[\s\S]*1 PC attend l’accord[\s\S]*1 PC installé auparavant est éteint/);
  assert.is(await on(page, 'verdict').getAttribute('data-leave'), 'false');
  assert.equal(await on(page, 'arrived').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['check'])), ['silent', 'ok', 'ok', 'failing', 'silent']);
  assert.match(await on(page, 'install-line').innerText(), new RegExp(`curl .*cac-agent_9\\.9\\.9_amd64\\.deb.*--voucher ${code} --yes`));
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'voucher-page-fr', true);
  await on(page, 'system-windows').click();
  assert.match(await on(page, 'install-line').innerText(), /install\.cmd --server/);
  await page.locator('.install summary').click();
  const saving = page.waitForEvent('download');
  await on(page, 'offline-file').click();
  assert.equal(JSON.parse(readFileSync(await (await saving).path(), 'utf8')), { v: 1, server: base, voucher: code });
  assert.equal(await accessibilityFaults(page), []);
  await on(page, 'install').scrollIntoViewIfNeeded();
  await photograph(page, 'voucher-install-fr');
  assert.equal([...new Set(asked)].filter((path) => !/^\/(v|public\/.*|api\/v1\/voucher-page)$/.test(path)), [], 'nothing else of the platform is asked for');
  assert.equal(errors, []);
  assert.equal(strangers, []);
  await context.close();
});

test.needs(missingBrowser, 'a PC that comes appears by itself, and all being well one may leave', async () => {
  const { page, context } = await openPage(browser, base);
  await page.goto(`/v#${fresh}`);
  await page.getByText('Aucun PC n’est encore arrivé').waitFor();
  const secret = 'a-secret-of-its-own';
  const answer = await fetch(`${base}/api/v1/enrol`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(enrolRequest(fresh, { name: 'bureau', secretHash: hashOf(secret) })) });
  const { machine } = (await answer.json()) as { machine: string };
  const pc = { id: machine as never, secret, site: SITE };
  const client = await connectMachine(server.mqttPort, pc);
  await sendUp(client, pc, wireJournal('abcdefghij012345', [['agent_start', { ver: '1', up: 5 }], ...beats(1)]).up(1, 2, { w: Date.now() }));
  await page.locator('[data-testid="verdict"][data-leave="true"]').waitFor();
  assert.match(await on(page, 'verdict').innerText(), /1 PC arrivé, tout va bien\s: vous pouvez partir/);
  await photograph(page, 'voucher-leave-fr');
  await client.endAsync(true);
  await context.close();
});

test.needs(missingBrowser, 'a code that opens nothing is refused in words, once, and is not asked for again', async () => {
  const { page, context } = await openPage(browser, base, { phone: true });
  let asked = 0;
  page.on('request', (request) => (asked += Number(request.url().endsWith('/voucher-page'))));
  await page.goto('/v#ABCD-EFGH-JKMN-PQRS');
  await on(page, 'refused').waitFor();
  assert.match(await on(page, 'refused').innerText(), /Ce code n’est pas accepté[\s\S]*demandez un nouveau code/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'phone-voucher-refused-fr');
  await on(page, 'other-code').click();
  await on(page, 'code-form').waitFor();
  assert.is(asked, 1);
  await context.close();
});

test.needs(missingBrowser, 'the code’s page reads well on a phone and in Arabic, and prints as one sheet with code, QR and steps', async () => {
  for (const [phone, language] of [[true, 'fr'], [true, 'ar'], [false, 'ar']] as const) {
    const { page, context, errors } = await openPage(browser, base, { phone, language });
    await page.goto(`/v#${code}`);
    await on(page, 'place').waitFor();
    await settled(page);
    assert.is(await page.locator('html').getAttribute('dir'), language === 'ar' ? 'rtl' : 'ltr');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${language} ${phone}`);
    assert.equal(await accessibilityFaults(page), []);
    await photograph(page, `${phone ? 'phone-' : ''}voucher-page-${language}`);
    if (phone) {
      await page.screenshot({ path: `test/out/phone-voucher-whole-${language}.png`, fullPage: true });
    } else {
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize({ width: 794, height: 1123 });
      await photograph(page, 'voucher-sheet-ar');
      await page.emulateMedia({ media: 'screen' });
      await speak(page, 'fr');
      await page.emulateMedia({ media: 'print' });
      await photograph(page, 'voucher-sheet-fr', true);
      const paper = await page.pdf({ preferCSSPageSize: true });
      assert.ok((paper.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length <= 2, 'the sheet fits two sides of paper');
    }
    assert.equal(errors, []);
    await context.close();
  }
});

test.needs(missingBrowser, 'the link of the coordinator’s dialog prints the sheet by itself, once', async () => {
  const { page, context } = await openPage(browser, base);
  await page.addInitScript('globalThis.printed = 0; globalThis.print = () => { globalThis.printed += 1; }');
  await page.goto(`/v#${code}/print`);
  await page.waitForFunction(() => (globalThis as { printed?: number }).printed === 1);
  assert.is(await on(page, 'sheet').locator('.paper-code').textContent(), code);
  await context.close();
});

test.needs(missingBrowser, 'the guide, the notice and the declaration are public, read well and print', async () => {
  for (const [phone, language] of [[false, 'fr'], [false, 'ar'], [true, 'fr'], [true, 'ar']] as const) {
    const { page, context, errors, strangers } = await openPage(browser, base, { phone, language });
    for (const part of ['guide', 'notice', 'declaration'] as const) {
      await page.goto('/guide');
      await on(page, `tab-${part}`).click();
      await on(page, part).waitFor();
      assert.equal(await accessibilityFaults(page), [], `${part} ${language}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${part} ${language}`);
      const name = `${phone ? 'phone-' : ''}${part}-${language}`;
      await photograph(page, name);
      if (!phone) {
        await page.emulateMedia({ media: 'print' });
        if (part === 'notice') {
          await page.setViewportSize({ width: 686, height: 1010 });
          await photograph(page, `notice-paper-${language}`);
          await page.setViewportSize(WIDE);
        }
        const pages = ((await page.pdf({ preferCSSPageSize: true, path: `test/out/${name}.pdf` })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length;
        assert.ok(part === 'notice' ? pages === 1 : pages <= 7, `${name} prints on ${pages} pages`);
        await page.emulateMedia({ media: 'screen' });
      }
    }
    assert.equal(errors, []);
    assert.equal(strangers, []);
    await context.close();
  }
});

test.run();
