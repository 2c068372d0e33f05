/** People in a real browser: invited, let in by the link, seen and ended by the administrator; the own profile; in French and Arabic, on a desk and on a phone. */
import * as assert from 'uvu/assert';
import type { Browser, Page } from 'playwright-core';
import { siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, signInByHand, speak, type Watched } from './chromium.ts';

const test = suite('people on screen');
let server: TestServer;
let browser: Browser;
let admin: Watched;
let link = '';
const OWN = 'une phrase que je retiens bien';

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const person = (page: Page, name: string) => page.locator(`[data-testid="person"][data-name="${name}"]`);
const names = (page: Page): Promise<string[]> => on(page, 'person').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['name']!));

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  [server, browser] = await Promise.all([startTestServer(), launch()]);
  await json(server, '/api/v1/sites', siteDraft('RAB-1', { name: 'Maison de jeunes de Témara' }));
  await json(server, '/api/v1/sites', siteDraft('CAS-1', { name: 'Foyer de Casablanca', region: 'MA-06', province: 'MA-CAS', lat: 33.59, lon: -7.62 } as never));
  const somebody = { role: 'operator', scope: { kind: 'regions', regions: ['MA-04', 'MA-06'] }, email: 'hassan@example.ma', phone: '+212600000000', language: 'ar', quiet: { from: 1320, to: 420 } };
  await json(server, '/api/v1/accounts', { name: 'hassan', fullName: 'حسن الإدريسي', ...somebody });
  await json(server, '/api/v1/accounts', { name: 'samira', fullName: 'Samira Benali', ...somebody, role: 'coordinator', language: 'fr' });
  admin = await openPage(browser, server.base, { cookie: await server.signIn() });
}

test.before(begin);
test.after(async () => {
  await browser?.close();
  await server?.end();
});

test.needs(missingBrowser, 'an administrator invites somebody from the account’s menu, and is shown the link once', async () => {
  const { page } = admin;
  await page.goto('/');
  await on(page, 'account').click();
  await on(page, 'menu-people').click();
  await on(page, 'person').first().waitFor();
  assert.equal(await names(page), ['admin', 'hassan', 'samira']);
  await on(page, 'people-search').fill('benali');
  await page.locator('[data-testid="person"]:nth-child(1)[data-name="samira"]').waitFor();
  assert.equal(await names(page), ['samira']);
  await on(page, 'people-search').fill('');
  await person(page, 'admin').waitFor();

  await on(page, 'invite').click();
  await page.locator('input[name="name"]').fill('Nadia Rabat');
  await on(page, 'person-save').click();
  await page.locator('[data-testid="person-form"] .field-error').first().waitFor();
  assert.is(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'name', 'what is wrong is brought into sight');
  await photograph(page, 'people-form-refused-fr');
  await page.locator('input[name="name"]').fill('nadia');
  await on(page, 'person-save').click();
  await page.locator('.regions .field-error').waitFor();
  assert.match(await page.locator('.regions .field-error').innerText(), /au moins une région/);
  await page.locator('input[name="role"][value="coordinator"]').check();
  await page.locator('input[name="region"][value="MA-04"]').check();
  await page.locator('input[name="fullName"]').fill('Nadia El Amrani');
  await page.locator('input[name="email"]').fill('pas une adresse');
  await on(page, 'person-save').click();
  await page.getByText('Ce n’est pas une adresse électronique.').waitFor();
  await page.locator('input[name="email"]').fill('nadia@example.ma');
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'people-form-fr');
  await on(page, 'person-save').click();
  await on(page, 'account-link').waitFor();
  link = (await on(page, 'account-link').innerText()).trim();
  assert.match(link, /\/sign-in#link=[\w-]{43}$/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'people-link-fr');
  await page.keyboard.press('Escape');
  await person(page, 'nadia').waitFor();
  assert.is(await person(page, 'nadia').getAttribute('data-standing'), 'invited');
});

test.needs(missingBrowser, 'who opens the link chooses a password and sees the own region only; the link then opens nothing', async () => {
  const invited = await openPage(browser, server.base, { language: 'fr' });
  const { page } = invited;
  const hash = link.slice(link.indexOf('#'));
  await page.goto(`/sign-in${hash}`);
  await on(page, 'link-form').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'choose-password-fr');
  await page.locator('input[name="password"]').fill('court');
  await page.locator('[data-testid="link-form"] button.primary').click();
  assert.match(await on(page, 'link-error').innerText(), /douze caractères/);
  await page.locator('input[name="password"]').fill(OWN);
  await page.locator('input[name="again"]').fill(OWN);
  await page.locator('[data-testid="link-form"] button.primary').click();
  await on(page, 'account').waitFor();
  assert.not.match(page.url(), /link=/);
  await page.goto('/#/list');
  await page.getByText('Maison de jeunes de Témara').first().waitFor();
  assert.is(await page.getByText('Foyer de Casablanca').count(), 0);
  await on(page, 'account').click();
  assert.is(await on(page, 'menu-people').count(), 0, 'accounts are for administrators');
  await page.goto('/#/people');
  await page.getByText('Votre compte n’a pas ce droit.').waitFor();
  await invited.context.close();

  const late = await openPage(browser, server.base, { language: 'ar', phone: true });
  await late.page.goto(`/sign-in${hash}`);
  await late.page.locator('input[name="password"]').fill(OWN);
  await late.page.locator('input[name="again"]').fill(OWN);
  await photograph(late.page, 'phone-choose-password-ar');
  await late.page.locator('[data-testid="link-form"] button.primary').click();
  await late.page.locator('[data-testid="link-error"]:not(:empty)').waitFor();
  assert.match(await on(late.page, 'link-error').innerText(), /لم يعد هذا الرابط صالحا/);
  await late.page.locator('[data-testid="link-form"] ~ p .link').click();
  await on(late.page, 'forgotten-form').waitFor();
  await late.page.locator('input[name="name"]').fill('nadia');
  await late.page.locator('[data-testid="forgotten-form"] button.primary').click();
  await on(late.page, 'forgotten-asked').waitFor();
  assert.equal(await accessibilityFaults(late.page), []);
  await photograph(late.page, 'phone-forgotten-ar');
  // What the browser itself says of the refused link.
  assert.equal(late.errors.filter((text) => !/401/.test(text)), []);
  await late.context.close();
});

