/** Deployment in a real browser: a country where 74 of 400 centres are declared built and none reports says so at a glance; numbers open to their sites; words are added and taken back. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import type { SiteDraft } from '@cac/shared/api.ts';
import type { DeploymentRow } from '@cac/shared/programme.ts';
import type { Browser } from 'playwright-core';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { attest } from '@cac/server/usecases/attest.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { openStore } from '@cac/server/store/store.ts';
import { temporaryDir } from '../databases.ts';
import { ADMIN, siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, ROOT, startTestServer, type TestServer } from '../running-server.ts';
import { accessibilityFaults, builtPages, launch, missingBrowser, openPage, photograph, settled, speak, type Watched } from './chromium.ts';
import { SITE, tellWeeks } from './told-weeks.ts';

const test = suite('browser deployment');
const BUILT = 74;
const REGIONS = [['MA-04', 'MA-RAB', 34, -6.8], ['MA-06', 'MA-CAS', 33.57, -7.6], ['MA-07', 'MA-MAR', 31.6, -8]] as const;
const CAUSES = ['line_not_delivered', 'line_not_delivered', 'premises', 'no_staff', null] as const;
/** Of schools, each kind of equipment. */
const SCHOOLS = ['room', 'suitcase', 'trolley'] as const;

let server: TestServer;
let browser: Browser;
let seen: Watched;
let cookie = '';

const byTestId = (id: string) => seen.page.locator(`[data-testid="${id}"]`);

async function tell(dataDir: string): Promise<void> {
  const now = Date.now();
  const store = await openStore({ dataDir });
  await loadReference(store, join(ROOT, 'seeds'), now);
  const place = (i: number): Partial<SiteDraft> => {
    const [region, province, lat, lon] = REGIONS[i % 3]!;
    return { region, province, lat: lat + (i % 7) / 90, lon: lon + (i % 11) / 90, zone: (['dense', 'moderate', 'grey-white'] as const)[i % 3]! } as Partial<SiteDraft>;
  };
  const centres = Array.from({ length: BUILT }, (_, i) => siteDraft(`CAC-${String(i + 1).padStart(3, '0')}`, { name: `Maison de jeunes ${i + 1}`, ...place(i) }));
  const schools = Array.from({ length: 30 }, (_, i) =>
    siteDraft(`ECO-${String(i + 1).padStart(3, '0')}`, { name: `École ${i + 1}`, programme: 'GENIE', kind: 'school', hostPremises: null, equipment: SCHOOLS[i % 3]!, declaredConnectedAt: i % 2 === 0 ? Date.UTC(2011, i % 12, 10) : null, declaredSource: 'Délégation', ...place(i) } as Partial<SiteDraft>),
  );
  await addSites(store, ADMIN, [...centres, ...schools], { many: true, demo: false }, now);
  for (const [i, { id }] of centres.entries()) {
    await attest(store, ADMIN, id, { kind: 'built', day: `201${i % 4}-06-15`, value: null, source: 'Procès-verbal de réception', note: '' }, now);
    const cause = CAUSES[i % CAUSES.length]!;
    if (cause !== null) await attest(store, ADMIN, id, { kind: 'stuck', day: '2013-11-02', value: cause, source: 'Tournée régionale', note: '' }, now);
  }
  await store.close();
}

async function begin(): Promise<void> {
  if (missingBrowser !== null) return;
  await builtPages();
  const dataDir = temporaryDir('browser-deployment');
  await tell(dataDir);
  [server, browser] = await Promise.all([startTestServer({ dataDir }), launch()]);
  cookie = await server.signIn();
  seen = await openPage(browser, server.base, { cookie });
}

test.before(begin);

test.after(async () => {
  await browser?.close();
  await server?.end();
});

