/** Timelines of outages over the whole flow, without a port: what is told, to whom, once, and what never is. */
import * as assert from 'uvu/assert';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { wake, markAlive } from '@cac/server/usecases/stay-awake.ts';
import { noteAbsence, noteDeafness } from '@cac/server/usecases/watch-platform.ts';
import type { Store } from '@cac/server/store/store.ts';
import { attest } from '@cac/server/usecases/attest.ts';
import { revokeMachine } from '@cac/server/usecases/revoke-machine.ts';
import { beginSilence } from '@cac/server/usecases/silence.ts';
import { holdClone } from '@cac/server/usecases/suspect-clone.ts';
import { appendLog } from '@cac/server/store/transitions.ts';
import { watchSites } from '@cac/server/usecases/watch-sites.ts';
import { ADMIN, siteDraft } from '../fixtures.ts';
import { alertStage, holiday, operator, sendAll, type Place, type Stage } from './alert-stage.ts';
import { at, countAll, MINUTE } from './told-past.ts';

const RABAT = 'amal@example.ma';
const MON = 3;
const minutesAfter = (from: number, to: number | null): number => Math.round(((to ?? Number.NaN) - from) / MINUTE);

interface Timeline {
  name: string;
  /** Played on each database by `npm test`; the others on SQLite there, and on PostgreSQL by `npm run test:long`. */
  everywhere: boolean;
  /** Found by looking for trouble: played by `npm run test:long`, on both. */
  isRare: boolean;
  play(store: Store, isSqlite: boolean): Promise<void>;
}

export const INCIDENT_TIMELINES: Timeline[] = [];
const timeline = (name: string, everywhere: boolean, play: Timeline['play']): void => void INCIDENT_TIMELINES.push({ name, everywhere, isRare: false, play });
const rare = (name: string, play: Timeline['play']): void => void INCIDENT_TIMELINES.push({ name, everywhere: false, isRare: true, play });

async function begin(store: Store, clock = '08:00'): Promise<Stage> {
  const stage = await alertStage(store, at(MON, clock));
  await operator(store, 'amal', ['MA-04']);
  await operator(store, 'other', ['MA-07']);
  await operator(store, 'chief', [], 'fr', 'administrator');
  return stage;
}

const incidentRow = (store: Store) => store.db.selectFrom('incidents').selectAll().where('id', '=', 1).executeTakeFirstOrThrow();

/** A centre with two PCs, heard before, on since a quarter to nine. */
async function working(stage: Stage, site = 'S-1', over = {}, pcs = 2): Promise<Place> {
  const place = await stage.place(site, pcs, over);
  await stage.on(place, at(MON, '08:45'));
  return place;
}

timeline('D-02 a pulled plug: one incident after its grace, one mail to who is of the region, one when it is back', true, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  stage.lose(place);
  await stage.play(at(MON, '10:13'));
  assert.equal(await stage.incidents(), []);
  await stage.play(at(MON, '10:15'));
  const [incident] = await stage.incidents();
  assert.equal([incident!.kind, incident!.state, incident!.site, incident!.cause, incident!.told], ['site_offline', 'open', 'S-1', 'lost_together', true]);
  assert.is(minutesAfter(at(MON, '10:00'), incident!.opened), 14);
  assert.equal(await stage.messages(), [`opened email ${RABAT}`]);
  await sendAll(store, stage.now());
  await stage.on(place, at(MON, '11:00'));
  await stage.play(at(MON, '11:02'));
  assert.is((await stage.incidents())[0]!.state, 'open', 'not before it has stayed');
  await stage.play(at(MON, '11:05'));
  const [over] = await stage.incidents();
  assert.is(over!.state, 'resolved');
  assert.is(minutesAfter(at(MON, '11:00'), over!.ended), 0);
  assert.equal(await stage.messages(), [`opened email ${RABAT}`, `resolved email ${RABAT}`]);
  assert.equal(await stage.events(1), ['opened', 'resolved']);
  const { open_ms: openMs } = await store.db.selectFrom('incidents').select('open_ms').executeTakeFirstOrThrow();
  assert.is(Math.round(openMs / MINUTE), 60);
});

