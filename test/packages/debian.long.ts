/**
 * Debian's package, for real: dpkg installs it on this machine and removes it without a trace; its unit passes systemd's own checks; its
 * service is run as the unit says, killed, started again, and uninstalled with a last word. systemd itself is never started.
 */
import Database from 'better-sqlite3';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readIdentity } from '@cac/agent/uplink/identity.ts';
import { suite } from '../harness.ts';
import { until } from '../until.ts';
import { builtPackages, packageFor } from './built.ts';
import { openPlace, type Place } from './place.ts';
import { differences, readTraces, type Traces } from './traces.ts';
import { readUnit, startUnit, type UnitProcess } from './unit-process.ts';

const test = suite('the Debian package');

const STATE = '/var/lib/cac-agent';
const UNIT = '/usr/lib/systemd/system/cac-agent.service';
const NOBODY = 65534;
const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const missing =
  process.getuid?.() !== 0 ? 'only root may install a package'
  : !has('dpkg') || !has('setpriv') ? 'dpkg and setpriv are needed'
  : existsSync('/usr/lib/cac-agent') || existsSync(STATE) || spawnSync('id', ['cac-agent']).status === 0 ? 'an agent is installed on this machine already'
  : null;

let deb = '';
let place: Place;
let before: Traces;
let service: UnitProcess | null = null;
const ENV = { CAC_PROBE_TARGETS: '127.0.0.1:9', CAC_BATCH_MS: '1000' };

