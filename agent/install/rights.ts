/** Does this process run with an administrator's rights? */
import { runCommand } from './run-command.ts';

/** On Windows `net session` answers administrators only; where it is missing (wine) a key of HKLM is written, which they alone may do. */
export async function isAdministrator(): Promise<boolean> {
  if (process.platform !== 'win32') return process.getuid?.() === 0;
  if ((await runCommand('net.exe', ['session'])).code === 0) return true;
  const probe = 'HKLM\\SOFTWARE\\cac-agent-rights';
  if ((await runCommand('reg.exe', ['add', probe, '/f'])).code !== 0) return false;
  await runCommand('reg.exe', ['delete', probe, '/f']);
  return true;
}
