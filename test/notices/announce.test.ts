/** What stands in the outbox after an incident's news: who, once, when, and what becomes of it when it is over before it left. */
import * as assert from 'uvu/assert';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { announce } from '@cac/server/usecases/announce.ts';
import { sendDailyLists } from '@cac/server/usecases/daily-lists.ts';
import { escalateUnacknowledged } from '@cac/server/usecases/escalate.ts';
import { whoIsTold } from '@cac/server/usecases/who-is-told.ts';
import { readAlertSettings, writeAlertSettings } from '@cac/server/store/alert-settings.ts';
import { channelViews } from '@cac/server/store/channels.ts';
import { failedNotices, outboxState, reviveNotice } from '@cac/server/store/outbox.ts';
import type { Store } from '@cac/server/store/store.ts';
import { USUAL_ALERTS } from '@cac/shared/incidents.ts';
import { databases, type TestStore } from '../databases.ts';
import { ADMIN, siteDraft, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { putIncident } from '../incident-fixture.ts';
import { addPerson, addRelay } from './notice-fixture.ts';

const test = suite('announcing');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function begin(open: () => Promise<TestStore>): Promise<{ kept: TestStore; store: Store; nadia: number; omar: number }> {
  const kept = await open();
  const { store } = kept;
  await addSites(store, ADMIN, [siteDraft('RAB-1'), siteDraft('RAB-2'), siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never }), siteDraft('ECO-1', { kind: 'school', programme: 'GENIE' })], { many: true, demo: false }, T0);
  await addRelay(store.db, 25);
  const nadia = await addPerson(store.db, 'nadia');
  const omar = await addPerson(store.db, 'omar', { role: 'coordinator' });
  await addPerson(store.db, 'far', { scope: { kind: 'regions', regions: ['MA-06'] } });
  return { kept, store, nadia, omar };
}

const rows = async (store: Store) => (await store.db.selectFrom('outbox').selectAll().orderBy('id').execute()).map(({ event, address, state, due_at: dueAt, key }) => ({ event, to: address.split('@')[0]!, state, dueAt, key }));
const told = async (store: Store) => (await rows(store)).map(({ event, to, state }) => `${event} ${to} ${state}`);
const tell = (store: Store, id: number, news: Parameters<typeof announce>[2], now: number) => store.db.transaction().execute((tx) => announce(tx, id, news, now));
const sent = (store: Store) => store.db.updateTable('outbox').set({ state: 'sent', claim: 'm p', closed_at: T0 }).where('state', '=', 'queued').execute();

