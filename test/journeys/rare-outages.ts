/** Timelines of outages that were found by looking for trouble. */
import * as assert from 'uvu/assert';
import { wake, markAlive } from '@cac/server/usecases/stay-awake.ts';
import { noteAbsence } from '@cac/server/usecases/watch-platform.ts';
import { attest } from '@cac/server/usecases/attest.ts';
import { revokeMachine } from '@cac/server/usecases/revoke-machine.ts';
import { beginSilence } from '@cac/server/usecases/silence.ts';
import { holdClone } from '@cac/server/usecases/suspect-clone.ts';
import { appendLog } from '@cac/server/store/transitions.ts';
import { watchSites } from '@cac/server/usecases/watch-sites.ts';
import { ADMIN } from '../fixtures.ts';
import { sendAll, type Place } from './alert-stage.ts';
import { begin, incidentRow, MON, RABAT, working, type Timeline } from './outage.ts';
import { at, countAll, MINUTE } from './told-past.ts';

export const RARE_OUTAGES: Timeline[] = [];
const rare = (name: string, play: Timeline['play']): void => void RARE_OUTAGES.push({ name, always: false, play });

rare('a PC that is revoked while its site waits for its grace leaves nothing that waits', async (store) => {
  const stage = await begin(store);
  const place = await working(stage, 'S-1', {}, 1);
  await working(stage, 'S-2');
  await stage.play(at(MON, '10:00'));
  stage.lose(place);
  await stage.play(at(MON, '10:08'));
  await revokeMachine(store, ADMIN, place.pcs[0]!.machine.id, stage.now());
  await stage.play(at(MON, '10:20'));
  const watch = await store.db.selectFrom('site_watches').selectAll().where('site_id', '=', 'S-1').executeTakeFirstOrThrow();
  assert.is(watch.condition, '');
});

rare('C-02 two PCs with the identity of a site\'s only one: when it is revoked, that is over', async (store) => {
  const stage = await begin(store);
  const place = await working(stage, 'S-1', {}, 1);
  await stage.play(at(MON, '10:00'));
  await holdClone(store, place.pcs[0]!.machine.id, '00000000000000bb', '10.0.0.9', stage.now());
  await stage.play(at(MON, '10:05'));
  assert.equal((await stage.incidents()).map(({ kind, state }) => [kind, state]), [['clone_suspected', 'open']]);
  place.pcs[0]!.on = false;
  await revokeMachine(store, ADMIN, place.pcs[0]!.machine.id, stage.now());
  await stage.play(at(MON, '10:10'));
  await stage.play(at(MON + 1, '10:10'));
  assert.equal((await stage.incidents()).map(({ kind, state }) => [kind, state]), [['clone_suspected', 'resolved']]);
});

rare('a site that leaves its programme leaves its incident', async (store) => {
  const stage = await begin(store);
  const place = await working(stage, 'S-1', {}, 1);
  await stage.play(at(MON, '10:00'));
  stage.lose(place);
  await stage.play(at(MON, '10:20'));
  await store.db.updateTable('sites').set({ programme: null }).where('id', '=', 'S-1').execute();
  await store.db.updateTable('site_watches').set({ due_at: 0 }).execute();
  await stage.play(at(MON, '10:25'));
  assert.is((await incidentRow(store)).state, 'resolved');
});

rare('D-04 a journal that arrives late revises outages, never what was said of a telephone', async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await attest(store, ADMIN, 'S-1', { kind: 'telephone', day: '2026-11-23', value: 'fails', source: 'visite', note: '' } as never, stage.now());
  await stage.play(at(MON, '10:00'));
  for (const pc of place.pcs) pc.link(at(MON, '10:00') + 5_000, 'gateway');
  stage.lose(place);
  await stage.play(at(MON, '12:00'));
  for (const pc of place.pcs) pc.link(at(MON, '12:00'), 'ok');
  await stage.back(place, at(MON, '12:00') + 20_000);
  await countAll(store, at(MON, '12:01'));
  await stage.play(at(MON, '12:10'));
  const telephone = (await stage.incidents()).find(({ kind }) => kind === 'telephone_failing')!;
  assert.is(telephone.cause, 'telephone');
});

