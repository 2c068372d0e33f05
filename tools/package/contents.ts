/** What is in each package, from the files it is made of. Pure. */
import { COMMAND_CMD, INSTALL_CMD, UNINSTALL_CMD, readMe } from './windows-scripts.ts';
import { NSSM_NOTICE } from './licences.ts';
import type { PackedFile } from './tar.ts';

export interface Ingredients {
  version: string;
  bundle: Uint8Array;
  linuxNode: Uint8Array;
  windowsNode: Uint8Array;
  nssm: Uint8Array;
  ownLicence: Uint8Array;
  nodeLicence: Uint8Array;
  bundledLicences: string;
}

/** Follows a link to itself, so that /usr/bin/cac-agent finds its Node. */
const WRAPPER = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/cac-agent.cjs" "$@"
`;

const file = (path: string, bytes: Uint8Array | string, mode = 0o644): PackedFile => ({ path, bytes: Buffer.from(bytes), mode });

export const linuxProgram = ({ bundle, linuxNode }: Ingredients): PackedFile[] => [
  file('cac-agent', WRAPPER, 0o755),
  file('cac-agent.cjs', bundle),
  file('node', linuxNode, 0o755),
];

export const licencesOf = ({ ownLicence, nodeLicence, bundledLicences }: Ingredients): PackedFile[] => [
  file('LICENSE', ownLicence),
  file('LICENSE-node', nodeLicence),
  file('LICENSES-bundled', bundledLicences),
];

/** Debian wants its licences in one file named copyright. */
export const debianDocs = (ingredients: Ingredients): PackedFile[] => [
  file('copyright', `Apache-2.0, in /usr/share/common-licenses/Apache-2.0. With it come Node.js (LICENSE-node) and parts of other packages (LICENSES-bundled).\n`),
  ...licencesOf(ingredients).filter(({ path }) => path !== 'LICENSE'),
];

export function tarballFiles(ingredients: Ingredients): PackedFile[] {
  const folder = `cac-agent-${ingredients.version}-linux-x64`;
  const all = [...linuxProgram(ingredients), ...licencesOf(ingredients), file('LISEZMOI.txt', readMe(ingredients.version).replaceAll('\r', '').slice(1))];
  return all.map((each) => ({ ...each, path: `${folder}/${each.path}` }));
}

/** No folder of its own: what Windows unpacks gets one by the archive's name. */
export const zipFiles = (ingredients: Ingredients): PackedFile[] => [
  file('LISEZMOI.txt', readMe(ingredients.version)),
  file('install.cmd', INSTALL_CMD),
  file('uninstall.cmd', UNINSTALL_CMD),
  file('cac-agent.cmd', COMMAND_CMD),
  file('cac-agent.cjs', ingredients.bundle),
  file('node.exe', ingredients.windowsNode),
  file('nssm.exe', ingredients.nssm),
  ...licencesOf(ingredients).map((each) => ({ ...each, path: `${each.path}.txt` })),
  file('LICENSE-nssm.txt', NSSM_NOTICE),
];
