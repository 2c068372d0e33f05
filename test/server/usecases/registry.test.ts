/** Sites edited by hand, on both databases: who may, what is refused, what moves with them, who did it. */
import * as assert from 'uvu/assert';
import { SiteEdit } from '@cac/shared/registry.ts';
import * as v from 'valibot';
import { Problem } from '@cac/server/core/problem.ts';
import { findCommune } from '@cac/server/store/communes.ts';
import { replaceSiteDays } from '@cac/server/store/history.ts';
import { changesOf } from '@cac/server/store/registry-changes.ts';
import { findSite } from '@cac/server/store/sites.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { editSite } from '@cac/server/usecases/edit-site.ts';
import { addProgramme, putCommune } from '@cac/server/usecases/keep-programmes.ts';
import { databases, type TestStore } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, siteWithMachines, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const NADIA = { name: 'nadia', scope: { kind: 'regions', regions: ['MA-04'] as never } } as const;
const edit = (over: Partial<v.InferInput<typeof SiteEdit>> = {}): SiteEdit =>
  v.parse(SiteEdit, { name: 'Maison de jeunes', programme: 'CAC', region: 'MA-04', province: 'MA-RAB', lat: 34, lon: -6.8, zone: 'dense', hostPremises: 'youth_centre', ...over });
const totals = (openMs: number) => ({ openMs, connMs: openMs, discMs: 0, unkMs: 0, offMs: 0, excludedMs: 0, provisionalMs: 0 });

