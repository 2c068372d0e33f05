/** Coverage on both databases: communes, centres declared and proven, past days, scope. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import type { Scope } from '@cac/shared/api.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { readCoverage, readCoverageAreas } from '@cac/server/usecases/read-coverage.ts';
import { databases } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, siteWithMachines, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { ROOT } from '../../running-server.ts';

const RABAT: Scope = { kind: 'regions', regions: ['MA-04'] as never };
const commune = (code: string, over: object = {}) => ({
  code, region: 'MA-04', province: 'MA-RAB', name_fr: code, name_ar: code, zone: 'dense', households: 1_000, online_share: null, csp: null, lat: 34, lon: -6.8,
  year: 2024, source: 'HCP 2024', search: code, demo: 0, written_at: T0, written_by: 'admin', ...over,
});
const NOW = { asOf: null, cells: false };

for (const database of databases) {
  const test = suite(`coverage on ${database.name}`);
  test.after(() => database.stop());

  /** Three communes, three centres of which two are declared and one is in service, one school. */
  async function open() {
    const opened = await database.open();
    const { store } = opened;
    await loadReference(store, join(ROOT, 'seeds'), T0);
    await siteWithMachines(store, 'CAC-1', 2);
    await addSites(
      store,
      ADMIN,
      [siteDraft('CAC-2', { zone: 'moderate' }), siteDraft('CAC-3', { region: 'MA-06', province: 'MA-CAS' } as never), siteDraft('CAC-4', { countsTowardsTarget: false }), siteDraft('ECO-1', { programme: 'GENIE', kind: 'school' })],
      { many: true, demo: false },
      T0,
    );
    const set = (id: string, columns: object) => store.db.updateTable('sites').set(columns).where('id', '=', id).execute();
    await set('CAC-1', { commune: 'C1', connected_on: '2026-10-01', proven_rung: 3, proven_on: '2026-11-19' });
    await set('CAC-2', { commune: 'C2', connected_on: '2026-11-10', proven_rung: 2, proven_on: '2026-11-19' });
    await set('CAC-3', { commune: 'TEMARA' });
    await set('CAC-4', { commune: 'C2', connected_on: '2026-11-10', proven_rung: 3 });
    await set('ECO-1', { commune: 'C3', connected_on: '2026-11-10', proven_rung: 3 });
    await store.db.updateTable('machines').set({ last_sign_at: T0 }).where('site_id', '=', 'CAC-1').where('name', '=', 'PC 1').execute();
    await store.db.updateTable('machines').set({ last_sign_at: T0 - 8 * 86_400_000 }).where('site_id', '=', 'CAC-1').where('name', '=', 'PC 2').execute();
    return { ...opened, store };
  }
  const withCommunes = async () => {
    const opened = await open();
    await opened.store.db
      .insertInto('communes')
      .values([commune('C1'), commune('C2', { zone: 'moderate', csp: JSON.stringify({ A: 0, B: 0, C: 0, D: 0, E: 1 }) }), commune('C3', { zone: 'grey-white', region: 'MA-06', province: 'MA-CAS', year: 2014, demo: 1 })])
      .execute();
    return opened;
  };

  test.needs(database.missing, 'without communes nothing is said of who lives near a centre; the plan stands against centres by zone', async () => {
    const { store, close } = await open();
    const view = await readCoverage(store.db, EVERYTHING, NOW, T0);
    assert.equal([view.communes, view.cells, view.asOf, view.years, view.demo], [null, null, '2026-11-19', [2008], false]);
    const [dense, moderate] = view.sites;
    assert.equal([dense!.centres, dense!.centresDeclared, dense!.centresProven, dense!.workingPcs], [2, 1, 1, 1]);
    assert.equal([dense!.perProvenCentre, dense!.perWorkingPc, moderate!.perProvenCentre], [2_150_000, 2_150_000, null]);
    assert.equal([dense!.schools, dense!.schoolsDeclared, dense!.schoolsProven], [1, 1, 1]);
    assert.equal(view.items.map((row) => [row.zone, row.centresDeclared, row.centresProven]), [['dense', 1, 1], ['moderate', 1, 0], ['grey-white', 0, 0]]);
    await close();
  });

  test.needs(database.missing, 'the plan’s households are the country’s: they are not held against the centres of one region', async () => {
    const { store, close } = await open();
    for (const [scope, region] of [[RABAT, undefined], [EVERYTHING, 'MA-04']] as const) {
      const { sites, plan } = await readCoverage(store.db, scope, { ...NOW, region }, T0);
      assert.equal([sites[0]!.centresProven, sites[0]!.perProvenCentre, plan.zones.length], [1, null, 3]);
    }
    await close();
  });

  test.needs(database.missing, 'with communes: declared and proven coverage, by zone, category, region and province; years that mix are told', async () => {
    const { store, close } = await withCommunes();
    const { communes, years, demo, sites } = await readCoverage(store.db, EVERYTHING, NOW, T0);
    const { total, byZone, byCsp, byRegion, byProvince, centresElsewhere } = communes!;
    assert.equal([total.unserved, total.declared, total.proven], [860 + 1_000 + 1_000, 1_860, 860]);
    assert.equal([total.rules.zone_rate, total.rules.csp_mix], [2, 1]);
    assert.equal(byZone.map((g) => [g.key, g.declared, g.proven]), [['dense', 860, 860], ['grey-white', 0, 0], ['moderate', 1_000, 0]]);
    assert.equal(byCsp.map((c) => c.unserved), [0, 0, 0, 0, 1_000]);
    assert.equal([byRegion.map((g) => g.key), byProvince.map((g) => g.key)], [['MA-04', 'MA-06'], ['MA-CAS', 'MA-RAB']]);
    assert.equal([centresElsewhere, years, demo], [1, [2008, 2014, 2024], true]);
    assert.is(sites[0]!.perProvenCentre, 860);
    await close();
  });

  test.needs(database.missing, 'a coordinator’s coverage is of their own communes and sites', async () => {
    const { store, close } = await withCommunes();
    const { communes, sites, provinces } = await readCoverage(store.db, RABAT, NOW, T0);
    assert.equal([communes!.total.communes, communes!.centresElsewhere, sites[0]!.centres], [2, 0, 1]);
    assert.equal(provinces.map((p) => p.province), ['MA-RAB']);
    for (const by of ['region', 'province', 'commune'] as const) {
      const { items } = await readCoverageAreas(store.db, RABAT, { by, asOf: null }, T0);
      assert.ok(items.length > 0 && items.every((area) => area.region === 'MA-04'), by);
    }
    const nothing = await readCoverage(store.db, { kind: 'regions', regions: [] }, NOW, T0);
    assert.equal([nothing.communes, nothing.sites[0]!.centres], [null, 0]);
    await close();
  });

  test.needs(database.missing, 'of a past day: what was declared until then, and what evidence proved at its end', async () => {
    const { store, close } = await withCommunes();
    const day = { open_ms: 1, conn_ms: 1, disc_ms: 0, unk_ms: 0, off_ms: 0, excluded_ms: 0, provisional_ms: 0, heard: 1, assumed: 0 };
    await store.db.insertInto('site_days').values([{ ...day, site_id: 'CAC-1', day: '2026-11-05', rung: 2 }, { ...day, site_id: 'CAC-2', day: '2026-11-12', rung: 3 }]).execute();
    // CAC-1 was said to be connected again since: it was before, too.
    const word = { kind: 'connected', value: null, source: 's', author: 'a', note: '', recorded_at: T0, import_id: null, visit_id: null, withdrawn_at: null, withdrawn_by: null };
    await store.db.insertInto('attestations').values([['CAC-1', '2026-10-01'], ['CAC-1', '2026-11-19'], ['CAC-2', '2026-11-10']].map(([site, on]) => ({ ...word, site_id: site!, day: on! }))).execute();
    await store.db.updateTable('sites').set({ connected_on: '2026-11-19' }).where('id', '=', 'CAC-1').execute();
    const on = async (asOf: string) => {
      const { communes, asOf: shown } = await readCoverage(store.db, EVERYTHING, { ...NOW, asOf }, T0);
      return [shown, communes!.total.declared, communes!.total.proven];
    };
    assert.equal(await on('2026-11-05'), ['2026-11-05', 860, 0]);
    assert.equal(await on('2026-11-12'), ['2026-11-12', 1_860, 1_000]);
    await close();
  });

  test.needs(database.missing, 'areas for the map: zone mix, categories, gap to the target of milestones or of what is registered, opening time', async () => {
    const { store, close } = await withCommunes();
    await store.db.insertInto('milestones').values({ programme: 'CAC', indicator: 'sites', year: 2030, region: 'MA-04', zone: '', value: 40, source: 'x', note: '', author: 'admin', written_at: T0, replaced_at: null }).execute();
    await store.db
      .insertInto('area_days')
      .values({ day: '2026-11-18', region: 'MA-04', province: 'MA-RAB', zone: 'dense', programme: 'CAC', assumed: 0, open_ms: 100, conn_ms: 60, disc_ms: 0, unk_ms: 20, off_ms: 20, excluded_ms: 0, provisional_ms: 0, sites: 1, reporting: 1, in_service: 1 })
      .execute();
    const regions = (await readCoverageAreas(store.db, EVERYTHING, { by: 'region', asOf: null }, T0)).items;
    const rabat = regions.find((area) => area.code === 'MA-04')!;
    assert.equal(rabat.gap, { of: 'milestones', target: 40, year: 2030, declared: 2, proven: 1 });
    assert.equal(rabat.opening, { openMs: 100, connMs: 60, unkMs: 20 });
    assert.equal(rabat.zones, { of: 'households', dense: 1_000, moderate: 1_000, greyWhite: 0 });
    assert.is(rabat.csp!.E, 1_000);
    assert.equal(regions.find((area) => area.code === 'MA-06')!.gap, { of: 'registered', target: 1, year: null, declared: 0, proven: 0 });
    const [first] = (await readCoverageAreas(store.db, EVERYTHING, { by: 'commune', asOf: null }, T0)).items;
    assert.equal([first!.code, first!.at, first!.name!.fr, first!.gap.proven], ['C1', { lat: 34, lon: -6.8 }, 'C1', 1]);
    await close();
  });

  test.needs(database.missing, 'areas without communes: zones are those of the sites', async () => {
    const { store, close } = await open();
    const { items, planYear } = await readCoverageAreas(store.db, EVERYTHING, { by: 'province', asOf: null }, T0);
    assert.equal([items.map((a) => a.code), planYear], [['MA-CAS', 'MA-RAB'], 2008]);
    assert.equal([items[1]!.sums, items[1]!.csp, items[1]!.zones], [null, null, { of: 'sites', dense: 1, moderate: 1, greyWhite: 0 }]);
    await close();
  });

  test.run();
}
