/**
 * Test files as plain JavaScript, one beside the other with what they share: Node runs them without a loader, in a third of the time.
 * Our own files and packages of hundreds of small files are taken in; other packages stay where they are.
 */
import { build, type Plugin } from 'esbuild';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');
const TAKEN_IN = /^(kysely|valibot|hono|@hono\/.+|uvu|preact|preact-render-to-string|@preact\/.+)(\/|$)/;
const RESOLVING = Symbol('resolving');

/** A file still knows where it stands. */
const ownPlaces: Plugin = {
  name: 'own places',
  setup(b) {
    b.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const contents = text.replaceAll('import.meta.dirname', JSON.stringify(dirname(path))).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

const packages: Plugin = {
  name: 'packages',
  setup(b) {
    b.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === RESOLVING || path.startsWith('@cac/') || path.startsWith('node:') || TAKEN_IN.test(path)) return undefined;
      const found = await b.resolve(path, { resolveDir, kind, pluginData: RESOLVING });
      return found.errors.length > 0 || found.external ? { path, external: true } : { path: found.path, external: true };
    });
  },
};

const all = join(root, 'dist', 'test');
const own = join(all, String(process.pid));

function isRunning(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

/** What this run made, and what runs left that were killed. */
export async function dropBundles(): Promise<void> {
  await mkdir(all, { recursive: true });
  for (const pid of await readdir(all)) if (pid === String(process.pid) || !isRunning(pid)) await rm(join(all, pid), { recursive: true, force: true });
}

/** `files` relative to the root; returns where each stands now. */
export async function bundleTests(files: readonly string[]): Promise<Map<string, string>> {
  await dropBundles();
  await build({
    entryPoints: files.map((file) => join(root, file)),
    outdir: own,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'error',
    plugins: [ownPlaces, packages],
  });
  return new Map(files.map((file) => [file, join(own, file.replace(/\.ts$/, '.mjs'))]));
}
