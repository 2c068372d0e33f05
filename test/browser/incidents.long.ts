/** Alerts in a real browser: the inbox and how it follows, one opened and acted on, silences, the hand-over; on a phone, in Arabic, on paper. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openStore } from '@cac/server/store/store.ts';
import { accountByName } from '@cac/server/store/accounts.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { beginSilence } from '@cac/server/usecases/silence.ts';
import { noteIncident } from '@cac/server/usecases/note-incident.ts';
import { temporaryDir } from '../databases.ts';
import { ADMIN, siteDraft, siteWithMachines } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { putIncident, putNotice } from '../incident-fixture.ts';
import { json, PASSWORD, ROOT, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, signInByHand, speak, type Watched } from './chromium.ts';

const test = suite('browser incidents');
const NOW = Date.now();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ALONE = 'CAC-RAB-1';
const PLACES = [['Témara', 33.92, -6.91], ['Salé', 34.04, -6.8], ['Kénitra', 34.26, -6.58], ['Khémisset', 33.82, -6.07], ['Skhirat', 33.85, -7.03], ['Tiflet', 33.89, -6.31], ['Bouknadel', 34.12, -6.74], ['Sidi Slimane', 34.26, -5.93], ['Aïn Aouda', 33.81, -6.79], ['Sidi Kacem', 34.22, -5.71]] as const;
const ids = { alone: 0, group: 0, taken: 0, paused: 0, minor: 0, over: 0, foreign: 0 };

let server: TestServer;
let browser: Browser;
let seen: Watched;
let cookie = '';

const on = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);
const byTestId = (id: string) => on(seen.page, id);

/** Two regions, an outage of one site, one of a carrier, and what else a morning brings. */
async function tellMorning(dataDir: string): Promise<void> {
  const store = await openStore({ dataDir });
  try {
    await loadReference(store, join(ROOT, 'seeds'), NOW);
    const region = (code: string) => ({ kind: 'regions', regions: [code] }) as never;
    await createAccount(store, { name: 'nadia', role: 'operator', scope: region('MA-04'), password: PASSWORD, mustChange: false }, NOW);
    await createAccount(store, { name: 'kamal', role: 'viewer', scope: region('MA-06'), password: PASSWORD, mustChange: false }, NOW);
    const nadia = (await accountByName(store.db, 'nadia'))!;
    const machines = await siteWithMachines(store, ALONE, 3, { name: 'Maison de jeunes Yacoub El Mansour', nameAr: 'دار الشباب يعقوب المنصور', carrier: 'Maroc Telecom', dutyPhone: '0537 00 00 01', lineNumber: 'L-2231', lat: 33.99, lon: -6.88 } as never, NOW - 30 * 24 * HOUR);
    await addSites(store, ADMIN, [
      ...PLACES.map(([name, lat, lon], i) => siteDraft(`CAC-R-${i + 1}`, { name: `Maison de jeunes ${name}`, nameAr: null, carrier: 'Inwi', dutyPhone: i % 3 === 0 ? null : `0537 11 00 0${i}`, lat, lon } as never)),
      siteDraft('CAC-CAS-1', { name: '<img src=x onerror="document.title=1">', region: 'MA-06' as never, province: 'MA-CAS' as never, carrier: 'Orange', lat: 33.59, lon: -7.62 } as never),
    ], { many: true, demo: false }, NOW);
    const { db } = store;
    const since = NOW - 100 * MINUTE;
    ids.over = await putIncident(db, { members: [{ site: 'CAC-R-3', sinceAt: NOW - 5 * HOUR, leftAt: NOW - 3 * HOUR }], kind: 'internet_down', cause: 'gateway', state: 'resolved', since_at: NOW - 5 * HOUR, opened_at: NOW - 5 * HOUR + 10 * MINUTE, resolved_at: NOW - 3 * HOUR, end_at: NOW - 3 * HOUR, open_ms: 2 * HOUR, touched_at: NOW - 3 * HOUR, events: [{ at: NOW - 5 * HOUR + 10 * MINUTE, act: 'opened' }, { at: NOW - 3 * HOUR, act: 'resolved', detail: { why: 'well' } }] });
    ids.paused = await putIncident(db, { members: [{ site: 'CAC-R-9', paused: true }], state: 'paused', kind: 'did_not_open', cause: 'never_on', since_at: NOW - 20 * HOUR, opened_at: NOW - 20 * HOUR, paused_at: NOW - 12 * HOUR, touched_at: NOW - 10 * HOUR, reason: { word: 'none_since_opening', figures: { opensAt: NOW - 20 * HOUR, graceMs: 30 * MINUTE } }, events: [{ at: NOW - 20 * HOUR, act: 'opened' }, { at: NOW - 12 * HOUR, act: 'paused' }] });
    ids.minor = await putIncident(db, { members: [ALONE], kind: 'machine_missing', severity: 'minor', cause: 'machine', machine_id: machines[2]!.id, since_at: NOW - 6 * 24 * HOUR, opened_at: NOW - 2 * HOUR, pcs: 1, touched_at: NOW - 2 * HOUR, reason: { word: 'silent_days', figures: { n: 5 } } });
    ids.alone = await putIncident(db, {
      members: [ALONE], since_at: since, opened_at: since + 14 * MINUTE, touched_at: since + 14 * MINUTE, pcs: 3, cause: 'lost_together', reason: { word: 'lost_together', figures: { n: 2, lastSeenAt: since, missedAt: since + 4 * MINUTE } },
      evidence: machines.map((machine, i) => ({ machine: machine.id, name: `PC ${i + 1}`, state: i === 2 ? 'off:clean' : 'unreachable', since: since - i * 10 * MINUTE, lastSeenAt: since - i * 10 * MINUTE })),
      events: [{ at: since + 14 * MINUTE, act: 'opened' }, { at: since + 60 * MINUTE, act: 'escalated' }],
    });
    await putNotice(db, ids.alone, { account: nadia.id, at: since + 14 * MINUTE, answer: '250 2.0.0 Ok: queued as 4F1B2' });
    await putNotice(db, ids.alone, { account: (await accountByName(db, 'kamal'))!.id, at: since + 14 * MINUTE });
    await putNotice(db, ids.alone, { event: 'escalated', at: since + 60 * MINUTE, kind: 'webhook', state: 'failed', answer: '502 Bad Gateway' });
    ids.group = await putIncident(db, {
      members: PLACES.slice(0, 8).map((_, i) => ({ site: `CAC-R-${i + 1}`, sinceAt: NOW - 40 * MINUTE + i * 20_000, leftAt: i === 3 ? NOW - 5 * MINUTE : null, cause: i === 0 ? 'power' : 'lost_together' })),
      severity: 'critical', since_at: NOW - 40 * MINUTE, opened_at: NOW - 30 * MINUTE, touched_at: NOW - 5 * MINUTE, expected_sites: 10, pcs: 37, cause: 'lost_together', reason: { word: 'fell_together', figures: { n: 8, of: 10, by: 'carrier', key: 'Inwi', withinMs: 140_000 } },
      events: [{ at: NOW - 30 * MINUTE, act: 'opened' }, { at: NOW - 20 * MINUTE, act: 'joined', detail: { n: 2, sites: ['CAC-R-7', 'CAC-R-8'] } }, { at: NOW - 5 * MINUTE, act: 'left', detail: { n: 1, sites: ['CAC-R-4'] } }],
    });
    await putNotice(db, ids.group, { account: nadia.id, at: NOW - 30 * MINUTE });
    ids.taken = await putIncident(db, { members: ['CAC-R-10'], since_at: NOW - 3 * HOUR, opened_at: NOW - 170 * MINUTE, acknowledged_at: NOW - 150 * MINUTE, acknowledged_by: 'nadia', ack_reason: 'Opérateur télécom prévenu', ticket: 'INW-88120', promised_at: NOW - 10 * MINUTE, touched_at: NOW - 150 * MINUTE });
    ids.foreign = await putIncident(db, { members: ['CAC-CAS-1'], since_at: NOW - 90 * MINUTE, opened_at: NOW - 80 * MINUTE, touched_at: NOW - 80 * MINUTE });
    await noteIncident(store, nadia, ids.taken, 'Le technicien passe avant midi <b>sûr</b>', NOW - 140 * MINUTE);
    await beginSilence(store, { name: 'nadia', scope: nadia.scope }, { kind: 'maintenance', scope: { kind: 'site', id: 'CAC-R-5' }, fromAt: NOW - HOUR, toAt: NOW + 3 * HOUR, reason: 'Remplacement de l’onduleur' }, NOW - HOUR);
    await beginSilence(store, { name: 'nadia', scope: nadia.scope }, { kind: 'silence', scope: { kind: 'carrier', id: 'Inwi' }, fromAt: NOW + 20 * HOUR, toAt: NOW + 24 * HOUR, reason: 'Travaux annoncés sur le câble' }, NOW);
  } finally {
    await store.close();
  }
}

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  const dataDir = temporaryDir('browser-incidents');
  await tellMorning(dataDir);
  [server, browser] = await Promise.all([startTestServer({ dataDir }), launch()]);
  cookie = await server.signIn('nadia');
  seen = await openPage(browser, server.base, { cookie });
}