timeline('D-01 closings, nights, holidays, sleeps, restarts and a morning that begins late tell nobody', false, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  const forgotten = await working(stage, 'S-2');
  await holiday(store, '2026-11-25', stage.now());
  await stage.play(at(MON, '12:00'));
  for (const pc of place.pcs) {
    pc.until(at(MON, '12:00') - 1);
    pc.write(at(MON, '12:00'), 'suspend', {});
  }
  await stage.back(place, at(MON, '12:00'));
  stage.lose(place);
  await stage.play(at(MON, '13:00'));
  await stage.on(place, at(MON, '13:00'));
  await stage.play(at(MON, '16:52'));
  // Whoever leaves throws the main switch a little before closing.
  stage.lose(place);
  await stage.play(at(MON + 1, '09:25'));
  await stage.on(place, at(MON + 1, '09:25'));
  await stage.play(at(MON + 1, '17:05'));
  await stage.off(place, at(MON + 1, '17:05'));
  stage.lose(forgotten, [1]);
  await stage.play(at(MON + 2, '17:30'));
  assert.equal(await stage.incidents(), []);
  assert.equal(await stage.messages(), []);
});

timeline('a centre that did not open is told half an hour after opening, a school never, a place nobody heard of never', false, async (store) => {
  const stage = await begin(store);
  const centre = await working(stage);
  const school = await working(stage, 'E-1', { programme: 'GENIE', kind: 'school' });
  await stage.place('S-9', 1);
  await stage.play(at(MON, '17:00'));
  await stage.off(centre, at(MON, '17:00'));
  await stage.off(school, at(MON, '17:00'));
  await stage.play(at(MON + 1, '09:31'));
  const [incident, ...rest] = await stage.incidents();
  assert.equal([incident!.kind, incident!.site, rest.length], ['did_not_open', 'S-1', 0]);
  assert.is(minutesAfter(at(MON + 1, '09:00'), incident!.opened), 30);
  await sendAll(store, stage.now());
  await stage.play(at(MON + 1, '17:10'));
  assert.is((await stage.incidents())[0]!.state, 'paused');
  await stage.play(at(MON + 2, '09:35'));
  assert.is((await stage.incidents())[0]!.state, 'open');
  await stage.on(centre, at(MON + 2, '10:00'));
  await stage.play(at(MON + 2, '10:10'));
  assert.is((await stage.incidents())[0]!.state, 'resolved');
  assert.equal(await stage.messages(), [`opened email ${RABAT}`, `resolved email ${RABAT}`]);
  assert.equal(await stage.events(1), ['opened', 'paused', 'judged_again', 'resolved']);
});

timeline('an outage at closing pauses without a message, and is over when the site opens again', false, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '16:00'));
  stage.lose(place);
  await stage.play(at(MON, '18:00'));
  assert.is((await stage.incidents())[0]!.state, 'paused');
  await sendAll(store, stage.now());
  await stage.on(place, at(MON + 1, '08:50'));
  await stage.play(at(MON + 1, '09:10'));
  // Judged again a grace after opening, not before.
  await stage.play(at(MON + 1, '09:40'));
  assert.is((await stage.incidents())[0]!.state, 'resolved');
  assert.equal((await stage.messages()).length, 2);
});

timeline('Internet down with the PCs on is a trouble of its own, with its layer', false, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  await stage.link(place, at(MON, '10:00'), 'dns');
  await stage.play(at(MON, '10:11'));
  const [incident] = await stage.incidents();
  assert.equal([incident!.kind, incident!.cause], ['internet_down', 'dns']);
  await stage.link(place, at(MON, '10:30'), 'ok');
  await stage.play(at(MON, '10:35'));
  assert.is((await stage.incidents())[0]!.state, 'resolved');
});

timeline('E-07 D-04 a line that was cut: nobody heard it; the journal revises the cause, and no second message is sent', true, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  for (const pc of place.pcs) pc.link(at(MON, '10:00') + 5_000, 'gateway');
  stage.lose(place);
  await stage.play(at(MON, '12:00'));
  assert.equal((await stage.incidents()).map(({ cause, state }) => [cause, state]), [['lost_together', 'open']]);
  await sendAll(store, stage.now());
  for (const pc of place.pcs) pc.link(at(MON, '12:00'), 'ok');
  await stage.back(place, at(MON, '12:00') + 20_000);
  await countAll(store, at(MON, '12:01'));
  await stage.play(at(MON, '12:10'));
  const [incident] = await stage.incidents();
  assert.equal([incident!.state, incident!.cause], ['resolved', 'gateway']);
  assert.ok((await stage.events(1)).includes('revised'));
  assert.equal(await stage.messages(), [`opened email ${RABAT}`, `resolved email ${RABAT}`]);
});

