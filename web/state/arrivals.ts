/** What a technician has still to do at a site, from who has arrived with the code and how each does. Pure. */
import type { VoucherPage } from '@cac/shared/field.ts';

/** A PC that came before this visit and is off now is no work left to do. */
const THIS_VISIT_MS = 12 * 3_600_000;

export type TodoKind = 'failing' | 'unheard' | 'waiting';

export interface Verdict {
  /** PCs of this visit that are well, and earlier ones that are on and well. */
  readonly ok: number;
  /** Installed earlier, heard since, off at the moment. */
  readonly resting: number;
  /** What is left, in the order in which it is to be done. */
  readonly todos: readonly { readonly kind: TodoKind; readonly n: number }[];
  /** Somebody has arrived and nothing is left to do. */
  readonly mayLeave: boolean;
}

export function verdictOf({ at, arrived, waiting }: Pick<VoucherPage, 'at' | 'arrived' | 'waiting'>): Verdict {
  const isResting = (pc: VoucherPage['arrived'][number]): boolean => pc.check === 'silent' && pc.lastAt !== null && at - pc.at > THIS_VISIT_MS;
  const ok = arrived.filter(({ check }) => check === 'ok').length;
  const counts: readonly [TodoKind, number][] = [
    ['failing', arrived.filter(({ check }) => check === 'failing').length],
    ['unheard', arrived.filter((pc) => pc.check === 'silent' && !isResting(pc)).length],
    ['waiting', waiting.length],
  ];
  const todos = counts.filter(([, n]) => n > 0).map(([kind, n]) => ({ kind, n }));
  return { ok, resting: arrived.filter(isResting).length, todos, mayLeave: ok > 0 && todos.length === 0 };
}
