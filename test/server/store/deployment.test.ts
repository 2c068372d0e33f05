/** Deployment figures and their lists on both databases: a number is always the length of its list; scope, years, targets, causes. */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { SiteDraft } from '@cac/shared/api.ts';
import { STEPS, type DeploymentList } from '@cac/shared/deployment.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { deploymentFunnel, deploymentRows, type DeploymentFilter } from '@cac/server/store/deployment.ts';
import { deploymentSeries, deploymentSites, deploymentTable } from '@cac/server/store/deployment-lists.ts';
import { programmePaths } from '@cac/server/store/milestones.ts';
import type { Store } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { attest, recordVisit, withdraw } from '@cac/server/usecases/attest.ts';
import { addCause, retireCause } from '@cac/server/usecases/change-rules.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { readLadder } from '@cac/server/usecases/read-ladder.ts';
import { setMilestones } from '@cac/server/usecases/set-milestones.ts';
import { databases } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const SEEDS = join(import.meta.dirname, '../../../seeds');
const YESTERDAY = dayAfter(localDayOf(T0), -1);
const RABAT = { kind: 'regions', regions: ['MA-04'] } as never;
const CASA = { region: 'MA-06', province: 'MA-CAS', zone: 'moderate' } as Partial<SiteDraft>;

