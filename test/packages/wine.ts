/** A Windows of our own under wine: a prefix in a temporary folder, gone with all its processes at the end. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { temporaryDir } from '../databases.ts';

const WINE = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/usr/bin/wine'].find((path) => existsSync(path));
const SERVER = ['/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver', '/usr/bin/wineserver'].find((path) => existsSync(path));
export const missingWine: string | null = WINE === undefined || SERVER === undefined ? 'wine is not installed (apt-get install wine wine64)' : null;

export interface Wine {
  /** Drive C: as a folder here. */
  c: string;
  /** Runs a Windows program; what it says is read from a file, since Node's console needs one under wine. */
  run(...command: string[]): Promise<{ code: number | null; out: string }>;
  /** Process ids, here, of what runs in this Windows with these words in its command line. */
  pids(words: string): number[];
  /** Everything ends without a word, and Windows starts anew, with its services. */
  reboot(): Promise<void>;
  end(): Promise<void>;
}

const LIMIT_MS = 120_000;

export async function openWine(env: Record<string, string>): Promise<Wine> {
  const home = temporaryDir('wine');
  const prefix = join(home, 'prefix');
  const own = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8', WINEPREFIX: prefix, WINEDEBUG: '-all', WINEARCH: 'win64', ...env };
  const start = (command: string, args: string[]): Promise<{ code: number | null; out: string }> => {
    const said = join(home, 'said.txt');
    const fd = openSync(said, 'w');
    const child = spawn(command, args, { cwd: home, env: own, stdio: ['ignore', fd, fd] });
    return new Promise((done) => {
      const fuse = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
      child.on('close', (code) => {
        clearTimeout(fuse);
        closeSync(fd);
        done({ code, out: readFileSync(said, 'utf8').replaceAll('\0', '') });
      });
    });
  };
  await start(WINE!, ['wineboot', '-i']);
  await start(WINE!, ['winecfg', '-v', 'win10']); // Node refuses what is older
  await start(SERVER!, ['-w']); // what the first start of a Windows still does comes to its end
  return {
    c: join(prefix, 'drive_c'),
    run: (...command) => start(WINE!, command),
    pids: (words) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => runsHere(pid, words, prefix)),
    async reboot() {
      await start(SERVER!, ['-k']);
      await start(WINE!, ['wineboot']);
    },
    async end() {
      await start(SERVER!, ['-k']);
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    },
  };
}

function runsHere(pid: number, words: string, prefix: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words) && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`WINEPREFIX=${prefix}`);
  } catch {
    return false; // gone meanwhile
  }
}

export function unzip(archive: string, to: string): void {
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(archive)))) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), bytes);
  }
}
