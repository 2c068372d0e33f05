/** What people do about real outages, on a fake clock: what the watch decided is read, taken, silenced and handed over; what was worked on does not count. */
import * as assert from 'uvu/assert';
import { accountByName } from '@cac/server/store/accounts.ts';
import { handover } from '@cac/server/store/handover.ts';
import { evidenceOf, eventsOf, membersOf } from '@cac/server/store/incident-opened.ts';
import { countIncidents, countWatched, findIncident, listIncidents } from '@cac/server/store/incidents.ts';
import { siteDays } from '@cac/server/store/history.ts';
import { acknowledge } from '@cac/server/usecases/acknowledge.ts';
import { siteDaysView } from '@cac/server/usecases/read-history.ts';
import { beginSilence, stopSilence } from '@cac/server/usecases/silence.ts';
import { isIncidentsKey } from '../../web/i18n/incidents/text.ts';
import { databases } from '../databases.ts';
import { ADMIN, EVERYTHING, siteWithMachines } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { scriptedPc } from '../scripted-pc.ts';
import { alertStage, operator } from './alert-stage.ts';
import { at, countAll, MINUTE, take, timelines, TODAY } from './told-past.ts';

const MON = 3;

for (const database of databases) {
  const test = suite(`the watch room on ${database.name}`);
  const on = timelines(test, database);

  on('an outage is read with its reason, taken, and handed over when it is over', async (store) => {
    const stage = await alertStage(store, at(MON, '08:00'));
    await operator(store, 'amal', ['MA-04']);
    const amal = (await accountByName(store.db, 'amal'))!;
    const place = await stage.place('S-1', 2);
    await stage.on(place, at(MON, '08:45'));
    await stage.play(at(MON, '10:00'));
    assert.equal(await countWatched(store.db, amal), { sites: 1, expected: 1 });
    stage.lose(place);
    await stage.play(at(MON, '10:08'));
    assert.equal(await countIncidents(store.db, amal), { mine: 0, open: 0, urgent: 0, acknowledged: 0, paused: 0, pending: 1 }, 'within the grace it is counted, and nobody’s');
    await stage.play(at(MON, '10:15'));
    const [incident] = await listIncidents(store.db, amal, { state: 'open' }, null, 10);
    assert.equal([incident!.kind, incident!.site!.id, incident!.sites, incident!.pcs], ['site_offline', 'S-1', { seen: 1, left: 1, all: 1, expected: 1 }, 2]);
    assert.ok(isIncidentsKey(`reason_${incident!.reason.word}`) && isIncidentsKey(`cause_${incident!.cause}`), 'the page has words for what was decided');
    assert.is((await evidenceOf(store.db, amal.scope, incident!.id)).length, 2);
    await acknowledge(store, amal, incident!.id, 'j’appelle le site', stage.now());
    assert.equal(await countIncidents(store.db, amal), { mine: 1, open: 0, urgent: 0, acknowledged: 1, paused: 0, pending: 0 });
    await stage.on(place, at(MON, '11:00'));
    await stage.play(at(MON, '11:10'));
    const over = (await findIncident(store.db, amal, incident!.id))!;
    assert.equal([over.state, over.acknowledged?.by, over.openMs > 50 * MINUTE], ['resolved', 'amal', true]);
    const told = await handover(store.db, amal, stage.now());
    assert.equal([told.live.length, told.ended.map((one) => one.id)], [0, [incident!.id]]);
    assert.equal(told.happened.map((event) => event.act), ['resolved', 'acknowledged', 'opened']);
  });

  on('E-08 a silence that is ended by hand has what is still down told at once; a group shows the own members', async (store) => {
    const stage = await alertStage(store, at(MON, '08:00'));
    await operator(store, 'amal', ['MA-04']);
    await operator(store, 'kamal', ['MA-06']);
    const [amal, kamal] = [(await accountByName(store.db, 'amal'))!, (await accountByName(store.db, 'kamal'))!];
    const places = [await stage.place('S-1', 2, { carrier: 'Inwi' } as never), await stage.place('S-2', 2, { carrier: 'Inwi' } as never), await stage.place('S-3', 2, { carrier: 'Inwi', region: 'MA-06', province: 'MA-CAS' } as never)];
    for (const place of places) await stage.on(place, at(MON, '08:45'));
    await stage.play(at(MON, '10:00'));
    const { id: silence } = await beginSilence(store, ADMIN, { kind: 'silence', scope: { kind: 'carrier', id: 'Inwi' }, fromAt: at(MON, '10:00'), toAt: at(MON, '16:00'), reason: 'coupure annoncée' }, at(MON, '10:00'));
    for (const place of places) stage.lose(place);
    await stage.play(at(MON, '10:20'));
    const [group] = await listIncidents(store.db, amal, { state: 'open' }, null, 10);
    assert.equal([group!.group, group!.sites], [{ by: 'carrier', key: 'Inwi' }, { seen: 2, left: 3, all: 3, expected: 3 }]);
    assert.equal((await membersOf(store.db, kamal.scope, group!.id)).map((member) => member.site.id), ['S-3']);
    assert.equal(await stage.messages(), []);
    assert.ok((await eventsOf(store.db, amal.scope, group!.id)).some((event) => event.act === 'silenced'));
    await stopSilence(store, ADMIN, silence, stage.now());
    await stage.play(at(MON, '10:22'));
    assert.equal((await stage.messages()).sort(), ['opened email amal@example.ma', 'opened email kamal@example.ma']);
  });

  on('a maintenance, filed the day after or before, is taken out of the time that counts', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-9', 1, { hostPremises: null });
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '09:10'));
    pc.until(at(0, '16:00'));
    pc.write(at(0, '16:00') + 20_000, 'stop', { why: 'shutdown' });
    await take(store, pc.batches(at(0, '16:01')));
    await countAll(store, at(1, '00:10'));
    const read = async () => (await siteDays(store.db, 'S-9', TODAY, TODAY))[0]!;
    const before = await read();
    assert.is(before.excluded_ms, 0);
    const hours = (from: string, to: string) => ({ kind: 'maintenance' as const, scope: { kind: 'site' as const, id: 'S-9' }, fromAt: at(0, from), toAt: at(0, to), reason: 'onduleur remplacé' });
    await beginSilence(store, ADMIN, hours('10:00', '11:30'), at(1, '08:00'));
    await countAll(store, at(1, '08:01'));
    const after = await read();
    assert.equal([after.excluded_ms, before.conn_ms - after.conn_ms, before.open_ms - after.open_ms], [90 * MINUTE, 90 * MINUTE, 90 * MINUTE]);
    const area = await store.db.selectFrom('area_days').select(['open_ms', 'excluded_ms']).where('day', '=', TODAY).where('open_ms', '>', 0).execute();
    assert.equal(area, [{ open_ms: after.open_ms, excluded_ms: after.excluded_ms }], 'the sums of its area follow');
    // Another site's work takes nothing out of this one's time.
    await siteWithMachines(store, 'S-10', 1, { carrier: 'Inwi' } as never);
    await beginSilence(store, ADMIN, { ...hours('09:30', '10:00'), scope: { kind: 'carrier', id: 'Inwi' } }, at(1, '09:00'));
    await countAll(store, at(1, '09:01'));
    assert.is((await read()).excluded_ms, 90 * MINUTE);
    const view = (await siteDaysView(store.db, EVERYTHING, 'S-9', { from: TODAY, to: TODAY }, at(1, '09:02')))!;
    assert.ok(view.days[0]!.intervals.some((one) => one.verdict === 'excluded' && one.cause === 'maintenance'));
  });

  test.run();
}
