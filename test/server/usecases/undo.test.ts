/** Taking an import back, and the figures of a day that is over, when something has changed in between. */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Problem } from '@cac/server/core/problem.ts';
import { csvOf } from '@cac/server/core/csv.ts';
import { communeColumns, siteColumns } from '@cac/server/core/import/export.ts';
import { findCommune } from '@cac/server/store/communes.ts';
import { communesToExport, sitesToExport } from '@cac/server/store/exports.ts';
import { deploymentTable } from '@cac/server/store/deployment-lists.ts';
import { changesOf } from '@cac/server/store/registry-changes.ts';
import { countsOn } from '@cac/server/store/report-figures.ts';
import type { Store } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { attest } from '@cac/server/usecases/attest.ts';
import { enterIndicator, withdrawIndicator } from '@cac/server/usecases/enter-indicator.ts';
import { applyImport, previewImport } from '@cac/server/usecases/import-file.ts';
import { putCommune } from '@cac/server/usecases/keep-programmes.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { CommuneEdit } from '@cac/shared/registry.ts';
import * as v from 'valibot';
import type { ImportAuthor } from '@cac/server/usecases/plan-import.ts';
import { groundReader } from '@cac/server/usecases/read-ground.ts';
import { undoImport } from '@cac/server/usecases/undo-import.ts';
import { databases } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { ROOT } from '../../running-server.ts';

const SEEDS = join(ROOT, 'seeds');
const WORLD = { ground: groundReader(SEEDS)(), demo: false };
const AUTHOR: ImportAuthor = { name: 'admin', role: 'administrator', scope: EVERYTHING };
const nadia = (region: string): ImportAuthor => ({ name: 'nadia', role: 'coordinator', scope: { kind: 'regions', regions: [region] as never } });