test.needs(missingBrowser, 'the administrator sees her sessions, ends one, changes her regions, and disables the account after a question', async () => {
  const { page } = admin;
  await page.goto('/#/people');
  await page.reload();
  await person(page, 'nadia').locator('button').click();
  await on(page, 'session').first().waitFor();
  assert.match(await on(page, 'session').first().innerText(), /Chrome \d+ · Linux/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'people-person-fr');
  await on(page, 'session-end').first().click();
  await on(page, 'confirm-act').click();
  await page.getByText('Aucune session ouverte.').waitFor();
  await on(page, 'person-edit').click();
  await page.locator('input[name="region"][value="MA-06"]').check();
  await on(page, 'person-save').click();
  await on(page, 'person-dialog').waitFor();
  assert.match(await on(page, 'person-dialog').innerText(), /Casablanca/);
  await on(page, 'person-disable').click();
  await page.getByText('déconnectée partout').waitFor();
  await photograph(page, 'people-disable-fr');
  await on(page, 'confirm-act').click();
  await on(page, 'person-enable').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-name="nadia"][data-standing="disabled"]').waitFor();
  await page.locator('[data-testid="audit-line"][data-act="disable_account"]').first().waitFor();
  const line = await page.locator('[data-testid="audit-line"][data-act="edit_account"]').first().innerText();
  assert.match(line, /Régions/);
  assert.match(line, /Rabat[^→]*→[\s\S]*Casablanca/);
});

test.needs(missingBrowser, 'the last administrator is told why not, in words', async () => {
  const { page } = admin;
  await person(page, 'admin').locator('button').click();
  assert.is(await on(page, 'person-reset').count(), 0);
  await on(page, 'person-disable').click();
  await on(page, 'confirm-act').click();
  await page.getByText('C’est le dernier administrateur').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await on(page, 'audit-act').selectOption('invite_account');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-testid="audit-line"]')].every((row) => (row as HTMLElement).dataset['act'] === 'invite_account'));
  assert.match((await on(page, 'audit-export').getAttribute('href'))!, /format=csv&act=invite_account/);
  await on(page, 'audit-act').selectOption('');
});

test.needs(missingBrowser, 'people change of themselves what is theirs, and end their other sessions', async () => {
  await server.signIn();
  const { page } = admin;
  await on(page, 'account').click();
  await on(page, 'menu-profile').click();
  await on(page, 'profile-card').waitFor();
  await page.locator('input[name="fullName"]').fill('Administration');
  await page.locator('input[name="phone"]').fill('0600');
  await on(page, 'profile-save').click();
  await page.getByText('Commencez par +').waitFor();
  await page.locator('input[name="phone"]').fill('+212 6 11 22 33 44');
  await page.locator('input[name="quiet"]').check();
  await on(page, 'profile-save').click();
  await page.getByText('Enregistré.').waitFor();
  assert.is(await page.locator('input[name="phone"]').inputValue(), '+212611223344');
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'profile-fr');
  await on(page, 'sessions-end').click();
  await on(page, 'confirm-act').click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="session"]').length === 1);
  assert.is(await on(page, 'session').getAttribute('data-own'), 'true');
});

test.needs(missingBrowser, 'accounts and profile read well in both languages, on a desk and on a phone, and hold no accessibility fault', async () => {
  const cookie = await server.signIn();
  for (const phone of [false, true]) {
    for (const language of ['fr', 'ar'] as const) {
      const { page, context, errors, strangers } = await openPage(browser, server.base, { phone, language, cookie });
      const name = `${phone ? 'phone-' : ''}`;
      await page.goto('/#/people');
      await on(page, 'audit-line').first().waitFor();
      if (!phone) await speak(page, language);
      await settled(page);
      assert.equal(await accessibilityFaults(page), [], `people ${language}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `people ${language}`);
      await photograph(page, `${name}people-${language}`);
      await on(page, 'audit').scrollIntoViewIfNeeded();
      await page.locator('[data-testid="audit"]').evaluate((card) => card.scrollIntoView());
      await photograph(page, `${name}audit-${language}`);
      await page.goto('/#/profile');
      await on(page, 'profile-card').waitFor();
      await on(page, 'session').first().waitFor();
      assert.equal(await accessibilityFaults(page), [], `profile ${language}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `profile ${language}`);
      await photograph(page, `${name}profile-${language}`);
      assert.equal(errors, []);
      assert.equal(strangers, []);
      await context.close();
    }
  }
});

test.needs(missingBrowser, 'signing in still asks for a name and a password, and takes a name in capitals', async () => {
  const { page, context } = await openPage(browser, server.base, {});
  await page.goto('/sign-in');
  await on(page, 'sign-in-form').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'sign-in-forgotten-fr');
  await signInByHand(page, 'Admin', PASSWORD);
  await on(page, 'account').waitFor();
  await context.close();
});

test.run();