for (const database of databases) {
  const test = suite(`the registry on ${database.name}`);
  let opened: TestStore;
  test.before(async () => {
    if (database.missing === null) opened = await database.open();
  });
  test.after(async () => {
    await opened?.close();
    await database.stop();
  });
  const refusal = async (doing: Promise<unknown>): Promise<[string, string | undefined]> => {
    const error = await doing.then(() => null, (thrown: unknown) => thrown);
    assert.instance(error, Problem);
    return [(error as Problem).info.code, (error as Problem).info.where];
  };

  test.needs(database.missing, 'what a site is added with is written down, and its declaration is an attestation', async () => {
    await addSites(opened.store, ADMIN, [siteDraft('RAB-1', { declaredConnectedAt: Date.UTC(2011, 2, 28, 12), declaredSource: 'Circulaire 14' })], { many: false, demo: false }, T0);
    const [change] = await changesOf(opened.store.db, 'site', 'RAB-1', null, 5);
    assert.equal([change!.author, change!.act, change!.before, change!.after!['zone']], ['admin', 'add', null, 'dense']);
    const rows = await opened.store.db.selectFrom('attestations').select(['kind', 'day', 'source', 'author']).where('site_id', '=', 'RAB-1').execute();
    assert.equal(rows, [{ kind: 'connected', day: '2011-03-28', source: 'Circulaire 14', author: 'admin' }]);
    assert.equal(await refusal(addSites(opened.store, ADMIN, [siteDraft('RAB-9'), siteDraft('RAB-10', { programme: 'PACTE' as never })], { many: true, demo: false }, T0)), ['unknown_programme', 'items[1].programme']);
    assert.is(await findSite(opened.store.db, EVERYTHING, 'RAB-9'), null);
  });

  test.needs(database.missing, 'an edit names its fault, and is refused beyond one’s regions, before and after', async () => {
    await addSites(opened.store, ADMIN, [siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never })], { many: false, demo: false }, T0);
    assert.equal(await refusal(editSite(opened.store, ADMIN, 'RAB-1', edit({ programme: 'PACTE' }), T0)), ['unknown_programme', 'programme']);
    assert.equal(await refusal(editSite(opened.store, ADMIN, 'RAB-1', edit({ commune: '01.051.01' }), T0)), ['unknown_commune', 'commune']);
    assert.equal(await refusal(editSite(opened.store, ADMIN, 'RAB-1', edit({ province: 'MA-CAS' }), T0)), ['province_elsewhere', 'province']);
    assert.equal(await refusal(editSite(opened.store, NADIA, 'CAS-1', edit(), T0)), ['not_found', undefined]);
    assert.equal(await refusal(editSite(opened.store, NADIA, 'RAB-1', edit({ region: 'MA-06', province: 'MA-CAS' }), T0)), ['outside_scope', 'region']);
  });

  test.needs(database.missing, 'a site that is moved takes its days along, marks its past for counting, and the log tells the map', async () => {
    await siteWithMachines(opened.store, 'RAB-2', 1);
    const area = { region: 'MA-04', province: 'MA-RAB', zone: 'dense', programme: 'CAC' };
    for (const site of ['RAB-1', 'RAB-2']) await replaceSiteDays(opened.store.db, site, area, [{ day: '2026-11-18', intervals: [], totals: totals(3_600_000), heard: true, assumed: true }]);
    await opened.store.db.updateTable('site_days').set({ rung: 3 }).where('site_id', '=', 'RAB-2').execute();
    await opened.store.db.updateTable('area_days').set({ reporting: 1, in_service: 1 }).execute();
    await editSite(opened.store, ADMIN, 'RAB-2', edit({ name: 'Bibliothèque', region: 'MA-06', province: 'MA-CAS', zone: 'moderate', hostPremises: 'library' }), T0 + 1);
    const sums = await opened.store.db.selectFrom('area_days').select(['region', 'zone', 'sites', 'open_ms', 'reporting', 'in_service']).orderBy('region').execute();
    assert.equal(sums, [
      { region: 'MA-04', zone: 'dense', sites: 1, open_ms: 3_600_000, reporting: 0, in_service: 0 },
      { region: 'MA-06', zone: 'moderate', sites: 1, open_ms: 3_600_000, reporting: 1, in_service: 1 },
    ]);
    assert.equal((await opened.store.db.selectFrom('stale_days').select(['scope_kind', 'scope_id', 'to_day']).execute()).at(-1), { scope_kind: 'site', scope_id: 'RAB-2', to_day: '2026-11-19' });
    const causes = (await opened.store.db.selectFrom('transitions').select('cause').where('site_id', '=', 'RAB-2').orderBy('id').execute()).map(({ cause }) => cause);
    assert.is(causes.at(-1), 'site_moved');
    const [change] = await changesOf(opened.store.db, 'site', 'RAB-2', null, 1);
    assert.equal([change!.before!['hostPremises'], change!.after!['hostPremises'], change!.after!['lat']], ['youth_centre', 'library', undefined]);
  });

  test.needs(database.missing, 'an edit that changes nothing leaves no line', async () => {
    await editSite(opened.store, ADMIN, 'RAB-1', edit(), T0 + 2);
    const lines = (await changesOf(opened.store.db, 'site', 'RAB-1', null, 9)).length;
    await editSite(opened.store, ADMIN, 'RAB-1', edit(), T0 + 3);
    assert.is((await changesOf(opened.store.db, 'site', 'RAB-1', null, 9)).length, lines);
  });

  test.needs(database.missing, 'a commune is created, changed, known by its code, and kept from other regions', async () => {
    const commune = { nameFr: 'Agdal', nameAr: 'أكدال', province: 'MA-RAB' as never, zone: 'dense' as const, households: 32_500, onlineShare: 0.14, csp: null, lat: 33.99, lon: -6.85, year: 2014, source: 'RGPH 2014' };
    assert.is(await putCommune(opened.store, NADIA, '04.421.01', commune, false, T0), true);
    assert.is(await putCommune(opened.store, NADIA, '04.421.01', { ...commune, households: 33_000 }, false, T0 + 1), false);
    assert.is((await findCommune(opened.store.db, '04.421.01'))!.households, 33_000);
    assert.equal(await refusal(putCommune(opened.store, NADIA, '06.141.01', { ...commune, province: 'MA-CAS' as never }, false, T0)), ['outside_scope', 'province']);
    await editSite(opened.store, ADMIN, 'RAB-1', edit({ commune: '04.421.01' }), T0 + 4);
    assert.equal(await refusal(editSite(opened.store, ADMIN, 'RAB-1', edit({ region: 'MA-06', province: 'MA-CAS', commune: '04.421.01' }), T0)), ['commune_elsewhere', 'commune']);
  });

  test.needs(database.missing, 'a programme is added once', async () => {
    const draft = { code: 'PLAN-2', kind: 'centre', names: { fr: 'Plan suivant', ar: 'المخطط القادم', en: 'Next plan' } } as const;
    await addProgramme(opened.store, ADMIN, draft, T0);
    assert.equal(await refusal(addProgramme(opened.store, ADMIN, draft, T0)), ['programme_exists', 'code']);
    await editSite(opened.store, ADMIN, 'RAB-1', edit({ programme: 'PLAN-2' }), T0 + 5);
  });

  test.run();
}