test.before(begin);

test.after(async () => {
  await browser?.close();
  await server?.end();
});

test.needs(missingBrowser, 'the inbox tells what waits, several sites before one, the worst first; the tab counts what is urgent', async () => {
  const { page } = seen;
  await page.goto('/#/incidents');
  await byTestId('incident-row').first().waitFor();
  assert.equal(await byTestId('incident-row').evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset['id']))), [ids.group, ids.alone, ids.minor]);
  await page.locator('[data-testid="incidents-badge"]').waitFor();
  assert.is(await byTestId('incidents-badge').innerText(), '2');
  const text = (await byTestId('incident-row').first().innerText()).replaceAll(/\s+/g, ' ');
  assert.match(text, /Sites hors ligne · Opérateur télécom : Inwi/);
  assert.match(text, /7 sites touchés sur 8, 10 attendus/);
  assert.match(text, /8 sites sur 10 attendus sont tombés ensemble, en 2 min/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'incidents-fr', true);
});

test.needs(missingBrowser, 'arrows go from one to the next, Enter opens', async () => {
  const { page } = seen;
  await byTestId('incident-link').first().focus();
  await page.keyboard.press('ArrowDown');
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /Yacoub/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await byTestId('incident-head').waitFor();
  assert.match(page.url(), new RegExp(`#/incidents/${ids.alone}`));
});

