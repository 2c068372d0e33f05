/** Sites are found however their names are written; and the map's snapshot brings what it is filtered by. */
import * as assert from 'uvu/assert';
import type { FleetSnapshot } from '@cac/shared/api.ts';
import { createFleet } from '@cac/server/http/fleet.ts';
import { listSites, siteFaces, siteEventOf } from '@cac/server/store/sites.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { fillSearch } from '@cac/server/usecases/fill-search.ts';
import { databases } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const CASES: [query: string, found: string[]][] = [
  ['ait ouled', ['A-1']],
  ['AÏT', ['A-1']],
  ['oulad  aït', ['A-1']],
  ['افران', ['B-2']],
  ['مدرسه', ['B-2']],
  ['ifrane', ['B-2']],
  ['01234', ['A-1']],
  ['b-2', ['B-2']],
  ['100%', []],
  ['_', []],
  ['\\', []],
  ['', ['A-1', 'B-2', 'C-3']],
  [' - ', ['A-1', 'B-2', 'C-3']],
];

for (const database of databases) {
  const test = suite(`search on ${database.name}`);
  test.after(() => database.stop());

  async function open() {
    const opened = await database.open();
    const { store } = opened;
    const drafts = [
      siteDraft('A-1', { name: 'École Aït Oulad', officialCode: '01234X', carrier: 'Inwi', technology: 'fibre' } as never),
      siteDraft('B-2', { name: 'École d’Ifrane', nameAr: 'مدرسة إفران', carrier: 'Inwi' } as never),
      siteDraft('C-3', { region: 'MA-06', province: 'MA-CAS' } as never),
    ];
    await addSites(store, ADMIN, drafts, { many: true, demo: false }, T0);
    return { ...opened, store };
  }

  test.needs(database.missing, 'by name or code, French or Arabic, with variants; signs of the query language mean themselves', async () => {
    const { store, close } = await open();
    for (const [q, found] of CASES) assert.equal((await listSites(store.db, EVERYTHING, { q, limit: 10 })).map((site) => site.id), found, q);
    assert.equal(await listSites(store.db, { kind: 'regions', regions: ['MA-06'] as never }, { q: 'ait', limit: 10 }), [], 'in scope');
    await close();
  });

  test.needs(database.missing, 'rows of an older version are made searchable at start, once', async () => {
    const { store, close } = await open();
    await store.db.updateTable('sites').set({ search: '' }).where('id', '<>', 'C-3').execute();
    assert.equal([await fillSearch(store), await fillSearch(store)], [2, 0]);
    assert.equal((await listSites(store.db, EVERYTHING, { q: 'افران', limit: 10 })).map((site) => site.id), ['B-2']);
    await close();
  });

  test.needs(database.missing, 'the snapshot has carrier, technology, rungs and the dominant category of the commune', async () => {
    const { store, close } = await open();
    await store.db
      .insertInto('communes')
      .values({ code: 'C1', region: 'MA-04', province: 'MA-RAB', name_fr: 'C1', name_ar: 'C1', zone: null, households: 1, online_share: null, csp: '{"A":0.1,"B":0,"C":0.2,"D":0.6,"E":0.1}', lat: null, lon: null, year: 2024, source: 'x', search: '', demo: 0, written_at: T0, written_by: 'admin' })
      .execute();
    await store.db.updateTable('sites').set({ commune: 'C1', built_on: '2020-01-01', proven_rung: 2 }).where('id', '=', 'A-1').execute();
    const { words, columns } = JSON.parse(Buffer.from(await createFleet(store, () => T0).snapshot(EVERYTHING, 'identity')).toString()) as FleetSnapshot;
    assert.equal(words.carrier, ['Inwi']);
    assert.equal([columns.carrier, columns.technology, columns.csp, columns.declared, columns.proven], [[0, 0, -1], [0, -1, -1], [0, -1, -1], [2, 0, 0], [2, 0, 0]]);
    assert.equal([words.csp, columns.nameAr, columns.officialCode], [['D'], ['', 'مدرسة إفران', ''], ['01234X', '', '']]);
    const [event] = (await siteFaces(store.db, EVERYTHING)).map(siteEventOf);
    assert.equal([event!.csp, event!.declaredRung, event!.provenRung, event!.technology], ['D', 2, 2, 'fibre']);
    await close();
  });

  test.run();
}
