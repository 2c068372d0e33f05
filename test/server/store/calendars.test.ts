import * as assert from 'uvu/assert';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DayRuleDraft, LayerScope, TimetableDraft } from '@cac/shared/calendar.ts';
import { WEEKDAYS, type Hours, type Week } from '@cac/shared/opening-hours.ts';
import { dayPlan } from '@cac/server/core/calendar/day-plan.ts';
import { listChanges } from '@cac/server/store/calendar-changes.ts';
import { sharedFacts } from '@cac/server/store/calendar-facts.ts';
import { calendarLayers, listSeasons, siteCalendars, sitesUnder } from '@cac/server/store/calendars.ts';
import { openStore } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { announceDays, changeDays, removeDays } from '@cac/server/usecases/announce-days.ts';
import type { CalendarAuthor } from '@cac/server/usecases/change-calendar.ts';
import { moveSeason } from '@cac/server/usecases/move-season.ts';
import { removeHours, setHours } from '@cac/server/usecases/set-hours.ts';
import { undoCalendarChange } from '@cac/server/usecases/undo-calendar-change.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { factsOfFile, putCalendar } from '@cac/server/usecases/load-calendar.ts';
import { databases, temporaryDir } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { ROOT } from '../../running-server.ts';

// T0 is Friday 2026-11-20, 09:00 UTC.
const administrator: CalendarAuthor = { ...ADMIN, role: 'administrator' };
const coordinator: CalendarAuthor = { name: 'rabat', role: 'coordinator', scope: { kind: 'regions', regions: ['MA-04'] as never } };
const NATIONAL: LayerScope = { kind: 'national', id: '' };
const SITE = { kind: 'site', id: 'RAB-1' } as LayerScope;

const everyDay = (hours: Hours[]): Week => Object.fromEntries(WEEKDAYS.map((day) => [day, hours])) as Week;
const NINE_TO_FIVE = { from: 540, to: 1020 };
const hoursOf = (scope: LayerScope, over: Partial<TimetableDraft> = {}): TimetableDraft => ({ scope, season: 'usual', from: null, to: null, week: everyDay([NINE_TO_FIVE]), confirmed: true, source: '', ...over });
const strike = (scope: LayerScope, day: string, over: Partial<DayRuleDraft> = {}): DayRuleDraft => ({ scope, from: day, to: day, effect: 'closed', hours: [], why: 'strike', label: { fr: 'Grève', ar: 'إضراب' }, confirmed: true, source: '', ...over });
const codeOf = async (act: Promise<unknown>): Promise<string> => act.then(() => 'no error', (cause: { info?: { code: string }; message: string }) => cause.info?.code ?? cause.message);

