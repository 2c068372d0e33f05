/** The directory the demonstration lives in: marked, so that nothing else is ever taken for it, or deleted. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MARKER = 'DEMONSTRATION.txt';
const TEXT = `All in this directory is made up: the demonstration's registry, its simulated fleet and their history.
To remove it, stop the demonstration and delete the directory; npm run demo -- --fresh does so and begins anew.
`;

const contents = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir) : []);
const isMarked = (dir: string): boolean => existsSync(join(dir, MARKER));

/** Makes and marks the directory. Throws when it holds data that is not the demonstration's. */
export function markDemoData(dir: string): void {
  if (isMarked(dir)) return;
  const found = contents(dir);
  // An earlier version left no mark, but the password.
  if (found.length > 0 && !found.includes('demo-password.txt')) throw new Error(`${dir} holds data that is not the demonstration's. Give the demonstration a directory of its own with CAC_DATA_DIR.`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, MARKER), TEXT);
}

/** Deletes what is in the directory. Throws, and deletes nothing, when it is not marked. */
export function deleteDemoData(dir: string): void {
  const found = contents(dir);
  if (found.length === 0) return;
  if (!isMarked(dir)) throw new Error(`${dir} is not marked as demonstration data (${MARKER}): nothing was deleted.`);
  // The mark goes last: cut off half-way, it can be done again.
  for (const name of found.toSorted((a, b) => Number(a === MARKER) - Number(b === MARKER))) rmSync(join(dir, name), { recursive: true, force: true });
}
