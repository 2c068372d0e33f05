/**
 * Is the operating system going down, or was only this agent told to stop? Best effort, within a second: a wrong `agent_stop` is
 * settled by the next boot, a wrong `stop` would claim what did not happen. Windows tells a service's child nothing of a shutdown (Node
 * sees neither CTRL_SHUTDOWN nor CTRL_LOGOFF): there it is always `agent_stop`, and the boot that follows proves that the PC was off.
 */
import { execFile } from 'node:child_process';
import type { StopWhy } from '../core/minute.ts';

/** What ends a running agent. Windows raises SIGINT, SIGBREAK and SIGHUP (a service manager's Ctrl-C, Ctrl-Break, a closed console). */
export const STOP_SIGNALS: readonly NodeJS.Signals[] = process.platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP'] : ['SIGTERM', 'SIGINT'];

/** Why the agent ends. `shutdown` and `reboot` only where the operating system says so itself. */
export async function whyStopped(signal: NodeJS.Signals): Promise<StopWhy> {
  return (await goingDown()) ?? (signal === 'SIGBREAK' || signal === 'SIGHUP' ? 'service' : 'signal');
}

type GoingDown = 'shutdown' | 'reboot' | null;

async function goingDown(): Promise<GoingDown> {
  if (process.platform !== 'linux') return null;
  const state = await run('systemctl', ['is-system-running']);
  if (state.trim() !== 'stopping') return null;
  return readJobs(await run('systemctl', ['list-jobs', '--no-legend', '--no-pager']));
}

/** `systemctl list-jobs`: a start job of reboot.target, poweroff.target or halt.target says which. */
export const readJobs = (jobs: string): GoingDown => (/\b(reboot|kexec)\.target\s+start\b/.test(jobs) ? 'reboot' : 'shutdown');

/** `systemctl is-system-running` exits with 1 unless all is well: only what it prints counts. */
const run = (command: string, args: string[]): Promise<string> =>
  new Promise((done) => {
    execFile(command, args, { timeout: 500 }, (_error, stdout) => done(stdout));
  });
