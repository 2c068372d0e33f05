/** Incidents as they are read and acted on, on both databases: scope in the query, lists and counts that agree, silences and what they concern. */
import * as assert from 'uvu/assert';
import type { SilenceDraft } from '@cac/shared/incidents.ts';
import { concerns, silenceOf } from '@cac/server/core/alerts/silenced.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { acknowledge, unacknowledge } from '@cac/server/usecases/acknowledge.ts';
import { assignIncident } from '@cac/server/usecases/assign-incident.ts';
import { fileTicket } from '@cac/server/usecases/file-ticket.ts';
import { noteIncident } from '@cac/server/usecases/note-incident.ts';
import { beginSilence, stopSilence } from '@cac/server/usecases/silence.ts';
import { createIncidentFeed } from '@cac/server/http/incident-feed.ts';
import { handover } from '@cac/server/store/handover.ts';
import { assigneesOf, eventsOf, evidenceOf, membersOf, noticesOf } from '@cac/server/store/incident-opened.ts';
import { countIncidents, countWatched, findIncident, listIncidents, type IncidentReader } from '@cac/server/store/incidents.ts';
import { findSilence, listSilences, maintenancesIn, runningSilences } from '@cac/server/store/silences.ts';
import { databases, type TestStore } from '../../databases.ts';
import { ADMIN, siteDraft, siteWithMachines, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { putIncident, putNotice } from '../../incident-fixture.ts';

const test = suite('incidents in the store');
const HOUR = 3_600_000;
const RABAT = { kind: 'regions', regions: ['MA-04'] as never[] } as const;
const CASA = { kind: 'regions', regions: ['MA-06'] as never[] } as const;

const codeOf = (act: Promise<unknown>): Promise<string> => act.then(() => 'ok', (error: { info?: { code: string } }) => error.info?.code ?? String(error));
const ids = (items: readonly { id: number }[]): number[] => items.map((item) => item.id);

interface World {
  opened: TestStore;
  admin: IncidentReader;
  nadia: IncidentReader;
  casa: IncidentReader;
}

async function world(open: () => Promise<TestStore>): Promise<World> {
  const opened = await open();
  const { store } = opened;
  await addSites(store, ADMIN, [
    siteDraft('RAB-1', { carrier: 'Inwi', dutyPhone: '0537 00 00 01' } as never), siteDraft('RAB-2', { carrier: 'Inwi' } as never),
    siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never, carrier: 'Inwi' } as never), siteDraft('CAS-2', { region: 'MA-06' as never, province: 'MA-CAS' as never, carrier: 'Orange' } as never),
  ], { many: true, demo: false }, T0);
  const account = async (name: string, role: IncidentReader['role'], scope: IncidentReader['scope']): Promise<IncidentReader> => {
    const { id } = await store.db.insertInto('accounts').values({ name, password_hash: '', role, scope: JSON.stringify(scope), must_change: 0, disabled: 0, created_at: T0 }).returning('id').executeTakeFirstOrThrow();
    return { id, name, role, scope };
  };
  return { opened, admin: await account('chef', 'administrator', { kind: 'all' }), nadia: await account('nadia', 'operator', RABAT), casa: await account('kamal', 'operator', CASA) };
}

const silence = (over: Partial<SilenceDraft> = {}): SilenceDraft => ({ kind: 'silence', scope: { kind: 'site', id: 'RAB-1' }, fromAt: T0, toAt: T0 + HOUR, reason: 'travaux', ...over });