for (const database of databases) {
  const on = (name: string, body: () => Promise<void>): void => test.needs(database.missing, `${database.name}: ${name}`, body);

  on('an incident is told once to those of its region, however often it is announced (D-04)', async () => {
    const { kept, store, nadia } = await begin(database.open);
    const id = await putIncident(store.db, { members: ['RAB-1'] });
    assert.is(await tell(store, id, 'opened', T0), 1);
    assert.is(await tell(store, id, 'opened', T0 + 1), 0);
    assert.equal((await rows(store)).map(({ key }) => key), [`${id}:opened:0:account:${nadia}:email`]);
    await kept.close();
  });

  on('what is over is told to those who were told, and to nobody else', async () => {
    const { kept, store } = await begin(database.open);
    const id = await putIncident(store.db, { members: ['RAB-1'] });
    await tell(store, id, 'opened', T0);
    await sent(store);
    await addPerson(store.db, 'new');
    await tell(store, id, 'resolved', T0 + HOUR);
    assert.equal(await told(store), ['opened nadia sent', 'resolved nadia queued']);
    await kept.close();
  });

  on('what is over before it left becomes one message; what may have left is told as over (E-07)', async () => {
    const { kept, store } = await begin(database.open);
    const id = await putIncident(store.db, { members: ['RAB-1'] });
    await tell(store, id, 'opened', T0);
    await tell(store, id, 'resolved', T0 + 4 * MINUTE);
    assert.equal(await told(store), ['passed nadia queued']);
    // It begins again, and is over again, while the provider may have had the news.
    await store.db.updateTable('incidents').set({ reopened: 1 }).where('id', '=', id).execute();
    await tell(store, id, 'reopened', T0 + 5 * MINUTE);
    await store.db.updateTable('outbox').set({ claim: 'm p' }).where('event', '=', 'reopened').execute();
    await tell(store, id, 'resolved', T0 + 9 * MINUTE);
    assert.equal(await told(store), ['passed nadia queued', 'reopened nadia queued', 'resolved nadia queued']);
    await kept.close();
  });

  on('flapping that is over is told once; steady goes to those who were told that it flaps (E-04)', async () => {
    const { kept, store } = await begin(database.open);
    const id = await putIncident(store.db, { members: ['RAB-1'] });
    await tell(store, id, 'opened', T0);
    await sent(store);
    await tell(store, id, 'flapping', T0 + MINUTE);
    await sent(store);
    assert.is(await tell(store, id, 'flapping', T0 + 2 * MINUTE), 0);
    assert.is(await tell(store, id, 'steady', T0 + HOUR), 1);
    assert.is(await tell(store, id, 'steady', T0 + HOUR), 0);
    await kept.close();
  });

  on('nobody acknowledges: coordinators after their wait, once; not when somebody took it, nor while it pauses', async () => {
    const { kept, store } = await begin(database.open);
    const id = await putIncident(store.db, { members: ['RAB-1'], opened_at: T0 });
    const taken = await putIncident(store.db, { members: ['RAB-2'], opened_at: T0, acknowledged_at: T0 + 1, acknowledged_by: 'nadia' });
    const paused = await putIncident(store.db, { members: ['RAB-2'], opened_at: T0, state: 'paused' });
    assert.is(await escalateUnacknowledged(store, T0 + 45 * MINUTE - 1), 0);
    assert.is(await escalateUnacknowledged(store, T0 + 45 * MINUTE), 1);
    assert.is(await escalateUnacknowledged(store, T0 + 46 * MINUTE), 0);
    assert.equal(await told(store), ['escalated omar queued']);
    assert.is((await store.db.selectFrom('incidents').select('escalated').where('id', '=', id).executeTakeFirstOrThrow()).escalated, 45 * MINUTE);
    assert.ok(taken !== paused);
    await kept.close();
  });

  on('a silenced incident does not escalate until the silence ends (E-08)', async () => {
    const { kept, store } = await begin(database.open);
    await putIncident(store.db, { members: ['RAB-1'], opened_at: T0 });
    await store.db.insertInto('silences').values({ kind: 'silence', scope_kind: 'site', scope_id: 'RAB-1', from_at: T0, to_at: T0 + 2 * HOUR, reason: 'x', author: 'x', regions: null, created_at: T0, ended_at: null, ended_by: null } as never).execute();
    assert.is(await escalateUnacknowledged(store, T0 + HOUR), 0);
    assert.is(await escalateUnacknowledged(store, T0 + 2 * HOUR), 1);
    await kept.close();
  });

  on('the thirteenth message of an hour, and all after it, wait for its end', async () => {
    const { kept, store } = await begin(database.open);
    for (let i = 0; i < 15; i += 1) await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0 + i);
    const due = (await rows(store)).map(({ dueAt }) => dueAt);
    assert.equal(due.map((at) => at >= T0 + 30 * MINUTE), [...Array(12).fill(false), true, true, true]);
    assert.equal(new Set(due.slice(12)).size, 1);
    // What is critical does not wait, and brings along what was held back.
    await tell(store, await putIncident(store.db, { members: ['RAB-1', 'RAB-2'], severity: 'critical' }), 'opened', T0 + MINUTE);
    assert.ok((await rows(store)).every(({ dueAt }) => dueAt <= T0 + MINUTE));
    await kept.close();
  });

  on('the daily list comes once a day at its hour, in the region, with what is minor, and not at all when there is nothing', async () => {
    const { kept, store } = await begin(database.open);
    const at = Date.UTC(2026, 10, 21, 8);
    assert.is(await sendDailyLists(store, at - 1), 0);
    const school = await putIncident(store.db, { members: ['ECO-1'], severity: 'minor', opened_at: T0 + HOUR, touched_at: T0 + HOUR });
    const over = await putIncident(store.db, { members: ['ECO-1'], severity: 'minor', state: 'resolved', opened_at: T0 + HOUR, touched_at: T0 + 2 * HOUR });
    const open = await putIncident(store.db, { members: ['RAB-1'], opened_at: T0 - 40 * HOUR });
    await putIncident(store.db, { members: ['RAB-1'], state: 'resolved', opened_at: T0 });
    const flapped = await putIncident(store.db, { members: ['RAB-2'], state: 'resolved', opened_at: T0, resolved_at: T0 + HOUR, touched_at: T0 + HOUR });
    await store.db.updateTable('incidents').set({ flapping: 1 }).where('id', '=', flapped).execute();
    await putIncident(store.db, { members: ['RAB-1'], state: 'pending', opened_at: null });
    // Nadia and Omar are on routes; the one of Casablanca has nothing in his region.
    assert.is(await sendDailyLists(store, at), 2);
    assert.is(await sendDailyLists(store, at + HOUR), 0);
    const lists = await store.db.selectFrom('outbox').select(['address', 'payload']).where('event', '=', 'daily').orderBy('id').execute();
    assert.equal(lists.map(({ address }) => address), ['nadia@example.org', 'omar@example.org']);
    assert.equal(JSON.parse(lists[0]!.payload), { incidents: [school, over, open, flapped] });
    await kept.close();
  });

  on('what pages read of channels, failures and the outbox', async () => {
    const { kept, store, nadia } = await begin(database.open);
    await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0);
    await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0 + 5);
    const [channel] = await channelViews(store.db);
    assert.equal([channel!.waiting, channel!.lastAnswer, channel!.hasSecret], [2, null, false]);
    assert.equal(await outboxState(store.db, T0 + 2), { waiting: 2, oldestDueAt: T0 });
    await store.db.updateTable('outbox').set({ state: 'failed', answer: '550 no' }).where('created_at', '=', T0).execute();
    const [failed] = await failedNotices(store.db, null, 10);
    assert.equal([failed!.account, failed!.answer], ['nadia', '550 no']);
    assert.is((await channelViews(store.db))[0]!.lastAnswer, '550 no');
    assert.is(await reviveNotice(store.db, failed!.id, T0 + 9), true);
    assert.is(await reviveNotice(store.db, failed!.id, T0 + 9), false);
    await writeAlertSettings(store.db, { ...USUAL_ALERTS, graceMs: 60_000 });
    assert.is((await readAlertSettings(store.db)).graceMs, 60_000);
    assert.is(nadia > 0, true);
    await kept.close();
  });

  on('who would be told is answered in scope only, with the reason where nobody is', async () => {
    const { kept, store } = await begin(database.open);
    const { steps } = await whoIsTold(store.db, { kind: 'all' }, 'RAB-1');
    assert.equal(steps.map(({ to, why }) => why ?? to.map(({ name }) => name)), [['nadia'], ['omar']]);
    const casa = await whoIsTold(store.db, { kind: 'all' }, 'CAS-1');
    assert.equal(casa.steps.map(({ why, to }) => why ?? to.map(({ name }) => name)), [['far'], 'nobody_in_region']);
    let code = '';
    await whoIsTold(store.db, { kind: 'regions', regions: ['MA-04'] as never }, 'CAS-1').catch((error: { info: { code: string } }) => (code = error.info.code));
    assert.is(code, 'not_found');
    const school = await whoIsTold(store.db, { kind: 'all' }, 'ECO-1');
    assert.equal(school.steps[0]!.to.map(({ note }) => note), ['daily']);
    await kept.close();
  });
}

test.after(() => Promise.all(databases.map((database) => database.stop())).then(() => {}));
test.run();