rare('E-01 a link that failed before the server went away is not held against a site until it had time to return', async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  await stage.link(place, at(MON, '10:00'), 'dns');
  await stage.play(at(MON, '10:05'));
  await markAlive(store, stage.now());
  const window = await wake(store, at(MON, '12:00'), { livenessMs: MINUTE, spreadMs: MINUTE });
  await noteAbsence(store, window!.window, at(MON, '12:00'));
  stage.jump(at(MON, '12:00'));
  // Nobody has come back in the first minute.
  for (const pc of place.pcs) pc.on = false;
  await stage.play(at(MON, '12:01'));
  for (const pc of place.pcs) pc.link(at(MON, '10:30'), 'ok');
  await stage.back(place, at(MON, '12:02'));
  await stage.play(at(MON, '12:40'));
  assert.equal((await stage.incidents()).map(({ kind }) => kind), ['platform_blind']);
});

rare('stragglers of a region that the incident had no site in: who is of that region hears of it, nobody twice; who comes and goes is counted once', async (store) => {
  const stage = await begin(store);
  const places: Place[] = [];
  for (let i = 0; i < 6; i += 1) places.push(await working(stage, `A-${i}`, { carrier: 'Atlas' }, 1));
  for (let i = 0; i < 3; i += 1) places.push(await working(stage, `B-${i}`, { carrier: 'Atlas', region: 'MA-07', province: 'MA-MAR' }, 1));
  for (let i = 0; i < 5; i += 1) await working(stage, `O-${i}`, { carrier: 'Rif' }, 1);
  await stage.play(at(MON, '10:00'));
  for (const place of places.slice(0, 6)) stage.lose(place);
  await stage.play(at(MON, '10:12'));
  for (const place of places.slice(6)) stage.lose(place);
  await stage.play(at(MON, '10:35'));
  assert.equal((await stage.incidents()).map(({ group, sites }) => [group, sites]), [['carrier Atlas', 9]]);
  assert.equal(await stage.messages(), ['opened email amal@example.ma', 'opened email other@example.ma']);
  await stage.on(places[0]!, at(MON, '10:36'));
  await stage.play(at(MON, '10:40'));
  stage.lose(places[0]!);
  await stage.play(at(MON, '10:58'));
  const group = await incidentRow(store);
  assert.equal([group.sites, group.expected_sites, (await stage.incidents()).length], [9, 9, 1]);
  assert.is((await stage.messages()).length, 2);
});

rare('a centre that joins an outage of schools is told at once', async (store) => {
  const stage = await begin(store);
  const schools: Place[] = [];
  for (let i = 0; i < 4; i += 1) schools.push(await working(stage, `E-${i}`, { programme: 'GENIE', kind: 'school' }, 1));
  const centre = await working(stage, 'S-1', {}, 1);
  await stage.play(at(MON, '10:00'));
  for (const place of schools) stage.lose(place);
  await stage.play(at(MON, '10:12'));
  stage.lose(centre);
  await stage.play(at(MON, '10:35'));
  assert.ok((await stage.messages()).some((line) => line.startsWith('opened email amal')), JSON.stringify([await stage.incidents(), await stage.messages()]));
});

rare('centres that did not open are one incident, however many schools are around them', async (store) => {
  const stage = await begin(store);
  const centres: Place[] = [];
  for (let i = 0; i < 4; i += 1) centres.push(await working(stage, `S-${i}`, {}, 1));
  const schools: Place[] = [];
  for (let i = 0; i < 10; i += 1) schools.push(await working(stage, `E-${i}`, { programme: 'GENIE', kind: 'school' }, 1));
  await stage.play(at(MON, '17:00'));
  for (const place of [...centres, ...schools]) await stage.off(place, at(MON, '17:00'));
  await stage.play(at(MON + 1, '08:50'));
  for (const place of schools) await stage.on(place, at(MON + 1, '08:50'));
  await stage.play(at(MON + 1, '09:40'));
  assert.equal((await stage.incidents()).map(({ kind, group, sites }) => [kind, group, sites]), [['did_not_open', 'province MA-RAB', 4]]);
});

