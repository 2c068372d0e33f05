/**
 * `npm run package`: what a technician installs from, into dist/packages: Debian package, Linux tarball, Windows zip, the bundle
 * alone, and packages.json, which the server reads. The same sources make the same bytes (dpkg-deb's and zlib's versions apart).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { bundleAgent } from '../agent/bundle.ts';
import { AGENT_VERSION } from '../agent/core/version.ts';
import { debianDocs, linuxProgram, tarballFiles, zipFiles, type Ingredients } from './package/contents.ts';
import { buildDeb, debianFiles } from './package/debian.ts';
import { bundledLicences } from './package/licences.ts';
import { fetchPinned, NODE_VERSION, PINS } from './package/runtime.ts';
import { writeTar, type PackedFile } from './package/tar.ts';

const root = resolve(import.meta.dirname, '..');

/** As the server reads it. `bytes`: of the file to download. */
export interface PackageList {
  version: string;
  items: { file: string; platform: 'debian' | 'linux' | 'windows' | 'any'; bytes: number; sha256: string }[];
}

type Item = PackageList['items'][number];

/** The time of every file inside, in seconds: 2026-01-01, or what SOURCE_DATE_EPOCH says. */
const MTIME = Number(process.env['SOURCE_DATE_EPOCH'] ?? Date.UTC(2026, 0, 1) / 1000);

export async function buildPackages(to: string, say: (line: string) => void): Promise<PackageList> {
  const version = AGENT_VERSION;
  mkdirSync(to, { recursive: true });
  const bundlePath = join(to, `cac-agent-${version}.cjs`);
  const ingredients = await gather(bundlePath);
  const names = { deb: `cac-agent_${version}_amd64.deb`, tarball: `cac-agent-${version}-linux-x64.tar.gz`, zip: `cac-agent-${version}-win-x64.zip` };
  const items: Item[] = [];
  const add = (file: string, platform: Item['platform'], files: readonly PackedFile[]): void => {
    const bytes = readFileSync(join(to, file));
    items.push({ file, platform, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    const installed = files.reduce((sum, each) => sum + each.bytes.length, 0);
    say(`${file}  ${megabytes(bytes.length)} to download, ${megabytes(installed)} installed`);
  };

  const debian = debianFiles(linuxProgram(ingredients), debianDocs(ingredients));
  rmSync(join(to, names.deb), { force: true });
  if (hasDpkgDeb()) {
    await buildDeb(join(to, names.deb), version, debian, MTIME);
    add(names.deb, 'debian', debian);
  } else say(`skipped: ${names.deb}: dpkg-deb is not here (apt-get install dpkg-dev, or build on Debian or Ubuntu)`);
  const tarball = tarballFiles(ingredients);
  writeWhole(join(to, names.tarball), gzipSync(writeTar(tarball, MTIME), { level: 9 }));
  add(names.tarball, 'linux', tarball);
  const zip = zipFiles(ingredients);
  // A local time: the zip's clock knows no zone.
  writeWhole(join(to, names.zip), zipSync(Object.fromEntries(zip.map(({ path, bytes }) => [path, bytes])), { level: 9, mtime: new Date(2026, 0, 1) }));
  add(names.zip, 'windows', zip);
  add(`cac-agent-${version}.cjs`, 'any', [{ path: bundlePath, bytes: ingredients.bundle, mode: 0o644 }]);

  const list: PackageList = { version, items };
  writeWhole(join(to, 'packages.json'), `${JSON.stringify(list, null, 2)}\n`);
  return list;
}

async function gather(bundlePath: string): Promise<Ingredients> {
  const cache = join(root, 'node_modules', '.cache', 'cac-packages');
  mkdirSync(cache, { recursive: true });
  const inputs = await bundleAgent(bundlePath);
  const [linux, windows, nssm] = await Promise.all([fetchPinned(PINS.linux, cache), fetchPinned(PINS.windows, cache), fetchPinned(PINS.nssm, cache)]);
  const of = (files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array => {
    const bytes = files.get(path);
    if (!bytes) throw new Error(`registry: a pinned package has no ${path}`);
    return bytes;
  };
  return {
    version: AGENT_VERSION,
    bundle: readFileSync(bundlePath),
    linuxNode: of(linux, 'bin/node'),
    windowsNode: of(windows, 'bin/node.exe'),
    nssm: of(nssm, 'nssm.exe'),
    ownLicence: readFileSync(join(root, 'LICENSE')),
    nodeLicence: of(linux, 'LICENSE'),
    bundledLicences: bundledLicences(inputs),
  };
}

/** Whoever downloads meanwhile gets the old file or the new one. */
function writeWhole(path: string, bytes: Uint8Array | string): void {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const hasDpkgDeb = (): boolean => (process.env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, 'dpkg-deb')));

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const startedAt = performance.now();
  const to = join(root, 'dist', 'packages');
  console.log(`Node ${NODE_VERSION} from the registry, checked against its pinned integrity`);
  await buildPackages(to, console.log);
  console.log(`in ${to}, ${Math.round((performance.now() - startedAt) / 1000)} s`);
}
