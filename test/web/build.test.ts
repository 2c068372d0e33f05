import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { buildWeb } from '../../web/build.ts';
import { suite } from '../harness.ts';

const test = suite('web build');
const out = mkdtempSync(join(tmpdir(), 'web-'));
const PUBLIC = ['public/sign-in.html', 'public/voucher.html', 'public/guide.html'];
const HTML = [...PUBLIC, 'app/index.html'];
const KB = 1024;

test.before(() => buildWeb(out));
test.after(() => rmSync(out, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(out, path), 'utf8');
const files = (dir: string, end: string): string[] => readdirSync(join(out, dir)).filter((name) => name.endsWith(end));

test('the pages carry no inline script, style or handler: the Content-Security-Policy forbids them', () => {
  for (const path of HTML) {
    const html = read(path);
    assert.not.match(html, /<style|\sstyle\s*=|\son\w+\s*=|javascript:/i, path);
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)) {
      assert.match(attributes!, /src="\/(?:public|app)\//, path);
      assert.is(body, '');
    }
  }
});

test('the script neither evaluates text nor leaves the server it came from', () => {
  for (const dir of ['app', 'public']) {
    for (const name of files(dir, '.js')) {
      const script = read(`${dir}/${name}`);
      assert.not.match(script, /\beval\(|new Function\(/, name);
      const hosts = [...script.matchAll(/https?:\/\/([\w.-]+)/g)].map((m) => m[1]).filter((host) => host !== 'www.w3.org');
      assert.equal(hosts, [], name);
    }
  }
});

test('every file a page names exists, with a hash in its name', () => {
  for (const path of HTML) {
    const named = [...read(path).matchAll(/(?:src|href)="\/([^"]+)"/g)].map((m) => m[1]!).filter((name) => !name.startsWith('api/'));
    assert.ok(named.length >= 3, path);
    for (const name of named) {
      assert.ok(readFileSync(join(out, name)).length > 0, name);
      if (!name.endsWith('favicon.svg')) assert.match(name, /-[A-Za-z0-9]{8}\.(?:js|css|json)$/);
    }
  }
});

test('the main page fetches what its script asks for first while the script loads, and the public pages nothing', () => {
  const early = (path: string): string[] => [...read(path).matchAll(/rel="preload" href="([^"]+)" as="fetch" crossorigin/g)].map((m) => m[1]!);
  assert.equal(early('app/index.html').slice(0, 2), ['/api/v1/fleet', '/api/v1/session']);
  for (const path of PUBLIC) assert.equal(early(path), [], path);
});

test('a stranger fetches nothing of the map', () => {
  assert.equal(files('public', '.json'), []);
  for (const name of files('public', '.js')) assert.not.match(read(`public/${name}`), /leaflet/i);
});

test('the pages of those without an account know no route of the platform but their own', () => {
  const knows = (page: string): string[] => {
    const [, script = ''] = /src="\/public\/([^"]+)"/.exec(read(`public/${page}.html`)) ?? [];
    return [...new Set([...read(`public/${script}`).matchAll(/\/(?:voucher-page|vouchers|machines|sites|fleet|session|accounts|enrol-requests)\b/g)].map((m) => m[0]))].sort();
  };
  assert.equal(knows('guide'), []);
  console.log(`  note: the code’s page knows ${knows('voucher').join(' ')}`);
});

test('the territory is fetched under a name that changes with its content', () => {
  const [name = ''] = files('app', '.json');
  assert.match(name, /^territory-[0-9a-f]{8}\.json$/);
  assert.ok(files('app', '.js').some((script) => read(`app/${script}`).includes(`/app/${name}`)));
});

test('compressed files hold what the plain ones hold', () => {
  for (const name of [...files('app', '.js'), ...files('app', '.css'), 'index.html']) {
    const plain = readFileSync(join(out, 'app', name));
    assert.ok(plain.equals(brotliDecompressSync(readFileSync(join(out, 'app', `${name}.br`)))), name);
    assert.ok(plain.equals(gunzipSync(readFileSync(join(out, 'app', `${name}.gz`)))), name);
  }
});

const firstLoad = (): string[] => [...read('app/index.html').matchAll(/(?:src|modulepreload" href)="\/app\/([^"]+\.js)"/g)].map((m) => m[1]!);

test('what is shown later is fetched later: the calendars are no part of the first load', () => {
  const first = firstLoad();
  const later = files('app', '.js').filter((name) => !first.includes(name));
  assert.ok(later.some((name) => read(`app/${name}`).includes('calendar-cards')));
  for (const name of first) assert.not.match(read(`app/${name}`), /calendar-cards/, name);
});

test('first-load JavaScript stays under 90 KB gzipped, Leaflet included', () => {
  const bytes = firstLoad().reduce((sum, name) => sum + readFileSync(join(out, 'app', `${name}.gz`)).length, 0);
  console.log(`  note: first-load JavaScript ${(bytes / KB).toFixed(1)} KB gzipped`);
  assert.ok(bytes > 0 && bytes <= 90 * KB, `${bytes} bytes`);
});

test.run();
