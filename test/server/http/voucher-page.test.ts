/** What a voucher's code opens without an account: its page and the packages, and nothing else. */
import * as assert from 'uvu/assert';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NewVoucher } from '@cac/shared/api.ts';
import type { VoucherPage } from '@cac/shared/field.ts';
import { checkOf } from '@cac/server/core/arrival.ts';
import { qrOf } from '@cac/server/core/qr.ts';
import { rangeOf } from '@cac/server/core/range.ts';
import { reachedAt } from '@cac/server/core/reached-at.ts';
import { createLog } from '@cac/server/log.ts';
import { startServer, type RunningServer } from '@cac/server/server.ts';
import { temporaryDir } from '../../databases.ts';
import { enrolRequest, siteDraft } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { BYTES, DEB, packageRoot, SUM, VERSION } from '../../package-root.ts';
import { PASSWORD, testConfig } from '../../running-server.ts';

const test = suite('voucher page');
const root = packageRoot();
let server: RunningServer;
let base = '';
let cookie = '';

test.before(async () => {
  server = await startServer(testConfig({ dataDir: temporaryDir('voucher-page') }), createLog('silent'), root);
  base = `http://127.0.0.1:${server.httpPort}`;
  const session = await send('/api/v1/session', { name: 'admin', password: PASSWORD });
  cookie = session.headers.getSetCookie()[0]!.split(';')[0]!;
  assert.is((await send('/api/v1/sites', siteDraft('RAB-7', { name: 'Maison de jeunes', nameAr: 'دار الشباب' } as never))).status, 201);
});
test.after(async () => {
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

const send = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}), ...headers }, body: JSON.stringify(body) });
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> => fetch(base + path, { method, headers });
const stranger = (voucher: string): Promise<Response> => fetch(`${base}/api/v1/voucher-page`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ voucher }) });
const issue = async (uses: number): Promise<NewVoucher> => (await send('/api/v1/vouchers', { siteId: 'RAB-7', uses, days: 10 })).json() as Promise<NewVoucher>;

test('a code opens its page without an account: the place in both languages, the packages, who arrived, who waits', async () => {
  const { code } = await issue(1);
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  for (const name of ['PC 1', 'PC 2']) await send('/api/v1/enrol', enrolRequest(code, { name }));
  const answer = await stranger(typed);
  assert.is(answer.status, 200);
  assert.is(answer.headers.get('cache-control'), 'no-store');
  const page = (await answer.json()) as VoucherPage;
  assert.equal(page.site, { id: 'RAB-7', name: 'Maison de jeunes', nameAr: 'دار الشباب' });
  assert.equal([page.uses, page.used, page.version, page.server], [1, 1, VERSION, base]);
  assert.equal(page.packages, [{ file: DEB, platform: 'debian', bytes: BYTES.length, sha256: SUM }]);
  assert.equal(page.arrived.map(({ name, check, lastAt }) => [name, check, lastAt]), [['PC 1', 'silent', null]]);
  assert.equal(page.waiting.map(({ name, why }) => [name, why]), [['PC 2', 'used_up']]);
  assert.equal(page.qr, qrOf(`${base}/v#${code}`));
  assert.equal(Object.keys(page).sort(), ['arrived', 'at', 'expiresAt', 'packages', 'qr', 'server', 'site', 'used', 'uses', 'version', 'waiting']);
});

test('a PC that was revoked is not among those that arrived', async () => {
  const { code } = await issue(2);
  const { machine } = (await (await send('/api/v1/enrol', enrolRequest(code, { name: 'PC gone' }))).json()) as { machine: string };
  await fetch(`${base}/api/v1/machines/${machine}`, { method: 'DELETE', headers: { cookie } });
  assert.equal(((await (await stranger(code)).json()) as VoucherPage).arrived, []);
});

test('unknown, malformed and revoked codes are answered alike, and nothing else opens by a code', async () => {
  const { id, code } = await issue(1);
  await fetch(`${base}/api/v1/vouchers/${id}`, { method: 'DELETE', headers: { cookie } });
  const refusals = await Promise.all([code, 'ABCD-EFGH-JKMN-PQRS', 'nonsense'].map(async (one) => {
    const answer = await stranger(one);
    const { error } = (await answer.json()) as { error: Record<string, unknown> };
    return JSON.stringify([answer.status, { ...error, requestId: '' }]);
  }));
  assert.is(new Set(refusals).size, 1);
  assert.match(refusals[0]!, /403.*voucher_refused/);
  for (const path of ['/api/v1/vouchers', '/api/v1/machines', '/api/v1/sites/RAB-7', '/api/v1/fleet']) assert.is((await ask(path)).status, 401, path);
});

