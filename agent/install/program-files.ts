/** The program's files, copied from where this process runs to where the service will find them. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPackaged } from './places.ts';

export interface CopyPlan {
  from: string;
  to: string;
  mode: number;
}

/** What has to be copied: everything of the package, or the bundle and the Node that runs it where there is no package. */
export function planCopies(program: string, execPath: string, script: string): CopyPlan[] {
  const source = dirname(script);
  if (isPackaged(process.platform, execPath, script)) {
    return filesBelow(source).map((path) => ({ from: join(source, path), to: join(program, path), mode: /(^|\/)(node|cac-agent)$|\.exe$/.test(path) ? 0o755 : 0o644 }));
  }
  return [
    { from: execPath, to: join(program, process.platform === 'win32' ? 'node.exe' : 'node'), mode: 0o755 },
    { from: script, to: join(program, 'cac-agent.cjs'), mode: 0o644 },
  ];
}

/** The answers for one site are no part of the program, and not everybody's to read. */
const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));

export const differs = ({ from, to }: CopyPlan): boolean => !existsSync(to) || !readFileSync(from).equals(readFileSync(to));

/** Each file whole or not at all; a program that runs is replaced beside it (Linux), on Windows it must be stopped first. */
export function copyProgram(plans: readonly CopyPlan[]): void {
  for (const { from, to, mode } of plans) {
    mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
    rmSync(`${to}.new`, { force: true });
    copyFileSync(from, `${to}.new`);
    chmodSync(`${to}.new`, mode);
    renameSync(`${to}.new`, to);
  }
}
