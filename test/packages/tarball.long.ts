/** The tarball on a Linux without dpkg: installed from where it was unpacked, refused, kept for later, uninstalled without a trace. systemd is never started. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readKeptRequest } from '@cac/agent/install/kept-request.ts';
import { readIdentity } from '@cac/agent/uplink/identity.ts';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';
import { until } from '../until.ts';
import { builtPackages, packageFor } from './built.ts';
import { openPlace, type Place } from './place.ts';
import { differences, readTraces, type Traces } from './traces.ts';
import { readUnit, startUnit, type UnitProcess } from './unit-process.ts';

const test = suite('the Linux tarball');

const STATE = '/var/lib/cac-agent';
const UNIT = '/etc/systemd/system/cac-agent.service';
const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const missing =
  process.getuid?.() !== 0 ? 'only root may install a service'
  : !has('systemctl') || !has('setpriv') ? 'systemctl and setpriv are needed'
  : existsSync('/opt/cac-agent') || existsSync(STATE) || spawnSync('id', ['cac-agent']).status === 0 ? 'an agent is installed on this machine already'
  : null;

let home = '';
let unpacked = '';
let place: Place;
let before: Traces;
let service: UnitProcess | null = null;

/** The server answers in this process: it must not be held up meanwhile. */
function run(command: string, ...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(command, args, { env: { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk));
  return new Promise((done) => child.on('close', (code) => done({ code, out })));
}

const agent = (...args: string[]): Promise<{ code: number | null; out: string }> => run(join(unpacked, 'cac-agent'), ...args);

test.before(async () => {
  if (missing !== null) return;
  const tarball = packageFor(await builtPackages(), 'linux');
  place = await openPlace();
  home = temporaryDir('tarball');
  spawnSync('tar', ['xzf', tarball, '-C', home]);
  unpacked = join(home, readdirSync(home)[0]!);
  before = readTraces();
});

test.after(async () => {
  await service?.stop();
  if (missing !== null) return;
  if (existsSync('/opt/cac-agent') || existsSync(STATE)) await run('/opt/cac-agent/cac-agent', 'uninstall', '--yes');
  if (before.accounts[0] && !before.accounts[0].includes('cac-agent:')) spawnSync('userdel', ['cac-agent']);
  await place.server.end();
  rmSync(home, { recursive: true, force: true });
});

test.needs(missing, 'whoever is no administrator, or gives wrong answers, is told what to do, and nothing is left behind', async () => {
  const server = ['--server', place.server.base];
  const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '/usr/bin/env'];
  spawnSync('chmod', ['-R', 'a+rX', home]);
  const cases: [expected: number, says: RegExp, ran: Promise<{ code: number | null; out: string }>][] = [
    [3, /not_administrator/, run('setpriv', ...nobody, join(unpacked, 'cac-agent'), 'install', ...server, '--voucher', place.voucher, '--yes')],
    [2, /Missing: --server URL/, agent('install', '--yes')],
    [2, /16 letters/, agent('install', ...server, '--voucher', 'ABC', '--yes')],
    [2, /bad_proxy/, agent('install', ...server, '--voucher', place.voucher, '--proxy', 'ftp://x', '--yes')],
    [2, /bad_ca/, agent('install', ...server, '--voucher', place.voucher, '--ca', '/etc/hostname', '--yes')],
    [2, /dir_in_use/, agent('install', ...server, '--voucher', place.voucher, '--yes', '--dir', '/etc')],
    [2, /enrol_file_unreadable/, agent('install', '--enrol-file', '/etc/hostname', '--yes')],
    [1, /voucher_refused/, agent('install', ...server, '--voucher', '0000-1111-2222-3333', '--yes')],
    [4, /server_unreachable[^]*--later/, agent('install', '--server', 'http://127.0.0.1:9', '--voucher', place.voucher, '--yes')],
  ];
  for (const [expected, says, ran] of cases) {
    const { code, out } = await ran;
    assert.is(code, expected, out);
    assert.match(out, says);
  }
  assert.equal(differences(before, readTraces()), []);
  assert.is((await place.machines()).length, 0);
});