for (const database of databases) {
  const test = suite(`deployment on ${database.name}`);
  test.after(() => database.stop());
  const on = (name: string, body: (store: Store) => Promise<void>): void =>
    test.needs(database.missing, name, async () => {
      const opened = await database.open();
      try {
        await loadReference(opened.store, SEEDS, T0);
        await body(opened.store);
      } finally {
        await opened.close();
      }
    });

  const add = (store: Store, id: string, over: Partial<SiteDraft> = {}): Promise<void> => addSites(store, ADMIN, [siteDraft(id, over)], { many: false, demo: id.startsWith('DEMO') }, T0);
  const word = (store: Store, id: string, kind: 'identified' | 'built' | 'equipped' | 'connected' | 'stuck' | 'telephone', day: string, value: string | null = null) =>
    attest(store, ADMIN, id, { kind, day, value, source: 'paper', note: '' }, T0);
  /** As if evidence had proven it: only the recount writes these. */
  async function prove(store: Store, id: string, rung: number, area: Partial<SiteDraft> = {}): Promise<void> {
    await store.db.updateTable('sites').set({ proven_rung: rung, proven_on: YESTERDAY }).where('id', '=', id).execute();
    await store.db
      .insertInto('area_days')
      .values({ day: YESTERDAY, region: area.region ?? 'MA-04', province: area.province ?? 'MA-RAB', zone: area.zone ?? 'dense', programme: 'CAC', assumed: 0, sites: 1, open_ms: 1, conn_ms: 1, disc_ms: 0, unk_ms: 0, off_ms: 0, excluded_ms: 0, provisional_ms: 0, reporting: rung >= 2 ? 1 : 0, in_service: rung === 3 ? 1 : 0 })
      .onConflict((c) => c.columns(['day', 'region', 'province', 'zone', 'programme', 'assumed']).doUpdateSet((eb) => ({ reporting: eb('area_days.reporting', '+', eb.ref('excluded.reporting')), in_service: eb('area_days.in_service', '+', eb.ref('excluded.in_service')) })))
      .execute();
  }
  async function country(store: Store): Promise<void> {
    for (const id of ['A-1', 'A-2', 'A-3']) await add(store, id);
    for (const id of ['C-1', 'C-2', 'DEMO-3']) await add(store, id, CASA);
    await add(store, 'X-1', { countsTowardsTarget: false });
    await add(store, 'E-1', { programme: 'GENIE', kind: 'school', equipment: 'suitcase', hostPremises: null });
    await add(store, 'E-2', { programme: 'GENIE', kind: 'school', equipment: 'room', hostPremises: null });
    await word(store, 'A-1', 'identified', '2010-02-01');
    await word(store, 'A-2', 'built', '2011-03-01');
    await word(store, 'A-2', 'stuck', '2012-01-01', 'premises');
    await word(store, 'A-3', 'connected', '2012-04-01');
    await word(store, 'C-1', 'connected', '2013-05-01');
    await word(store, 'C-1', 'telephone', '2026-11-01', 'works');
    await word(store, 'E-1', 'equipped', '2011-01-01');
    await prove(store, 'C-1', 3, CASA);
    await prove(store, 'C-2', 3, CASA);
    await prove(store, 'A-2', 2);
  }

  on('each step counts those above it, whatever was skipped; schools by their equipment', async (store) => {
    await country(store);
    const [cac, genie] = await deploymentFunnel(store.db, EVERYTHING, {}, T0);
    assert.equal(cac!.steps, { registered: 6, identified: 4, built: 3, equipped: 2, connected: 2, enrolled: 3, reporting: 3, in_service: 2, complete: 1 });
    assert.equal([cac!.target?.value, cac!.silent, cac!.undeclared, cac!.demo], [400, 1, 1, true]);
    assert.equal(cac!.causes.map(({ cause, sites }) => [cause, sites]), [[null, 3], ['premises', 1]]);
    assert.equal(genie!.byEquipment.map(({ equipment, steps }) => [equipment, steps.registered, steps.equipped]).sort(), [['room', 1, 0], ['suitcase', 1, 1]]);
    const [row] = await deploymentRows(store.db, EVERYTHING, T0);
    assert.equal([row!.target, row!.declared, row!.proven, row!.gap, row!.gapDeclared, row!.unregistered, row!.built, row!.complete], [400, 2, 2, 398, 398, 394, 3, 1]);
    assert.is(row!.unregistered + row!.causes.reduce((sum, { sites }) => sum + sites, 0), row!.gap, 'what is missing adds up to the gap');
  });

  on('every number is the length of its list, under every filter', async (store) => {
    await country(store);
    const filters: DeploymentFilter[] = [{}, { programme: 'CAC' }, { region: 'MA-06' }, { zone: 'dense' }, { equipment: 'suitcase' }, { year: 2012 }, { year: 2012, region: 'MA-04' }];
    for (const filter of filters) {
      const rows = await deploymentFunnel(store.db, EVERYTHING, filter, T0);
      const lists: [DeploymentList, number | null][] = [
        ...STEPS.map((step): [DeploymentList, number | null] => [step, rows.reduce<number | null>((sum, { steps }) => (steps[step] === null || sum === null ? null : sum + steps[step]), 0)]),
        ['silent', rows.reduce((sum, row) => sum + row.silent, 0)],
        ['undeclared', rows.reduce((sum, row) => sum + row.undeclared, 0)],
        ['gap', rows.reduce((sum, { causes }) => sum + causes.reduce((n, { sites }) => n + sites, 0), 0)],
      ];
      for (const [list, expected] of lists) {
        if (expected === null) continue;
        const found = await deploymentSites(store.db, EVERYTHING, { ...filter, list, limit: 100 }, T0);
        assert.is(found.length, expected, `${list} ${JSON.stringify(filter)}`);
      }
    }
    const stuck = await deploymentSites(store.db, EVERYTHING, { list: 'gap', cause: 'premises', limit: 10 }, T0);
    assert.equal(stuck.map(({ id, declaredRung, provenRung, cause }) => [id, declaredRung, provenRung, cause]), [['A-2', 2, 2, 'premises']]);
    assert.equal((await deploymentSites(store.db, EVERYTHING, { list: 'uncounted', limit: 10 }, T0)).map(({ id }) => id), ['X-1']);
    assert.equal((await deploymentSites(store.db, EVERYTHING, { list: 'registered', programme: 'CAC', after: 'A-2', limit: 2 }, T0)).map(({ id }) => id), ['A-3', 'C-1']);
  });

  on('an account sees its regions: in sums, lists, tables and over time', async (store) => {
    await country(store);
    const [cac] = await deploymentFunnel(store.db, RABAT, { programme: 'CAC' }, T0);
    assert.equal([cac!.steps.registered, cac!.steps.connected, cac!.steps.in_service, cac!.demo], [3, 1, 0, false]);
    assert.equal((await deploymentSites(store.db, RABAT, { list: 'in_service', limit: 10 }, T0)).length, 0);
    assert.equal((await deploymentTable(store.db, RABAT, {}, ['region'], T0)).map(({ keys }) => keys['region']), ['MA-04']);
    assert.is((await deploymentSeries(store.db, RABAT, 'CAC', {}, T0)).declared.at(-1), 1);
    assert.is(await readLadder(store.db, RABAT, 'C-1', T0), null);
    for (const act of [() => attest(store, { name: 'r', scope: RABAT }, 'C-1', { kind: 'built', day: '2012-01-01', value: null, source: 's', note: '' }, T0), () => recordVisit(store, { name: 'r', scope: RABAT }, 'C-1', { day: '2012-01-01', byFunction: 'other', pcsFound: null, pcsWorking: null, telephone: null, note: '' }, T0)]) {
      assert.is(await codeOf(act()), 'not_found');
    }
  });

  on('crossed by year, region and zone; and month by month', async (store) => {
    await country(store);
    const table = await deploymentTable(store.db, EVERYTHING, { programme: 'CAC' }, ['year', 'region'], T0);
    const of = (year: string, region: string) => table.find(({ keys }) => keys['year'] === year && keys['region'] === region);
    assert.equal([of('2012', 'MA-04')?.declared, of('2012', 'MA-06'), of('2013', 'MA-06')?.declared, of('2026', 'MA-06')?.proven, of('2026', 'MA-04')?.proven, of('2026', 'MA-04')?.reporting], [1, undefined, 1, 2, 0, 1]);
    const years = await deploymentTable(store.db, EVERYTHING, {}, ['programme', 'year'], T0);
    assert.is(years.find(({ keys }) => keys['programme'] === 'CAC' && keys['year'] === '2012')?.target, 320);
    const series = await deploymentSeries(store.db, EVERYTHING, 'CAC', {}, T0);
    assert.equal([series.days[0], series.days.at(-1)], ['2008-12-31', YESTERDAY]);
    const at = (day: string) => series.days.indexOf(day);
    assert.equal([series.declared[at('2012-03-31')], series.declared[at('2012-04-30')], series.declared[at('2013-05-31')], series.proven[at('2013-05-31')], series.proven.at(-1)], [0, 1, 2, null, 2]);
    assert.equal([series.target[0], Math.round(series.target[at('2009-12-31')]!), series.target.at(-1)], [0, 80, 400]);
  });

  on('milestones and targets are versions: the newest holds, a region has its own, the next plan follows the last', async (store) => {
    const set = (...items: object[]) => setMilestones(store, 'admin', items.map((item) => ({ programme: 'CAC', kind: 'milestone', region: null, zone: null, source: '', note: '', ...item })) as never, T0);
    await set({ year: 2010, value: 30 }, { kind: 'target', year: 2030, value: 900, source: 'Next plan' }, { kind: 'target', year: 2013, value: 60, region: 'MA-04', source: 'Split' });
    const paths = await programmePaths(store.db, 2026);
    const national = paths.find(({ programme, region }) => programme === 'CAC' && region === '')!;
    assert.equal([national.target.value, national.target.year, national.path.milestones.map(({ year, value }) => [year, value]).sort()], [900, 2030, [[2010, 30], [2013, 400]]]);
    assert.is((await programmePaths(store.db, 2012)).find(({ programme, region }) => programme === 'CAC' && region === '')!.target.value, 400);
    assert.is((await deploymentFunnel(store.db, EVERYTHING, { programme: 'CAC', region: 'MA-04' }, T0))[0]!.target?.value, 60);
    assert.is((await deploymentFunnel(store.db, EVERYTHING, { programme: 'CAC', zone: 'dense' }, T0)).length, 0, 'no site and no target of its own');
    await set({ year: 2010, value: null });
    assert.equal((await programmePaths(store.db, 2012)).find(({ programme, region }) => programme === 'CAC' && region === '')!.path.milestones, []);
    const versions = await store.db.selectFrom('milestones').select(['year', 'replaced_at']).where('indicator', '=', 'sites').execute();
    assert.equal(versions.map(({ year, replaced_at }) => [year, replaced_at !== null]), [[2010, true]]);
    assert.is(await codeOf(set({ kind: 'target', year: 2035, value: 5 })), 'bad_field', 'a target names its paper');
    assert.is(await codeOf(setMilestones(store, 'admin', [{ programme: 'NONE' as never, kind: 'milestone', year: 2010, region: null, zone: null, value: 1, source: '', note: '' }], T0)), 'unknown_target');
  });

  on('words are recorded with their author, taken back with a name, and change what stands', async (store) => {
    await add(store, 'A-1', { declaredConnectedAt: Date.UTC(2012, 5, 1), declaredSource: 'circular' });
    const built = await word(store, 'A-1', 'built', '2011-01-01');
    await recordVisit(store, ADMIN, 'A-1', { day: '2026-11-10', byFunction: 'inspector', pcsFound: 6, pcsWorking: 0, telephone: 'fails', note: '' }, T0);
    const view = (await readLadder(store.db, EVERYTHING, 'A-1', T0))!;
    assert.equal(view.declared.map(({ stage, reached, attestation }) => [stage, reached, attestation?.day ?? null]), [['identified', true, null], ['built', true, '2011-01-01'], ['equipped', true, '2026-11-10'], ['connected', true, '2012-06-01']]);
    assert.equal([view.services?.computers, view.services?.internet, view.services?.telephone, view.proven.stage, view.visits.length], ['failing', 'unknown', 'failing', 'none', 1]);
    const connected = view.declared[3]!.attestation!;
    await withdraw(store, ADMIN, connected.id, T0 + 1);
    assert.is(await codeOf(withdraw(store, ADMIN, connected.id, T0 + 2)), 'already_withdrawn');
    const after = (await readLadder(store.db, EVERYTHING, 'A-1', T0))!;
    assert.equal([after.declared[3]!.reached, after.history.find(({ id }) => id === connected.id)?.withdrawn?.by], [false, 'admin']);
    const site = await store.db.selectFrom('sites').select(['connected_on', 'declared_connected_at', 'equipped_on', 'telephone_works']).where('id', '=', 'A-1').executeTakeFirstOrThrow();
    assert.equal(site, { connected_on: null, declared_connected_at: null, equipped_on: '2026-11-10', telephone_works: 0 });
    const changes = await store.db.selectFrom('registry_changes').select(['act', 'author']).where('subject_kind', '=', 'ladder').where('subject_id', '=', 'A-1').orderBy('id').execute();
    assert.equal(changes.map(({ act }) => act), ['attest_built', 'visit', 'withdraw_connected']);
    assert.is(built.author, 'admin');
  });

  on('what cannot be is refused with its reason: days ahead, days that are none, causes nobody listed, more PCs working than found', async (store) => {
    await add(store, 'A-1');
    const visit = { day: '2026-11-10', byFunction: 'inspector', pcsFound: 2, pcsWorking: 3, telephone: null, note: '' } as const;
    const refused: [string, () => Promise<unknown>][] = [
      ['day_ahead', () => word(store, 'A-1', 'built', '2026-11-21')],
      ['unknown_day', () => word(store, 'A-1', 'built', '2026-02-30')],
      ['unknown_cause', () => word(store, 'A-1', 'stuck', '2026-01-01', 'weather')],
      ['bad_field', () => word(store, 'A-1', 'telephone', '2026-01-01', 'maybe')],
      ['bad_field', () => word(store, 'A-1', 'built', '2026-01-01', 'works')],
      ['bad_field', () => recordVisit(store, ADMIN, 'A-1', visit, T0)],
      ['not_found', () => word(store, 'NONE-1', 'built', '2026-01-01')],
    ];
    for (const [code, act] of refused) assert.is(await codeOf(act()), code);
    await addCause(store, 'admin', { code: 'flood', names: { fr: 'Inondation', ar: 'فيضان', en: 'Flood' } }, T0);
    await word(store, 'A-1', 'stuck', '2026-01-01', 'flood');
    await retireCause(store, 'admin', 'flood', true, T0);
    assert.is(await codeOf(word(store, 'A-1', 'stuck', '2026-01-02', 'flood')), 'unknown_cause', 'a retired cause is given no more');
    assert.is((await readLadder(store.db, EVERYTHING, 'A-1', T0))!.stuck?.value, 'flood', 'where it was given it stays');
    await word(store, 'A-1', 'stuck', '2026-01-03', null);
    assert.is((await readLadder(store.db, EVERYTHING, 'A-1', T0))!.stuck, null);
  });

  test.run();
}

const codeOf = (act: Promise<unknown>): Promise<string | null> => act.then(() => null, (error: unknown) => (error as { info?: { code: string } }).info?.code ?? String(error));
