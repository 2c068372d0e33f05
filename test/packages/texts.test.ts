/** What installation is made of, as text: units, accounts, answers, scripts, archives. */
import * as assert from 'uvu/assert';
import { execFileSync } from 'node:child_process';
import { BACKOFF, enrolDelay } from '@cac/agent/core/backoff.ts';
import { installEn, installFr } from '@cac/agent/cli/install-texts.ts';
import { readEnrolAnswers, readProxy, readServer, writeEnrolAnswers, type ReadAnswers } from '@cac/agent/install/enrol-answers.ts';
import { outcomeOf } from '@cac/agent/install/enrol-with.ts';
import { isPackaged, placesOf } from '@cac/agent/install/places.ts';
import { serviceSid } from '@cac/agent/install/service-sid.ts';
import { readSystemdVersion, restartLines, systemdUnit } from '@cac/agent/install/systemd-unit.ts';
import { protectSteps, readServiceState, registerSteps } from '@cac/agent/install/windows-plan.ts';
import { readNotices } from '@cac/agent/service/service-manager.ts';
import { debianDocs, linuxProgram, tarballFiles, zipFiles, type Ingredients } from '../../tools/package/contents.ts';
import { control, debianFiles, POSTINST, POSTRM, PRERM } from '../../tools/package/debian.ts';
import { readTar, writeTar } from '../../tools/package/tar.ts';
import { INSTALL_CMD, UNINSTALL_CMD } from '../../tools/package/windows-scripts.ts';
import { suite } from '../harness.ts';

const test = suite('texts of the packages');

test('the unit: its own user, nothing to gain, always back, and only where there is something to run', () => {
  const unit = systemdUnit({ program: '/usr/lib/cac-agent', state: '/var/lib/cac-agent', systemd: null });
  for (const line of [
    'User=cac-agent', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'ProtectSystem=strict', 'ProtectHome=yes', 'PrivateTmp=yes', 'StateDirectory=cac-agent', 'StateDirectoryMode=0700', 'Restart=always',
    'StartLimitIntervalSec=0', 'Type=notify', 'NotifyAccess=all', 'WatchdogSec=15min', 'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK', 'SystemCallFilter=@system-service', 'MemoryMax=192M',
    'ConditionPathExists=|/var/lib/cac-agent/identity.json', 'ConditionPathExists=|/var/lib/cac-agent/enrol-request.json', 'ExecStart=/usr/lib/cac-agent/node /usr/lib/cac-agent/cac-agent.cjs run --dir /var/lib/cac-agent',
  ]) assert.ok(unit.split('\n').includes(line), line);
  const elsewhere = systemdUnit({ program: '/opt/cac-agent', state: '/data/cac', systemd: 254 });
  assert.match(elsewhere, /^ReadWritePaths=\/data\/cac$/m);
  assert.not.match(elsewhere, /StateDirectory/);
});

test('A-12: pauses between restarts grow where systemd can do that, and only there', () => {
  for (const [version, grows] of [[null, false], [247, false], [252, false], [253, false], [254, true], [257, true]] as const) assert.is(/RestartSteps=8\nRestartMaxDelaySec=5min/.test(restartLines(version)), grows, String(version));
  assert.is(readSystemdVersion('systemd 252 (252.39-1~deb12u1)\n+PAM +AUDIT'), 252);
  assert.is(readSystemdVersion('command not found'), null);
});

test('systemd is told as often as its watchdog asks, and not at all where it does not', () => {
  const socket = { NOTIFY_SOCKET: '/run/systemd/notify' };
  const cases: [env: Record<string, string>, ready: boolean, everyMs: number | null][] = [
    [{}, false, null],
    [socket, true, null],
    [{ ...socket, WATCHDOG_USEC: '900000000', WATCHDOG_PID: '42' }, true, 300_000],
    [{ ...socket, WATCHDOG_USEC: '900000000', WATCHDOG_PID: '41' }, true, null],
    [{ WATCHDOG_USEC: '900000000' }, false, null],
    [{ ...socket, WATCHDOG_USEC: 'often' }, true, null],
  ];
  for (const [env, ready, everyMs] of cases) assert.equal(readNotices(env, 42), { ready, everyMs }, JSON.stringify(env));
});