rare('E-08 what falls again in a silence is told at its end', async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  stage.lose(place);
  await stage.play(at(MON, '10:20'));
  await sendAll(store, stage.now());
  await stage.on(place, at(MON, '10:20'));
  await stage.play(at(MON, '10:25'));
  await sendAll(store, stage.now());
  await beginSilence(store, { name: 'amal', role: 'operator', scope: { kind: 'regions', regions: ['MA-04'] as never } } as never, { kind: 'silence', scope: { kind: 'province', id: 'MA-RAB' }, fromAt: stage.now(), toAt: at(MON, '12:00'), reason: 'travaux' }, stage.now());
  stage.lose(place);
  await stage.play(at(MON, '12:05'));
  assert.equal((await stage.messages()).map((line) => line.split(' ')[0]), ['opened', 'resolved', 'reopened']);
});

rare('who is back two minutes before closing was back then', async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '15:00'));
  stage.lose(place);
  await stage.play(at(MON, '16:58'));
  await sendAll(store, stage.now());
  await stage.on(place, at(MON, '16:58'));
  await stage.play(at(MON, '17:10'));
  await stage.off(place, at(MON, '17:10'));
  await stage.play(at(MON + 1, '08:50'));
  await stage.on(place, at(MON + 1, '08:50'));
  await stage.play(at(MON + 1, '09:40'));
  const it = await incidentRow(store);
  assert.equal([it.state, Math.round((it.end_at! - at(MON, '16:58')) / MINUTE), Math.round(it.open_ms / MINUTE)], ['resolved', 0, 118]);
});

rare('a slow link is over when it is noticed, not before it began', async (store) => {
  const stage = await begin(store);
  await working(stage);
  await stage.play(at(MON, '10:00'));
  await store.db.updateTable('machines').set({ probes: JSON.stringify([{ name: 'net1', ok: true, ms: 9_000, at: stage.now() }]) }).execute();
  await store.db.updateTable('site_watches').set({ due_at: 0 }).execute();
  await stage.play(at(MON, '10:45'));
  assert.equal((await stage.incidents()).map(({ kind }) => kind), ['link_degraded']);
  await store.db.updateTable('machines').set({ probes: '[]' }).execute();
  await store.db.updateTable('site_watches').set({ due_at: 0 }).execute();
  await stage.play(at(MON, '10:55'));
  const it = await incidentRow(store);
  assert.is(it.state, 'resolved');
  assert.ok(it.end_at! >= it.since_at, `${(it.end_at! - it.since_at) / MINUTE}`);
});

rare('E-04 who came and went, and was steady for an hour, is told of when it falls for good', async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  for (let i = 0; i < 5; i += 1) {
    stage.lose(place);
    await stage.play(stage.now() + 5 * MINUTE);
    await stage.on(place, stage.now());
    await stage.play(stage.now() + 3 * MINUTE);
    await sendAll(store, stage.now());
  }
  await stage.play(at(MON, '11:45'));
  assert.equal((await stage.incidents()).map(({ state, flapping }) => [state, flapping]), [['resolved', 1]]);
  stage.lose(place);
  await stage.play(at(MON, '13:00'));
  assert.equal((await stage.messages()).map((line) => line.split(' ')[0]), ['flapping', 'reopened'], JSON.stringify(await stage.incidents()));
});