test.needs(missingBrowser, '74 of 400 declared built and none reporting: target, declared and proven stand together, with the gap by cause', async () => {
  const { page } = seen;
  await page.goto('/#/deployment');
  await byTestId('card-CAC').waitFor();
  const card = byTestId('card-CAC');
  assert.equal([await card.locator('[data-figure="target"]').innerText(), await card.locator('[data-figure="declared"]').innerText(), await card.locator('[data-figure="proven"]').innerText()], ['400', '0', '0']);
  assert.match(await byTestId('declared-built').first().innerText(), /74/);
  assert.match(await card.locator('[data-testid="none-heard"]').innerText(), /Aucun site/);
  assert.match(await card.locator('[data-testid="gap"]').innerText(), /constaté\s: 400/);
  const parts = await card.locator('.causes li b').allInnerTexts();
  assert.is(parts.reduce((sum, n) => sum + Number(n), 0), 400, 'the causes add up to the gap');
  await page.locator('.plot canvas').first().waitFor();
  await photograph(page, 'deployment-fr', true);
  assert.equal(await accessibilityFaults(page), []);
  assert.equal(seen.errors, []);
});

test.needs(missingBrowser, 'a number opens to its sites, whose address can be sent; the way back leads to the figures', async () => {
  const { page } = seen;
  await byTestId('card-CAC').locator('[data-testid="cause-line_not_delivered"] button').click();
  await byTestId('deployment-list').waitFor();
  await page.locator('.site-list-table tbody tr').first().waitFor();
  assert.match(page.url(), /#\/deployment\/gap\.cause-line_not_delivered\?programme=CAC/);
  assert.is(await page.locator('.site-list-table tbody tr').count(), 30);
  await photograph(page, 'deployment-list-fr');
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('list-back').click();
  await byTestId('step-built').waitFor();
  await byTestId('funnel-CAC').evaluate((box) => box.scrollIntoView({ block: 'start' }));
  await photograph(page, 'deployment-funnel-fr');
  await byTestId('step-built').getByRole('button').click();
  await page.locator('.site-list-table tbody tr').first().waitFor();
  assert.is(await page.locator('.site-list-table tbody tr').count(), 50);
  await byTestId('list-next').click();
  await page.locator('.site-list-table tbody tr:nth-child(24)').waitFor();
  const file = await server.api('/api/v1/deployment/sites?list=built&programme=CAC&format=csv');
  assert.match(file.headers.get('content-disposition') ?? '', /attachment/);
  assert.is((await file.text()).trim().split('\r\n').length, 1 + BUILT);
});

test.needs(missingBrowser, 'schools are told apart by room, suitcase and trolley', async () => {
  const { page } = seen;
  await page.goto('/#/deployment?programme=GENIE');
  await byTestId('funnel-GENIE').waitFor();
  assert.match(await byTestId('funnel-GENIE').locator('thead').innerText(), /Salle[\s\S]*Valise[\s\S]*Chariot/i);
});

test.needs(missingBrowser, 'a milestone bends the line, and its first version stays', async () => {
  const { page } = seen;
  await page.goto('/#/deployment?programme=CAC');
  await byTestId('milestones-edit').click();
  await page.locator('input[name="year-2011"]').fill('100');
  await byTestId('milestones-save').click();
  await byTestId('milestones-dialog').waitFor({ state: 'detached' });
  await page.locator('.years li:not(.assumed)', { hasText: '2011' }).waitFor();
  assert.match(await page.locator('.years li', { hasText: '2011' }).innerText(), /100/);
});

test.needs(missingBrowser, 'the year is kept in the address and reopens; the plan’s other indicators stand on the same page', async () => {
  const { page } = seen;
  await page.goto('/#/deployment?programme=CAC&region=MA-04');
  await byTestId('choose-year').selectOption('2012');
  assert.match(page.url(), /region=MA-04.*year=2012/);
  await page.reload();
  await byTestId('funnel-CAC').waitFor();
  assert.is(await byTestId('choose-year').inputValue(), '2012');
  assert.is(await byTestId('choose-region').inputValue(), 'MA-04');
  await byTestId('indicators').locator('.indicator').first().waitFor();
  await byTestId('choose-year').selectOption('');
});

test.needs(missingBrowser, 'rules and causes: a threshold gets a new day, the old one stays in the history; a cause is added, retired and offered again', async () => {
  const { page } = seen;
  await page.goto('/#/deployment');
  await byTestId('rules-open').click();
  await byTestId('rule-reporting').waitFor();
  await byTestId('rule-change-reporting').click();
  await page.locator('input[name="days"]').fill('90');
  await byTestId('threshold-save').click();
  await byTestId('threshold-refused').waitFor();
  assert.is(await page.locator('input[name="days"]').getAttribute('aria-invalid'), 'true');
  await page.locator('input[name="days"]').fill('10');
  await page.locator('input[name="fromDay"]').fill('2026-01-01');
  await page.locator('input[name="note"]').fill('Décision du comité');
  await photograph(page, 'threshold-form-fr');
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('threshold-save').click();
  await byTestId('threshold-form').waitFor({ state: 'detached' });
  await byTestId('rule-reporting').filter({ hasText: /10 derniers jours/ }).waitFor();
  await byTestId('rule-reporting').locator('summary').click();
  assert.match(await byTestId('rule-reporting').locator('.versions').innerText(), /10 derniers[\s\S]*Décision du comité[\s\S]*7 derniers/);
  await byTestId('cause-add').click();
  for (const [name, text] of [['fr', 'Toiture'], ['ar', 'السقف'], ['en', 'Roof'], ['code', 'premises']] as const) await byTestId('cause-form').locator(`input[name="${name}"]`).fill(text);
  await byTestId('cause-save').click();
  await byTestId('cause-refused').waitFor();
  await byTestId('cause-form').locator('input[name="code"]').fill('roof');
  await byTestId('cause-save').click();
  const roof = page.locator('[data-testid="cause"][data-code="roof"]');
  await roof.waitFor();
  await roof.getByRole('button').click();
  await byTestId('confirm-act').click();
  await roof.filter({ hasText: 'retirée' }).waitFor();
  await roof.getByRole('button').click();
  await roof.filter({ hasNotText: 'retirée' }).waitFor();
  await photograph(page, 'rules-fr');
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('rules-back').click();
  await byTestId('card-CAC').waitFor();
  assert.match(await byTestId('rules').innerText(), /10 derniers jours/);
  assert.equal(seen.errors.filter((line) => !line.includes('409')), []);
});

test.needs(missingBrowser, 'on paper there are figures and tables, not controls', async () => {
  const { page } = seen;
  await page.goto('/#/deployment?programme=CAC&region=MA-04');
  await page.locator('.plot canvas').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.is(await page.locator('.header').isVisible(), false);
  assert.is(await byTestId('choose-year').isVisible(), false);
  assert.is(await byTestId('milestones-edit').isVisible(), false);
  assert.match(await page.locator('.print-only').innerText(), /CAC[\s\S]*Rabat/);
  const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type \/Page\b/g) ?? [];
  assert.ok(pages.length > 1, `all of it is printed, not one screen: ${pages.length}`);
  await settled(page);
  await page.screenshot({ path: join(ROOT, 'test', 'out', 'deployment-paper-fr.png'), fullPage: true });
  await page.goto('/#/work');
  await byTestId('work-item').first().waitFor();
  assert.is(await page.locator('.choices').isVisible(), false);
  assert.ok(((await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type \/Page\b/g) ?? []).length > 1, 'the whole list of work');
  await page.emulateMedia({ media: 'screen' });
  await photograph(page, 'work-fr');
});