for (const database of databases) {
  const on = (name: string, body: (w: World) => Promise<void>): void =>
    test.needs(database.missing, `${database.name}: ${name}`, async () => {
      const made = await world(database.open);
      try {
        await body(made);
      } finally {
        await made.opened.close();
      }
    });

  on('a reader sees the incidents of own sites, of a group the own members, and of others nothing but numbers (F-01)', async ({ opened: { store: { db } }, admin, nadia, casa }) => {
    const own = await putIncident(db, { members: ['RAB-1'] });
    const foreign = await putIncident(db, { members: ['CAS-2'] });
    const group = await putIncident(db, { members: ['RAB-1', 'RAB-2', { site: 'CAS-1', leftAt: T0 + 1 }], severity: 'critical', events: [{ act: 'opened' }, { act: 'joined', detail: { site: 'CAS-1' } }, { act: 'joined', detail: { sites: ['RAB-2', 'CAS-1'] } }] });
    const blind = await putIncident(db, { kind: 'platform_blind', severity: 'critical', members: ['RAB-1', 'CAS-1'] });
    const pending = await putIncident(db, { members: ['RAB-2'], state: 'pending', opened_at: null });
    for (const [site, condition] of [['RAB-1', 'site_offline'], ['RAB-2', ''], ['CAS-1', 'site_offline']] as const) {
      await db.insertInto('site_watches').values({ site_id: site, due_at: null, open_from: null, open_to: null, expected: 1, condition, since_at: null, well_since: null, onsets: '[]' }).execute();
    }
    assert.equal(ids(await listIncidents(db, admin, {}, null, 9)), [blind, group, foreign, own]);
    assert.equal(ids(await listIncidents(db, nadia, {}, null, 9)), [group, own]);
    assert.equal(ids(await listIncidents(db, { ...nadia, scope: { kind: 'all' } }, {}, null, 9)), [group, foreign, own], 'the platform’s own is for administrators');
    assert.is(await findIncident(db, nadia, foreign), null);
    assert.is(await findIncident(db, nadia, blind), null);
    assert.is(await findIncident(db, admin, pending), null, 'what is pending is nobody’s incident yet');
    assert.equal((await findIncident(db, nadia, group))!.sites, { seen: 2, left: 2, all: 3, expected: 3 });
    assert.equal((await membersOf(db, casa.scope, group)).map((member) => member.site.id), ['CAS-1']);
    assert.equal((await eventsOf(db, nadia.scope, group)).map((event) => [event.act, event.detail]), [['opened', {}], ['joined', { sites: ['RAB-2'] }]]);
    assert.equal((await countIncidents(db, nadia)), { mine: 0, open: 2, urgent: 2, acknowledged: 0, paused: 0, pending: 1 });
    assert.equal(await countWatched(db, nadia), { sites: 2, expected: 2 });
    assert.equal((await countIncidents(db, { ...nadia, scope: { kind: 'regions', regions: [] } })).open, 0);
  });

  on('evidence and messages of foreign PCs and people are left out', async ({ opened: { store }, admin, nadia, casa }) => {
    const { db } = store;
    const [mine] = await siteWithMachines(store, 'RAB-9', 1);
    const [theirs] = await siteWithMachines(store, 'CAS-9', 1, { region: 'MA-06' as never, province: 'MA-CAS' as never });
    const line = (machine: string) => ({ machine, name: machine, state: 'unreachable', since: T0, lastSeenAt: T0 });
    const id = await putIncident(db, { members: ['RAB-9', 'CAS-9'], evidence: [line(mine!.id), line(theirs!.id)] });
    await putNotice(db, id, { account: nadia.id });
    await putNotice(db, id, { account: casa.id, state: 'failed', answer: '550 5.1.1 unknown user' });
    assert.equal((await evidenceOf(db, nadia.scope, id)).map((one) => one.machine), [mine!.id]);
    assert.is((await evidenceOf(db, admin.scope, id)).length, 2);
    assert.equal((await noticesOf(db, nadia, id)).map((notice) => [notice.to, notice.state, notice.answer]), [['nadia', 'sent', '250 2.0.0 OK']]);
    assert.equal((await noticesOf(db, admin, id)).map((notice) => notice.to), ['nadia', 'kamal']);
    assert.equal((await assigneesOf(db, nadia, id)).map((one) => one.name), ['chef', 'nadia']);
  });

  on('lists, filters and counts agree', async ({ opened: { store: { db } }, nadia, admin }) => {
    const fresh = await putIncident(db, { members: ['RAB-1'] });
    const paused = await putIncident(db, { members: ['RAB-2'], state: 'paused', paused_at: T0, acknowledged_at: T0, acknowledged_by: 'nadia', ack_reason: 'vu' });
    const given = await putIncident(db, { members: ['CAS-1'], assignee: nadia.id, kind: 'internet_down', severity: 'minor' });
    const over = await putIncident(db, { members: ['RAB-1'], state: 'resolved', resolved_at: T0, end_at: T0, touched_at: T0 + HOUR });
    const list = async (query: Parameters<typeof listIncidents>[2], reader = admin) => ids(await listIncidents(db, reader, query, null, 50));
    assert.equal(await list({ state: 'live' }), [given, paused, fresh]);
    assert.equal(await list({ state: 'open' }), [given, fresh]);
    assert.equal(await list({ state: 'acknowledged' }), [paused]);
    assert.equal(await list({ state: 'paused' }), [paused]);
    assert.equal(await list({ state: 'resolved' }), [over]);
    assert.equal(await list({ mine: true, state: 'live' }, { ...nadia, scope: { kind: 'all' } }), [given, paused]);
    assert.equal(await list({ kind: 'internet_down' }), [given]);
    assert.equal(await list({ severity: 'major', region: 'MA-04' }), [over, paused, fresh]);
    assert.equal(await list({ province: 'MA-CAS' }), [given]);
    assert.equal(await list({ carrier: 'Inwi', programme: 'CAC', site: 'RAB-1' }), [over, fresh]);
    assert.equal(await list({ region: 'MA-06' }, nadia), [], 'a filter opens no other region');
    assert.equal(await list({ sinceAt: T0 + 1 }), [over]);
    assert.equal(ids(await listIncidents(db, admin, {}, given, 1)), [paused], 'the next page goes on below its cursor');
    assert.equal(await countIncidents(db, { ...nadia, scope: { kind: 'all' } }), { mine: 2, open: 2, urgent: 1, acknowledged: 1, paused: 1, pending: 0 });
  });

  on('taken once, given back, and refused when it is over', async ({ opened: { store }, admin, nadia, casa }) => {
    const id = await putIncident(store.db, { members: ['RAB-1'] });
    assert.is(await codeOf(acknowledge(store, casa, id, 'x', T0)), 'not_found');
    const both = await Promise.all([codeOf(acknowledge(store, nadia, id, 'coupure annoncée', T0 + 1)), codeOf(acknowledge(store, admin, id, 'moi aussi', T0 + 1))]);
    assert.equal(both.sort(), ['already_acknowledged', 'ok']);
    const taken = (await findIncident(store.db, nadia, id))!;
    const refusal = await acknowledge(store, admin, id, 'x', T0).then(() => '', (error: { info: { message: string; where: string } }) => `${error.info.where}: ${error.info.message}`);
    assert.match(refusal, new RegExp(`^${taken.acknowledged!.by}: ${taken.acknowledged!.by} has taken it`));
    await unacknowledge(store, nadia, id, T0 + 2);
    assert.is(await codeOf(unacknowledge(store, nadia, id, T0 + 2)), 'not_acknowledged');
    await acknowledge(store, nadia, id, 'je m’en occupe', T0 + 3);
    assert.equal([taken.state, (await findIncident(store.db, nadia, id))!.touchedAt], ['open', T0 + 3]);
    await store.db.updateTable('incidents').set({ state: 'resolved' }).where('id', '=', id).execute();
    assert.is(await codeOf(acknowledge(store, nadia, id, 'x', T0)), 'incident_over');
    assert.is(await codeOf(unacknowledge(store, nadia, id, T0)), 'incident_over');
    assert.equal((await eventsOf(store.db, admin.scope, id)).map((event) => event.act), ['opened', 'acknowledged', 'unacknowledged', 'acknowledged']);
    const audit = await store.db.selectFrom('audit').select(['who', 'act', 'subject']).where('subject', '=', `incident:${id}`).execute();
    assert.is(audit.length, 3);
  });

  on('notes, assignment and ticket stand in the timeline with who did it', async ({ opened: { store }, nadia, casa }) => {
    const id = await putIncident(store.db, { members: ['RAB-1'] });
    await noteIncident(store, nadia, id, 'appelé le gérant <b>', T0 + 1);
    assert.is(await codeOf(assignIncident(store, nadia, id, casa.id, T0)), 'unknown_account', 'who does not see it cannot be given it');
    assert.is(await codeOf(assignIncident(store, nadia, id, 999, T0)), 'unknown_account');
    await assignIncident(store, nadia, id, nadia.id, T0 + 2);
    await assignIncident(store, nadia, id, nadia.id, T0 + 3);
    assert.is(await codeOf(fileTicket(store, nadia, id, { ticket: 'T', promisedAt: T0 - HOUR }, T0)), 'bad_field');
    await fileTicket(store, nadia, id, { ticket: 'MT-1', promisedAt: T0 + HOUR }, T0 + 4);
    const found = (await findIncident(store.db, nadia, id))!;
    assert.equal([found.assignee, found.ticket, found.promisedAt, found.touchedAt], [{ id: nadia.id, name: 'nadia' }, 'MT-1', T0 + HOUR, T0 + 4]);
    assert.equal((await eventsOf(store.db, nadia.scope, id)).slice(1).map((event) => [event.act, event.who, event.detail]), [
      ['note', 'nadia', { text: 'appelé le gérant <b>' }], ['assigned', 'nadia', { to: 'nadia' }], ['ticket', 'nadia', { ticket: 'MT-1', promisedAt: T0 + HOUR }],
    ]);
    const told = await handover(store.db, nadia, T0 + HOUR);
    assert.equal([ids(told.live), told.happened.map((event) => event.act)], [[id], ['ticket', 'assigned', 'note', 'opened']]);
    assert.equal((await handover(store.db, casa, T0 + HOUR)).happened, []);
    assert.equal((await handover(store.db, nadia, T0 + 13 * HOUR)).happened, [], 'twelve hours back');
  });

  on('a silence has an end and an author, and reaches no further than the regions of who gives it', async ({ opened: { store }, admin, nadia, casa }) => {
    const { db } = store;
    const refused = [
      [silence({ toAt: T0 }), 'silence_reversed'], [silence({ fromAt: T0 - 5 * HOUR, toAt: T0 - HOUR }), 'silence_reversed'], [silence({ toAt: T0 + 32 * 24 * HOUR }), 'silence_too_long'],
      [silence({ scope: { kind: 'site', id: 'CAS-1' } }), 'unknown_site'], [silence({ scope: { kind: 'site', id: 'NO-1' } }), 'unknown_site'], [silence({ scope: { kind: 'region', id: 'MA-06' } }), 'outside_scope'],
      [silence({ scope: { kind: 'region', id: 'Rabat' } }), 'bad_field'], [silence({ scope: { kind: 'province', id: 'MA-CAS' } }), 'outside_scope'], [silence({ scope: { kind: 'province', id: 'MA-XXX' } }), 'unknown_province'],
      [silence({ scope: { kind: 'carrier', id: 'Orange' } }), 'unknown_carrier'], [silence({ scope: { kind: 'programme', id: 'NONE' } }), 'unknown_programme'],
    ] as const;
    for (const [draft, code] of refused) assert.is(await codeOf(beginSilence(store, nadia, draft, T0)), code, JSON.stringify(draft.scope));
    const { id } = await beginSilence(store, nadia, silence({ scope: { kind: 'carrier', id: 'Inwi' } }), T0);
    const [running] = await runningSilences(db, T0 + 1);
    const site = { province: null, carrier: 'Inwi', programme: 'CAC' };
    assert.equal([running!.author, running!.toAt, concerns(running!, { id: 'RAB-2', region: 'MA-04', ...site }), concerns(running!, { id: 'CAS-1', region: 'MA-06', ...site })], ['nadia', T0 + HOUR, true, false]);
    assert.equal(ids(await listSilences(db, casa.scope, { when: 'live', before: null, limit: 9, now: T0 })), [], 'nothing of his is silenced');
    assert.is(await findSilence(db, casa.scope, id), null);
    assert.is(await codeOf(stopSilence(store, casa, id, T0 + 1)), 'not_found');
    const wide = await beginSilence(store, admin, silence({ scope: { kind: 'carrier', id: 'Inwi' }, toAt: T0 + 2 * HOUR }), T0);
    assert.is(await codeOf(stopSilence(store, nadia, wide.id, T0 + 1)), 'outside_scope', 'it reaches beyond her regions');
    await stopSilence(store, nadia, id, T0 + 60_000);
    assert.is(await codeOf(stopSilence(store, nadia, id, T0 + 60_001)), 'silence_over');
    assert.equal(ids(await runningSilences(db, T0 + 60_000)), [wide.id]);
    const past = await listSilences(db, nadia.scope, { when: 'past', before: null, limit: 9, now: T0 + 60_000 });
    assert.equal([past[0]!.id, past[0]!.endedAt, past[0]!.endedBy], [id, T0 + 60_000, 'nadia']);
  });

  on('a maintenance of yesterday has its days counted again', async ({ opened: { store }, nadia }) => {
    await siteWithMachines(store, 'RAB-9', 1);
    const { id } = await beginSilence(store, nadia, silence({ kind: 'maintenance', scope: { kind: 'province', id: 'MA-RAB' }, fromAt: T0 - 26 * HOUR, toAt: T0 - 20 * HOUR }), T0);
    const stale = await store.db.selectFrom('stale_days').select(['from_day', 'to_day', 'scope_kind', 'scope_id']).execute();
    assert.equal(stale, [{ from_day: '2026-11-19', to_day: '2026-11-19', scope_kind: 'site', scope_id: 'RAB-9' }]);
    assert.equal(ids(await maintenancesIn(store.db, T0 - 22 * HOUR, T0)), [id]);
    assert.equal(ids(await maintenancesIn(store.db, T0 - 20 * HOUR, T0)), []);
  });

  on('the feed tells each change once, also one that was committed late', async ({ opened: { store: { db } } }) => {
    const feed = createIncidentFeed();
    assert.equal(await feed.read(db, T0, true), []);
    const a = await putIncident(db, { members: ['RAB-1'], touched_at: T0 + 1_000 });
    assert.equal((await feed.read(db, T0 + 1_000, true)).map((one) => [one.id, one.regions]), [[a, ['MA-04']]]);
    assert.equal(await feed.read(db, T0 + 2_000, true), []);
    const late = await putIncident(db, { members: ['RAB-1', 'CAS-1'], touched_at: T0 + 500 });
    await putIncident(db, { members: ['RAB-1'], state: 'pending', touched_at: T0 + 2_000 });
    assert.equal((await feed.read(db, T0 + 2_000, true)).map((one) => [one.id, one.regions.sort()]), [[late, ['MA-04', 'MA-06']]]);
    await db.updateTable('incidents').set({ touched_at: T0 + 3_000 }).where('id', '=', a).execute();
    assert.equal((await feed.read(db, T0 + 3_000, true)).map((one) => one.id), [a]);
    assert.equal(await feed.read(db, T0 + 3_500, false), []);
  });
}