rare('E-04 who comes and goes, and then stays down for an hour, is told once as steady, and when it is over', async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  for (let i = 0; i < 4; i += 1) {
    stage.lose(place);
    await stage.play(stage.now() + 5 * MINUTE);
    if (i === 3) break;
    await stage.on(place, stage.now());
    await stage.play(stage.now() + 3 * MINUTE);
    await sendAll(store, stage.now());
  }
  await stage.play(at(MON, '13:00'));
  assert.equal((await stage.messages()).map((line) => line.split(' ')[0]), ['flapping', 'steady']);
  await sendAll(store, stage.now());
  await stage.on(place, at(MON, '13:00'));
  await stage.play(at(MON, '13:10'));
  assert.equal((await stage.messages()).map((line) => line.split(' ')[0]), ['flapping', 'steady', 'resolved']);
});

rare('E-04 a carrier that comes and goes is one incident', async (store) => {
  const stage = await begin(store);
  const places: Place[] = [];
  for (let i = 0; i < 12; i += 1) places.push(await working(stage, `A-${i}`, { carrier: 'Atlas' }, 1));
  for (let i = 0; i < 5; i += 1) await working(stage, `O-${i}`, { carrier: 'Rif' }, 1);
  await stage.play(at(MON, '10:00'));
  for (let i = 0; i < 5; i += 1) {
    for (const place of places) stage.lose(place);
    await stage.play(stage.now() + 5 * MINUTE);
    for (const place of places) await stage.on(place, stage.now());
    await stage.play(stage.now() + 3 * MINUTE);
    await sendAll(store, stage.now());
  }
  assert.equal((await stage.incidents()).map(({ group, sites, state }) => [group, sites, state]), [['carrier Atlas', 12, 'open']]);
});

rare('a grace that ends just after closing opens nothing, even when the judgement of closing has to wait its turn', async (store) => {
  const stage = await begin(store);
  await working(stage);
  await stage.play(at(MON, '16:00'));
  // As if the judgement of closing had to wait its turn.
  await store.db.updateTable('site_watches').set({ condition: 'site_offline', since_at: at(MON, '16:50'), opens_at: at(MON, '17:00') + 5_000, due_at: at(MON, '18:00') }).execute();
  await stage.play(at(MON, '17:30'));
  assert.equal(await stage.incidents(), []);
});

rare('E-03 a second part of the fleet that falls a little later is the same incident of the platform', async (store) => {
  const stage = await begin(store);
  const places: Place[] = [];
  for (let i = 0; i < 60; i += 1) places.push(await working(stage, `F-${i}`, { province: null, carrier: null, technology: null }, 1));
  await stage.play(at(MON, '10:00'));
  for (const place of places.slice(0, 25)) stage.lose(place);
  await stage.play(at(MON, '10:13'));
  for (const place of places.slice(25, 35)) stage.lose(place);
  await stage.play(at(MON, '10:40'));
  assert.equal((await stage.incidents()).map(({ kind, sites }) => [kind, sites]), [['platform_blind', 35]]);
});

rare('Internet down, and somebody shuts the PCs down: it is not up again', async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  await stage.link(place, at(MON, '10:00'), 'dns');
  await stage.play(at(MON, '10:15'));
  await sendAll(store, stage.now());
  await stage.off(place, at(MON, '10:30'));
  await stage.play(at(MON, '11:30'));
  assert.is((await incidentRow(store)).state, 'open');
});

rare('the last of a group is expected no longer: that the others are back is told', async (store) => {
  const stage = await begin(store);
  const places: Place[] = [];
  for (let i = 0; i < 4; i += 1) places.push(await working(stage, `A-${i}`, { carrier: 'Atlas' }, 1));
  await stage.play(at(MON, '10:00'));
  for (const place of places) stage.lose(place);
  await stage.play(at(MON, '10:20'));
  await sendAll(store, stage.now());
  for (const place of places.slice(1)) await stage.on(place, at(MON, '10:20'));
  await stage.play(at(MON, '10:30'));
  await revokeMachine(store, ADMIN, places[0]!.pcs[0]!.machine.id, stage.now());
  await stage.play(at(MON, '10:40'));
  assert.is((await incidentRow(store)).state, 'resolved');
  assert.equal(await stage.messages(), ['opened email amal@example.ma', 'resolved email amal@example.ma']);
});