test('the account of a Windows service has a number of its own', () => {
  // As Windows itself prints it: sc showsid TrustedInstaller
  assert.is(serviceSid('TrustedInstaller'), 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464');
  assert.is(serviceSid('cacagent'), serviceSid('CacAgent'));
});

test('the Windows service: accounts by number, the state for three of them, the least account, Ctrl-C first', () => {
  const steps = [...registerSteps('C:\\Program Files\\cac-agent', 'D:\\état du PC\\cac'), ...protectSteps('D:\\état du PC\\cac')];
  const lines = steps.map(({ command, args }) => [command, ...args].join(' '));
  assert.ok(lines.includes('C:\\Program Files\\cac-agent\\nssm.exe set CacAgent AppParameters cac-agent.cjs run --dir "D:\\état du PC\\cac"'), lines.join('\n'));
  assert.ok(lines.some((line) => /set CacAgent Start SERVICE_DELAYED_AUTO_START/.test(line)));
  assert.ok(lines.some((line) => /set CacAgent AppExit Default Restart/.test(line)));
  assert.ok(lines.some((line) => /sc.exe failure CacAgent reset= 86400 actions= restart/.test(line)));
  assert.ok(lines.some((line) => /obj= NT SERVICE\\CacAgent/.test(line)));
  const acl = lines.at(-1)!;
  assert.match(acl, /\/inheritance:r/);
  assert.equal(acl.match(/\*S-1-5-[\d-]+/g), ['*S-1-5-18', '*S-1-5-32-544', `*${serviceSid('CacAgent')}`]);
  assert.not.match(lines.join('\n'), /Administrators|Users|Everyone|LocalService/);
});

test('a service is known by the words of the interface, which Windows does not translate', () => {
  for (const [said, state] of [['SERVICE_RUNNING\r\n', 'running'], ['SERVICE_START_PENDING', 'starting'], ['SERVICE_PAUSED', 'starting'], ['SERVICE_STOPPED', 'stopped'], ['SERVICE_STOP_PENDING', 'stopped'], ["Can't open service!", 'absent']] as const) assert.is(readServiceState(said), state, said);
});

test('a directory goes without saying only beside a runtime of its own', () => {
  const cases: [NodeJS.Platform, string, string | undefined, boolean][] = [
    ['linux', '/usr/lib/cac-agent/node', '/usr/lib/cac-agent/cac-agent.cjs', true],
    ['linux', '/media/usb/cac-agent-0.1.0-linux-x64/node', '/media/usb/cac-agent-0.1.0-linux-x64/cac-agent.cjs', true],
    ['linux', '/usr/bin/node', '/home/x/cac-agent.cjs', false],
    ['linux', '/usr/bin/node', '/srv/agent/main.ts', false],
    ['linux', '/usr/bin/node', undefined, false],
    ['win32', 'C:\\Program Files\\cac-agent\\node.exe', 'C:\\Program Files\\cac-agent\\cac-agent.cjs', true],
    ['win32', 'C:\\nodejs\\node.exe', 'E:\\cac-agent.cjs', false],
  ];
  for (const [platform, execPath, script, packaged] of cases) assert.is(isPackaged(platform, execPath, script), packaged, String(script));
  assert.equal(placesOf('win32', { ProgramData: 'D:\\Data', ProgramFiles: 'D:\\Programs' }), { program: 'D:\\Programs\\cac-agent', state: 'D:\\Data\\cac-agent' });
  assert.equal(placesOf('linux', {}), { program: '/opt/cac-agent', state: '/var/lib/cac-agent' });
});

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const VOUCHER = 'ABCD-EFGH-JKMN-PQRS';

test('an enrolment file is read, or the field that is wrong is named', () => {
  const file = (over: Record<string, unknown> = {}): string => JSON.stringify({ v: 1, server: 'https://parc.example.ma', voucher: VOUCHER, ...over });
  const faultOf = (text: string): unknown => {
    const read: ReadAnswers = readEnrolAnswers(text);
    return read.ok ? null : [read.fault.code, read.fault.where];
  };
  const cases: [string, unknown][] = [
    [file(), null],
    [`\uFEFF${file({ later: 'unknown fields are left alone' })}`, null],
    [file({ ca: PEM, proxy: 'http://10.0.0.1:3128', name: 'PC 3' }), null],
    ['', ['enrol_file_unreadable', null]],
    ['<html>', ['enrol_file_unreadable', null]],
    ['[]', ['enrol_file_unreadable', null]],
    ['null', ['enrol_file_unreadable', null]],
    [file({ v: 2 }), ['enrol_file_version', 'v']],
    [file({ server: '' }), ['enrol_file_field', 'server']],
    [file({ server: 'https://' }), ['enrol_file_field', 'server']],
    [file({ voucher: 'ABCD' }), ['enrol_file_field', 'voucher']],
    [file({ voucher: 12 }), ['enrol_file_field', 'voucher']],
    [file({ ca: 'none' }), ['enrol_file_field', 'ca']],
    [file({ proxy: 'socks5://x:1' }), ['enrol_file_field', 'proxy']],
    [file({ name: 'x'.repeat(65) }), ['enrol_file_field', 'name']],
  ];
  for (const [text, fault] of cases) assert.equal(faultOf(text), fault, text);
  const read = readEnrolAnswers(file({ ca: PEM, proxy: '10.0.0.1:3128', name: 'PC 3' }));
  assert.ok(read.ok);
  assert.equal(read.answers, { server: 'https://parc.example.ma', voucher: 'ABCDEFGHJKMNPQRS', ca: PEM, proxy: 'http://10.0.0.1:3128', name: 'PC 3' });
  assert.equal(readEnrolAnswers(writeEnrolAnswers(read.answers)), read, 'what is kept is read as it was');
});

test('addresses as people type them', () => {
  for (const [typed, read] of [['parc.example.ma', 'https://parc.example.ma'], [' http://10.0.0.1:8080 ', 'http://10.0.0.1:8080'], ['HTTPS://X.ma/cac', 'HTTPS://X.ma/cac'], ['http://', null], ['a b', null]] as const) assert.is(readServer(typed), read, typed);
  for (const [typed, read] of [['proxy:3128', 'http://proxy:3128'], ['http://u:p@proxy:3128', 'http://u:p@proxy:3128'], ['ftp://x', null]] as const) assert.is(readProxy(typed), read, typed);
});

test('what is wrong with an enrolment: a person must act, or wait, or only time does', () => {
  for (const [code, kind] of [['voucher_refused', 'refused'], ['enrol_refused', 'refused'], ['enrol_pending', 'pending'], ['server_unreachable', 'unreachable'], ['not_the_platform', 'unreachable'], ['too_many_tries', 'unreachable'], ['http_502', 'unreachable'], ['tls_error', 'unreachable']] as const) {
    assert.is(outcomeOf({ code, message: '', todo: null }).kind, kind, code);
  }
});

test('a kept enrolment is asked for each minute, then every five; after a refusal once an hour', () => {
  assert.is(enrolDelay('unreachable', 1, 0), 60_000);
  assert.is(enrolDelay('unreachable', 2, 0), 90_000);
  assert.is(enrolDelay('unreachable', 100, 0), BACKOFF.enrolCapMs);
  assert.ok(enrolDelay('unreachable', 100, 0.999) <= BACKOFF.enrolCapMs * 1.25);
  for (const failures of [1, 5, 50]) assert.is(enrolDelay('pending', failures, 0), 60_000);
  assert.is(enrolDelay('refused', 1, 0), 3_600_000);
});

test('both languages say every code that is in the command\'s help', () => {
  for (const texts of [installEn, installFr]) {
    for (const option of ['--server', '--voucher', '--enrol-file', '--later', '--yes', '--name', '--proxy', '--ca', '--dir']) assert.match(texts.help, new RegExp(`^ +${option} `, 'm'), option);
    assert.match(texts.help, /0 [^]*1 [^]*2 [^]*3 [^]*4 [^]*5 /);
    assert.match(texts.pending('used_up'), /coord/);
  }
});

const INGREDIENTS: Ingredients = { version: '1.2.3', bundle: Buffer.from('bundle'), linuxNode: Buffer.from('elf'), windowsNode: Buffer.from('pe'), nssm: Buffer.from('nssm'), ownLicence: Buffer.from('apache'), nodeLicence: Buffer.from('node'), bundledLicences: 'mqtt' };

test('each package brings its runtime, and the licences of what is not ours', () => {
  const debian = debianFiles(linuxProgram(INGREDIENTS), debianDocs(INGREDIENTS)).map(({ path }) => path);
  assert.equal(debian.sort(), [
    'usr/lib/cac-agent/cac-agent', 'usr/lib/cac-agent/cac-agent.cjs', 'usr/lib/cac-agent/node', 'usr/lib/systemd/system/cac-agent.service',
    'usr/share/doc/cac-agent/LICENSE-node', 'usr/share/doc/cac-agent/LICENSES-bundled', 'usr/share/doc/cac-agent/copyright',
  ]);
  const zip = new Set(zipFiles(INGREDIENTS).map(({ path }) => path));
  for (const path of ['node.exe', 'nssm.exe', 'cac-agent.cjs', 'install.cmd', 'uninstall.cmd', 'LICENSE-node.txt', 'LICENSE-nssm.txt', 'LICENSES-bundled.txt']) assert.ok(zip.has(path), path);
  const program = tarballFiles(INGREDIENTS);
  assert.ok(program.every(({ path }) => path.startsWith('cac-agent-1.2.3-linux-x64/')));
  assert.equal(program.filter(({ mode }) => mode === 0o755).map(({ path }) => path.split('/')[1]), ['cac-agent', 'node']);
});

test('an archive is read as it was written, by us and by tar, and is the same each time', () => {
  const files = tarballFiles(INGREDIENTS);
  const archive = writeTar(files, 1_767_225_600);
  assert.equal(readTar(archive).map(({ path, bytes, mode }) => [path, Buffer.from(bytes).toString(), mode]), files.map(({ path, bytes, mode }) => [path, Buffer.from(bytes).toString(), mode]));
  assert.ok(Buffer.from(archive).equals(Buffer.from(writeTar(files, 1_767_225_600))));
  assert.throws(() => readTar(archive.subarray(0, 550)), /cut short/);
  assert.equal(execFileSync('tar', ['-t'], { input: archive, encoding: 'utf8' }).trim().split('\n'), files.map(({ path }) => path));
});

test('Debian: systemd is spoken to only where it runs, remove keeps the journal, purge keeps nothing', () => {
  for (const script of [POSTINST, POSTRM]) assert.match(script, /if \[ -d \/run\/systemd\/system \]; then/);
  assert.match(PRERM, /"\$1" = remove[^]*uninstall --last-word/);
  assert.match(POSTRM, /"\$1" = purge[^]*rm -rf \/var\/lib\/cac-agent[^]*userdel cac-agent/);
  assert.match(control('1.2.3', 4), /^Package: cac-agent\nVersion: 1\.2\.3\nArchitecture: amd64\n/);
  for (const script of [POSTINST, PRERM, POSTRM]) execFileSync('sh', ['-n'], { input: script });
});

test('Windows: command files are ASCII with the line ends of Windows, and pass the arguments on', () => {
  for (const script of [INSTALL_CMD, UNINSTALL_CMD]) {
    assert.match(script, /^[\x20-\x7e\r\n]*$/);
    assert.not.match(script, /[^\r]\n/);
    assert.match(script, /cac-agent\.cjs" (un)?install %\*/);
  }
});

test.run();
