/**
 * The server destroyed, and put back from a backup that was made under load: what agents still keep comes again, and nothing twice. Real agent journals on
 * disk, the agent's own sending, real MQTT; the commands that an administrator would type.
 */
import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NewVoucher } from '@cac/shared/api.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { temporaryDir } from '../databases.ts';
import { enrolRequest, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { connectMachine } from '../mqtt-machine.ts';
import { ROOT } from '../running-server.ts';
import { countEverything, enrolMany, pauseBetween, startFleets, startServerProcess } from './rig.ts';

const test = suite('backup, destruction, restore');
const SCALE = { agents: 60, records: 450, kills: 0, perProcess: 10, paceMs: 60 };
const PASSPHRASE = 'cinq mots bien choisis ici';

/** Runs one of the commands as a process of its own; resolves with its output, rejects with its errors. */
const command = (script: string, args: string[], dataDir: string): Promise<string> =>
  new Promise((done, failed) => {
    const env = { ...process.env, CAC_DATA_DIR: dataDir, CAC_BACKUP_PASSPHRASE: PASSPHRASE };
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'tools', script), ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => (code === 0 ? done(out) : failed(new Error(`${script} ended with ${code}: ${err}`))));
  });

const numberIn = (text: string, what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(text)![1]);

test(`G-04 G-05 the server of ${SCALE.agents} agents is destroyed and restored from a backup made under load: no hole, no duplicate`, async () => {
  const shelf = temporaryDir('shelf');
  const server = await startServerProcess();
  try {
    const machines = await enrolMany(server, SCALE.agents);
    const { code } = await server.api<NewVoucher>('/api/v1/vouchers', { siteId: 'KILL-1', uses: 3 });
    const fleets = startFleets(server, machines, SCALE);
    await pauseBetween(5_000, 6_000);
    const made = await command('backup.ts', ['--to', shelf, '--keep', '3'], server.dataDir);
    const [name] = readdirSync(shelf);
    const file = join(shelf, name!);
    assert.is(statSync(file).mode & 0o777, 0o600);
    const inBackup = numberIn(made, 'records');
    assert.ok(inBackup > 0, made);
    const secret = randomBytes(32).toString('base64url');
    const request = enrolRequest(code, { secretHash: hashOf(secret), name: 'PC of the day after' });
    const late = await server.api<{ machine: TestMachine['id'] }>('/api/v1/enrol', request);
    await pauseBetween(5_000, 6_000);
    // Refused while the server runs; then everything is gone.
    assert.match(await command('restore.ts', [file, '--yes'], server.dataDir).catch((error: Error) => error.message), /data_dir_in_use/);
    let lost = 0;
    for (const { id } of machines) lost += (await server.api<{ W: number }>(`/api/v1/machines/${id}/journal`)).W;
    await server.kill();
    rmSync(server.dataDir, { recursive: true });
    const restored = await command('restore.ts', [file, '--yes'], server.dataDir);
    await server.start();
    // Enrolled since: unknown, until it enrols again with the code and the request it kept.
    assert.is(await connectMachine(server.mqttPort, { id: late.machine, secret, site: 'KILL-1' }).then(() => 'accepted', (error: { code?: number }) => error.code), 4);
    const again = await server.api<{ machine: TestMachine['id'] }>('/api/v1/enrol', request);
    await (await connectMachine(server.mqttPort, { id: again.machine, secret, site: 'KILL-1' })).endAsync();
    await Promise.all(fleets.map((fleet) => fleet.done));
    const count = await countEverything(server, machines);
    const wanted = SCALE.agents * SCALE.records;
    console.log(`\n  note: ${made.trim().split('; ')[0]}; ${inBackup} records in the backup, at least ${lost - inBackup} of those acknowledged after it were destroyed`);
    console.log(`  note: ${restored.trim().split('\n')[1]}`);
    console.log(`  note: ${count.stored} of ${wanted} stored exactly once after the restore, ${count.rows} rows, ${count.duplicates} duplicates came and were not stored, 0 lost`);
    assert.ok(lost - inBackup > 500, 'something was destroyed');
    assert.equal({ ...count, duplicates: 0 }, { stored: wanted, W: wanted, rejected: 0, dropped: 0, lost: 0, duplicates: 0, rows: wanted, integrity: 'ok' });
  } finally {
    await server.stop().catch(() => {});
    rmSync(shelf, { recursive: true, force: true });
  }
});
test.run();