for (const database of databases) {
  const test = suite(`calendars on ${database.name}`);
  test.after(() => database.stop());

  /** Two sites in Rabat, one in Casablanca. */
  async function open() {
    const opened = await database.open();
    const { store } = opened;
    await addSites(store, ADMIN, [siteDraft('RAB-1'), siteDraft('RAB-2', { hostPremises: 'library' }), siteDraft('CAS-1', { region: 'MA-06', province: 'MA-CAS' } as never)], { many: true, demo: false }, T0);
    const day = async (site: string, on: string) => dayPlan((await siteCalendars(store.db, [site])).get(site)!, on);
    const stale = () => store.db.selectFrom('stale_days').select(['from_day', 'to_day', 'scope_kind', 'scope_id']).orderBy('mark').execute();
    return { ...opened, store, day, stale };
  }

  test.needs(database.missing, 'each site follows its own layers, and two sites share one object for each', async () => {
    const { store, close } = await open();
    await setHours(store, administrator, hoursOf(NATIONAL), T0);
    await setHours(store, administrator, hoursOf({ kind: 'host', id: 'library' }, { week: everyDay([{ from: 600, to: 660 }]) }), T0);
    await announceDays(store, administrator, strike({ kind: 'province', id: 'MA-CAS' } as LayerScope, '2026-11-23'), T0);
    await announceDays(store, administrator, strike(SITE, '2026-11-24', { effect: 'hours', hours: [NINE_TO_FIVE], why: 'other' }), T0);
    const calendars = await siteCalendars(store.db, ['RAB-1', 'RAB-2', 'CAS-1', 'NONE']);
    assert.equal([...calendars].map(([id, { layers }]) => `${id} ${layers.map(({ scope }) => scope.kind).join(' ')}`).toSorted(), ['CAS-1 province national', 'RAB-1 site national', 'RAB-2 host national']);
    assert.is(calendars.get('RAB-1')!.layers.at(-1), calendars.get('CAS-1')!.layers.at(-1));
    assert.is(dayPlan(calendars.get('CAS-1')!, '2026-11-23').closed?.why, 'strike');
    assert.is(dayPlan(calendars.get('RAB-1')!, '2026-11-23').closed, null);
    await close();
  });

  test.needs(database.missing, 'a national holiday of the past is one act: one line, one stale mark, and every site is closed on it', async () => {
    const { store, day, stale, close } = await open();
    await setHours(store, administrator, hoursOf(NATIONAL), T0);
    await store.db.deleteFrom('stale_days').execute();
    const change = await announceDays(store, administrator, strike(NATIONAL, '2026-11-16', { why: 'public_holiday' }), T0);
    assert.equal([change.retroactive, change.author, change.at, change.before, change.fromDay], [true, 'admin', T0, null, '2026-11-16']);
    assert.equal(await stale(), [{ from_day: '2026-11-16', to_day: '2026-11-17', scope_kind: 'national', scope_id: '' }]);
    for (const site of ['RAB-1', 'RAB-2', 'CAS-1']) assert.is((await day(site, '2026-11-16')).closed?.why, 'public_holiday', site);
    assert.is((await store.db.selectFrom('audit').select('act').where('act', '=', 'announce_days').execute()).length, 1);
    await close();
  });

  test.needs(database.missing, 'tomorrow’s holiday marks no past day', async () => {
    const { store, stale, close } = await open();
    const change = await announceDays(store, administrator, strike(NATIONAL, '2026-11-21'), T0);
    assert.is(change.retroactive, false);
    assert.equal(await stale(), []);
    await close();
  });

  test.needs(database.missing, 'a moved day marks the old one and the new one; taken back, all stands as before', async () => {
    const { store, day, stale, close } = await open();
    const { after } = await announceDays(store, administrator, strike(SITE, '2026-11-16'), T0);
    const moved = await changeDays(store, administrator, after!.id, strike(SITE, '2026-11-18'), T0 + 1);
    assert.is((await day('RAB-1', '2026-11-18')).closed?.why, 'strike');
    assert.is((await day('RAB-1', '2026-11-16')).closed?.why, 'hours');
    const undone = await undoCalendarChange(store, administrator, moved.id, T0 + 2);
    assert.equal([undone.undoes, undone.after], [moved.id, after]);
    assert.is((await day('RAB-1', '2026-11-16')).closed?.why, 'strike');
    assert.equal((await stale()).map(({ from_day, to_day }) => `${from_day} ${to_day}`), ['2026-11-16 2026-11-17', '2026-11-16 2026-11-19', '2026-11-16 2026-11-19']);
    await close();
  });

  test.needs(database.missing, 'a removed day comes back by undoing its removal; what was changed since is not undone', async () => {
    const { store, day, close } = await open();
    const announced = await announceDays(store, administrator, strike(SITE, '2026-11-16'), T0);
    const removed = await removeDays(store, administrator, announced.after!.id, T0 + 1);
    assert.is(await codeOf(undoCalendarChange(store, administrator, announced.id, T0 + 2)), 'changed_since');
    assert.is((await day('RAB-1', '2026-11-16')).closed?.why, 'hours');
    await undoCalendarChange(store, administrator, removed.id, T0 + 3);
    assert.is((await day('RAB-1', '2026-11-16')).closed?.why, 'strike');
    await close();
  });

  test.needs(database.missing, 'hours from the same day on are replaced, others stand beside them; taken away, those before hold again', async () => {
    const { store, day, close } = await open();
    await setHours(store, administrator, hoursOf(SITE), T0);
    await setHours(store, coordinator, hoursOf(SITE, { from: '2026-11-18', week: everyDay([{ from: 600, to: 660 }]) }), T0 + 1);
    const again = await setHours(store, coordinator, hoursOf(SITE, { from: '2026-11-18', week: everyDay([{ from: 660, to: 720 }]) }), T0 + 2);
    const lengths = async () => [(await day('RAB-1', '2026-11-17')).openings, (await day('RAB-1', '2026-11-18')).openings].map(([o]) => (o!.toAt - o!.fromAt) / 60_000);
    assert.equal(await lengths(), [480, 60]);
    assert.is((await calendarLayers(store.db, EVERYTHING, 'RAB-1'))[0]!.timetables.length, 2);
    await removeHours(store, coordinator, again.after!.id, T0 + 3);
    assert.equal(await lengths(), [480, 480]);
    await close();
  });

  test.needs(database.missing, 'a refused act changes nothing and writes no line', async () => {
    const { store, stale, close } = await open();
    const overlap = everyDay([NINE_TO_FIVE, { from: 600, to: 660 }]);
    assert.is(await codeOf(setHours(store, administrator, hoursOf(NATIONAL, { week: overlap }), T0)), 'hours_overlap');
    assert.is(await codeOf(announceDays(store, administrator, strike(NATIONAL, '2026-02-30'), T0)), 'unknown_day');
    assert.is(await codeOf(announceDays(store, coordinator, strike(NATIONAL, '2026-11-16'), T0)), 'role_forbidden');
    assert.is(await codeOf(announceDays(store, coordinator, strike({ kind: 'site', id: 'CAS-1' } as LayerScope, '2026-11-16'), T0)), 'not_found');
    assert.is(await codeOf(announceDays(store, coordinator, strike({ kind: 'province', id: 'MA-CAS' } as LayerScope, '2026-11-16'), T0)), 'not_found');
    assert.equal([await calendarLayers(store.db, EVERYTHING, null), await listChanges(store.db, EVERYTHING, null, null, 10), await stale()], [[], [], []]);
    await close();
  });

  test.needs(database.missing, 'the history shows a coordinator the shared layers and the own region, newest first, page by page', async () => {
    const { store, close } = await open();
    await announceDays(store, administrator, strike(NATIONAL, '2026-11-16'), T0);
    await announceDays(store, administrator, strike({ kind: 'site', id: 'CAS-1' } as LayerScope, '2026-11-16'), T0);
    await announceDays(store, administrator, strike({ kind: 'province', id: 'MA-CAS' } as LayerScope, '2026-11-16'), T0);
    await announceDays(store, coordinator, strike(SITE, '2026-11-16'), T0);
    const all = await listChanges(store.db, EVERYTHING, null, null, 10);
    assert.equal(all.map(({ scope }) => scope.kind), ['site', 'province', 'site', 'national']);
    assert.equal((await listChanges(store.db, coordinator.scope, null, null, 10)).map(({ scope }) => scope.id), ['RAB-1', '']);
    assert.equal((await listChanges(store.db, coordinator.scope, null, all[0]!.id, 10)).map(({ scope }) => scope.id), ['']);
    assert.equal((await listChanges(store.db, EVERYTHING, SITE, null, 10)).length, 1);
    assert.equal((await calendarLayers(store.db, coordinator.scope, null)).map(({ scope }) => scope.kind), ['national']);
    assert.equal((await sitesUnder(store.db, coordinator.scope, NATIONAL)).sites, 2);
    assert.equal([await sitesUnder(store.db, EVERYTHING, NATIONAL), await sitesUnder(store.db, EVERYTHING, { kind: 'host', id: 'library' })], [{ sites: 3, firstAt: null }, { sites: 1, firstAt: null }]);
    await close();
  });

  // ---- the shipped file

  const file = (over: object = {}) =>
    factsOfFile('calendar.json', {
      version: 1,
      note: '',
      seasons: [{ id: 'ramadan-2026', season: 'ramadan', from: '2026-02-18', to: '2026-03-19', confirmed: false, source: 's' }],
      rules: [{ id: 'eid', ...strike(NATIONAL, '2026-03-20', { confirmed: false, source: 's' }) }, { id: 'throne', ...strike(NATIONAL, '2026-07-30', { source: 's' }) }],
      timetables: [{ id: 'usual', ...hoursOf(NATIONAL, { source: 's' }) }],
      ...over,
    });

  test.needs(database.missing, 'the shipped calendar is put in place once, without a line; again it changes nothing', async () => {
    const { store, stale, close } = await open();
    await putCalendar(store.db, file(), 1, T0);
    await putCalendar(store.db, file(), 1, T0 + 1);
    assert.equal([(await listSeasons(store.db)).length, (await calendarLayers(store.db, EVERYTHING, null))[0]!.rules.length], [1, 2]);
    assert.equal([await listChanges(store.db, EVERYTHING, null, null, 10), await stale()], [[], []]);
    await close();
  });

  test.needs(database.missing, 'a corrected file corrects what nobody touched, as a change of its own, and leaves what somebody did', async () => {
    const { store, stale, close } = await open();
    await putCalendar(store.db, file(), 1, T0);
    await changeDays(store, administrator, 'eid', strike(NATIONAL, '2026-03-21'), T0);
    await removeHours(store, administrator, 'usual', T0);
    await moveSeason(store, administrator, 'ramadan-2026', { from: '2026-02-19', to: '2026-03-20', confirmed: true, source: '' }, T0);
    await store.db.deleteFrom('stale_days').execute();
    await putCalendar(store.db, file({ rules: [{ id: 'eid', ...strike(NATIONAL, '2026-03-22', { source: 's' }) }, { id: 'green-march', ...strike(NATIONAL, '2026-11-06', { source: 's' }) }] }), 2, T0 + 1);
    const [layer] = await calendarLayers(store.db, EVERYTHING, null);
    assert.equal(layer!.rules.map(({ id, from }) => `${id} ${from}`), ['eid 2026-03-21', 'green-march 2026-11-06'], 'the throne day is gone from the file');
    assert.equal(layer!.timetables, [], 'what was taken away stays away');
    assert.is((await listSeasons(store.db))[0]!.from, '2026-02-19');
    const byFile = (await listChanges(store.db, EVERYTHING, null, null, 10)).filter(({ act }) => act === 'file');
    assert.equal(byFile.map(({ author, after, before }) => [author, (after ?? before)!.id]).toSorted(), [['calendar.json 2', 'green-march'], ['calendar.json 2', 'throne']]);
    assert.is((await stale()).length, 2);
    await close();
  });

  test.run();
}

