/** The rules of ARCHITECTURE.md that a machine can check: who imports whom, what core may not know, what every suite does. */
import * as assert from 'uvu/assert';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { suite } from './harness.ts';

const test = suite('conventions');
const root = resolve(import.meta.dirname, '..');
const PACKAGES = ['shared', 'agent', 'server', 'web', 'seeds', 'test', 'tools', 'bench'];

interface Source {
  file: string;
  text: string;
  imports: { name: string; typeOnly: boolean }[];
}

const IMPORT = /^(?:import|export)\s+(type\s)?[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

const sources: Source[] = PACKAGES.flatMap((name) =>
  readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(ts|tsx|mjs)$/.test(f) && !f.endsWith('.d.ts') && !/(^|\/)(node_modules|dist|out)\//.test(f))
    .map((f) => {
      const text = readFileSync(join(root, name, f), 'utf8');
      const imports = [...text.matchAll(IMPORT)].map((m) => ({ name: (m[2] ?? m[3] ?? m[4])!, typeOnly: m[1] !== undefined }));
      return { file: `${name}/${f.replaceAll('\\', '/')}`, text, imports };
    }),
);

/** Where an import leads: a path in the repository, or the package's name. */
function target(file: string, name: string): string {
  if (name.startsWith('@cac/')) return name.slice('@cac/'.length);
  return name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)).replaceAll('\\', '/') : `npm:${name}`;
}