rare('a cut that begins where the window of another outage ends is one incident', async (store) => {
  const stage = await begin(store);
  const alone = await working(stage, 'X-1', { carrier: 'Rif', province: 'MA-SAL' }, 1);
  for (let i = 0; i < 6; i += 1) await working(stage, `O-${i}`, { carrier: 'Rif', province: 'MA-SAL' }, 1);
  const places: Place[] = [];
  for (let i = 0; i < 12; i += 1) places.push(await working(stage, `A-${i}`, { carrier: 'Atlas', province: null }, 1));
  await stage.play(at(MON, '10:00'));
  stage.lose(alone);
  await stage.play(at(MON, '10:10'));
  for (const place of places.slice(0, 4)) stage.lose(place);
  await stage.play(at(MON, '10:11'));
  for (const place of places.slice(4)) stage.lose(place);
  await stage.play(at(MON, '10:40'));
  assert.equal((await stage.incidents()).map(({ group, sites, state }) => [group, sites, state]), [[null, 1, 'open'], ['carrier Atlas', 12, 'open']]);
});

rare('E-09 a line of the log that is seen after a later one is read all the same', async (store, isSqlite) => {
  // SQLite writes with one connection: its lines are seen in their order.
  if (isSqlite) return;
  const stage = await begin(store);
  for (const site of ['S-1', 'S-2']) await working(stage, site, {}, 1);
  await stage.play(at(MON, '10:00'));
  const now = stage.now();
  const look = async (): Promise<number> => (await watchSites(store, now, { waiting: { livenessMs: MINUTE, spreadMs: MINUTE }, holds: false })).judged;
  while ((await look()) > 0);
  const line = (site: string) => ({ site_id: site, machine_id: null, at: now, told_at: now, from_state: null, to_state: null, cause: 'site_changed', provisional: 0, revises: null });
  let [release, begun] = [(): void => {}, (): void => {}];
  const held = new Promise<void>((done) => (release = done));
  const started = new Promise<void>((done) => (begun = done));
  const slow = store.db.transaction().execute(async (tx) => {
    await appendLog.run(tx, [line('S-1')]);
    begun();
    await held;
  });
  await started;
  await appendLog.run(store.db, [line('S-2')]);
  const before = await look();
  release();
  await slow;
  assert.is(before + (await look()), 2);
  assert.is(await look(), 0);
});

rare('E-03 who stays behind when a fleet that the platform was suspected for is nearly all back is told to its region then', async (store) => {
  const stage = await begin(store);
  const all: Place[] = [];
  for (let i = 0; i < 60; i += 1) all.push(await stage.place(`F-${i}`, 1));
  for (const place of all) await stage.on(place, at(MON, '08:45'));
  await stage.play(at(MON, '10:00'));
  const lost = all.slice(0, 24);
  for (const place of lost) stage.lose(place);
  await stage.play(at(MON, '10:20'));
  assert.equal((await stage.incidents()).map(({ kind, group, sites }) => [kind, group, sites]), [['platform_blind', 'fleet ', 24]]);
  assert.ok((await stage.messages()).every((line) => !line.includes(RABAT)), (await stage.messages()).join());
  await sendAll(store, stage.now());
  for (const place of lost.slice(0, 23)) await stage.on(place, at(MON, '11:00'));
  await stage.play(at(MON, '11:30'));
  assert.is((await stage.incidents())[0]!.state, 'open');
  await stage.play(at(MON, '11:45'));
  assert.equal((await stage.incidents()).map(({ kind, state, site }) => [kind, state, site]), [['platform_blind', 'resolved', null], ['site_offline', 'open', 'F-23']]);
  assert.equal((await stage.messages()).filter((line) => line.includes(RABAT)), [`opened email ${RABAT}`]);
});