const test = suite('the shipped calendar');
const bad = (rows: object) => {
  try {
    factsOfFile('calendar.json', { version: 1, note: '', seasons: [], rules: [], timetables: [], ...rows } as never);
  } catch (cause) {
    return (cause as { info: { code: string; message: string } }).info;
  }
  return null;
};

test('a bad row is refused with file, row, field and reason', () => {
  const overlap = bad({ timetables: [{ id: 'ok', ...hoursOf(NATIONAL) }, { id: 'library', ...hoursOf(NATIONAL, { week: everyDay([NINE_TO_FIVE, { from: 600, to: 660 }]) }) }] });
  assert.is(overlap?.code, 'bad_reference_file');
  assert.match(overlap!.message, /^calendar\.json: timetables\[1\]\.week\.1\.1\.from \(library\): Monday: Two openings overlap/);
  assert.match(bad({ rules: [{ id: 'eid', ...strike(NATIONAL, '2026-02-30') }] })!.message, /rules\[0\]\.from \(eid\): There is no such day/);
  assert.match(bad({ rules: [{ id: 'a', ...strike(NATIONAL, '2026-02-03') }, { id: 'a', ...strike(NATIONAL, '2026-02-04') }] })!.message, /rules\[1\]\.id: a stands twice/);
  assert.match(bad({ rules: [{ id: 'a', ...strike(SITE, '2026-02-03') }] })!.message, /no single site/);
});

