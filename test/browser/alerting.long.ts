/** Who is told, in a real browser with a real relay: a channel is added and tried, routes and settings are changed, who would be told is asked; and mails as they arrive, drawn. */
import * as assert from 'uvu/assert';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { announce } from '@cac/server/usecases/announce.ts';
import { sendDailyLists } from '@cac/server/usecases/daily-lists.ts';
import type { Browser, Page } from 'playwright-core';
import { databases } from '../databases.ts';
import { ADMIN, siteDraft, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { putIncident } from '../incident-fixture.ts';
import { addPerson, addRelay, clockAt, startRelay, testPostman, type ReceivedMail, type Relay } from '../notices/notice-fixture.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak, type Watched } from './chromium.ts';
import { until } from '../until.ts';

const test = suite('browser alerting');
const MINUTE = 60_000;

let server: TestServer;
let browser: Browser;
let relay: Relay;
let seen: Watched;
let cookie = '';

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const byTestId = (id: string) => on(seen.page, id);

test.before(async () => {
  if (missingBrowser !== null) return;
  await builtPages();
  [server, browser, relay] = await Promise.all([startTestServer(), launch(), startRelay()]);
  await json(server, '/api/v1/sites', siteDraft('RAB-21', { name: 'Maison de jeunes de Témara' }));
  cookie = await server.signIn();
  seen = await openPage(browser, server.base, { cookie });
});
test.after(async () => {
  await browser?.close();
  await server?.end();
  await relay?.stop();
});

test.needs(missingBrowser, 'nothing is set up: the page says so, and that nobody would be told', async () => {
  const { page } = seen;
  await page.goto('/#/map');
  await byTestId('account').click();
  await byTestId('menu-alerting').click();
  await byTestId('alerting-page').waitFor();
  await byTestId('route-line').first().waitFor();
  assert.match(await byTestId('channels-card').innerText(), /Aucun canal/);
  await page.locator('[data-testid="who-card"] input').fill('rab-21');
  await page.locator('[data-testid="who-card"] button').click();
  await byTestId('who-steps').waitFor();
  assert.match(await byTestId('who-steps').innerText(), /Personne : aucun canal de ce type/);
  await page.locator('[data-testid="who-card"] input').fill('XXX-9');
  await page.locator('[data-testid="who-card"] button').click();
  await page.locator('[data-testid="who-card"] .field-error').waitFor();
});

test.needs(missingBrowser, 'a relay is added, what is wrong is said at its field, and the test shows what the relay really answered', async () => {
  const { page } = seen;
  await byTestId('channel-add-email').click();
  const field = (name: string) => page.locator(`[data-testid="channel-form"] [name="${name}"]`);
  await field('name').fill('Relais du ministère');
  await field('host').fill('127.0.0.1');
  await field('port').fill(String(relay.port));
  await field('security').selectOption('plain');
  await field('from').fill('pas une adresse');
  await byTestId('channel-save').click();
  await page.locator('[data-testid="channel-form"] label:has([name="from"]) .field-error').waitFor();
  await photograph(page, 'alerting-channel-fr');
  await field('from').fill('constat@example.ma');
  await byTestId('channel-save').click();
  await byTestId('channel-line').waitFor();
  await page.locator('.channel-test summary').click();
  await page.locator('.channel-test input').fill('nadia@example.org');
  await byTestId('test-send').click();
  await byTestId('test-answer').waitFor();
  assert.match(await byTestId('test-answer').innerText(), /Accepté en .*250/);
  await until('the test mail arrives', () => relay.received.length === 1);
  assert.equal([relay.received[0]!.to, relay.received[0]!.mail.subject], [['nadia@example.org'], 'Essai de Constat']);
  relay.answer = { code: 554, text: 'rejected by policy' };
  await byTestId('test-send').click();
  await page.locator('.test-refused').waitFor();
  assert.match(await byTestId('test-answer').innerText(), /554 rejected by policy/);
  relay.answer = null;
});

test.needs(missingBrowser, 'a route is added and removed; settings say what they mean, refuse nonsense, and stay', async () => {
  const { page } = seen;
  await byTestId('route-add').click();
  const field = (name: string) => page.locator(`[data-testid="route-form"] [name="${name}"]`);
  await byTestId('route-save').click();
  await page.locator('[data-testid="route-form"] label:has([name="name"]) .field-error').waitFor();
  await field('name').fill('Nuit et week-end');
  await field('target').selectOption('role:coordinator');
  await field('afterMs').selectOption(String(60 * MINUTE));
  await page.locator('[data-testid="route-form"] input[value="internet_down"]').check();
  await page.locator('[data-testid="route-form"] input[value="MA-04"]').check();
  await photograph(page, 'alerting-route-fr');
  await byTestId('route-save').click();
  await page.locator('[data-testid="route-line"]:has-text("Nuit et week-end")').waitFor();
  const line = page.locator('[data-testid="route-line"]:has-text("Nuit et week-end")');
  assert.match(await line.innerText(), /les coordinateurs, par courriel, si personne n’a pris en charge après 1\s?h/);
  assert.match(await line.innerText(), /Internet coupé.*Rabat/s);
  await line.locator('.link.danger').click();
  await byTestId('confirm-act').click();
  await line.waitFor({ state: 'detached' });
  const grace = page.locator('[data-testid="settings-card"] [name="grace"]');
  await grace.fill('9999');
  await byTestId('settings-save').click();
  await page.locator('[data-testid="settings-card"] label:has([name="grace"]) .field-error').waitFor();
  await grace.fill('12');
  await byTestId('settings-save').click();
  await page.locator('[data-testid="settings-card"] [role="status"]:has-text("Enregistré")').waitFor();
  assert.is((await json<{ graceMs: number }>(server, '/api/v1/alert-settings')).graceMs, 12 * MINUTE);
});

test.needs(missingBrowser, 'the page is legible in French and Arabic, wide and on a phone', async () => {
  for (const language of ['fr', 'ar'] as const) {
    for (const phone of [false, true]) {
      const { page, context, errors } = await openPage(browser, server.base, { phone, language, cookie });
      await page.goto('/#/alerting/RAB-21');
      await on(page, 'route-line').first().waitFor();
      await on(page, 'channel-line').first().waitFor();
      if (!phone) await speak(page, language);
      await page.locator('[data-testid="who-card"] button').click();
      await on(page, 'who-steps').waitFor();
      await settled(page);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${language} ${phone}`);
      assert.equal(await accessibilityFaults(page), [], `${language} ${phone}`);
      await photograph(page, `${phone ? 'phone-' : ''}alerting-${language}`);
      await on(page, 'settings-card').scrollIntoViewIfNeeded();
      await photograph(page, `${phone ? 'phone-' : ''}alerting-settings-${language}`);
      assert.equal(errors, []);
      await context.close();
    }
  }
});

/** Mails as a relay got them: an outage, a group, an end, and the list of the day. */
async function realMails(): Promise<ReceivedMail[]> {
  const kept = await databases[0]!.open();
  const { store } = kept;
  const sites = [
    siteDraft('TEM-1', { name: 'Maison de jeunes de Témara', nameAr: 'دار الشباب تمارة', carrier: 'Maroc Telecom', technology: 'adsl', lineNumber: '0537-123456', dutyPhone: '0537 74 00 00' } as never),
    ...Array.from({ length: 18 }, (_, i) => siteDraft(`SAL-${i}`, { name: `Centre ${i + 1} de Salé`, nameAr: `مركز سلا ${i + 1}`, carrier: 'Inwi' } as never)),
    siteDraft('ECO-1', { name: 'École Al Massira', nameAr: 'مدرسة المسيرة', kind: 'school' }),
  ];
  await addSites(store, ADMIN, sites, { many: true, demo: false }, T0);
  const box = await startRelay();
  await addRelay(store.db, box.port);
  for (const language of ['fr', 'ar']) await addPerson(store.db, language, { language });
  const clock = clockAt();
  const postman = testPostman(store, clock);
  const tell = async (id: number, news: Parameters<typeof announce>[2]): Promise<void> => {
    await store.db.transaction().execute((tx) => announce(tx, id, news, clock.at));
    await postman.round();
  };
  const one = await putIncident(store.db, { members: ['TEM-1'], pcs: 8, ticket: 'MT-2026-4471', promised_at: T0 + 5 * 60 * MINUTE });
  await tell(one, 'opened');
  await tell(await putIncident(store.db, { members: sites.slice(1, 19).map(({ id }) => id), kind: 'internet_down', cause: 'internet', expected_sites: 21, pcs: 144 }), 'opened');
  clock.at += 62 * MINUTE;
  await store.db.updateTable('incidents').set({ state: 'resolved', end_at: clock.at - 3 * MINUTE, resolved_at: clock.at, open_ms: 59 * MINUTE }).where('id', '=', one).execute();
  await tell(one, 'resolved');
  await putIncident(store.db, { members: ['ECO-1'], severity: 'minor', opened_at: clock.at });
  clock.at = Date.UTC(2026, 10, 21, 8);
  await sendDailyLists(store, clock.at);
  await postman.round();
  await postman.stop();
  await box.stop();
  await kept.close();
  return box.received;
}

test.needs(missingBrowser, 'real mails in French and Arabic, drawn as a reader draws them: right to left, numbers in order (must show 6)', async () => {
  const mails = await realMails();
  const { page, context } = await openPage(browser, server.base, {});
  await page.setViewportSize({ width: 760, height: 900 });
  for (const language of ['fr', 'ar'] as const) {
    const own = mails.filter(({ to }) => to[0] === `${language}@example.org`);
    assert.is(own.length, 4);
    for (const [i, name] of ['', '-group', '-end', '-daily'].entries()) {
      await page.setContent(own[i]!.mail.html!);
      if (language === 'ar') {
        assert.is(await page.evaluate(() => getComputedStyle(document.body).direction), 'rtl');
        // Digits stand in their order: the first is left of the last.
        const [first, last] = await page.evaluate(() => {
          const phone = [...document.querySelectorAll('bdi')].find((one) => /\d{4}/.test(one.textContent ?? ''));
          if (phone === undefined) return [0, 1];
          const text = phone.firstChild!;
          const at = (from: number): number => {
            const range = document.createRange();
            range.setStart(text, from);
            range.setEnd(text, from + 1);
            return range.getBoundingClientRect().left;
          };
          return [at(0), at((text.textContent ?? '').length - 1)];
        });
        assert.ok(first! < last!, name);
      }
      await photograph(page, `mail${name}-${language}`, name === '' && language === 'ar');
    }
  }
  await context.close();
});

test.run();
