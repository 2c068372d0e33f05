/** Types, lint and dead code: what can be said of the source without running it. Conventions are a suite (test/conventions.test.ts). */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

const STEPS: { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: bin('tsc'), args: ['-p', '.'] },
  { name: 'lint', command: bin('oxlint'), args: ['--quiet'] },
  { name: 'dead code', command: bin('knip'), args: ['--no-progress'] },
];

/** Runs each step, prints what it found, and returns how many failed. */
export async function check(): Promise<number> {
  const results = await Promise.all(
    STEPS.map(
      (step) =>
        new Promise<boolean>((done) => {
          let output = '';
          const child = spawn(step.command, step.args, { cwd: root, shell: process.platform === 'win32' });
          child.stdout.on('data', (chunk: Buffer) => (output += chunk));
          child.stderr.on('data', (chunk: Buffer) => (output += chunk));
          child.on('error', (error) => (output += error.message));
          child.on('close', (code) => {
            console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name}`);
            if (code !== 0) console.log(output);
            done(code === 0);
          });
        }),
    ),
  );
  return results.filter((ok) => !ok).length;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit((await check()) > 0 ? 1 : 0);
