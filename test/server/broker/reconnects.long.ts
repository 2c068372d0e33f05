/** B-12: after a power cut 10,000 agents connect within a second to a real server: no more than 500 a second are proved, the rest waits, nobody is told off. */
import * as assert from 'uvu/assert';
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { hashOf } from '@cac/server/core/hash.ts';
import { openStore } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { machineRow } from '../../../bench/machine-row.ts';
import { temporaryDir } from '../../databases.ts';
import { ADMIN, siteDraft } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { startServerProcess } from '../../kills/rig.ts';
import { ROOT } from '../../running-server.ts';
import { connectPacket } from './packets.ts';

const test = suite('ten thousand reconnect');
const MACHINES = 10_000;
const SECRET = randomBytes(32).toString('base64url');
const idOf = (i: number): string => `pc${String(i).padStart(18, '0')}`;

/** Machines that are on and were heard a moment ago, all of one secret. */
async function prepared(): Promise<string> {
  const dataDir = temporaryDir('reconnect');
  const store = await openStore({ dataDir });
  const now = Date.now();
  await loadReference(store, join(ROOT, 'seeds'), now);
  await addSites(store, ADMIN, [siteDraft('MANY-1')], { many: false, demo: false }, now);
  const [voucher] = await issueVouchers(store, ADMIN, [{ siteId: 'MANY-1' as never, uses: 1, days: 1 }], now);
  for (let i = 0; i < MACHINES; i += 500) {
    await store.db.insertInto('machines').values(Array.from({ length: 500 }, (_, k) => machineRow(idOf(i + k), 'MANY-1', voucher!.id, now, { secret_hash: hashOf(SECRET), state: 'on', last_sign_at: now, deadline_at: now + 210_000 }))).execute();
  }
  await store.db.updateTable('sites').set({ n_on: MACHINES } as never).where('id', '=', 'MANY-1').execute();
  await store.close();
  return dataDir;
}

test('B-12 10,000 reconnects in a second: at most 500 a second are accepted, all are, and no machine is marked offline meanwhile', async () => {
  const dataDir = await prepared();
  const server = await startServerProcess(dataDir);
  const acceptedAt: number[] = [];
  const sockets: Socket[] = [];
  let refused = 0;
  try {
    const startedAt = performance.now();
    await new Promise<void>((done, failed) => {
      const fuse = setTimeout(() => failed(new Error(`${acceptedAt.length} accepted, ${refused} refused in 60 s`)), 60_000);
      const settle = (): void => {
        if (acceptedAt.length + refused < MACHINES) return;
        clearTimeout(fuse);
        done();
      };
      for (let i = 0; i < MACHINES; i += 1) {
        const socket = connect({ port: server.mqttPort, host: '127.0.0.1', noDelay: true });
        sockets.push(socket);
        socket.once('connect', () => socket.write(connectPacket({ clientId: `${idOf(i)}.00000000000000aa`, username: idOf(i), password: Buffer.from(SECRET) })));
        socket.once('data', (data) => {
          if (data[0] === 0x20 && data[3] === 0) acceptedAt.push(performance.now() - startedAt);
          else refused += 1;
          settle();
        });
        socket.on('error', () => ((refused += 1), settle()));
      }
    });
    const sorted = acceptedAt.toSorted((a, b) => a - b);
    // Both clocks are ours: a second of the server's may look a little shorter here.
    let most = 0;
    for (let from = 0, to = 0; to < sorted.length; to += 1) {
      while (sorted[to]! - sorted[from]! >= 1_000) from += 1;
      most = Math.max(most, to - from + 1);
    }
    console.log(`\n  note: ${acceptedAt.length} accepted, ${refused} refused; the last after ${(sorted.at(-1)! / 1000).toFixed(1)} s; at most ${most} in any second`);
    assert.equal([acceptedAt.length, refused], [MACHINES, 0]);
    assert.ok(most <= 500, `${most} in a second`);
    const db = new Database(join(dataDir, 'cac.sqlite'), { readonly: true });
    const told = db.prepare("select count(*) as n from transitions where machine_id is not null and to_state <> 'on'");
    assert.is((told.get() as { n: number }).n, 0);
    assert.is((db.prepare("select count(*) as n from machines where state <> 'on'").get() as { n: number }).n, 0);
    db.close();
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
test.run();
