/** The calendars in a real browser: a holiday announced and taken back, hours that overlap refused where they stand, own hours for a site. */
import * as assert from 'uvu/assert';
import type { CalendarChange, SiteCalendarView } from '@cac/shared/calendar.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import type { Browser, Page } from 'playwright-core';
import { temporaryDir } from '../databases.ts';
import { siteDraft, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, speak, type Watched } from './chromium.ts';

const test = suite('browser calendar');
const TODAY = localDayOf(Date.now());
const PAST = dayAfter(TODAY, -4);

let server: TestServer;
let browser: Browser;
let seen: Watched;
let coordinator = '';

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const byTestId = (id: string) => on(seen.page, id);

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  const dataDir = temporaryDir('browser-calendar');
  const store = await openStore({ dataDir });
  await createAccount(store, { name: 'nadia', role: 'coordinator', scope: { kind: 'regions', regions: ['MA-04'] as never }, password: PASSWORD, mustChange: false }, T0);
  await createAccount(store, { name: 'guest', role: 'viewer', scope: { kind: 'all' }, password: PASSWORD, mustChange: false }, T0);
  await store.close();
  await builtPages();
  [server, browser] = await Promise.all([startTestServer({ dataDir }), launch()]);
  await json(server, '/api/v1/sites', siteDraft('RAB-1', { name: 'Maison de jeunes de Témara', lat: 33.93, lon: -6.91 }));
  await json(server, '/api/v1/sites', siteDraft('CAS-1', { name: 'Bibliothèque d’Anfa', region: 'MA-06', province: 'MA-CAS', hostPremises: 'library' } as never));
  coordinator = await server.signIn('nadia');
  seen = await openPage(browser, server.base, { cookie: await server.signIn() });
}

// uvu says nothing of what a hook throws.
test.before(begin);

test.after(async () => {
  await browser?.close();
  await server?.end();
});

const closedOn = async (day: string): Promise<string | undefined> => {
  const { days } = await json<SiteCalendarView>(server, `/api/v1/sites/CAS-1/calendar?from=${day}&to=${day}`);
  return days[0]!.closed?.label?.fr;
};

test.needs(missingBrowser, 'the calendar is one step from the map, and says what is still to be confirmed', async () => {
  const { page } = seen;
  await page.goto('/#/map');
  await byTestId('tab-calendar').click();
  await byTestId('day').first().waitFor();
  await byTestId('days-span').selectOption('year');
  await page.locator('[data-testid="day"][data-id="ramadan-2027"]').getByText('à confirmer').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('days-span').selectOption('coming');
  await photograph(page, 'calendar-fr');
});

test.needs(missingBrowser, 'what a form lacks is said beside its field', async () => {
  await byTestId('announce').click();
  await byTestId('days-save').click();
  assert.match(await byTestId('wrong-label.fr').innerText(), /À remplir/);
  const { page } = seen;
  await page.locator('[data-testid="days-form"] [name="from"]').fill(TODAY);
  await page.locator('[data-testid="days-form"] [name="to"]').fill(PAST);
  await byTestId('days-save').click();
  assert.match(await byTestId('wrong-to').innerText(), /avant le premier/);
  assert.equal(await accessibilityFaults(page), []);
});

test.needs(missingBrowser, 'a holiday of the past is announced for the whole country, with what it reaches, and taken back', async () => {
  const { page } = seen;
  for (const [name, value] of [['from', PAST], ['to', PAST], ['label.fr', 'Fête exceptionnelle'], ['label.ar', 'عطلة استثنائية'], ['source', 'Communiqué du 20 novembre']]) await page.locator(`[data-testid="days-form"] [name="${name}"]`).fill(value!);
  await page.locator('[data-testid="reach"][data-sites="2"][data-past="1"]').waitFor();
  await photograph(page, 'calendar-announce-fr');
  await byTestId('days-save').click();
  await page.locator('[data-testid="done"][data-act="announce_days"]').waitFor();
  assert.is(await closedOn(PAST), 'Fête exceptionnelle');
  const [line] = (await json<{ items: CalendarChange[] }>(server, '/api/v1/calendar/changes')).items;
  assert.equal([line!.author, line!.retroactive, line!.before], ['admin', true, null]);
  await byTestId('change').first().getByText('rétroactif').waitFor();
  await byTestId('days-span').selectOption('past');
  await byTestId('day').getByText('Fête exceptionnelle').waitFor();
  await photograph(page, 'calendar-done-fr');
  await byTestId('undo').click();
  await page.locator('[data-testid="done"][data-act="undo"]').waitFor();
  await byTestId('day').getByText('Fête exceptionnelle').waitFor({ state: 'detached' });
  assert.is.not(await closedOn(PAST), 'Fête exceptionnelle');
});

test.needs(missingBrowser, 'a religious date is confirmed where it stands', async () => {
  const { page } = seen;
  await byTestId('days-span').selectOption('year');
  const eid = page.locator('[data-testid="day"][data-id="eid-al-fitr-2027"]');
  await eid.locator('[data-testid="day-confirm"]').click();
  await page.locator('[data-testid="done"][data-act="change_days"]').waitFor();
  await eid.locator('[data-testid="day-confirm"]').waitFor({ state: 'detached' });
});

