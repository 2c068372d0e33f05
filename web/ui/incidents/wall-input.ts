/** Instants in `datetime-local` fields: what people type is Moroccan wall time. */
import { moroccanWall, wallInstant } from '@cac/shared/wall-time.ts';

/** `2026-11-20T14:30` */
export const wallText = (at: number): string => new Date(moroccanWall(at)).toISOString().slice(0, 16);

/** Null for what is no date and time. */
export function instantOfWall(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})/.exec(text);
  return match === null ? null : wallInstant(match[1]!, Number(match[2]) * 60 + Number(match[3]));
}
