/** The three components a fingerprint is made of. Reading and parsing apart; what cannot be read is null. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { readComponent } from '../core/fingerprint.ts';

/** `reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid` */
export const parseMachineGuid = (output: string): string | null => /MachineGuid\s+REG_SZ\s+([0-9a-fA-F-]{36})/.exec(output)?.[1] ?? null;

/** `wmic ... get SerialNumber` (a heading, then values), or PowerShell's bare values: the first that is not the heading. */
export function parseSerial(output: string): string | null {
  const lines = output.replaceAll('\0', '').replaceAll('\uFEFF', '').split(/\r?\n/).map((l) => l.trim());
  return lines.find((line) => line !== '' && !/^SerialNumber$/i.test(line)) ?? null;
}

/** Machine-id or MachineGuid, board (else BIOS) serial, disk serial. On Windows: untested on a real PC. */
export async function readHardware(): Promise<(string | null)[]> {
  if (process.platform === 'win32') {
    const ask = (query: string): Promise<string | null> => run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query]).then((o) => (o === null ? null : parseSerial(o)));
    const guid = run('reg.exe', ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid']).then((o) => (o === null ? null : parseMachineGuid(o)));
    return Promise.all([guid, ask('(Get-CimInstance Win32_BaseBoard).SerialNumber'), ask('(Get-CimInstance Win32_DiskDrive | Select-Object -First 1).SerialNumber')]);
  }
  return [read('/etc/machine-id'), read('/sys/class/dmi/id/board_serial') ?? read('/sys/class/dmi/id/product_serial'), diskSerial()];
}

/** SHA-256 of salt and component, in hexadecimal. */
export const fingerprintOf = (salt: string, components: readonly (string | null)[]): (string | null)[] =>
  components.map((raw) => {
    const value = readComponent(raw);
    return value === null ? null : createHash('sha256').update(salt + value).digest('hex');
  });

function diskSerial(): string | null {
  try {
    const disks = readdirSync('/sys/block').filter((d) => /^(sd|nvme|vd|mmcblk)/.test(d)).sort();
    for (const disk of disks) {
      const serial = read(`/sys/block/${disk}/serial`) ?? read(`/sys/block/${disk}/device/serial`) ?? read(`/sys/block/${disk}/device/vpd_pg80`)?.replace(/[^\x20-\x7e]/g, '') ?? null;
      if (serial) return serial;
    }
  } catch {
    // no /sys: nothing to compare
  }
  return null;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return null;
  }
}

const run = (command: string, args: string[]): Promise<string | null> =>
  new Promise((done) => {
    execFile(command, args, { timeout: 10_000, windowsHide: true, maxBuffer: 64 * 1024 }, (error, stdout) => done(error ? null : stdout));
  });