test.needs(missingBrowser, 'an incident says what, where, since when and why, whom to call, what each PC showed, and what was sent', async () => {
  const { page } = seen;
  const head = (await byTestId('incident-head').innerText()).replaceAll(/\s+/g, ' ');
  assert.match(head, /Site hors ligne · Maison de jeunes Yacoub El Mansour/);
  assert.match(head, /2 PC se sont tus ensemble vers/);
  assert.match(head, /PC perdus ensemble : courant ou ligne/);
  assert.is(await page.locator('[data-testid="call"] a').getAttribute('href'), 'tel:0537000001');
  assert.match(await byTestId('evidence').innerText(), /PC 1\s+Injoignable/);
  const sent = await byTestId('notices').innerText();
  assert.match(sent, /nadia[\s\S]*250 2\.0\.0 Ok: queued as 4F1B2/);
  assert.match(sent, /502 Bad Gateway/);
  assert.is(sent.includes('kamal'), false, 'who shares no region is not named (F-01)');
  assert.is(await page.locator('[data-testid="members-map"] circle').count(), 1);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'incident-fr');
});

test.needs(missingBrowser, 'taken with a reason, given to somebody, ticket and note: each stands in the timeline', async () => {
  const { page } = seen;
  await byTestId('acknowledge').click();
  await page.locator('[data-testid="acknowledge-form"] [role="alert"]').waitFor();
  await page.locator('[data-testid="acknowledge-form"] .quick button').first().click();
  await byTestId('acknowledge').click();
  await byTestId('acknowledged').waitFor();
  assert.match(await byTestId('acknowledged').innerText(), /nadia[\s\S]*Opérateur télécom prévenu/);
  await byTestId('assign').selectOption({ label: 'nadia' });
  await page.locator('.timeline .assigned').waitFor();
  await byTestId('ticket').fill('MT-42');
  await byTestId('promised').fill('2026-12-01T14:30');
  await byTestId('ticket-save').click();
  await page.locator('.timeline .ticket').waitFor();
  await byTestId('note').fill('<script>alert(1)</script>');
  await byTestId('note-add').click();
  await page.locator('.timeline .note').waitFor();
  const timeline = await byTestId('timeline').innerText();
  assert.match(timeline, /<script>alert\(1\)<\/script>/, 'a note is text (F-06)');
  assert.match(timeline, /MT-42/);
  const { promisedAt } = (await (await server.api(`/api/v1/incidents/${ids.alone}`)).json()) as { promisedAt: number };
  assert.is(promisedAt, Date.UTC(2026, 11, 1, 14, 30), 'a promise is typed in Moroccan time');
  await byTestId('unacknowledge').click();
  await byTestId('confirm-act').click();
  await byTestId('acknowledge-form').waitFor();
});

