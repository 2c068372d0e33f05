/** Child processes and what the kernel says they cost. */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** CPU seconds (user and system) a process has used so far. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident and private memory, MB. */
export function memoryMb(pid: number): { resident: number; private: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kb = (name: string): number => [...rollup.matchAll(new RegExp(`^${name}: +(\\d+) kB`, 'gm'))].reduce((sum, m) => sum + Number(m[1]), 0);
  return { resident: kb('Rss') / 1024, private: (kb('Private_Clean') + kb('Private_Dirty')) / 1024 };
}

export interface Child {
  process: ChildProcess;
  pid: number;
  /** Sends a message and waits for the next one from it. */
  ask<T>(message: object): Promise<T>;
  next<T>(): Promise<T>;
  end(): Promise<void>;
}

export function startChild(file: string, options: { env?: NodeJS.ProcessEnv; args?: string[]; built?: boolean } = {}): Child {
  const child = fork(file, options.args ?? [], { execArgv: options.built ? (process.env['PROF'] ? process.env['PROF'].split(' ') : []) : ['--import', 'tsx'], env: { ...process.env, ...options.env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const next = <T>(): Promise<T> =>
    new Promise((done, failed) => {
      const gone = (code: number | null): void => failed(new Error(`${file} ended with ${code}`));
      child.once('exit', gone);
      child.once('message', (message) => {
        child.off('exit', gone);
        done(message as T);
      });
    });
  return {
    process: child,
    pid: child.pid!,
    next,
    ask(message) {
      const answer = next();
      child.send(message);
      return answer as Promise<never>;
    },
    end: () =>
      new Promise((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done();
        child.once('exit', () => done());
        child.kill('SIGTERM');
      }),
  };
}
