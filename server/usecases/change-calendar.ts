/**
 * The step all acts on calendars share, inside their transaction: put the new fact where the old one was, write who did it
 * with both, and mark the past days it touches, one row however many sites lie under the layer.
 */
import type { Role, Scope } from '@cac/shared/api.ts';
import type { CalendarChange, Fact, LayerScope } from '@cac/shared/calendar.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { daysReached, mayChangeOf, pastDays, scopeOfFact, type CalendarFault } from '../core/calendar/changes.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { insertChange, markDaysStale } from '../store/calendar-changes.ts';
import { findFact, replaceFact } from '../store/calendar-facts.ts';
import { provinceInScope } from '../store/calendars.ts';
import { findSite } from '../store/sites.ts';
import { hastenWatches } from '../store/watches.ts';
import type { Handle } from '../store/store.ts';

export interface CalendarAuthor {
  name: string;
  role: Role;
  scope: Scope;
}

/** Whether the author sees what lies under a layer: a site or a province of another region is as if there were none. */
async function sees(db: Handle, { scope }: CalendarAuthor, layer: LayerScope): Promise<boolean> {
  if (layer.kind === 'site') return (await findSite(db, scope, layer.id)) !== null;
  return layer.kind !== 'province' || provinceInScope(db, scope, layer.id);
}

function requireRole({ role }: CalendarAuthor, layer: LayerScope): void {
  if (mayChangeOf(role).includes(layer.kind)) return;
  throw problem('role_forbidden', 'Your role does not change this calendar.', { where: 'scope', todo: 'Ask an administrator.' });
}

/** Throws `not_found` for a site or a province out of scope, `role_forbidden` for a layer above the author's. */
export async function allowChange(db: Handle, author: CalendarAuthor, layer: LayerScope): Promise<void> {
  if (!(await sees(db, author, layer))) throw problem('not_found', `There is no such ${layer.kind}.`, { where: 'scope' });
  requireRole(author, layer);
}

/** What stands under an id, when the author may change it. One out of scope is answered like one that does not exist. */
export async function factToChange(db: Handle, author: CalendarAuthor, kind: Fact['kind'], id: string): Promise<Fact> {
  const fact = await findFact(db, kind, id);
  if (fact === null || !(await sees(db, author, scopeOfFact(fact)))) throw problem('not_found', 'This does not stand in a calendar.');
  requireRole(author, scopeOfFact(fact));
  return fact;
}

export function refuse(fault: CalendarFault | null): void {
  if (fault !== null) throw problem(fault.code, fault.message, { where: fault.where });
}

export interface Replacement {
  act: string;
  before: Fact | null;
  after: Fact | null;
  byFile?: boolean;
  undoes?: number;
}

export async function changeCalendar(tx: Handle, author: string, { act, before, after, byFile = false, undoes }: Replacement, now: number): Promise<CalendarChange> {
  const fact = (after ?? before)!;
  const layer = scopeOfFact(fact);
  const reached = daysReached(before, after);
  const past = pastDays(reached, localDayOf(now));
  await replaceFact(tx, before, after);
  await hastenWatches(tx, { kind: layer.kind, ids: [layer.id] });
  if (past !== null) await markDaysStale(tx, { from_day: past.from, to_day: past.to, scope_kind: layer.kind, scope_id: layer.id });
  await writeAudit(tx, { at: now, who: author, act, subject: layer.id === '' ? layer.kind : `${layer.kind}:${layer.id}`, detail: fact.id });
  return insertChange(tx, {
    at: now,
    author,
    by_file: byFile ? 1 : 0,
    act,
    fact_kind: fact.kind,
    fact_id: fact.id,
    scope_kind: layer.kind,
    scope_id: layer.id,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
    retroactive: past === null ? 0 : 1,
    from_day: reached.from,
    to_day: reached.to,
    undoes: undoes ?? null,
  });
}