test.needs(missingBrowser, 'what somebody else does shows without asking', async () => {
  const { page } = seen;
  await json(server, `/api/v1/incidents/${ids.alone}/acknowledge`, { reason: 'pris par l’administrateur' }, 200);
  await byTestId('acknowledged').waitFor();
  assert.match(await byTestId('acknowledged').innerText(), /admin/);
  await page.locator('[data-testid="incidents-badge"]:text("1")').waitFor();
});

test.needs(missingBrowser, 'a group shows its sites on a map and in a table, and is silenced from there', async () => {
  const { page } = seen;
  await page.goto(`/#/incidents/${ids.group}`);
  await page.locator('[data-testid="members-map"] circle').first().waitFor();
  assert.is(await page.locator('[data-testid="members-map"] circle.still').count(), 7);
  assert.is(await page.locator('[data-testid="members-map"] circle.left').count(), 1);
  assert.is(await page.locator('[data-testid="members"] tbody tr').count(), 8);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'incident-group-fr', true);
  await byTestId('silence-carrier').click();
  await byTestId('silence-save').click();
  await page.locator('[data-testid="silence-dialog"] [role="alert"]').waitFor();
  await byTestId('silence-reason').fill('Panne connue');
  await byTestId('preset-1h').click();
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'silence-form-fr');
  await byTestId('silence-save').click();
  await byTestId('silence-dialog').waitFor({ state: 'detached' });
});

test.needs(missingBrowser, 'silences are listed with author and end, and ended after a question', async () => {
  const { page } = seen;
  await page.goto('/#/silences');
  await byTestId('silence-line').first().waitFor();
  assert.is(await byTestId('silence-line').count(), 3);
  assert.match(await byTestId('silences-page').innerText(), /Inwi[\s\S]*Panne connue[\s\S]*par nadia/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'silences-fr');
  await byTestId('silence-end').first().click();
  await byTestId('confirm-act').click();
  await page.locator('[data-testid="silence-line"].over').waitFor();
  assert.match(await page.locator('[data-testid="silence-line"].over').innerText(), /terminé par nadia/);
});

test.needs(missingBrowser, 'the hand-over is one page, also on paper', async () => {
  const { page } = seen;
  await page.goto('/#/handover');
  await byTestId('handover-page').locator('.card').first().waitFor();
  const text = await byTestId('handover-page').innerText();
  for (const part of [/INW-88120/, /promesse dépassée/, /Le technicien passe avant midi <b>sûr<\/b>/, /Remplacement de l’onduleur/, /Aucun PC vu depuis l’ouverture/]) assert.match(text, part);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'handover-fr');
  await page.emulateMedia({ media: 'print' });
  assert.not.ok(await page.locator('.header').isVisible());
  await photograph(page, 'handover-print-fr');
  await page.emulateMedia({ media: 'screen' });
});