test('another site’s page cannot ask in a browser’s name', async () => {
  const answer = await fetch(`${base}/api/v1/voucher-page`, { method: 'POST', headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' }, body: JSON.stringify({ voucher: 'A' }) });
  assert.is(answer.status, 403);
});

test('a package is downloaded by anybody, whole or from where it broke off, and checked by its sum', async () => {
  const path = `/packages/${DEB}`;
  const whole = await ask(path);
  assert.equal([whole.status, whole.headers.get('content-length'), whole.headers.get('etag'), whole.headers.get('accept-ranges')], [200, '100000', `"${SUM}"`, 'bytes']);
  assert.is(createHash('sha256').update(Buffer.from(await whole.arrayBuffer())).digest('hex'), SUM);
  const rest = await ask(path, { range: 'bytes=60000-', 'if-range': `"${SUM}"` });
  assert.equal([rest.status, rest.headers.get('content-range')], [206, 'bytes 60000-99999/100000']);
  assert.ok(Buffer.from(await rest.arrayBuffer()).equals(BYTES.subarray(60_000)));
  assert.is((await ask(path, { range: 'bytes=60000-', 'if-range': '"another"' })).status, 200, 'a file that changed is sent whole');
  assert.equal([(await ask(path, { range: 'bytes=100000-' })).status, (await ask(path, { 'if-none-match': `"${SUM}"` })).status], [416, 304]);
  const head = await ask(path, {}, 'HEAD');
  assert.equal([head.status, head.headers.get('content-length'), (await head.text()).length], [200, '100000', 0]);
});

test('only what the build listed is served', async () => {
  for (const name of ['secret.txt', 'packages.json', '..%2Fagent%2Fcac-agent.cjs', '%2e%2e%2fweb%2fapp%2findex.html', 'cac-agent.cjs', '']) assert.ok([404, 401].includes((await ask(`/packages/${name}`)).status), name);
});

test('without packages the bare agent is offered, and nothing when that was not built either', async () => {
  const { code } = await issue(1);
  const listed = async (): Promise<string[]> => ((await (await stranger(code)).json()) as VoucherPage).packages.map(({ file, platform }) => `${platform} ${file}`);
  rmSync(join(root, 'dist/packages/packages.json'));
  assert.equal(await listed(), ['any cac-agent.cjs']);
  assert.is(await (await ask('/packages/cac-agent.cjs')).text(), '// the agent');
  assert.is((await ask(`/packages/${DEB}`)).status, 404);
  rmSync(join(root, 'dist/agent/cac-agent.cjs'));
  assert.equal(await listed(), []);
});

test('the QR code is drawn whole: three eyes in its corners, the timing between them, a white rim', () => {
  const { side, path } = qrOf('https://parc.example.ma/v#ABCD-EFGH-JKMN-PQRS');
  const dark = new Set<string>();
  for (const [, x, y, wide] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < Number(wide); i += 1) dark.add(`${Number(x) + i},${y}`);
  assert.is((side - 8 - 17) % 4, 0, 'a size that QR codes have');
  const EYE = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];
  const last = side - 4 - 7;
  for (const [left, top] of [[4, 4], [last, 4], [4, last]] as const) for (const [y, row] of EYE.entries()) for (const [x, is] of [...row].entries()) assert.is(dark.has(`${left + x},${top + y}`), is === '1', `${left + x},${top + y}`);
  for (let i = 8; i < side - 8 - 8; i += 1) assert.is(dark.has(`${i + 4},10`), i % 2 === 0, `timing ${i}`);
  for (const at of dark) for (const n of at.split(',').map(Number)) assert.ok(n >= 4 && n < side - 4, 'nothing in the rim');
});

test('ranges', () => {
  const cases: [string | undefined, unknown][] = [
    [undefined, 'whole'], ['bytes=0-', { from: 0, to: 9 }], ['bytes=3-5', { from: 3, to: 5 }], ['bytes=3-500', { from: 3, to: 9 }], ['bytes=-4', { from: 6, to: 9 }], ['bytes=-400', { from: 0, to: 9 }],
    ['bytes=10-', 'unsatisfiable'], ['bytes=-0', 'unsatisfiable'], ['bytes=5-3', 'whole'], ['bytes=0-1,4-5', 'whole'], ['lines=1-2', 'whole'], ['bytes=-', 'whole'],
  ];
  for (const [header, expected] of cases) assert.equal(rangeOf(header, 10), expected, String(header));
});

test('the address people are told: the configured one, else the one the browser used', () => {
  assert.is(reachedAt('https://parc.example.ma', 'evil.example', true), 'https://parc.example.ma');
  assert.is(reachedAt('http://localhost:8080', '10.0.0.5:8080', false), 'http://10.0.0.5:8080');
  assert.is(reachedAt('http://localhost:8080', 'a b"<', false), 'http://localhost:8080');
  assert.is(reachedAt('http://127.0.0.1:0', undefined, false), 'http://127.0.0.1:0');
});

test('how an arrived PC does, in a word', () => {
  assert.is(checkOf({ kind: 'on', link: 'ok' }, []), 'ok');
  assert.is(checkOf({ kind: 'on', link: 'server' }, ['clock_skew']), 'ok');
  assert.is(checkOf({ kind: 'on', link: 'dns' }, []), 'failing');
  assert.is(checkOf({ kind: 'on', link: 'ok' }, ['disk_full']), 'failing');
  for (const state of [{ kind: 'unseen' }, { kind: 'off', how: 'clean' }, { kind: 'unreachable' }] as const) assert.is(checkOf(state, []), 'silent');
});

test('failed codes are counted per address, enrolment and page together: the twenty-first must wait', async () => {
  let last = 0;
  for (let i = 0; i < 25 && last !== 429; i += 1) last = (await stranger('ABCD-EFGH-JKMN-PQRT')).status;
  assert.is(last, 429);
  assert.is((await send('/api/v1/enrol/check', { voucher: 'ABCD-EFGH-JKMN-PQRT' })).status, 429);
});

test.run();
