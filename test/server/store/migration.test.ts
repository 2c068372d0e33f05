import * as assert from 'uvu/assert';
import { sql } from 'kysely';
import { loadEvidence } from '@cac/server/store/evidence.ts';
import { journalState } from '@cac/server/store/machines.ts';
import { migrate } from '@cac/server/store/migrate.ts';
import { migrations } from '@cac/server/store/migrations/index.ts';
import { takeStale } from '@cac/server/store/stale.ts';
import { isPostgres, type Store } from '@cac/server/store/store.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { databases } from '../../databases.ts';
import { beats, bytesOf, EVERYTHING, T0, wireJournal } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const PC = 'pc0000000000000000aa';
const OLD = 'oldoldoldoldold0';
const EP = 'abcdefghij012345';
const MIN = 60_000;
const HOUR = 60 * MIN;

/** The database as it was when its schema had this number. */
async function backTo(store: Store, number: number): Promise<void> {
  if (isPostgres(store.db)) {
    await sql`drop schema public cascade`.execute(store.db);
    await sql`create schema public`.execute(store.db);
  } else {
    await sql`pragma foreign_keys = off`.execute(store.db);
    const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`.execute(store.db);
    for (const { name } of rows) await sql`drop table ${sql.table(name)}`.execute(store.db);
    await sql`pragma foreign_keys = on`.execute(store.db);
  }
  await migrate(store.db, { migrations: migrations.filter((one) => one.number <= number) });
}

const journal = wireJournal(EP, [['boot', { boot: 'boot-1', up: 5 }], ...beats(3), ['sample', { gw: 1.5 }], ...beats(4)], 0);

/** A machine with a closed epoch, two boots of which the server had measured one, and a run that still grows. */
const ROWS = [
  `insert into regions values ('MA-04', 'r', 'r')`,
  `insert into sites (id, name, kind, region, lat, lon, counts_towards_target, demo, created_at, created_by, n_on, n_failing, n_unreachable, n_off, n_unseen, state)
   values ('S-1', 's', 'centre', 'MA-04', 34, -6, 1, 0, 1, 'admin', 1, 0, 0, 0, 0, 'connected')`,
  `insert into vouchers (site_id, code_hash, created_at, created_by, expires_at, uses, used) values ('S-1', 'h', 1, 'admin', 2, 1, 1)`,
  `insert into machines (id, site_id, name, secret_hash, fingerprint, voucher_id, nonce, enrolled_at, state, since_at, provisional, deadline_at, last_sign_at, liveness_ms, link, ep, inst, conn, boot, probes, flags)
   values ('${PC}', 'S-1', 'PC', 'x', '[]', 1, 'n', 1, 'on', ${T0}, 0, ${T0 + HOUR}, ${T0 + 8 * MIN}, 60000, 'ok', '${EP}', '00000000000000aa', 1, 'boot-1', '[]', '[]')`,
  `insert into epochs values ('${PC}', '${EP}', ${T0}, 9, '${journal.chainBefore(10)}', 9, 'boot-1', 0, 0, 0, 0, '${JSON.stringify({ from: 6, to: 9, boot: 'boot-1', m: 5 * MIN, w: T0 + 5 * MIN, body: '{"link":"ok"}' })}')`,
  `insert into epochs values ('${PC}', '${OLD}', ${T0 - 9 * HOUR}, 5, '0000000000000000', 5, 'lone', 1, 0, 0, 0, '${JSON.stringify({ from: 4, to: 5, boot: 'lone', m: 1_000, w: T0 - 5 * HOUR + 1_000, body: '{"link":"ok"}' })}')`,
  `insert into boots values ('${PC}', 'boot-1', ${T0 + 0.75})`,
  `insert into records values ('${PC}', '${EP}', 1, 'boot', 'boot-1', 0, ${T0}, ${T0 + 10}, '{"boot":"boot-1","up":5}')`,
  `insert into beats values ('${PC}', '${EP}', 2, 4, 'boot-1', ${MIN}, ${T0 + MIN}, '{"link":"ok"}')`,
  `insert into records values ('${PC}', '${EP}', 5, 'sample', 'boot-1', ${4 * MIN}, ${T0 + 4 * MIN}, ${T0 + 4 * MIN}, '{"gw":1.5}')`,
  `insert into records values ('${PC}', '${OLD}', 1, 'boot', 'early', 0, ${T0 - 9 * HOUR}, ${T0 - 8 * HOUR}, '{"boot":"early","up":5}')`,
  `insert into beats values ('${PC}', '${OLD}', 2, 3, 'early', ${MIN}, ${T0 - 9 * HOUR + MIN}, '{"link":"dns"}')`,
];

for (const database of databases) {
  const test = suite(`the schema of before on ${database.name}`);
  test.after(() => database.stop());

  test.needs(database.missing, 'what the first schema held is read as evidence, counted anew, and goes on', async () => {
    const opened = await database.open();
    const { store } = opened;
    await backTo(store, 1);
    for (const row of ROWS) await sql.raw(row).execute(store.db);
    await migrate(store.db, {});

    const { boots } = await loadEvidence(store.db, PC, T0 - 10 * HOUR, T0 + HOUR);
    assert.equal(boots.map(({ boot, startAt, placed }) => [boot, startAt - T0, placed]), [['early', -9 * HOUR, 'guess'], ['lone', -9 * HOUR - 61_000, 'guess'], ['boot-1', 0, 'receipt']].toSorted((a, b) => (a[1] as number) - (b[1] as number)));
    const of = (name: string) => boots.find(({ boot }) => boot === name)!.entries.map(({ epoch, seq, lastSeq, kind, m }) => [epoch, seq, lastSeq, kind, m]);
    assert.equal(of('boot-1'), [[2, 1, 1, 'boot', 0], [2, 2, 4, 'hb', MIN], [2, 5, 5, 'sample', 4 * MIN], [2, 6, 9, 'hb', 5 * MIN]]);
    assert.equal(of('early'), [[1, 1, 1, 'boot', 0], [1, 2, 3, 'hb', MIN]]);
    assert.equal(of('lone'), [[1, 4, 5, 'hb', 1_000]]);
    assert.equal((await takeStale(store.db, 9)).map(({ machine_id, site_id, to_at }) => [machine_id, site_id, to_at]), [[PC, 'S-1', T0 + 8 * MIN]]);

    const more = wireJournal(EP, [...journal.records.map(([, kind, , , body]): [string, Record<string, unknown>] => [kind, body]), ...beats(2), ['stop', { why: 'shutdown' }]], 0);
    const { acks } = await receiveReports(store, [{ machine: PC as never, payload: bytesOf(more.up(10, 12, { boot: 'boot-1' })), receivedAt: T0 + 12 * MIN, livenessMs: 60_000 }], T0 + 12 * MIN, { sid: 's', dbi: 'd' });
    assert.equal([acks[0]?.code, acks[0]?.W], ['ok', 12]);
    assert.is((await journalState(store.db, EVERYTHING, PC))?.stored, 12);
    const after = (await loadEvidence(store.db, PC, T0, T0 + HOUR)).boots.find(({ boot }) => boot === 'boot-1')!;
    assert.equal(after.entries.slice(-2).map(({ seq, lastSeq, kind }) => [seq, lastSeq, kind]), [[6, 11, 'hb'], [12, 12, 'stop']]);
    await opened.close();
  });

  test.needs(database.missing, 'a day on which a site was declared connected becomes somebody’s word, with its source; programmes get their kind', async () => {
    const opened = await database.open();
    const { db } = opened.store;
    await backTo(opened.store, 4);
    const site = (id: string, declared: number | null, source: string | null) => sql`
      insert into sites (id, name, kind, region, lat, lon, declared_connected_at, declared_source, counts_towards_target, demo, created_at, created_by, n_on, n_failing, n_unreachable, n_off, n_unseen, state)
      values (${id}, 's', 'centre', 'MA-04', 34, -6, ${declared}, ${source}, 1, 0, 1, 'nadia', 0, 0, 0, 0, 0, 'unseen')`.execute(db);
    await sql.raw(`insert into regions values ('MA-04', 'r', 'r')`).execute(db);
    for (const code of ['CAC', 'GENIE']) await sql`insert into programmes values (${code}, 'x', 'x', 'x')`.execute(db);
    await site('S-1', Date.UTC(2012, 5, 30), 'circulaire 4');
    await site('S-2', null, null);
    await migrate(db, {});
    assert.equal((await db.selectFrom('sites').select(['id', 'connected_on', 'proven_rung']).orderBy('id').execute()).map((row) => Object.values(row)), [['S-1', '2012-06-30', 0], ['S-2', null, 0]]);
    assert.equal((await db.selectFrom('attestations').select(['site_id', 'kind', 'day', 'source', 'author']).execute()).map((row) => Object.values(row)), [['S-1', 'connected', '2012-06-30', 'circulaire 4', 'nadia']]);
    assert.equal((await db.selectFrom('programmes').select(['code', 'kind']).orderBy('code').execute()).map((row) => Object.values(row)), [['CAC', 'centre'], ['GENIE', 'school']]);
    await opened.close();
  });

  test.run();
}