timeline('must 2: a carrier\'s cut of 120 sites with stragglers is one incident, one mail, one recovery; 9,000 sites that never enrolled raise nothing', true, async (store, isSqlite) => {
  const stage = await begin(store);
  const never = Array.from({ length: isSqlite ? 9_000 : 900 }, (_, i) => siteDraft(`N-${i}`, { carrier: 'Atlas Télécom', programme: 'GENIE', kind: 'school' } as never));
  for (let i = 0; i < never.length; i += 1_000) await addSites(store, ADMIN, never.slice(i, i + 1_000), { many: true, demo: false }, stage.now());
  const cut: Place[] = [];
  for (let i = 0; i < 120; i += 1) cut.push(await stage.place(`C-${String(i).padStart(3, '0')}`, 1, { carrier: 'Atlas Télécom', technology: 'adsl' } as never));
  const others: Place[] = [];
  for (let i = 0; i < 60; i += 1) others.push(await stage.place(`O-${i}`, 1, { carrier: 'Rif Télécom', technology: 'adsl' } as never));
  for (const place of [...cut, ...others]) await stage.on(place, at(MON, '08:45'));
  await stage.play(at(MON, '09:58'));
  for (const [i, place] of cut.entries()) {
    // Most in the same minute; ten straggle over eight minutes more.
    if (i === 110) await stage.play(at(MON, '09:59'));
    if (i > 110) await stage.play(at(MON, '09:59') + (i - 110) * 48_000);
    stage.lose(place);
  }
  await stage.play(at(MON, '10:30'));
  const found = await stage.incidents();
  assert.equal(found.map(({ kind, group, sites, state }) => [kind, group, sites, state]), [['site_offline', 'carrier Atlas Télécom', 120, 'open']]);
  assert.equal(await stage.messages(), [`opened email ${RABAT}`]);
  await sendAll(store, stage.now());
  for (const place of cut.slice(0, 100)) await stage.on(place, at(MON, '11:30'));
  await stage.play(at(MON, '11:40'));
  assert.is((await stage.incidents())[0]!.state, 'open');
  for (const place of cut.slice(100)) await stage.on(place, at(MON, '11:45'));
  await stage.play(at(MON, '11:55'));
  assert.equal((await stage.incidents()).map(({ state }) => state), ['resolved']);
  assert.equal(await stage.messages(), [`opened email ${RABAT}`, `resolved email ${RABAT}`]);
  const members = await store.db.selectFrom('incident_members').select(({ fn }) => fn.countAll().as('n')).executeTakeFirstOrThrow();
  assert.is(Number(members.n), 120);
});

timeline('E-01 the server is away for two hours: who is alive is never told of; who died meanwhile once, judged from its return', false, async (store) => {
  const stage = await begin(store);
  const alive = await working(stage);
  const dead = await working(stage, 'S-2');
  await stage.play(at(MON, '10:00'));
  await markAlive(store, stage.now());
  stage.lose(dead);
  const window = await wake(store, at(MON, '12:00'), { livenessMs: MINUTE, spreadMs: MINUTE });
  await noteAbsence(store, window!.window, at(MON, '12:00'));
  stage.jump(at(MON, '12:00'));
  await stage.back(alive, at(MON, '12:01'));
  await stage.play(at(MON, '12:15'));
  assert.equal((await stage.incidents()).map(({ kind, site, state }) => [kind, site, state]), [['platform_blind', null, 'resolved']]);
  await stage.play(at(MON, '13:00'));
  assert.equal((await stage.incidents()).map(({ kind, site, state }) => [kind, site, state]), [['platform_blind', null, 'resolved'], ['site_offline', 'S-2', 'open']]);
  const messages = await stage.messages();
  assert.equal(messages.filter((line) => line.includes('amal')), [`opened email ${RABAT}`]);
  assert.ok(messages.some((line) => line.includes('chief')) && messages.every((line) => !line.includes('other')), messages.join());
});

