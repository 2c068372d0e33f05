/** What is on the screen is what is in the file: each filter of the page asks the export for exactly the sites that the page shows. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import { demoCommuneDrafts } from '@cac/seeds/demo-communes.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { openStore } from '@cac/server/store/store.ts';
import { addCommunes } from '@cac/server/usecases/add-communes.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { attest } from '@cac/server/usecases/attest.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { SiteDraft, type FleetSnapshot } from '@cac/shared/api.ts';
import * as v from 'valibot';
import { exportQueryOf } from '../../../web/state/export-query.ts';
import { NO_FILTER, shownOf, type Filter } from '../../../web/state/filter.ts';
import { fleetOf, type Fleet } from '../../../web/state/fleet.ts';
import { CSP, SITE_STATES, STAGES } from '../../../web/words.ts';
import { temporaryDir } from '../../databases.ts';
import { ADMIN, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, ROOT, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('exports of what is shown');
let server: TestServer;
let fleet: Fleet;

test.before(async () => {
  const dataDir = temporaryDir('http-exports');
  const store = await openStore({ dataDir });
  await loadReference(store, join(ROOT, 'seeds'), T0);
  const { communes, sites } = demoRegistry(1);
  await addCommunes(store, ADMIN, demoCommuneDrafts(communes, 1), true, T0);
  const drafts = sites.slice(0, 900).map((site) => v.parse(SiteDraft, site));
  await addSites(store, ADMIN, drafts, { many: true, demo: true }, T0);
  for (const [i, { id }] of drafts.slice(0, 60).entries()) {
    if (i < 30) await attest(store, ADMIN, id, { kind: (['identified', 'built', 'equipped'] as const)[i % 3]!, day: '2012-05-02', value: null, source: 'PV', note: '' }, T0);
    await store.db.updateTable('sites').set({ proven_rung: i % 4, state: SITE_STATES[i % 5]! }).where('id', '=', id).execute();
  }
  await store.close();
  server = await startTestServer({ dataDir });
  fleet = fleetOf(await json<FleetSnapshot>(server, '/api/v1/fleet'));
});
test.after(() => server.end());

const CASES: readonly (readonly [name: string, filter: Partial<Filter>])[] = [
  ['everything', {}],
  ...SITE_STATES.map((state) => [`state ${state}`, { states: [state] }] as const),
  ['two states', { states: ['off', 'no_internet'] }],
  ...STAGES.map((stage) => [stage, { stage }] as const),
  ...CSP.map((csp) => [`category ${csp}`, { csp }] as const),
  ['a category with more', { csp: 'D', programme: 'CAC', zone: 'grey-white' }],
  ['an area', { region: 'MA-04', zone: 'dense' }],
  ['words in any order, however written', { text: 'AÏT maison' }],
  ['Arabic', { text: 'دار' }],
  ['marks that mean something in SQL', { text: '%_' }],
];

for (const [name, asked] of CASES) {
  test(`the file is the selection: ${name}`, async () => {
    const filter: Filter = { ...NO_FILTER, ...asked };
    const { mask } = shownOf(fleet.sites, filter);
    const expected = fleet.sites.filter((_, i) => mask[i] === 1).map(({ id }) => id as string).sort();
    const { features } = (await (await server.api(`/api/v1/export/sites?${exportQueryOf(filter, 'geojson')}`)).json()) as { features: { id: string }[] };
    assert.equal(features.map(({ id }) => id).sort(), expected);
    const csv = await (await server.api(`/api/v1/export/sites?${exportQueryOf(filter, 'csv')}`)).text();
    assert.is(csv.trim().split('\r\n').length, 1 + expected.length);
  });
}

test('the cases tell sites apart: no filter is empty for want of sites alone', () => {
  const counts = CASES.map(([, asked]) => shownOf(fleet.sites, { ...NO_FILTER, ...asked }).count);
  assert.is(counts[0], 900);
  assert.ok(counts.filter((n) => n > 0 && n < 900).length > 15, String(counts));
});

test('a state, a rung or a category that does not exist is refused by its name', async () => {
  for (const word of ['state=lost', 'state=off,lost', 'declared=gone', 'proven=connected', 'csp=F']) {
    const answer = await server.api(`/api/v1/export/sites?${word}`);
    const { error } = (await answer.json()) as { error: { code: string; where?: string } };
    assert.is(answer.status, 400, word);
    assert.match(error.where ?? '', new RegExp(`^${word.split('=')[0]}`), word);
  }
});

test.run();
