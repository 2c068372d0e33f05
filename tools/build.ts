/**
 * Builds what runs: the web pages (dist/web), the agent in one file (dist/agent/cac-agent.cjs) and the server in one
 * file beside its packages (server/dist/main.mjs). Under a second; done anew at each start, so that nothing is stale.
 */
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleAgent } from '../agent/bundle.ts';
import { buildWeb } from '../web/build.ts';

const root = resolve(import.meta.dirname, '..');

export const BUILT = {
  web: join(root, 'dist', 'web'),
  agent: join(root, 'dist', 'agent', 'cac-agent.cjs'),
  server: join(root, 'server', 'dist', 'main.mjs'),
} as const;

export async function buildAll(): Promise<void> {
  mkdirSync(join(root, 'dist', 'agent'), { recursive: true });
  await Promise.all([
    buildWeb(BUILT.web),
    bundleAgent(BUILT.agent),
    build({
      entryPoints: [join(root, 'server', 'main.ts')],
      outfile: BUILT.server,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      // Packages stay packages: some hold native code.
      plugins: [{ name: 'packages', setup: (b) => b.onResolve({ filter: /^[^./]/ }, ({ path }) => (path.startsWith('@cac/') ? undefined : { path, external: true })) }],
      nodePaths: [join(root, 'server', 'node_modules')],
    }),
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const startedAt = performance.now();
  await buildAll();
  console.log(`built in ${Math.round(performance.now() - startedAt)} ms`);
}