const run = (command: string, ...args: string[]): { code: number | null; out: string } => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '', DEBIAN_FRONTEND: 'noninteractive' } });
  return { code: status, out: `${stdout}${stderr}` };
};
/** The commands speak to the server in this very process: it must not be held up meanwhile. */
const runBeside = async (command: string, ...args: string[]): Promise<{ code: number | null; out: string }> => {
  const child = spawn(command, args, { env: { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '', DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk));
  return new Promise((done) => child.on('close', (code) => done({ code, out })));
};

/** What the server holds of the only machine there is, in order: kind and body of each entry. */
function entries(): { kind: string; body: Record<string, unknown> }[] {
  const db = new Database(join(place.server.dataDir, 'cac.sqlite'), { readonly: true });
  try {
    return (db.prepare('select kind, body from entries order by epoch_no, seq').all() as { kind: string; body: string }[]).map(({ kind, body }) => ({ kind, body: JSON.parse(body || '{}') as Record<string, unknown> }));
  } finally {
    db.close();
  }
}

test.before(async () => {
  if (missing !== null) return;
  deb = packageFor(await builtPackages(), 'debian');
  place = await openPlace();
  before = readTraces();
});

test.after(async () => {
  await service?.stop();
  if (missing !== null) return;
  if (existsSync('/usr/lib/cac-agent') || existsSync(STATE)) run('dpkg', '--purge', 'cac-agent');
  await place.server.end();
});

test.needs(missing, 'dpkg installs it: account, program, an empty directory of its own, and nothing is started', () => {
  const { code, out } = run('dpkg', '-i', deb);
  assert.is(code, 0, out);
  assert.equal([statSync(STATE).mode & 0o777, statSync(STATE).uid], [0o700, Number(execFileSync('id', ['-u', 'cac-agent'], { encoding: 'utf8' }))]);
  assert.match(run('/usr/bin/cac-agent', '--help').out, /cac-agent COMMAND/);
  assert.match(run('/usr/bin/cac-agent', 'status').out, /not OK: .*no_identity/);
  assert.equal(readdirSync(STATE), []);
  const bytes = Number(/Installed-Size: (\d+)/.exec(run('dpkg', '-s', 'cac-agent').out)?.[1]) * 1024;
  console.log(`\n  note: installed ${(bytes / 1e6).toFixed(1)} MB, downloaded ${(statSync(deb).size / 1e6).toFixed(1)} MB`);
});

test.needs(missing ?? (has('systemd-analyze') ? null : 'systemd-analyze is not installed'), 'systemd accepts the unit without a word, and finds it hardened', () => {
  const verified = run('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', UNIT);
  assert.equal([verified.code, verified.out.trim()], [0, '']);
  const security = run('systemd-analyze', 'security', '--offline=true', UNIT);
  const score = Number(/Overall exposure level for .*: ([\d.]+)/.exec(security.out)?.[1]);
  console.log(`\n  note: systemd-analyze verify: nothing to say; security: exposure ${score} of 10`);
  assert.ok(score < 2, security.out);
});

test.needs(missing, 'install --server --voucher --yes enrols; a second time it changes nothing', async () => {
  const first = await runBeside('cac-agent', 'install', '--server', place.server.base, '--voucher', place.voucher, '--yes', '--name', 'PC of the test');
  assert.is(first.code, 0, first.out);
  assert.match(first.out, /Enrolled: machine [a-z0-9]{20}/);
  assert.match(first.out, existsSync('/run/systemd/system') ? /The service runs/ : /next start of this PC/);
  const again = await runBeside('cac-agent', 'install', '--server', place.server.base, '--voucher', place.voucher, '--yes');
  assert.is(again.code, 0, again.out);
  assert.match(again.out, /enrolled already[^]*Nothing to change/);
  assert.equal((await place.machines()).map((machine) => machine.name), ['PC of the test']);
});

test.needs(missing, 'A-12: killed every ten seconds for more than a minute, it comes back each time, in the same boot, and the server lacks nothing', async () => {
  const unit = readUnit(readFileSync(UNIT, 'utf8'));
  assert.equal([unit.user, unit.restartMs > 0], ['cac-agent', true]);
  const { machine } = readIdentity(STATE)!;
  service = startUnit(unit, ENV, { restartMs: 1_000 });
  await until('the server hears it', async () => (await place.machine(machine))?.state.kind === 'on', 60_000);
  for (let kills = 0; kills < 6; kills += 1) {
    const { pid, starts } = service;
    const killedAt = pid();
    await new Promise((next) => setTimeout(next, 9_000));
    service.kill();
    await until('it comes back', () => starts() === kills + 2 && pid() !== killedAt, 10_000);
  }
  await until('all is at the server', async () => (await place.journal(machine)).W > 0 && (entries().filter(({ kind }) => kind === 'agent_start').length >= 2), 90_000);
  const { W, stored, lost, rejected, dropped } = await place.journal(machine);
  assert.equal([stored, lost, rejected, dropped], [W, 0, 0, 0]);
  const kinds = entries().map(({ kind }) => kind);
  assert.is(kinds.filter((kind) => kind === 'boot').length, 1, 'no boot is faked');
  const starts = kinds.filter((kind) => kind === 'agent_start').length;
  assert.ok(starts >= 2 && starts < service.starts(), `${starts} agent_start for ${service.starts()} starts: one a minute at most`);
  assert.not(kinds.includes('agent_stop'));
  console.log(`\n  note: ${service.starts()} starts, ${starts} agent_start, 1 boot; ${stored} of ${W} records stored`);
});

test.needs(missing, 'A-13: a plain user reads neither identity nor journal nor log, and is told to be administrator', () => {
  const asNobody = (...command: string[]): { code: number | null; out: string } => run('setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', ...command);
  assert.match(asNobody('ls', STATE).out, /Permission denied/);
  const files = readdirSync(STATE, { recursive: true, encoding: 'utf8' });
  assert.ok(files.includes('identity.json') && files.some((file) => file.endsWith('.seg')), files.join(' '));
  for (const file of files) assert.match(asNobody('cat', join(STATE, file)).out, /Permission denied/, file);
  // Were the directory open, each file would still be its owner's alone.
  for (const file of files.filter((each) => statSync(join(STATE, each)).isFile())) assert.is(statSync(join(STATE, file)).mode & 0o077, 0, file);
  const status = asNobody('cac-agent', 'status');
  assert.is(status.code, 1);
  assert.match(status.out, /not_administrator/);
});

test.needs(missing, 'D-12: dpkg --remove lets the agent say that it was uninstalled, and keeps identity and journal', async () => {
  const { machine } = readIdentity(STATE)!;
  const stopping = service!;
  const removed = await Promise.all([runBeside('dpkg', '--remove', 'cac-agent'), until('the agent ends', () => /agent stopped/.test(stopping.output()), 60_000).then(() => stopping.stop())]);
  assert.is(removed[0].code, 0, removed[0].out);
  service = null;
  await until('the server knows', async () => (await place.machine(machine))?.state.kind === 'removed');
  assert.equal(entries().at(-1), { kind: 'stop', body: { why: 'uninstall' } });
  assert.is(readIdentity(STATE)?.machine, machine);
  assert.not(existsSync('/usr/lib/cac-agent'));
});

/** What systemd would hear: a datagram socket as its own, read by Python, since Node has none. */
function listenAsSystemd(path: string): { heard(): string; end(): void } {
  const listener = `import os,socket,sys
s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.bind(sys.argv[1]); os.chmod(sys.argv[1],0o777)
while True: print(s.recv(4096).decode().replace(chr(10),' '),flush=True)`;
  const child = spawn('python3', ['-c', listener, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let heard = '';
  child.stdout.on('data', (chunk: Buffer) => (heard += chunk));
  return { heard: () => heard, end: () => void child.kill() };
}

test.needs(missing ?? (has('systemd-notify') && has('python3') ? null : 'systemd-notify and python3 are needed'), 'installed again, it goes on as the machine it was, and tells systemd that it runs, and that it still does', async () => {
  assert.is((await runBeside('dpkg', '-i', deb)).code, 0);
  const { machine } = readIdentity(STATE)!;
  const socket = `/tmp/cac-notify-${process.pid}.sock`;
  const systemd = listenAsSystemd(socket);
  await until('somebody listens', () => existsSync(socket));
  service = startUnit(readUnit(readFileSync(UNIT, 'utf8')), { ...ENV, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '3000000' });
  await until('the server hears it', async () => (await place.machine(machine))?.state.kind === 'on', 60_000);
  await until('the watchdog is told', () => (systemd.heard().match(/^WATCHDOG=1$/gm) ?? []).length >= 2, 30_000);
  assert.match(systemd.heard(), /^READY=1 WATCHDOG=1$/m);
  systemd.end();
  rmSync(socket);
  assert.is(await service.stop(), 0);
  service = null;
  assert.is((await place.machines()).length, 1);
});

test.needs(missing, 'dpkg --purge leaves no trace on this machine', async () => {
  const { code, out } = await runBeside('dpkg', '--purge', 'cac-agent');
  assert.is(code, 0, out);
  assert.equal(differences(before, readTraces()), []);
  assert.match(run('dpkg', '-s', 'cac-agent').out, /not installed/);
});

test.run();
