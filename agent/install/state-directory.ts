/** May this directory be made the agent's own, and be removed with it? Not what holds anything else. */
import { existsSync, readdirSync, rmSync } from 'node:fs';

/** What tells an agent's directory. */
const OURS: ReadonlySet<string> = new Set(['identity.json', 'enrol-request.json', 'enrol-pending.json', 'journal', 'agent.log']);

/** True where there is nothing, or an agent's files. */
export function mayBeState(dir: string): boolean {
  if (!existsSync(dir)) return true;
  const names = readdirSync(dir);
  return names.length === 0 || names.some((name) => OURS.has(name));
}

/** Removes it if it is empty: an installation that was refused leaves nothing behind. */
export function removeIfEmpty(dir: string): void {
  if (existsSync(dir) && readdirSync(dir).length === 0) rmSync(dir, { recursive: true });
}