test.needs(missingBrowser, 'the filter is the map’s, and an empty list says what would stand there', async () => {
  const { page } = seen;
  await page.goto('/#/incidents?region=MA-04&inbox=acknowledged');
  await byTestId('incident-row').first().waitFor();
  assert.is(await byTestId('incident-row').count(), 2);
  await byTestId('segment-mine').click();
  await byTestId('incident-row').first().waitFor();
  await page.goto('/#/incidents?programme=GENIE');
  await byTestId('incidents-none').waitFor();
  await byTestId('watched').waitFor();
  assert.match(await byTestId('incidents-none').innerText(), /sites? surveillés?/);
  assert.match(page.url(), /programme=GENIE/);
  assert.equal(await accessibilityFaults(page), []);
  await photograph(page, 'incidents-none-fr');
});

test.needs(missingBrowser, 'a site’s panel leads to its incidents', async () => {
  const { page } = seen;
  await page.goto(`/#/site/${ALONE}`);
  await page.locator('[data-testid="site-incidents"] a').first().click();
  await byTestId('incident-head').waitFor();
});

test.needs(missingBrowser, 'a message’s link leads a stranger through the sign-in to the box, with the focus in it', async () => {
  const { page, context } = await openPage(browser, server.base);
  await page.goto(`/#/incidents/${ids.group}?act=acknowledge`);
  await page.locator('[data-testid="sign-in-form"]').waitFor();
  await signInByHand(page, 'nadia', PASSWORD);
  await on(page, 'acknowledge-form').waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'reason');
  await context.close();
});

test.needs(missingBrowser, 'who only looks on is offered nothing to press; a name of another’s is text (F-06)', async () => {
  const { page, context, errors } = await openPage(browser, server.base, { cookie: await server.signIn('kamal') });
  await page.goto(`/#/incidents/${ids.foreign}`);
  await on(page, 'incident-acts').waitFor();
  assert.is(await on(page, 'acknowledge').count(), 0);
  assert.match(await on(page, 'incident-head').innerText(), /<img src=x onerror=/);
  await page.goto(`/#/incidents/${ids.alone}`);
  await page.locator('.failure').waitFor();
  assert.match(await page.locator('.failure').innerText(), /Introuvable/);
  assert.equal(errors.filter((error) => !error.includes('404')), []);
  await context.close();
});

test.needs(missingBrowser, 'all of it is legible on a phone and in Arabic', async () => {
  const shots = [['incidents', '/#/incidents', 'incident-row'], ['incident', `/#/incidents/${ids.group}`, 'members'], ['silences', '/#/silences', 'silence-line'], ['handover', '/#/handover', 'handover-page']] as const;
  for (const language of ['fr', 'ar'] as const) {
    const { page, context } = await openPage(browser, server.base, { phone: true, language, cookie });
    for (const [name, path, id] of shots) {
      await page.goto(path);
      await on(page, id).first().waitFor();
      await settled(page);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${language}`);
      if (language === 'ar') assert.equal(await accessibilityFaults(page), [], name);
      await photograph(page, `phone-${name}-${language}`);
    }
    await context.close();
  }
  const { page } = seen;
  await page.goto('/#/incidents');
  await byTestId('incident-row').first().waitFor();
  await speak(page, 'ar');
  for (const [name, path, id] of shots) {
    await page.goto(path);
    await byTestId(id).first().waitFor();
    await settled(page);
    await photograph(page, `${name}-ar`);
  }
  await page.goto(`/#/incidents/${ids.alone}`);
  await byTestId('evidence').waitFor();
  await photograph(page, 'incident-alone-ar');
  assert.equal(seen.strangers, []);
  assert.equal(seen.errors, []);
});

test.run();