// from (a file's beginning) -> what it may import of ours. The first line that fits counts.
const ALLOWED: [from: RegExp, to: RegExp[]][] = [
  [/^shared\//, [/^shared\//]],
  [/^server\/core\//, [/^shared\//, /^server\/core\//]],
  [/^server\/store\//, [/^shared\//, /^server\/core\//, /^server\/store\//]],
  [/^server\/usecases\//, [/^shared\//, /^server\/(core|store|usecases)\//]],
  [/^server\/(broker|http|channels)\//, [/^shared\//, /^server\/(core|store|usecases)\//, /^server\/log\.ts/]],
  [/^server\//, [/^shared\//, /^server\//]],
  [/^agent\/core\//, [/^shared\//, /^agent\/core\//]],
  [/^agent\/journal\//, [/^shared\//, /^agent\/(core|journal)\//]],
  [/^agent\//, [/^shared\//, /^agent\//]],
  [/^web\/state\//, [/^shared\//, /^web\/(state|api|i18n|words)/]],
  [/^web\/map\//, [/^shared\//, /^web\/(map|state|i18n)\//]],
  [/^web\//, [/^shared\//, /^web\//]],
  [/^seeds\//, [/^shared\//, /^agent\/(core|journal)\//, /^seeds\//]],
  [/^(test|tools|bench)\//, [/./]],
];

test('each folder imports only what it may', () => {
  const wrong: string[] = [];
  for (const { file, imports } of sources) {
    const [, allowed] = ALLOWED.find(([from]) => from.test(file))!;
    for (const { name } of imports) {
      const to = target(file, name);
      if (to.startsWith('npm:')) continue;
      const sameAdapter = /^server\/(broker|http|channels)\//.exec(file)?.[0];
      if (!allowed.some((rule) => rule.test(to)) && !(sameAdapter && to.startsWith(sameAdapter))) wrong.push(`${file} imports ${to}`);
    }
  }
  assert.equal(wrong, []);
});

// A package, and the only place that may know it.
const ONLY: [name: RegExp, where: RegExp][] = [
  [/^kysely$/, /^server\/store\//],
  [/^better-sqlite3$/, /^server\/store\//],
  [/^pg$/, /^server\/store\//],
  [/^aedes$/, /^server\/broker\//],
  [/^hono(\/|$)|^@hono\//, /^server\/http\//],
  [/^leaflet$/, /^web\/map\//],
  [/^mqtt$/, /^agent\/uplink\/|^seeds\/simulator\/|^server\/broker\//],
];

test('each technology is known in one folder only', () => {
  const wrong: string[] = [];
  for (const { file, imports } of sources) {
    if (/^(test|tools|bench)\//.test(file)) continue;
    for (const { name } of imports) for (const [pack, where] of ONLY) if (pack.test(name) && !where.test(file)) wrong.push(`${file} imports ${name}`);
  }
  assert.equal(wrong, []);
});

const CORE = /^(server|agent)\/core\/|^agent\/journal\/(format|crc32c|runs)\.ts|^web\/state\/(fleet|filter|sorting|territory)\.ts|^shared\//;
const IMPURE = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomBytes\(|\brandomInt\(|\brandomUUID\(|\bperformance\.now\(|\bset(Timeout|Interval|Immediate)\(|\bprocess\.(env|hrtime|uptime)|\bawait\b|\bfetch\(|\bconsole\./;
/** Computation, not input or output. */
const PURE_BUILTINS = new Set(['node:crypto', 'node:zlib', 'node:buffer']);

test('core knows no clock, no randomness, no I/O, and waits for nothing', () => {
  const wrong: string[] = [];
  for (const { file, text, imports } of sources) {
    if (!CORE.test(file)) continue;
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const found = IMPURE.exec(code);
    if (found) wrong.push(`${file}: ${found[0]}`);
    for (const { name, typeOnly } of imports) {
      const builtin = name.startsWith('node:') || builtinModules.includes(name);
      if (builtin && !typeOnly && !PURE_BUILTINS.has(name)) wrong.push(`${file} imports ${name}`);
    }
  }
  assert.equal(wrong, []);
});

test('every suite runs: its file is found by the runner, and calls run() on each suite it makes', () => {
  const wrong: string[] = [];
  for (const { file, text } of sources) {
    if (!file.startsWith('test/') || file === 'test/harness.ts' || file === 'test/conventions.test.ts') continue;
    const suites = [...text.matchAll(/(?:const|let) (\w+) = suite\(/g)].map((m) => m[1]!);
    const isTest = /\.(test|long)\.ts$/.test(file);
    if (suites.length > 0 && !isTest) wrong.push(`${file} makes a suite but is no .test.ts or .long.ts`);
    if (isTest && suites.length === 0) wrong.push(`${file} makes no suite`);
    for (const name of suites) if (!new RegExp(`\\b${name}\\.run\\(\\)`).test(text)) wrong.push(`${file}: ${name}.run() is missing`);
    if (/from 'uvu'/.test(text)) wrong.push(`${file} uses uvu without the harness`);
    if (/\.(only|skip)\(/.test(text)) wrong.push(`${file} leaves tests out`);
  }
  assert.equal(wrong, []);
});

test('migrations are numbered from 1 without holes and import nothing of the application', () => {
  const files = readdirSync(join(root, 'server/store/migrations')).filter((f) => f !== 'index.ts').toSorted();
  assert.equal(files.map((f) => Number(f.slice(0, 4))), files.map((_, i) => i + 1));
  for (const { file, imports } of sources) {
    if (file.startsWith('server/store/migrations/0')) assert.equal(imports.map((i) => i.name), ['./index.ts'], file);
  }
});

test('dependencies are pinned exactly', () => {
  for (const name of ['.', ...PACKAGES]) {
    let manifest: Record<string, Record<string, string>>;
    try {
      manifest = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));
    } catch {
      continue;
    }
    for (const [dependency, version] of Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] })) {
      assert.match(version, /^(\d+\.\d+\.\d+(-[\w.]+)?|workspace:\*)$/, `${name}: ${dependency}`);
    }
  }
});

test('no file is named for what everything could be', () => {
  const vague = sources.filter(({ file }) => /(^|\/)(utils?|helpers?|common|misc|manager)(\.|\/)/i.test(file)).map((s) => s.file);
  assert.equal(vague, []);
});

test.run();