timeline('E-02 nobody is heard any more: one incident of the platform, for the administrator; who is silent is not told', false, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  await noteDeafness(store, at(MON, '10:00'), at(MON, '10:04'));
  await stage.play(at(MON, '10:25'), { deaf: true });
  assert.is(await noteDeafness(store, null, at(MON, '10:25')), true);
  await stage.back(place, at(MON, '10:25'));
  await stage.play(at(MON, '11:00'));
  assert.equal((await stage.incidents()).map(({ kind, cause, state }) => [kind, cause, state]), [['platform_blind', 'nobody_heard', 'resolved']]);
  assert.ok((await stage.messages()).every((line) => line.includes('chief')));
});

timeline('E-08 a silence holds the message back, not the incident: who is still down at its end is told then', true, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  const short = await working(stage, 'S-2');
  await beginSilence(store, { name: 'amal', role: 'operator', scope: { kind: 'regions', regions: ['MA-04'] as never } } as never, { kind: 'silence', scope: { kind: 'province', id: 'MA-RAB' }, fromAt: at(MON, '09:30'), toAt: at(MON, '12:00'), reason: 'travaux' }, at(MON, '09:00'));
  await stage.play(at(MON, '10:00'));
  stage.lose(place);
  await stage.play(at(MON, '10:30'));
  stage.lose(short);
  await stage.play(at(MON, '11:00'));
  await stage.on(short, at(MON, '11:00'));
  await stage.play(at(MON, '11:59'));
  assert.equal((await stage.incidents()).map(({ site, state, told }) => [site, state, told]), [['S-1', 'open', false], ['S-2', 'resolved', false]]);
  assert.equal(await stage.messages(), []);
  await stage.play(at(MON, '12:01'));
  assert.equal(await stage.messages(), [`opened email ${RABAT}`]);
});

timeline('who falls again within half an hour is the same incident, told as such', false, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  stage.lose(place);
  await stage.play(at(MON, '10:20'));
  await sendAll(store, stage.now());
  await stage.on(place, at(MON, '10:20'));
  await stage.play(at(MON, '10:25'));
  stage.lose(place);
  await sendAll(store, stage.now());
  await stage.play(at(MON, '10:45'));
  assert.equal((await stage.incidents()).map(({ id, state, reopened }) => [id, state, reopened]), [[1, 'open', 1]]);
  assert.equal((await stage.messages()).map((line) => line.split(' ')[0]), ['opened', 'resolved', 'reopened']);
});

timeline('E-04 a site that comes and goes: one notice, and none for each time', false, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await stage.play(at(MON, '10:00'));
  for (let i = 0; i < 10; i += 1) {
    stage.lose(place);
    await stage.play(stage.now() + 4 * MINUTE);
    await stage.on(place, stage.now());
    await stage.play(stage.now() + 2 * MINUTE);
    await sendAll(store, stage.now());
  }
  assert.equal((await stage.incidents()).map(({ state, flapping }) => [state, flapping]), [['open', 1]]);
  assert.equal(await stage.messages(), [`flapping email ${RABAT}`]);
  await stage.play(at(MON, '12:30'));
  assert.is((await stage.incidents())[0]!.state, 'resolved');
  assert.is((await stage.messages()).length, 1);
});

timeline('a telephone attested as failing, and a PC that is missing for five opening days, wake nobody and go to the daily list', false, async (store) => {
  const stage = await begin(store);
  const place = await working(stage);
  await attest(store, ADMIN, 'S-1', { kind: 'telephone', day: '2026-11-23', value: 'fails', source: 'visite', note: '' } as never, stage.now());
  await stage.play(at(MON, '17:00'));
  await stage.off(place, at(MON, '17:00'));
  for (let day = MON + 1; day < MON + 10; day += 1) {
    if ([5, 6].includes((day - MON) % 7)) continue;
    await stage.play(at(day, '08:50'));
    await stage.on(place, at(day, '08:50'), [0]);
    await stage.play(at(day, '09:40'));
    await stage.off(place, at(day, '17:00') , [0]).catch(() => {});
  }
  const found = (await stage.incidents()).map(({ kind, site, state }) => [kind, site, state]);
  assert.ok(found.some(([kind]) => kind === 'telephone_failing'), JSON.stringify(found));
  assert.ok(found.some(([kind]) => kind === 'machine_missing'), JSON.stringify(found));
  assert.ok((await stage.messages()).every((line) => line.startsWith('daily')), (await stage.messages()).join());
});

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
