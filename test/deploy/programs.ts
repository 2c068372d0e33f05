/** Programs of the system that these tests need: where they are, or why they cannot be used. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const DIRS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

export function programAt(name: string): string | null {
  for (const dir of DIRS) {
    try {
      const file = join(dir, name);
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return null;
}

export const missingProgram = (name: string, packages: string): string | null => (programAt(name) === null ? `${name} is not installed (Debian: apt-get install ${packages})` : null);
