import * as assert from 'uvu/assert';
import { hashOf } from '@cac/server/core/hash.ts';
import { createEnrolDoor } from '@cac/server/usecases/enrol.ts';
import { issueVouchers, revokeVoucher } from '@cac/server/usecases/issue-vouchers.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { listMachines } from '@cac/server/store/machines.ts';
import { listVouchers, takeUse } from '@cac/server/store/vouchers.ts';
import { readVoucherCode, printVoucherCode, voucherCodeOf } from '@cac/shared/voucher-code.ts';
import type { Store } from '@cac/server/store/store.ts';
import { databases } from '../../databases.ts';
import { ADMIN, enrolledAs, enrolRequest, EVERYTHING, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const codeOf = (error: unknown): string => (error as { info: { code: string } }).info.code;
const failsWith = async (code: string, act: Promise<unknown>): Promise<void> => {
  const error = await act.then(() => assert.unreachable(code), (cause: unknown) => cause);
  assert.is(codeOf(error), code);
};

for (const database of databases) {
  const test = suite(`enrolment on ${database.name}`);
  const on = (name: string, body: (store: Store, code: string, id: number) => Promise<void>): void =>
    test.needs(database.missing, name, async () => {
      const opened = await database.open();
      try {
        await addSites(opened.store, ADMIN, [siteDraft('S-1')], { many: false, demo: false }, T0);
        const [voucher] = await issueVouchers(opened.store, ADMIN, [{ siteId: 'S-1' as never, uses: 2, days: 10 }], T0);
        await body(opened.store, voucher!.code, voucher!.id);
      } finally {
        await opened.close();
      }
    });
  test.after(() => database.stop());

  on('a voucher says its site, and gives as many identities as it has uses', async (store, code) => {
    const door = createEnrolDoor(store);
    const answer = await door.check(code.toLowerCase().replaceAll('-', ' '), 'a', T0);
    assert.equal(answer.site, { id: 'S-1', name: 'Centre S-1' });
    for (const name of ['PC 1', 'PC 2']) await door.enrol(enrolRequest(code, { name }), 'a', T0);
    assert.equal(await door.enrol(enrolRequest(code), 'a', T0), { pending: true, why: 'used_up', site: { id: 'S-1', name: 'Centre S-1' }, retryS: 60 });
    const machines = await listMachines(store.db, EVERYTHING, { limit: 9 });
    assert.equal(machines.map((m) => m.name).toSorted(), ['PC 1', 'PC 2']);
    assert.match(machines[0]!.id, /^[a-z0-9]{20}$/);
  });

  on('C-06 unknown, expired and revoked codes get the same answer', async (store, code, id) => {
    const door = createEnrolDoor(store);
    const messages = new Set<string>();
    const refused = async (typed: string, now: number): Promise<void> => {
      const error = await door.check(typed, 'a', now).then(() => assert.unreachable(), (cause: Error) => cause);
      messages.add(JSON.stringify((error as unknown as { info: object }).info));
    };
    await refused('0000-0000-0000-0000', T0);
    await refused('not a code', T0);
    await refused(code, T0 + 11 * 86_400_000);
    await revokeVoucher(store, ADMIN, id, T0);
    await refused(code, T0);
    assert.is(messages.size, 1);
  });

  on('a voucher withdrawn after it was found, while the enrolment waited its turn, gives no use', async (store, _code, id) => {
    assert.ok(await takeUse(store.db, id));
    await revokeVoucher(store, ADMIN, id, T0);
    assert.not.ok(await takeUse(store.db, id));
  });

  on('C-06 only failed tries count: thirty PCs behind one address enrol, a guesser waits', async (store) => {
    const [many] = await issueVouchers(store, ADMIN, [{ siteId: 'S-1' as never, uses: 40, days: 10 }], T0);
    const door = createEnrolDoor(store);
    for (let i = 0; i < 30; i += 1) await door.enrol(enrolRequest(many!.code), '10.1.1.1', T0);
    for (let i = 0; i < 20; i += 1) await failsWith('voucher_refused', door.check(`${i}`.padStart(16, '0'), '10.9.9.9', T0));
    await failsWith('too_many_tries', door.check(many!.code, '10.9.9.9', T0));
    await door.check(many!.code, '10.1.1.1', T0);
    await door.check(many!.code, '10.9.9.9', T0 + 61_000);
  });

  on('C-08 the same request twice is the same machine, one row, one use', async (store, code) => {
    const door = createEnrolDoor(store);
    const request = enrolRequest(code, { fp: [hashOf('a'), null, hashOf('c')] });
    const answers = await Promise.all([door.enrol(request, 'a', T0), door.enrol(request, 'a', T0), door.enrol(request, 'a', T0)].map((p) => p.catch((error: unknown) => error))) as { machine: string }[];
    const again = await enrolledAs(door.enrol(request, 'a', T0));
    for (const answer of answers) if (answer.machine) assert.is(answer.machine, again);
    assert.is((await listMachines(store.db, EVERYTHING, { limit: 9 })).length, 1);
    assert.is((await listVouchers(store.db, EVERYTHING, { after: 0, limit: 9 }))[0]?.used, 1);
    await failsWith('enrol_conflict', door.enrol({ ...request, secretHash: hashOf('another PC') }, 'a', T0));
  });

  on('requests that come together are judged one by one: a conflict or a used-up code fails nobody else', async (store, code) => {
    const [many] = await issueVouchers(store, ADMIN, [{ siteId: 'S-1' as never, uses: 50, days: 10 }], T0);
    const door = createEnrolDoor(store);
    const first = enrolRequest(many!.code);
    await door.enrol(first, 'a', T0);
    const good = Array.from({ length: 40 }, () => door.enrol(enrolRequest(many!.code), 'a', T0));
    const same = [door.enrol(first, 'a', T0), door.enrol(first, 'a', T0)];
    const conflict = failsWith('enrol_conflict', door.enrol({ ...first, secretHash: hashOf('another PC') }, 'a', T0));
    const few = await Promise.all([1, 2, 3].map(() => door.enrol(enrolRequest(code), 'a', T0)));
    await conflict;
    assert.is(few.filter((answer) => 'pending' in answer).length, 1);
    const ids = await Promise.all([...good, ...same].map(enrolledAs));
    assert.is(new Set(ids).size, 41);
    assert.is((await listMachines(store.db, EVERYTHING, { limit: 99 })).length, 43);
    const used = (await listVouchers(store.db, EVERYTHING, { after: 0, limit: 9 })).map((voucher) => voucher.used).toSorted((a, b) => a - b);
    assert.equal(used, [2, 41]);
  });

  on('C-09 what the database keeps of a voucher opens no door', async (store, code) => {
    const rows = JSON.stringify(await store.db.selectFrom('vouchers').selectAll().execute());
    assert.not.match(rows, new RegExp(readVoucherCode(code)!));
    assert.match(rows, new RegExp(hashOf(readVoucherCode(code)!)));
  });

  test.run();
}

const words = suite('a voucher as people type it');
words('any case, spaces or hyphens, O for 0, I and L for 1', () => {
  const bare = voucherCodeOf(Uint8Array.from([0, 1, 2, 3, 250, 251, 252, 253, 254, 255]));
  assert.is(bare.length, 16);
  assert.is(readVoucherCode(printVoucherCode(bare)), bare);
  assert.is(readVoucherCode(' oooo-iiii-llll-0000 '), '0000111111110000');
  for (const wrong of ['', '1234', 'UUUU-0000-0000-0000', '0000-0000-0000-00000', 'é'.repeat(16)]) assert.is(readVoucherCode(wrong), null, wrong);
});
words.run();
