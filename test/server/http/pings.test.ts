/** The agentless lane: a ping is answered shortly, noted once a minute, says nothing of machines or minutes, and its token is nowhere. */
import * as assert from 'uvu/assert';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { List, Site } from '@cac/shared/api.ts';
import type { NewPingSource, PingSource } from '@cac/shared/field.ts';
import { addPingSource } from '@cac/server/usecases/keep-ping-sources.ts';
import { createPingDoor } from '@cac/server/usecases/take-ping.ts';
import { databases } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, siteWithMachines, T0 } from '../../fixtures.ts';
import { findPingSource } from '@cac/server/store/ping-sources.ts';
import { suite } from '../../harness.ts';
import { json, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('pings without an agent');
let server: TestServer;
test.before(async () => {
  server = await startTestServer();
  await json(server, '/api/v1/sites', siteDraft('PING-1'));
});
test.after(() => server.end());

const add = (name: string): Promise<NewPingSource> => json(server, '/api/v1/ping-sources', { siteId: 'PING-1', name });
const listed = async (): Promise<PingSource[]> => (await json<List<PingSource>>(server, '/api/v1/ping-sources?site=PING-1')).items;
const statusOf = async (token: string, init: RequestInit = {}): Promise<number> => (await fetch(`${server.base}/ping/${token}`, init)).status;

test('GET and POST, from anywhere and with anything in them, are answered ok; the site is not touched', async () => {
  const { id, token, ...rest } = await add('Salle 2');
  assert.equal([token.length, rest.lastAt, rest.days, rest.revoked], [32, null, 0, false]);
  const before = await json<Site>(server, '/api/v1/sites/PING-1');
  const answer = await fetch(`${server.base}/ping/${token}`);
  assert.equal([answer.status, await answer.text()], [200, 'ok\n']);
  for (const init of [{ method: 'POST' }, { method: 'POST', body: 'a=1', headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' } }, { headers: { cookie: 'cac_session=x', 'sec-fetch-site': 'cross-site' } }]) assert.is(await statusOf(token, init), 200);
  assert.is(await statusOf(`${token}?x=1`), 200);
  const source = (await listed()).find((one) => one.id === id);
  assert.ok(source!.lastAt !== null && source!.days === 1);
  assert.not.ok(JSON.stringify(source).includes(token));
  assert.equal(await json<Site>(server, '/api/v1/sites/PING-1'), before);
  const db = new Database(join(server.dataDir, 'cac.sqlite'), { readonly: true });
  assert.equal(db.prepare('select times from ping_days where source_id = ?').all(id), [{ times: 1 }]);
  for (const table of ['ping_sources', 'audit']) assert.not.ok(JSON.stringify(db.prepare(`select * from ${table}`).all()).includes(token), table);
  db.close();
});

test('unknown, malformed and revoked tokens get one answer; after twenty the address is told to wait, and the rightful go on', async () => {
  const [good, gone] = [await add('A'), await add('B')];
  assert.is(await statusOf(gone.token), 200);
  assert.is((await server.api(`/api/v1/ping-sources/${gone.id}`, { method: 'DELETE' })).status, 204);
  const bodies = new Set<string>();
  for (const token of [gone.token, 'x'.repeat(32), 'short', '%00', `${good.token}x`]) {
    const answer = await fetch(`${server.base}/ping/${token}`);
    assert.is(answer.status, 404, token);
    bodies.add(JSON.stringify({ ...((await answer.json()) as { error: object }).error, requestId: '' }));
  }
  assert.is(bodies.size, 1, [...bodies].join('\n'));
  let last = 404;
  for (let i = 0; i < 20; i += 1) last = await statusOf('y'.repeat(32));
  assert.is(last, 429);
  assert.is(await statusOf(good.token), 200);
});

for (const database of databases) {
  test.needs(database.missing, `on ${database.name} more than one a minute is answered and not written; days are counted`, async () => {
    const opened = await database.open();
    const { store } = opened;
    await siteWithMachines(store, 'P-1', 1);
    const { id, token } = await addPingSource(store, ADMIN, { siteId: 'P-1' as never, name: 'old PC' }, T0);
    const door = createPingDoor(store);
    for (const after of [0, 10_000, 59_999, 60_000, 130_000]) await door.ping(token, '10.0.0.9', T0 + after);
    await door.ping(token, '10.0.0.9', T0 + 24 * 3_600_000);
    const rows = await store.db.selectFrom('ping_days').select(['day', 'times']).orderBy('day').execute();
    assert.equal(rows, [{ day: '2026-11-20', times: 3 }, { day: '2026-11-21', times: 1 }]);
    const source = await findPingSource(store.db, EVERYTHING, id, T0 + 25 * 3_600_000);
    assert.equal([source!.days, source!.lastAt], [2, T0 + 24 * 3_600_000]);
    await opened.close();
  });
}
test.after(() => Promise.all(databases.map((database) => database.stop())) as never);
test.run();
