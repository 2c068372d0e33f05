/**
 * Is the operating system going down, or was only this agent told to stop? Best effort, within a second: a wrong `agent_stop` is
 * settled by the next boot, a wrong `stop` would claim what did not happen. On Windows nothing is claimed yet.
 */
import { execFile } from 'node:child_process';

export type GoingDown = 'shutdown' | 'reboot' | null;

export async function goingDown(): Promise<GoingDown> {
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
