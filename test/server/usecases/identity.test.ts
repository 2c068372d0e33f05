/** Who a PC is: beyond a voucher's uses, back after a reset, with a copy's hardware, moved, replaced, with a new secret (C-05, C-08, C-11). */
import * as assert from 'uvu/assert';
import { hashOf } from '@cac/server/core/hash.ts';
import { listEnrolRequests } from '@cac/server/store/enrol-requests.ts';
import { credentialsOf, findMachine, listMachines } from '@cac/server/store/machines.ts';
import { markSent, openCommands, readLog } from '@cac/server/store/machine-field.ts';
import { listVouchers } from '@cac/server/store/vouchers.ts';
import type { Store } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { decideEnrolment } from '@cac/server/usecases/decide-enrolment.ts';
import { createEnrolDoor } from '@cac/server/usecases/enrol.ts';
import { expire } from '@cac/server/usecases/expire.ts';
import { greetMachines } from '@cac/server/usecases/greet-machines.ts';
import { hearAgents } from '@cac/server/usecases/hear-agent.ts';
import { issueVouchers, revokeVoucher } from '@cac/server/usecases/issue-vouchers.ts';
import { orderMove } from '@cac/server/usecases/move-machine.ts';
import { replaceMachine } from '@cac/server/usecases/replace-machine.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { Up } from '@cac/shared/messages.ts';
import { databases } from '../../databases.ts';
import { ADMIN, enrolledAs, enrolRequest, EVERYTHING, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const hardware = (board: string, disk = `${board}-disk`, windows = `${board}-id`): string[] => [windows, board, disk].map(hashOf);
const failsWith = async (code: string, act: Promise<unknown>): Promise<void> => {
  const error = await act.then(() => assert.unreachable(code), (cause: unknown) => cause);
  assert.is((error as { info: { code: string } }).info.code, code);
};

for (const database of databases) {
  const test = suite(`identity on ${database.name}`);
  const on = (name: string, body: (store: Store, code: string) => Promise<void>): void =>
    test.needs(database.missing, name, async () => {
      const opened = await database.open();
      try {
        await addSites(opened.store, ADMIN, [siteDraft('S-1'), siteDraft('S-2')], { many: true, demo: false }, T0);
        const [voucher] = await issueVouchers(opened.store, ADMIN, [{ siteId: 'S-1', uses: 1, days: 10 }], T0);
        await body(opened.store, voucher!.code);
      } finally {
        await opened.close();
      }
    });
  test.after(() => database.stop());
  const heardAt = (store: Store, id: string, at: number): Promise<unknown> => store.db.updateTable('machines').set({ last_sign_at: at }).where('id', '=', id).execute();
  const waiting = (store: Store) => listEnrolRequests(store.db, EVERYTHING, { after: 0, limit: 9 });

  on('C-05 beyond a voucher’s uses a person decides: accepted it is a machine at its next try, refused it is told so', async (store, code) => {
    const door = createEnrolDoor(store);
    await enrolledAs(door.enrol(enrolRequest(code), 'a', T0));
    const [second, third] = [enrolRequest(code, { name: 'Salle 2' }), enrolRequest(code, { name: 'Volé' })];
    for (const request of [second, third, second]) assert.is('pending' in (await door.enrol(request, 'a', T0)), true);
    const rows = await waiting(store);
    assert.equal(rows.map(({ name, why }) => [name, why]), [['Salle 2', 'used_up'], ['Volé', 'used_up']]);
    await decideEnrolment(store, ADMIN, rows[0]!.id, true, T0);
    await decideEnrolment(store, ADMIN, rows[1]!.id, false, T0);
    await failsWith('not_found', decideEnrolment(store, ADMIN, rows[0]!.id, true, T0));
    const machine = await enrolledAs(door.enrol(second, 'a', T0));
    assert.is(await enrolledAs(door.enrol(second, 'a', T0)), machine, 'C-08: the same request is the same machine');
    await failsWith('enrol_refused', door.enrol(third, 'a', T0));
    assert.is((await listVouchers(store.db, EVERYTHING, { after: 0, limit: 9 }))[0]!.used, 1);
    assert.equal(await waiting(store), []);
  });

  on('C-05 a code that leaked fills no list, and its revocation is immediate', async (store, code) => {
    const door = createEnrolDoor(store);
    await enrolledAs(door.enrol(enrolRequest(code), 'a', T0));
    for (let i = 0; i < 50; i += 1) await door.enrol(enrolRequest(code), 'a', T0);
    await failsWith('enrol_refused', door.enrol(enrolRequest(code), 'a', T0));
    const [voucher] = await listVouchers(store.db, EVERYTHING, { after: 0, limit: 9 });
    await revokeVoucher(store, ADMIN, voucher!.id, T0);
    await failsWith('voucher_refused', door.enrol(enrolRequest(code), 'a', T0));
  });

  on('C-11 a PC that is reset at each boot gets its machine back, with a secret of its own making and no use counted', async (store, code) => {
    const door = createEnrolDoor(store);
    const first = await enrolledAs(door.enrol(enrolRequest(code, { fp: hardware('A') }), 'a', T0));
    await heardAt(store, first, T0 + MINUTE);
    const again = await enrolledAs(door.enrol(enrolRequest(code, { fp: hardware('A'), secretHash: hashOf('new') }), 'a', T0 + 12 * MINUTE));
    assert.is(again, first);
    assert.is((await credentialsOf(store.db, first))!.secret_hash, hashOf('new'));
    assert.is((await listVouchers(store.db, EVERYTHING, { after: 0, limit: 9 }))[0]!.used, 1);
    // Reformatted: another Windows, the same board and disk.
    assert.is(await enrolledAs(door.enrol(enrolRequest(code, { fp: hardware('A', 'A-disk', 'new windows') }), 'a', T0 + 30 * MINUTE)), first);
  });

  on('C-11 while the machine is heard, one with its hardware waits; ten minutes after its last word it is taken for the same PC', async (store, code) => {
    const door = createEnrolDoor(store);
    const first = await enrolledAs(door.enrol(enrolRequest(code, { fp: hardware('A') }), 'a', T0));
    await heardAt(store, first, T0 + MINUTE);
    const request = enrolRequest(code, { fp: hardware('A'), secretHash: hashOf('reset') });
    assert.equal(await door.enrol(request, 'a', T0 + 5 * MINUTE), { pending: true, why: 'same_hardware', site: { id: 'S-1', name: 'Centre S-1' }, retryS: 60 });
    assert.is((await waiting(store))[0]!.like, first);
    assert.is(await enrolledAs(door.enrol(request, 'a', T0 + 12 * MINUTE)), first);
    assert.equal(await waiting(store), [], 'nobody is asked any more');
  });

  on('C-02 two PCs of one image with equal hardware: the second is a machine of its own once a person says so', async (store, code) => {
    const door = createEnrolDoor(store);
    const first = await enrolledAs(door.enrol(enrolRequest(code, { fp: hardware('VM') }), 'a', T0));
    await heardAt(store, first, T0 + MINUTE);
    const twin = enrolRequest(code, { fp: hardware('VM'), secretHash: hashOf('twin') });
    await door.enrol(twin, 'a', T0 + 2 * MINUTE);
    await decideEnrolment(store, ADMIN, (await waiting(store))[0]!.id, true, T0);
    assert.is.not(await enrolledAs(door.enrol(twin, 'a', T0 + 3 * MINUTE)), first);
  });

  on('C-02 thirty clones with equal hardware ask at once: one is the machine, nobody takes it from it before it has connected', async (store) => {
    const [room] = await issueVouchers(store, ADMIN, [{ siteId: 'S-2', uses: 30, days: 10 }], T0);
    const door = createEnrolDoor(store);
    const requests = Array.from({ length: 30 }, (_, i) => enrolRequest(room!.code, { fp: hardware('VM'), secretHash: hashOf(`vm ${i}`) }));
    const answers = await Promise.all(requests.map((request) => door.enrol(request, 'a', T0)));
    assert.is(answers.filter((answer) => 'pending' in answer).length, 29);
    const [own] = await listMachines(store.db, EVERYTHING, { limit: 9 });
    const winner = requests[answers.findIndex((answer) => !('pending' in answer))]!;
    assert.is((await credentialsOf(store.db, own!.id))!.secret_hash, winner.secretHash);
  });

  on('what an agent says beside its records: U+0000 in its log costs nobody the ack, and it cannot call its own move done', async (store, code) => {
    const door = createEnrolDoor(store);
    const machine = await enrolledAs(door.enrol(enrolRequest(code), 'a', T0));
    await orderMove(store, ADMIN, machine, { siteId: 'S-2', reason: '' }, T0);
    const [move] = await openCommands(store.db, [machine]);
    const up = { done: move!.id, log: `torn ${String.fromCharCode(0)}\ud800 file` } as Up;
    await store.db.transaction().execute((tx) => hearAgents(tx, [{ machine, up }], T0));
    assert.is((await readLog(store.db, EVERYTHING, machine))!.text, 'torn \ufffd\ufffd file');
    assert.is((await openCommands(store.db, [machine])).length, 1);
  });

  on('C-03 one component alike is another PC: a vendor’s serial number says nothing', async (store, code) => {
    const door = createEnrolDoor(store);
    const first = await enrolledAs(door.enrol(enrolRequest(code, { fp: [hashOf('image'), null, null] }), 'a', T0));
    await heardAt(store, first, T0);
    assert.is('pending' in (await door.enrol(enrolRequest(code, { fp: [hashOf('image'), hashOf('B'), null] }), 'a', T0 + 20 * MINUTE)), true, 'no use is left, and it is not the first one');
  });

  on('a PC moved by a coordinator enrols at the other site by itself; what it proved stays', async (store, code) => {
    const door = createEnrolDoor(store);
    const old = await enrolledAs(door.enrol(enrolRequest(code, { fp: hardware('A') }), 'a', T0));
    await failsWith('same_site', orderMove(store, ADMIN, old, { siteId: 'S-1', reason: '' }, T0));
    await failsWith('unknown_site', orderMove(store, ADMIN, old, { siteId: 'S-9', reason: '' }, T0));
    await orderMove(store, ADMIN, old, { siteId: 'S-2', reason: 'salle fermée' }, T0);
    const greeting = (await greetMachines(store, [old], T0)).find(({ down }) => down.enrol)!;
    const said = greeting.down.enrol!;
    await markSent(store.db, [greeting.command!], T0);
    assert.is((await greetMachines(store, [old], T0 + MINUTE)).some(({ down }) => down.enrol), false, 'said once an hour at most');
    const next = await enrolledAs(door.enrol(enrolRequest(said.voucher!, { fp: hardware('A') }), 'a', T0 + MINUTE));
    const [before, after] = [await findMachine(store.db, EVERYTHING, old), await findMachine(store.db, EVERYTHING, next)];
    assert.equal([before!.siteId, before!.state.kind, before!.revoked, after!.siteId, after!.state.kind], ['S-1', 'removed', true, 'S-2', 'unseen']);
    assert.equal(await greetMachines(store, [old], T0 + 2 * 3_600_000), [], 'nothing waits any more');
    assert.is((await listVouchers(store.db, EVERYTHING, { after: 0, limit: 9 })).length, 1, 'such a voucher is not shown');
  });

  on('what an agent left beside its records goes after 90 days, and with it the vouchers that nobody came with', async (store, code) => {
    const door = createEnrolDoor(store);
    const machine = await enrolledAs(door.enrol(enrolRequest(code, { fp: hardware('A') }), 'a', T0));
    await door.enrol(enrolRequest(code, { fp: hardware('B'), name: 'Salle 2' }), 'a', T0);
    await orderMove(store, ADMIN, machine, { siteId: 'S-2', reason: '' }, T0);
    await greetMachines(store, [machine], T0);
    const [came] = (await greetMachines(store, [machine], T0 + MINUTE)).flatMap(({ down }) => down.enrol ?? []);
    await enrolledAs(door.enrol(enrolRequest(came!.voucher!, { fp: hardware('A') }), 'a', T0 + MINUTE));
    await store.db.transaction().execute((tx) => hearAgents(tx, [{ machine, up: { log: 'a line', use: [[localDayOf(T0), 5]] } as Up }], T0));
    const count = async (table: 'vouchers' | 'enrol_requests' | 'agent_logs' | 'machine_use'): Promise<number> =>
      Number((await store.db.selectFrom(table).select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow()).n);
    const counts = async (): Promise<number[]> => [await count('vouchers'), await count('enrol_requests'), await count('agent_logs'), await count('machine_use')];
    assert.equal(await counts(), [3, 1, 1, 1]);
    await expire(store, T0 + 89 * DAY, 365 * DAY);
    assert.equal(await counts(), [3, 1, 1, 1]);
    await expire(store, T0 + 92 * DAY, 365 * DAY);
    assert.equal(await counts(), [2, 0, 0, 0], 'the site’s own voucher and the one that a machine came with stay');
  });

  on('a PC replaced by another of the site counts no longer', async (store, code) => {
    const door = createEnrolDoor(store);
    const [more] = await issueVouchers(store, ADMIN, [{ siteId: 'S-1', uses: 2, days: 10 }], T0);
    const [old, other] = [await enrolledAs(door.enrol(enrolRequest(code), 'a', T0)), await enrolledAs(door.enrol(enrolRequest(more!.code), 'a', T0))];
    await failsWith('other_site', replaceMachine(store, ADMIN, old, old, T0));
    await replaceMachine(store, ADMIN, old, other, T0);
    assert.equal((await listMachines(store.db, EVERYTHING, { limit: 9 })).map(({ id, revoked }) => [id, revoked]).toSorted(), [[old, true], [other, false]].toSorted());
    await failsWith('not_found', replaceMachine(store, ADMIN, old, other, T0));
  });

  test.run();
}
