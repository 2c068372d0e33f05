/**
 * The lines that install the agent on a PC, as they are pasted into its terminal. Downloads go on where they broke off (`curl -C -`), so that the line may be
 * pasted again after a cut. What follows curl does not ask how it ended: of a file that is there whole already it says that it failed (416), and what is
 * cut off is refused by dpkg and tar themselves. Pure.
 */
import type { Package } from '@cac/shared/field.ts';

export type Platform = Package['platform'];

export interface InstallLines {
  /** One line that does it all. */
  readonly line: string;
  /** The same for the old command prompt of Windows. */
  readonly cmd: string | null;
  /** Installs from a package that lies at hand, without a question: for scripts and GPO. */
  readonly silent: string;
  /** Installs from a stick, with the offline file beside the package. */
  readonly offline: string;
  readonly status: string;
}

export const OFFLINE_FILE = 'cac-enrol.json';

export const LINUX_STATUS = 'sudo cac-agent status';
/** The program's folder is in nobody's PATH. In PowerShell. */
export const WINDOWS_STATUS = '& "$env:ProgramFiles\\cac-agent\\cac-agent.cmd" status';

/** The folder a package unpacks to: its name without the ending. */
const folderOf = (file: string): string => file.replace(/\.(?:tar\.gz|zip)$/, '');

export function installLines({ file, platform }: Pick<Package, 'file' | 'platform'>, server: string, code: string): InstallLines {
  const url = `${server}/packages/${file}`;
  const answers = `--server ${server} --voucher ${code} --yes`;
  const folder = folderOf(file);
  switch (platform) {
    case 'debian':
      return {
        line: `curl -fLO -C - ${url}; sudo dpkg -i ${file} && sudo cac-agent install ${answers}`,
        cmd: null,
        silent: `dpkg -i /PARTAGE/${file} && cac-agent install ${answers}`,
        offline: `sudo dpkg -i ${file} && sudo cac-agent install --enrol-file ${OFFLINE_FILE} --later --yes`,
        status: LINUX_STATUS,
      };
    case 'linux':
      return {
        line: `curl -fLO -C - ${url}; tar -xzf ${file} && sudo ./${folder}/cac-agent install ${answers}`,
        cmd: null,
        silent: `tar -xzf /PARTAGE/${file} -C /tmp && /tmp/${folder}/cac-agent install ${answers}`,
        offline: `tar -xzf ${file} && sudo ./${folder}/cac-agent install --enrol-file ${OFFLINE_FILE} --later --yes`,
        status: LINUX_STATUS,
      };
    case 'windows':
      return {
        line: `cd $env:TEMP; curl.exe -fLO -C - ${url}; Expand-Archive -Force ${file} ${folder}; & .\\${folder}\\install.cmd ${answers}`,
        cmd: `cd /d %TEMP% && curl -fLO -C - ${url} & (if not exist ${folder} mkdir ${folder}) && tar -xf ${file} -C ${folder} && ${folder}\\install.cmd ${answers}`,
        silent: `\\\\SERVEUR\\PARTAGE\\${folder}\\install.cmd ${answers}`,
        offline: `${folder}\\install.cmd --enrol-file ${OFFLINE_FILE} --later --yes`,
        status: WINDOWS_STATUS,
      };
    case 'any':
      return {
        line: `curl -fLO -C - ${url}; sudo node ${file} install ${answers}`,
        cmd: null,
        silent: `node /PARTAGE/${file} install ${answers}`,
        offline: `sudo node ${file} install --enrol-file ${OFFLINE_FILE} --later --yes`,
        status: LINUX_STATUS,
      };
    default:
      return platform satisfies never;
  }
}

/** What the browser says of its PC: which line is shown first. */
export function guessPlatform(userAgent: string, there: readonly Platform[]): Platform | null {
  const order: readonly Platform[] = /Windows/i.test(userAgent) ? ['windows', 'debian', 'linux', 'any'] : ['debian', 'linux', 'windows', 'any'];
  return order.find((one) => there.includes(one)) ?? null;
}

/** `cac-agent install --enrol-file`: the answers that are otherwise on the command line. */
export const offlineFile = (server: string, code: string): string => `${JSON.stringify({ v: 1, server, voucher: code }, null, 2)}\n`;
