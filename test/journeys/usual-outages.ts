/** Timelines of outages over the whole flow, without a port: what is told, to whom, once, and what never is. */
import * as assert from 'uvu/assert';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { wake, markAlive } from '@cac/server/usecases/stay-awake.ts';
import { noteAbsence, noteDeafness } from '@cac/server/usecases/watch-platform.ts';
import { attest } from '@cac/server/usecases/attest.ts';
import { beginSilence } from '@cac/server/usecases/silence.ts';
import { ADMIN, siteDraft } from '../fixtures.ts';
import { holiday, sendAll, type Place } from './alert-stage.ts';
import { begin, minutesAfter, MON, RABAT, working, type Timeline } from './outage.ts';
import { at, countAll, MINUTE } from './told-past.ts';

export const USUAL_OUTAGES: Timeline[] = [];
const timeline = (name: string, always: boolean, play: Timeline['play']): void => void USUAL_OUTAGES.push({ name, always, play });

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
