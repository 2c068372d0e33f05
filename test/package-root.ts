/** A root directory for a server with packages of its own making beside the real pages: building the real ones takes minutes. */
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDir } from './databases.ts';
import { ROOT } from './running-server.ts';

export const VERSION = '9.9.9';
export const DEB = `cac-agent_${VERSION}_amd64.deb`;
export const BYTES = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
export const SUM = createHash('sha256').update(BYTES).digest('hex');

/** `said`: the size that is told of each file but the .deb; the files themselves are small. */
export function packageRoot(others: readonly (readonly [file: string, platform: string, said: number])[] = []): string {
  const root = temporaryDir('packages');
  mkdirSync(join(root, 'dist/packages'), { recursive: true });
  mkdirSync(join(root, 'dist/agent'), { recursive: true });
  symlinkSync(join(ROOT, 'seeds'), join(root, 'seeds'));
  symlinkSync(join(ROOT, 'dist/web'), join(root, 'dist/web'));
  writeFileSync(join(root, 'dist/packages', DEB), BYTES);
  writeFileSync(join(root, 'dist/packages/secret.txt'), 'not listed');
  writeFileSync(join(root, 'dist/agent/cac-agent.cjs'), '// the agent');
  const items = [{ file: DEB, platform: 'debian', bytes: BYTES.length, sha256: SUM }, ...others.map(([file, platform, bytes]) => ({ file, platform, bytes, sha256: createHash('sha256').update(file).digest('hex') }))];
  writeFileSync(join(root, 'dist/packages/packages.json'), JSON.stringify({ version: VERSION, items }));
  return root;
}