for (const database of databases) {
  const test = suite(`taking back on ${database.name}`);
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
  const codeOf = (doing: Promise<unknown>): Promise<string> => doing.then(() => 'done', (error: unknown) => (error instanceof Problem ? error.info.code : Promise.reject(error)));
  async function importText(store: Store, text: string, kind: 'sites' | 'communes' | 'calendar' = 'sites', author = AUTHOR) {
    const file = { bytes: Buffer.from(text), kind, fileName: 'f.csv', mapping: null };
    const { digest, ...seen } = await previewImport(store, author, file, WORLD, T0);
    return { seen, done: await applyImport(store, author, file, digest, WORLD, T0) };
  }
  const SITE = 'Code;Nom;Province;Latitude;Longitude\nU-1;Un;Rabat;34,0;-6,83\n';
  const COMMUNE = 'Code;Nom;Province;Ménages;Année;Source\n01.01;Une;Rabat;10;2014;RGPH\n';

  on('whoever has other regions by now, or another role, takes nothing back there', async (store) => {
    for (const [text, kind] of [[SITE, 'sites'], [COMMUNE, 'communes']] as const) {
      const { id } = (await importText(store, text, kind, nadia('MA-04'))).done;
      assert.is(await codeOf(undoImport(store, nadia('MA-06'), id, T0)), 'outside_scope');
      assert.is(await codeOf(undoImport(store, nadia('MA-04'), id, T0)), 'done');
    }
    const days = (await importText(store, 'Portée;Du;Libellé\nnational;2027-01-05;Fermeture\n', 'calendar', { ...AUTHOR, name: 'nadia' })).done;
    assert.is(await codeOf(undoImport(store, nadia('MA-04'), days.id, T0)), 'role_forbidden');
    assert.is(await codeOf(undoImport(store, AUTHOR, days.id, T0)), 'done');
  });

  on('communes that sites name by now are not taken back', async (store) => {
    const { id } = (await importText(store, COMMUNE, 'communes')).done;
    await addSites(store, ADMIN, [siteDraft('U-2', { commune: '01.01' })], { many: false, demo: false }, T0);
    assert.is(await codeOf(undoImport(store, AUTHOR, id, T0)), 'changed_since');
    assert.ok(await findCommune(store.db, '01.01'));
  });

  on('what is exported comes back the same, whatever people have typed', async (store) => {
    const names = ['007', '=1+1', "'=x", '-5', '@a', '+212 5 37', 'a;b,c', '"quoted" name', "l'Oued", 'مركز «النور»', 'tab\u00a0inside', "''='"];
    await addSites(store, ADMIN, names.map((name, i) => siteDraft(`Q-${i}`, { name, nameAr: name, officialCode: name, lineNumber: name, dutyPhone: name, manager: name, carrier: name, commune: i % 2 ? null : `Douar ${name}`, contractedMbps: i / 3, lat: 34 + i / 3_000, lon: -6.8 - i / 7_000, metered: i % 3 === 0, capMb: i * 1_250, students: 1_000 * i } as never)), { many: true, demo: false }, T0)
      .catch((error: unknown) => assert.unreachable(JSON.stringify((error as Problem).info)));
    for (const [i, name] of names.entries()) {
      const third = v.parse(CommuneEdit, { nameFr: name, nameAr: name, province: 'MA-RAB', households: 3, onlineShare: 1 / (i + 3), csp: { A: 1 / 3, B: 1 / 3, C: 1 / 7, D: 1 / 7, E: 1 / 21 }, year: 2014, source: name });
      await putCommune(store, ADMIN, `C.${i}` as never, third, false, T0);
    }
    const sites = await importText(store, csvOf(siteColumns, await sitesToExport(store.db, EVERYTHING, {}, null, 100)));
    assert.equal([sites.seen.findings.filter(({ severity }) => severity === 'error'), sites.done], [[], { id: 0, added: 0, changed: 0, unchanged: names.length }], JSON.stringify(sites.seen.changes));
    const communes = await importText(store, csvOf(communeColumns, await communesToExport(store.db, EVERYTHING, {}, null, 100)), 'communes');
    assert.equal(communes.done, { id: 0, added: 0, changed: 0, unchanged: names.length }, JSON.stringify(communes.seen.changes));
  });

  on('a month that is over keeps what was declared and heard of then, though it is said again later', async (store) => {
    await addSites(store, ADMIN, [siteDraft('U-3')], { many: false, demo: false }, T0);
    const word = (kind: 'connected' | 'telephone', day: string, value: string | null) => attest(store, ADMIN, 'U-3', { kind, day, value, source: 's', note: '' }, T0);
    await word('connected', '2026-08-03', null);
    await word('telephone', '2026-09-20', 'works');
    await store.db.insertInto('site_days').values({ site_id: 'U-3', day: '2026-09-30', open_ms: 1, conn_ms: 1, disc_ms: 0, unk_ms: 0, off_ms: 0, excluded_ms: 0, provisional_ms: 0, heard: 1, assumed: 0, rung: 3 }).execute();
    const of = async () => (await countsOn(store.db, EVERYTHING, '', '2026-09-30', 30)).map(({ declared, proven, complete }) => [declared, proven, complete]);
    assert.equal(await of(), [[1, 1, 1]]);
    await word('connected', '2026-11-01', null);
    await word('telephone', '2026-11-02', 'fails');
    assert.equal(await of(), [[1, 1, 1]]);
  });

  on('places without a name come first in a table, on either database; indicators keep who said what', async (store) => {
    await addSites(store, ADMIN, [siteDraft('U-4'), siteDraft('U-5', { province: null, zone: null } as never)], { many: true, demo: false }, T0);
    assert.equal((await deploymentTable(store.db, EVERYTHING, {}, ['province', 'zone'], T0)).map(({ keys }) => keys['zone']), [null, 'dense']);
    const { code } = await store.db.selectFrom('indicators').select('code').executeTakeFirstOrThrow();
    await enterIndicator(store, ADMIN, code, { day: '2026-01-01', value: 5, source: 'a' }, T0);
    await enterIndicator(store, ADMIN, code, { day: '2026-01-01', value: 6, source: 'b' }, T0);
    const { id } = await store.db.selectFrom('indicator_values').select('id').where('replaced_at', 'is', null).executeTakeFirstOrThrow();
    await withdrawIndicator(store, ADMIN, code, id, T0);
    assert.equal((await changesOf(store.db, 'indicator', code, null, 9)).map(({ act, before, after }) => [act, before?.['value'], after?.['value']]), [['withdraw', 6, undefined], ['enter', 5, 6], ['enter', undefined, 5]]);
  });

  test.run();
}