test.needs(missingBrowser, 'the site’s ladder: a word is added, a day ahead is refused, a visit attests, and all of it can be taken back', async () => {
  const { page } = seen;
  await page.goto('/#/site/CAC-001');
  await byTestId('ladder').waitFor();
  await byTestId('ladder-attest').click();
  await page.locator('input[name="source"]').fill('Circulaire 12');
  await page.locator('input[name="day"]').fill('2099-01-01');
  await byTestId('ladder-save').click();
  await byTestId('ladder-refused').waitFor();
  await page.locator('input[name="day"]').fill('2014-03-01');
  await byTestId('ladder-save').click();
  await byTestId('attest-dialog').waitFor({ state: 'detached' });
  await byTestId('rung-connected').filter({ hasText: 'Circulaire 12' }).waitFor();
  assert.match(await byTestId('rung-equipped').innerText(), /non daté/);
  await byTestId('ladder-visit').click();
  await page.locator('input[name="pcsFound"]').fill('8');
  await page.locator('input[name="pcsWorking"]').fill('5');
  await page.locator('select[name="telephone"]').selectOption('works');
  await byTestId('ladder-save').click();
  await byTestId('visits').waitFor();
  assert.match(await byTestId('services').innerText(), /Téléphone\s*en marche/);
  await byTestId('ladder').evaluate((box) => box.scrollIntoView({ block: 'start' }));
  await photograph(page, 'ladder-fr');
  assert.equal(await accessibilityFaults(page), []);
  await byTestId('ladder').getByText('Toutes les attestations').click();
  await byTestId('withdraw-connected').click();
  await byTestId('confirm-act').click();
  await byTestId('attestations').getByText(/retirée par admin/).waitFor();
  const { items } = await json<{ items: DeploymentRow[] }>(server, '/api/v1/deployment');
  assert.equal(items.filter(({ programme }) => programme === 'CAC').map(({ declared, built, proven }) => [declared, built, proven]), [[0, BUILT, 0]]);
  assert.equal(seen.errors.filter((line) => !/40[09]/.test(line)), []);
});