test.needs(missing, 'an enrolment file beside the program, and no link: installed all the same, and the service enrols by itself', async () => {
  writeFileSync(join(unpacked, 'cac-enrol.json'), JSON.stringify({ v: 1, server: 'http://127.0.0.1:9', voucher: place.voucher }));
  const { code, out } = await agent('install', '--yes', '--name', 'PC without a link');
  assert.is(code, 0, out);
  assert.match(out, /server_unreachable[^]*answers are kept[^]*Set up: .*\/opt\/cac-agent/);
  assert.not(existsSync('/opt/cac-agent/cac-enrol.json'), 'the answers are no part of the program');
  const kept = join(STATE, 'enrol-request.json');
  assert.match((await run('cac-agent', 'status')).out, /waiting for the server http:\/\/127\.0\.0\.1:9/);
  // The link comes: here, the same answers with a server that is there.
  writeFileSync(kept, readFileSync(kept, 'utf8').replace('http://127.0.0.1:9', place.server.base));
  service = startUnit(readUnit(readFileSync(UNIT, 'utf8')), { CAC_PROBE_TARGETS: '127.0.0.1:9', CAC_BATCH_MS: '1000' });
  await until('it is enrolled and heard', async () => (await place.machines()).some(({ name, state }) => name === 'PC without a link' && state.kind === 'on'), 60_000);
  assert.equal([readIdentity(STATE)?.name, existsSync(kept)], ['PC without a link', false]);
});

test.needs(missing ?? (has('systemd-analyze') ? null : 'systemd-analyze is not installed'), 'its unit is accepted by systemd, enabled, and a second installation changes nothing', async () => {
  const verified = await run('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', UNIT);
  assert.equal([verified.code, verified.out.trim()], [0, '']);
  assert.match((await run('systemctl', 'is-enabled', 'cac-agent.service')).out, /^enabled/);
  const again = await agent('install', '--yes');
  assert.is(again.code, 0, again.out);
  assert.match(again.out, /enrolled already[^]*Nothing to change/);
});

test.needs(missing, 'uninstall says so to the server and leaves no trace', async () => {
  const running = service!;
  const [{ code, out }] = await Promise.all([run('cac-agent', 'uninstall', '--yes'), until('the agent ends', () => /agent stopped/.test(running.output()), 60_000).then(() => running.stop())]);
  service = null;
  assert.is(code, 0, out);
  await until('the server knows', async () => (await place.machines())[0]?.state.kind === 'removed');
  assert.equal(differences(before, readTraces()), []);
});

test.needs(missing, 'a directory that survives: --dir is in the unit, and --keep-journal keeps it', async () => {
  const dir = join(home, 'survives');
  mkdirSync(dir, { mode: 0o755 });
  const { code, out } = await agent('install', '--server', place.server.base, '--voucher', place.voucher, '--yes', '--dir', dir);
  assert.is(code, 0, out);
  const unit = readFileSync(UNIT, 'utf8');
  assert.match(unit, new RegExp(`^ReadWritePaths=${dir}$`, 'm'));
  assert.match(unit, new RegExp(`ExecStart=.* run --dir ${dir}$`, 'm'));
  const removed = await run('cac-agent', 'uninstall', '--yes', '--keep-journal', '--dir', dir);
  assert.is(removed.code, 0, removed.out);
  // The server heard this hardware under another identity a minute ago: a coordinator is asked, and the answers are kept meanwhile.
  assert.ok(readIdentity(dir) ?? readKeptRequest(dir), out);
  rmSync(dir, { recursive: true });
  spawnSync('userdel', ['cac-agent']);
  assert.equal(differences(before, readTraces()), []);
});

test.run();
