/**
 * Runs the service's ExecStart as its unit would, without systemd: its user, no new privileges, no capabilities, an empty environment,
 * and its restarts. What systemd itself adds (namespaces, the filter of system calls, the watchdog's kill) is not run here.
 */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Unit {
  execStart: string[];
  user: string;
  restartMs: number;
}

/** Pure: the lines of a unit file that matter here. */
export function readUnit(text: string): Unit {
  const of = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  return { execStart: of('ExecStart').split(' '), user: of('User'), restartMs: (Number.parseFloat(of('RestartSec')) || 0) * 1_000 };
}

export interface UnitProcess {
  pid(): number;
  starts(): number;
  output(): string;
  /** The SIGKILL of somebody else: it comes back after the unit's pause. */
  kill(): void;
  /** As `systemctl stop`: SIGTERM, and no restart. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** `over.restartMs` shortens the unit's pause, so that a test does not wait for it. */
export function startUnit(unit: Unit, env: Record<string, string>, over: { restartMs?: number } = {}): UnitProcess {
  const { execStart, user, restartMs } = { ...unit, ...over };
  let child: ChildProcess;
  let starts = 0;
  let output = '';
  let stopping = false;
  let again: NodeJS.Timeout | undefined;
  let ended: Promise<number | null> = Promise.resolve(null);
  const start = (): void => {
    starts += 1;
    child = spawn('setpriv', ['--reuid', user, '--regid', user, '--init-groups', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', ...execStart], { cwd: '/', env: { PATH: '/usr/bin:/bin', LANG: 'C', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const own = child;
    for (const stream of [own.stdout!, own.stderr!]) stream.on('data', (chunk: Buffer) => (output += chunk));
    ended = new Promise((done) => own.on('close', (code) => {
      done(code);
      if (!stopping) again = setTimeout(start, restartMs);
    }));
  };
  start();
  return {
    pid: () => child.pid!,
    starts: () => starts,
    output: () => output,
    kill: () => void child.kill('SIGKILL'),
    stop() {
      stopping = true;
      clearTimeout(again);
      child.kill('SIGTERM');
      return ended;
    },
  };
}
