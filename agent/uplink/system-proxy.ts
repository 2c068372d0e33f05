/** The proxy that this PC is set to use: by its environment, or in the settings of Windows. */
import { execFile } from 'node:child_process';
import { proxyOf } from './road.ts';

const REGISTRY = 'reg.exe';
const SETTINGS = 'Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';

/** Null: none. */
export async function systemProxy(server: string): Promise<string | null> {
  const registry = process.platform === 'win32' ? (await Promise.all(['HKCU', 'HKLM'].map((hive) => query(`${hive}\\${SETTINGS}`)))).find((text) => /ProxyEnable\s+REG_DWORD\s+0x1/i.test(text)) : '';
  return proxyOf(server, process.env, registry ?? '');
}

const query = (key: string): Promise<string> =>
  new Promise((done) => {
    execFile(REGISTRY, ['query', key], { timeout: 5_000, windowsHide: true, maxBuffer: 256 * 1024 }, (error, stdout) => done(error ? '' : stdout));
  });
