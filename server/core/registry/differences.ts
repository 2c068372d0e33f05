/** What changed between two states of a row of the registry, field by field. Pure. */
import type { Fields } from '@cac/shared/registry.ts';

/** The fields of `after` that differ, as they were and as they are; null when none does. Absent means null. */
export function differences(before: Fields, after: Fields): { before: Fields; after: Fields } | null {
  const was: Fields = {};
  const is: Fields = {};
  for (const [field, value] of Object.entries(after)) {
    const old = before[field] ?? null;
    if (old === (value ?? null)) continue;
    was[field] = old;
    is[field] = value ?? null;
  }
  return Object.keys(is).length === 0 ? null : { before: was, after: is };
}

/** Without what is not known: how a row that was added is written down. */
export const knownFields = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
