/** What is on this machine's disk, to see what an installation leaves behind. */
import { existsSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { ROOT } from '../running-server.ts';

/** Not looked at: what lives, what is nobody's package, what other suites do meanwhile, dpkg's own books, and (by name) other people's repositories. */
const ELSEWHERE = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/var/log', '/var/cache', '/var/lib/dpkg', '/var/lib/apt', '/var/lib/postgresql', '/etc/netns', '/root', '/home', '/mnt', '/media', ROOT];
const ACCOUNTS = ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow', '/etc/subuid', '/etc/subgid'];

export interface Traces {
  paths: Set<string>;
  accounts: string[];
}

export function readTraces(): Traces {
  const prune = ELSEWHERE.flatMap((dir) => ['-path', dir, '-prune', '-o']).concat('-name', '.git', '-prune', '-o');
  const out = execFileSync('find', ['/', ...prune, '-print'], { encoding: 'utf8', maxBuffer: 512 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] });
  // The account files' backups are written with every change of theirs.
  const paths = new Set(out.split('\n').filter((path) => !/^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$/.test(path) && !path.includes('__pycache__')));
  return { paths, accounts: ACCOUNTS.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')) };
}

/** What came or went, besides account files that say something else. */
export function differences(before: Traces, after: Traces): string[] {
  const came = [...after.paths].filter((path) => !before.paths.has(path)).map((path) => `+ ${path}`);
  const went = [...before.paths].filter((path) => !after.paths.has(path)).map((path) => `- ${path}`);
  return [...came, ...went, ...ACCOUNTS.filter((_, i) => before.accounts[i] !== after.accounts[i]).map((path) => `~ ${path}`)];
}
