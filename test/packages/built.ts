/** The packages as `npm run package` makes them, built once and used again until a source of them changes. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackages, type PackageList } from '../../tools/package.ts';
import { ROOT } from '../running-server.ts';

export const PACKAGES = join(ROOT, 'dist', 'packages');

export async function builtPackages(): Promise<PackageList> {
  const list = join(PACKAGES, 'packages.json');
  const sources = [join(ROOT, 'tools', 'package.ts'), ...['tools/package', 'agent', 'shared'].flatMap(sourcesBelow), join(ROOT, 'pnpm-lock.yaml')];
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  if (existsSync(list) && statSync(list).mtimeMs > newest) {
    const built = JSON.parse(readFileSync(list, 'utf8')) as PackageList;
    if (built.items.every(({ file }) => existsSync(join(PACKAGES, file)))) return built;
  }
  return buildPackages(PACKAGES, (line) => console.log(`\n  note: ${line}`));
}

const sourcesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => join(ROOT, folder, file));

/** The path of the package for a platform. @throws where none was built. */
export function packageFor(list: PackageList, platform: PackageList['items'][number]['platform']): string {
  const item = list.items.find((each) => each.platform === platform);
  if (!item) throw new Error(`no package for ${platform} was built`);
  return join(PACKAGES, item.file);
}
