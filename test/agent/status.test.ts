/** The last line of `cac-agent status`: what a technician acts on. */
import * as assert from 'uvu/assert';
import { textsFor } from '@cac/agent/cli/texts.ts';
import { judge, type StatusDocument, type Verdict } from '@cac/agent/service/status.ts';
import { LINK_LAYERS } from '@cac/shared/states.ts';
import { suite } from '../harness.ts';

const test = suite('status');
const NOW = 1_000_000_000;
const MINUTE = 60_000;
const well: StatusDocument = {
  pid: 1, version: '1', startedAt: 0, now: NOW, machine: 'm', site: { id: 'S', name: 'S' }, server: 's', mqtt: 's', connection: 'ready', lastFailure: null, refusal: null,
  lastAckAt: NOW - MINUTE, firstAckAt: 0, roundTripMs: 5, backlog: 0, lo: 1, hi: 9, journalBytes: 9, flags: [], link: 'ok', interface: 'wired', probes: {}, probedAt: NOW, bytesToday: 0,
  bytesTotal: 0, badAcks: 0, held: false, configVersion: 1, keepaliveS: 60, batchEveryMs: 20 * MINUTE, capMb: null, postponed: null,
};
const ok = (but: Extract<Verdict, { ok: true }>['but'] = null): Verdict => ({ ok: true, but });
const todo = (what: Extract<Verdict, { ok: false }>['todo']): Verdict => ({ ok: false, todo: what });
const down = { connection: 'idle', lastAckAt: null } as const;

const CASES: [string, Partial<StatusDocument> | null, Verdict][] = [
  ['nothing runs', null, todo('start')],
  ['all is well', {}, ok()],
  ['the link was not tried yet', { link: null }, ok()],
  ['only the server’s probe fails, and the server answers', { link: 'server' }, ok()],
  ['the server answers, names do not resolve', { link: 'dns' }, ok('dns')],
  ['the server answers, a sign-in page stands before the rest', { link: 'portal' }, ok('portal')],
  ['it failed before, and is connected', { lastFailure: 'timeout' }, ok()],
  ['the last receipt is of a quarter of an hour ago', { lastAckAt: NOW - 15 * MINUTE, lastFailure: 'no_ack' }, todo('server')],
  ['withdrawn comes before all else', { refusal: 'revoked', held: true, flags: ['disk_full'] }, todo('revoked')],
  ['unknown', { refusal: 'unknown' }, todo('unknown')],
  ['too old', { refusal: 'upgrade' }, todo('upgrade')],
  ['the disk is full though the server answers', { flags: ['disk_full'] }, todo('disk')],
  ['a copy though the server answers', { held: true }, todo('held')],
  ['it has just started', { ...down }, todo('wait')],
  ['a wrong secret', { ...down, lastFailure: 'not_authorized' }, todo('login')],
  ['revoked at CONNECT', { ...down, lastFailure: 'revoked' }, todo('revoked')],
  ['a captive portal', { ...down, lastFailure: 'captive_or_proxy' }, todo('portal')],
  ['a proxy that wants a name', { ...down, lastFailure: 'proxy_auth_required' }, todo('proxy')],
  ['an expired certificate', { ...down, lastFailure: 'tls_error CERT_HAS_EXPIRED' }, todo('tls')],
  ['no way to the Internet', { ...down, lastFailure: 'timeout', link: 'gateway' }, todo('network')],
  ['the Internet works', { ...down, lastFailure: 'timeout', link: 'ok' }, todo('server')],
];
for (const [name, facts, expected] of CASES) test(name, () => assert.equal(judge(facts && { ...well, ...facts }), expected));

test('what people here lack is said of each layer, in both languages, and differs', () => {
  const layers = LINK_LAYERS.filter((layer) => layer !== 'server');
  for (const language of ['fr', 'en']) {
    const said = layers.map((layer) => textsFor(language, {}).but(layer));
    assert.is(new Set(said).size, layers.length);
    for (const line of said) assert.match(line, /^Attention ?: .+\(.{10,}\)\. .+\.$/);
  }
});

test.run();
