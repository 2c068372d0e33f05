/** An installation without a link: the answers are kept, and the agent that runs gets its identity by itself. The built bundle, and a small platform. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { bundleAgent } from '@cac/agent/bundle.ts';
import { keepRequest, readKeptRequest } from '@cac/agent/install/kept-request.ts';
import { isUninstalling } from '@cac/agent/install/last-word.ts';
import { mayBeState } from '@cac/agent/install/state-directory.ts';
import { readIdentity, writePrivate } from '@cac/agent/uplink/identity.ts';
import { suite } from '../harness.ts';
import { until } from '../until.ts';

const test = suite('enrolment without a link');

const MACHINE = 'abcdefghij0123456789';
const SITE = { id: 'CAC-1', name: 'Maison des jeunes' };
let home = '';
let bundle = '';
let platform: Server;
let server = '';
let answers: 'enrolled' | 'pending' | 'nothing' = 'nothing';
let fingerprints: (string | null)[][] = [];

test.before(async () => {
  home = mkdtempSync(join(tmpdir(), 'cac-later-'));
  bundle = join(home, 'cac-agent.cjs');
  await bundleAgent(bundle);
  platform = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      if (request.method === 'GET' || answers === 'nothing') return void request.socket.destroy();
      response.setHeader('content-type', 'application/json');
      if (request.url === '/api/v1/enrol/check') return void response.end(JSON.stringify({ site: SITE, salt: 'sel' }));
      fingerprints.push((JSON.parse(text) as { fp: (string | null)[] }).fp);
      if (answers === 'pending') return void response.writeHead(202).end(JSON.stringify({ pending: true, why: 'used_up', site: SITE, retryS: 60 }));
      response.end(JSON.stringify({ machine: MACHINE, site: SITE, mqtt: { host: null, port: 9, tls: false }, dbi: 'db1' }));
    });
  });
  await new Promise<void>((ready) => void platform.listen(0, '127.0.0.1', ready));
  server = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
});

test.after(() => {
  platform.closeAllConnections();
  platform.close();
  rmSync(home, { recursive: true, force: true });
});

interface Started {
  out(): string;
  ended: Promise<number | null>;
  stop(): void;
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [bundle, ...args, '--lang', 'en'], { env: { PATH: process.env['PATH'] ?? '', CAC_PROBE_TARGETS: '127.0.0.1:9' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk));
  return { out: () => out, ended: new Promise((done) => child.on('close', (code) => done(code))), stop: () => void child.kill('SIGTERM') };
}

const kept = (name: string): string => {
  const dir = join(home, name);
  keepRequest(dir, { server, voucher: '0000111122223333', hardware: ['an id of a PC', 'SERIAL-OF-BOARD', null] });
  return dir;
};

test('the kept answers are the owner\'s alone, and read as they were written', () => {
  const dir = kept('files');
  assert.equal(readKeptRequest(dir), { server, voucher: '0000111122223333', hardware: ['an id of a PC', 'SERIAL-OF-BOARD', null] });
  assert.equal([statSync(dir).mode & 0o777, statSync(join(dir, 'enrol-request.json')).mode & 0o777], [0o700, 0o600]);
  writePrivate(join(dir, 'enrol-request.json'), '{"v":1,');
  assert.is(readKeptRequest(dir), null);
});

test('while nobody answers, run waits and status says so; once somebody does, it goes on with its identity', async () => {
  const dir = kept('no-link');
  answers = 'nothing';
  const waiting = start('run', '--dir', dir, '--eager');
  await until('it has tried', () => waiting.out().includes('not enrolled yet: server_unreachable'));
  const status = start('status', '--dir', dir);
  assert.is(await status.ended, 1);
  assert.match(status.out(), /waiting for the server .* \(last try: unreachable: server_unreachable\)\nnot OK: not enrolled yet: waiting for the server/);
  const second = start('run', '--dir', dir, '--eager');
  assert.is(await second.ended, 3, 'A-10: a second one is told that the first is there');
  waiting.stop();
  assert.is(await waiting.ended, 0);
  answers = 'enrolled';
  const running = start('run', '--dir', dir, '--eager');
  await until('it runs', () => running.out().includes(`started: machine ${MACHINE}`));
  assert.equal([readIdentity(dir)?.machine, existsSync(join(dir, 'enrol-request.json'))], [MACHINE, false]);
  running.stop();
  assert.is(await running.ended, 0);
});

test('beyond the voucher\'s uses it waits for the coordinator, and stays without identity', async () => {
  const dir = kept('pending');
  answers = 'pending';
  const waiting = start('run', '--dir', dir, '--eager');
  await until('it has asked', () => waiting.out().includes('not enrolled yet: enrol_pending'));
  assert.match(waiting.out(), /next in (6|7)\d s/);
  assert.is(readIdentity(dir), null);
  waiting.stop();
  assert.is(await waiting.ended, 0);
});

test('what only the installer could read goes into the fingerprint', async () => {
  const dir = kept('hardware');
  answers = 'enrolled';
  fingerprints = [];
  const running = start('run', '--dir', dir, '--eager');
  await until('it runs', () => running.out().includes('started: machine'));
  running.stop();
  await running.ended;
  assert.match(fingerprints[0]![1] ?? '', /^[0-9a-f]{64}$/);
});

test('a directory with other things in it is nobody\'s state', () => {
  const dir = mkdtempSync(join(home, 'other-'));
  assert.ok(mayBeState(join(dir, 'new')) && mayBeState(dir));
  writePrivate(join(dir, 'thesis.odt'), 'years of work');
  assert.not(mayBeState(dir));
  writePrivate(join(dir, 'identity.json'), '{}');
  assert.ok(mayBeState(dir));
});

test('D-12: an agent that is told to stop while it is uninstalled says so, and only then', async () => {
  for (const [name, uninstalling] of [['uninstalled', true], ['stopped', false]] as const) {
    const dir = kept(name);
    answers = 'enrolled';
    const running = start('run', '--dir', dir, '--eager');
    await until('it runs', () => running.out().includes('started: machine'));
    if (uninstalling) writePrivate(join(dir, 'uninstalling'), '');
    running.stop();
    assert.is(await running.ended, 0);
    const shown = start('show-data', '--dir', dir);
    await shown.ended;
    assert.match(shown.out(), uninstalling ? /"stop",[^]*"why": "uninstall"/ : /"agent_stop"/);
    if (uninstalling) assert.ok(isUninstalling(dir));
  }
});

test.run();
