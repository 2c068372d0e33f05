/**
 * The agent as one CommonJS file: `node cac-agent.cjs run --dir D`. What mqtt.js carries for browsers, WebSockets and proxies is
 * left out, since loaded code is most of an idle agent's memory.
 */
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import * as valibot from 'valibot';

/** Modules of mqtt.js that plain TCP and TLS do not need, each replaced by the least that works. */
const REPLACED: Record<string, string> = {
  // The package's index also loads every transport; only its client is used.
  mqtt: `module.exports = { MqttClient: require('mqtt/lib/client').default };`,
  'readable-stream': `module.exports = require('node:stream');`,
  debug: `const quiet = () => {}; module.exports = () => quiet;`,
  // The schemas in shared/ are built when their modules load; the agent checks what it reads by hand (core/ack.ts) and never asks them.
  valibot: `/* @__NO_SIDE_EFFECTS__ */ function nothing() { return nothing; } export { ${Object.keys(valibot).map((name) => `nothing as ${name}`).join(', ')} };`,
  'worker-timers': `module.exports = globalThis;`,
};

const lean: Plugin = {
  name: 'lean-mqtt',
  setup(b) {
    const exact = new RegExp(`^(${Object.keys(REPLACED).join('|')})$`);
    b.onResolve({ filter: exact }, (args) => ({ path: args.path, namespace: 'lean' }));
    b.onLoad({ filter: /.*/, namespace: 'lean' }, (args) => ({ contents: REPLACED[args.path]!, loader: 'js', resolveDir: import.meta.dirname }));
  },
};

/** Writes the bundle to `outfile`; returns the files that are in it, ours and others'. */
export async function bundleAgent(outfile: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [resolve(import.meta.dirname, 'main.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    metafile: true,
    absWorkingDir: import.meta.dirname,
    plugins: [lean],
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs).map((path) => resolve(import.meta.dirname, path));
}