test.needs(missingBrowser, 'hours that overlap are refused beside the time that does', async () => {
  const { page } = seen;
  await byTestId('layer-hours').selectOption('host:library');
  await byTestId('hours-edit').click();
  await page.locator('[name="week.5.1.from"]').fill('11:30');
  await byTestId('week-save').click();
  const wrong = byTestId('wrong-week.5.1.from');
  assert.match(await wrong.innerText(), /vendredi.*recouvrent/);
  assert.is(await page.locator('[name="week.5.1.from"]').getAttribute('aria-invalid'), 'true');
  assert.is(await page.evaluate('document.activeElement.name'), 'week.5.1.from');
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'calendar-week-fr');
  await page.locator('[name="week.5.1.from"]').fill('abc');
  await byTestId('week-save').click();
  assert.match(await wrong.innerText(), /09:00/);
  assert.is((await json<{ items: CalendarChange[] }>(server, '/api/v1/calendar/changes?scope=host:library')).items.length, 0);
  await page.keyboard.press('Escape');
});

test.needs(missingBrowser, 'a coordinator sees that a site’s calendar is assumed, and gives it its own, past midnight too', async () => {
  const own = await openPage(browser, server.base, { cookie: coordinator });
  const { page } = own;
  await page.goto('/#/site/RAB-1');
  await on(page, 'assumed').waitFor();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'panel-hours-fr');
  await on(page, 'set-own-hours').click();
  await on(page, 'hours-edit').click();
  await page.locator('[name="week.6.1.to"]').fill('00:30');
  await page.locator('[data-testid="reach"][data-sites="1"][data-past="0"]').waitFor();
  await on(page, 'week-save').click();
  await page.locator('[data-testid="done"][data-act="set_hours"]').waitFor();
  const own1 = await json<SiteCalendarView>(server, '/api/v1/sites/RAB-1/calendar');
  assert.is(own1.days[0]!.assumed, false);
  await photograph(page, 'calendar-site-fr');
  await page.goto('/#/site/RAB-1');
  await on(page, 'site-hours').locator('.today-hours').waitFor();
  assert.is(await on(page, 'assumed').count(), 0);
  // Layers above the sites are shown, and not offered for change.
  await page.goto('/#/calendar');
  await on(page, 'day').first().waitFor();
  assert.is(await on(page, 'day-edit').count(), 0);
  assert.equal([...own.errors, ...own.strangers], []);
  await own.context.close();
});

test.needs(missingBrowser, 'a viewer reads it, and is offered nothing to change', async () => {
  const guest = await openPage(browser, server.base, { cookie: await server.signIn('guest') });
  await guest.page.goto('/#/calendar');
  await on(guest.page, 'day').first().waitFor();
  for (const id of ['announce', 'day-edit', 'hours-edit']) assert.is(await on(guest.page, id).count(), 0, id);
  await guest.context.close();
});

test.needs(missingBrowser, 'a site of another region has no calendar here, and the page says so', async () => {
  const own = await openPage(browser, server.base, { cookie: coordinator });
  await own.page.goto('/#/calendar/CAS-1');
  await own.page.locator('.calendar .failure').waitFor();
  assert.match(await own.page.locator('.calendar .failure').innerText(), /Introuvable/);
  await own.context.close();
});

test.needs(missingBrowser, 'it reads from right to left in Arabic, and fits a phone', async () => {
  const { page } = seen;
  await page.goto('/#/calendar');
  await byTestId('day').first().waitFor();
  await speak(page, 'ar');
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'calendar-ar');
  await byTestId('hours-edit').click();
  await photograph(page, 'calendar-week-ar');
  await page.keyboard.press('Escape');
  for (const language of ['fr', 'ar'] as const) {
    const phone = await openPage(browser, server.base, { phone: true, language, cookie: await server.signIn() });
    await phone.page.goto('/#/calendar');
    await on(phone.page, 'day').first().waitFor();
    const fits = () => phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.querySelector('.calendar')!.scrollWidth <= innerWidth);
    assert.ok(await fits(), `${language}: wider than the screen`);
    assert.equal(await accessibilityFaults(phone.page), [], language);
    await photograph(phone.page, `phone-calendar-${language}`);
    await on(phone.page, 'hours-edit').click();
    await photograph(phone.page, `phone-calendar-week-${language}`);
    await phone.page.keyboard.press('Escape');
    await on(phone.page, 'announce').click();
    await photograph(phone.page, `phone-calendar-announce-${language}`);
    await phone.page.keyboard.press('Escape');
    await phone.page.goto('/#/site/RAB-1');
    await on(phone.page, 'open-now').waitFor();
    await photograph(phone.page, `phone-panel-hours-${language}`);
    assert.equal([...phone.errors, ...phone.strangers], []);
    await phone.context.close();
  }
});

test.needs(missingBrowser, 'the page asked nobody but its server, and had nothing to complain of', () => {
  assert.equal([...seen.errors, ...seen.strangers], []);
});

test.run();