test('of several silences that hold, the one that ends last counts; ended early it holds no longer', () => {
  const site = { id: 'S', region: 'MA-04', province: 'MA-RAB', carrier: 'Inwi', programme: 'CAC' };
  const given = (id: number, over: object) => ({ id, kind: 'silence' as const, scope: { kind: 'site' as const, id: 'S' }, fromAt: 10, toAt: 20, reason: '', author: '', createdAt: 0, endedAt: null, endedBy: null, regions: null, ...over });
  const cases = [
    { why: 'before it begins', list: [given(1, {})], at: 9, id: null },
    { why: 'at its beginning', list: [given(1, {})], at: 10, id: 1 },
    { why: 'at its end', list: [given(1, {})], at: 20, id: null },
    { why: 'ended early', list: [given(1, { endedAt: 12 })], at: 12, id: null },
    { why: 'the longer of two', list: [given(1, {}), given(2, { toAt: 30, scope: { kind: 'carrier', id: 'Inwi' } })], at: 15, id: 2 },
    { why: 'another carrier', list: [given(1, { scope: { kind: 'carrier', id: 'Orange' } })], at: 15, id: null },
    { why: 'its province', list: [given(1, { scope: { kind: 'province', id: 'MA-RAB' } })], at: 15, id: 1 },
    { why: 'its region, given by somebody of another', list: [given(1, { scope: { kind: 'programme', id: 'CAC' }, regions: ['MA-06'] })], at: 15, id: null },
  ];
  for (const { why, list, at, id } of cases) assert.is(silenceOf(site, list, at)?.id ?? null, id, why);
});

test.after(async () => {
  for (const database of databases) await database.stop();
});
test.run();
