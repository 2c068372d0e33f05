/** A month's report: issued once, kept as it was sent, and marked where the past it tells was told anew since. */
import * as assert from 'uvu/assert';
import { digestOf } from '@cac/server/core/report/digest.ts';
import type { Store } from '@cac/server/store/store.ts';
import { listReports } from '@cac/server/store/reports.ts';
import { announceDays } from '@cac/server/usecases/announce-days.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { composeReport, issueReport, readReport } from '@cac/server/usecases/issue-report.ts';
import { setMilestones } from '@cac/server/usecases/set-milestones.ts';
import type { DayRuleDraft } from '@cac/shared/calendar.ts';
import { databases } from '../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, siteWithMachines, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { scriptedPc } from '../scripted-pc.ts';
import { at, countAll, take, timelines } from './told-past.ts';

const MONTH = '2026-11';
/** Of its days Monday 23 to Friday 27 are played; the month is over on day 11. */
const WEEK = [3, 4, 5, 6, 7];
const RABAT = { kind: 'regions', regions: ['MA-04'] } as never;
const ELSEWHERE = { kind: 'regions', regions: ['MA-06'] } as never;
const HOLIDAY = { scope: { kind: 'national', id: '' }, from: '2026-11-24', to: '2026-11-24', effect: 'closed', hours: [], why: 'public_holiday', label: { fr: 'Jour chômé', ar: 'يوم عطلة' }, confirmed: true, source: 'décret' } as unknown as DayRuleDraft;

for (const database of databases) {
  const test = suite(`report on ${database.name}`);
  const on = timelines(test, database);

  /** A centre whose PC is on from ten to five of a week's working days but one, and another that nobody has heard. */
  async function played(store: Store): Promise<void> {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    await addSites(store, ADMIN, [siteDraft('S-2', { declaredConnectedAt: T0, declaredSource: 'circulaire 12' })], { many: false, demo: false }, T0);
    const pc = scriptedPc(machine!);
    for (const day of WEEK) {
      if (day === 4) continue;
      pc.boot(at(day, '10:00'));
      pc.until(at(day, '17:00'));
      pc.write(at(day, '17:00') + 20_000, 'stop', { why: 'shutdown' });
      await take(store, pc.batches(at(day, '17:01')));
    }
    await countAll(store, at(11, '01:00'));
  }

  on('a month that is not over is only a draft, and one that has not begun is none', async (store) => {
    await played(store);
    const codes: string[] = [];
    for (const act of [issueReport(store, ADMIN, { month: MONTH, region: '' }, at(10, '23:00')), composeReport(store.db, EVERYTHING, '2026-12', '', at(10, '23:00'))]) {
      await act.catch((error: { info: { code: string } }) => codes.push(error.info.code));
    }
    assert.equal(codes, ['month_not_over', 'month_not_begun']);
    const draft = await composeReport(store.db, EVERYTHING, MONTH, '', at(5, '12:00'));
    assert.is(draft.to, '2026-11-24');
  });

  on('an issued report stays as it was sent; a holiday announced for its past marks it as revised, with who and when', async (store) => {
    await played(store);
    const line = await issueReport(store, ADMIN, { month: MONTH, region: '' }, at(11, '09:00'));
    const sent = (await readReport(store.db, EVERYTHING, line.no, at(11, '09:05')))!;
    assert.equal([sent.revisions, sent.reasons], [[], []]);
    const [cac] = sent.body.programmes;
    assert.equal([cac!.target, cac!.declared, cac!.proven], [400, 1, 0]);
    assert.is(sent.digest, digestOf(sent.body));
    const { sums } = sent.body.availability[0]!;
    assert.is(sums.connMs + sums.discMs + sums.unkMs + sums.offMs, sums.openMs);

    await announceDays(store, { ...ADMIN, role: 'administrator' }, HOLIDAY, at(12, '10:00'));
    await countAll(store, at(12, '10:01'));
    const later = (await readReport(store.db, EVERYTHING, line.no, at(12, '10:05')))!;
    assert.equal([later.body, later.digest], [sent.body, sent.digest]);
    const open = later.revisions.find((revision) => revision.figure === 'open')!;
    assert.ok(open.is! < open.was!, JSON.stringify(later.revisions));
    assert.ok(later.revisions.some((revision) => revision.figure === 'service' && revision.is! > revision.was!));
    assert.equal(later.reasons.filter((reason) => reason.kind === 'calendar').map(({ author, at: when }) => [author, when]), [['admin', at(12, '10:00')]]);
  });

  on('a region reads and issues its own report, never the country\'s or its neighbour\'s', async (store) => {
    await played(store);
    const regional = { name: 'rabat', scope: RABAT };
    const own = await issueReport(store, regional, { month: MONTH, region: 'MA-04' }, at(11, '09:00'));
    const country = await issueReport(store, ADMIN, { month: MONTH, region: '' }, at(11, '09:00'));
    for (const region of ['', 'MA-06']) {
      const code = await issueReport(store, regional, { month: MONTH, region }, at(11, '09:00')).then(() => 'issued', (error: { info: { code: string } }) => error.info.code);
      assert.is(code, 'outside_scope');
    }
    assert.is(await readReport(store.db, RABAT, country.no, at(11, '10:00')), null);
    assert.is(await readReport(store.db, ELSEWHERE, own.no, at(11, '10:00')), null);
    assert.equal((await listReports(store.db, RABAT, null, 10)).map((one) => one.no), [own.no]);
    assert.equal((await listReports(store.db, EVERYTHING, null, 10)).map((one) => one.no), [country.no, own.no]);
    assert.is((await readReport(store.db, RABAT, own.no, at(11, '10:00')))!.body.programmes[0]!.target, null);
  });

  on('the target of a report is the one that is decided: the country\'s for the country, the region\'s own for a region, none where it was not split', async (store) => {
    await played(store);
    const decision = { programme: 'CAC', kind: 'target', year: 2030, zone: null, source: 'Décision 7/2026', note: '' } as const;
    await setMilestones(store, 'admin', [{ ...decision, region: null, value: 500 }, { ...decision, region: 'MA-04', value: 60 }] as never, at(0, '12:00'));
    const aims: unknown[] = [];
    for (const [scope, region] of [[EVERYTHING, ''], [RABAT, 'MA-04'], [ELSEWHERE, 'MA-06']] as const) {
      const [cac] = (await composeReport(store.db, scope, MONTH, region, at(11, '09:00'))).programmes;
      aims.push([cac!.target, cac!.targetYear, cac!.source?.title ?? null]);
    }
    assert.equal(aims, [[500, 2030, 'Décision 7/2026'], [60, 2030, 'Décision 7/2026'], [null, null, null]]);
  });

  test.run();
}
