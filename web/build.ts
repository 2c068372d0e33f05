/**
 * Builds the pages: what strangers may fetch in `public/` (the sign-in page, the technicians' pages), what needs a session in `app/`.
 * File names carry a hash of their content, so that all but the two HTML files may be cached for ever; beside each file
 * lie its compressed forms. The HTML holds no inline script or style: the Content-Security-Policy forbids them.
 */
import { build, type Metafile, type Plugin } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const here = import.meta.dirname;
const TERRITORY = resolve(here, '../seeds/territory/territory.json');
/** Browsers of the PCs in the field: from 2021 on. */
const TARGET = ['es2021', 'chrome92', 'firefox98', 'safari15.4'];
const COMPRESSED = /\.(?:js|css|html|json|svg)$/;

/** Of Leaflet only what the map uses: its map, its tiles, its DOM verbs. The whole would be twice as heavy. */
const leafletParts: Plugin = {
  name: 'leaflet-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^leaflet$/ }, () => ({ path: 'leaflet', namespace: 'leaflet-parts' }));
    onLoad({ filter: /.*/, namespace: 'leaflet-parts' }, () => ({
      resolveDir: here,
      contents: `
        export { Map } from 'leaflet/src/map/index.js';
        export { TileLayer } from 'leaflet/src/layer/tile/TileLayer.js';
        import * as DomUtil from 'leaflet/src/dom/DomUtil.js';
        export { DomUtil };`,
    }));
  },
};

/** What strangers may open. */
const PUBLIC_PAGES = [['sign-in.html', 'sign-in.tsx'], ['voucher.html', 'voucher.tsx'], ['guide.html', 'guide.tsx']] as const;

interface Bundle {
  script: string;
  style: string;
  /** Scripts that the first one cannot begin without. What it fetches later is not among them. */
  shared: string[];
}

/** Bundles one page and tells the names its script and its styles were given. */
async function bundle(entry: string, outDir: string, territory: string): Promise<Bundle> {
  const { metafile } = await build({
    entryPoints: [join(here, entry)],
    outdir: outDir,
    bundle: true,
    minify: true,
    format: 'esm',
    // What only some pages need (calendars, charts) is fetched when it is opened.
    splitting: true,
    chunkNames: 'part-[hash]',
    target: TARGET,
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'dataurl' },
    define: { TERRITORY_PATH: JSON.stringify(`/app/${territory}`) },
    plugins: [leafletParts],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const { outputs } = metafile satisfies Metafile;
  const [path, main] = Object.entries(outputs).find(([, output]) => output.entryPoint?.endsWith(entry))!;
  const shared = new Set<string>();
  const follow = (from: string): void => {
    for (const { path: next, kind } of outputs[from]?.imports ?? []) {
      if (kind !== 'import-statement' || shared.has(next)) continue;
      shared.add(next);
      follow(next);
    }
  };
  follow(path);
  return { script: basename(path), style: basename(main.cssBundle ?? ''), shared: [...shared].map((name) => basename(name)) };
}

/** `early`: what the script is going to ask for at once, fetched while it loads. */
const page = (base: string, { script, style, shared }: Bundle, early: readonly string[] = []): string => `<!doctype html>
<html lang="fr" dir="ltr">
<head>
<meta charset="utf-8">
<title>Constat</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="theme-color" content="#0f5f57">
<link rel="icon" href="/public/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${base}/${style}">
<script type="module" src="${base}/${script}"></script>
${shared.map((name) => `<link rel="modulepreload" href="${base}/${name}">\n`).join('')}${early.map((path) => `<link rel="preload" href="${path}" as="fetch" crossorigin>\n`).join('')}</head>
<body><div id="app"></div></body>
</html>
`;

/** Copies the territory under a name that changes with it. */
async function placeTerritory(outDir: string): Promise<string> {
  if (!existsSync(TERRITORY)) return 'territory.json';
  const bytes = await readFile(TERRITORY);
  const name = `territory-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.json`;
  await writeFile(join(outDir, name), bytes);
  return name;
}

async function compress(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!COMPRESSED.test(name)) continue;
    const path = join(dir, name);
    const bytes = await readFile(path);
    await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  }
}

/** Writes `outDir/public` and `outDir/app`, whole or not at all. Without a territory the map shows the sites on a plain ground. */
export async function buildWeb(outDir: string): Promise<void> {
  const fresh = `${outDir}.${process.pid}`;
  const [publicDir, appDir] = [join(fresh, 'public'), join(fresh, 'app')];
  await rm(fresh, { recursive: true, force: true });
  await mkdir(publicDir, { recursive: true });
  await mkdir(appDir, { recursive: true });
  const territory = await placeTerritory(appDir);
  for (const [html, entry] of PUBLIC_PAGES) await writeFile(join(publicDir, html), page('/public', await bundle(entry, publicDir, territory)));
  await writeFile(join(appDir, 'index.html'), page('/app', await bundle('main.tsx', appDir, territory), ['/api/v1/fleet', '/api/v1/session', `/app/${territory}`]));
  await copyFile(join(here, 'assets/favicon.svg'), join(publicDir, 'favicon.svg'));
  await Promise.all([compress(publicDir), compress(appDir)]);
  // Another server may read the pages at this moment: it finds the old ones or the new ones.
  for (let tries = 1; ; tries += 1) {
    await rm(outDir, { recursive: true, force: true });
    try {
      return await rename(fresh, outDir);
    } catch (error) {
      // Two builders at once: the other one was quicker by a hair, with the same pages.
      if (tries === MOVES || !TAKEN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

const MOVES = 20;
const TAKEN: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST']);