test('a start with a bad file puts nothing of it in place, and none of the other files either', async () => {
  const seeds = temporaryDir('seeds');
  cpSync(join(ROOT, 'seeds', 'territory'), join(seeds, 'territory'), { recursive: true });
  cpSync(join(ROOT, 'seeds', 'data'), join(seeds, 'data'), { recursive: true });
  const shipped = JSON.parse(readFileSync(join(seeds, 'data', 'calendar.json'), 'utf8')) as { rules: { from: string; why: string }[] };
  const dataDir = temporaryDir('bad-seeds');
  const store = await openStore({ dataDir });
  const load = async (change: (calendar: typeof shipped) => void): Promise<string> => {
    const copy = structuredClone(shipped);
    change(copy);
    writeFileSync(join(seeds, 'data', 'calendar.json'), JSON.stringify(copy));
    return loadReference(store, seeds, T0).then(() => 'taken', (cause: Error) => cause.message);
  };
  assert.match(await load(({ rules }) => void (rules[3]!.from = '2026-02-30')), /calendar\.json: rules\[3\]\.from .*no such day/);
  assert.match(await load(({ rules }) => void (rules[3]!.why = 'snow')), /calendar\.json: rules\.3\.why: why/);
  assert.equal([await store.db.selectFrom('regions').select('code').execute(), await sharedFacts(store.db)], [[], []]);
  assert.is(await load(() => {}), 'taken');
  assert.ok((await sharedFacts(store.db)).length > 50);
  await store.close();
  for (const dir of [seeds, dataDir]) rmSync(dir, { recursive: true });
});

test.run();