test.needs(missingBrowser, 'the same in Arabic', async () => {
  const { page } = seen;
  await page.goto('/#/deployment');
  await speak(page, 'ar');
  await byTestId('card-CAC').waitFor();
  await page.locator('.plot canvas').first().waitFor();
  await photograph(page, 'deployment-ar');
  assert.equal(await accessibilityFaults(page), []);
  await page.goto('/#/site/CAC-002');
  await byTestId('ladder').waitFor();
  await byTestId('ladder').evaluate((box) => box.scrollIntoView({ block: 'start' }));
  await photograph(page, 'ladder-ar');
});

for (const language of ['fr', 'ar'] as const) {
  test.needs(missingBrowser, `on a phone everything fits (${language})`, async () => {
    const { page, context } = await openPage(browser, server.base, { cookie, phone: true, language });
    const shoot = async (name: string): Promise<void> => {
      await settled(page);
      const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('.past-page')].map((box) => box.scrollWidth - box.clientWidth)));
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      await photograph(page, `${name}-${language}`);
    };
    await page.goto('/#/deployment');
    await page.locator('[data-testid="card-CAC"]').waitFor();
    await shoot('deployment-phone');
    await page.locator('[data-testid="funnel-CAC"]').evaluate((box) => box.scrollIntoView({ block: 'start' }));
    await shoot('deployment-phone-funnel');
    await page.goto('/#/deployment/gap?programme=CAC');
    await page.locator('.site-list-table tbody tr').first().waitFor();
    await shoot('deployment-phone-list');
    await context.close();
  });
}

test.needs(missingBrowser, 'a centre in service shows the numbers it rests on', async () => {
  const dataDir = temporaryDir('browser-service');
  await tellWeeks(dataDir, Date.now());
  const told = await startTestServer({ dataDir });
  const own = await openPage(browser, told.base, { cookie: await told.signIn() });
  try {
    await own.page.goto(`/#/site/${SITE}`);
    await own.page.locator('[data-testid="proven-now"][data-stage="in_service"]').waitFor();
    await own.page.locator('[data-testid="proven-now"] summary').click();
    await own.page.locator('[data-testid="ladder"]').evaluate((box) => box.scrollIntoView({ block: 'start' }));
    await photograph(own.page, 'ladder-service-fr');
    assert.match(await own.page.locator('[data-testid="proven-now"]').innerText(), /observé/);
  } finally {
    await own.context.close();
    await told.end();
  }
});

test.run();
