/** The shapes of the provinces, read once when they are first asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groundOf, provinceShapes, type Ground } from '../core/import/ground.ts';

/** `seedsDir`: where territory/territory.json stands. */
export function groundReader(seedsDir: string): () => Ground {
  let ground: Ground | null = null;
  return () => (ground ??= groundOf(provinceShapes(JSON.parse(readFileSync(join(seedsDir, 'territory', 'territory.json'), 'utf8')))));
}
