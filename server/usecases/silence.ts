/** Silences and maintenance windows: always with an end and an author, never beyond the author's regions; ended early by hand. */
import type { Scope } from '@cac/shared/api.ts';
import type { Silence, SilenceDraft } from '@cac/shared/incidents.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import type { GivenSilence } from '../core/alerts/silenced.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { holdsSites, markSilencedStale, regionOfProvince } from '../store/silenced-sites.ts';
import { endSilence, findSilence, insertSilence, shownSilence } from '../store/silences.ts';
import type { Handle, Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

const DAY_MS = 86_400_000;
export const MOST_DAYS = 31;

/** Throws `silence_reversed`, `silence_too_long`, `outside_scope`, `unknown_site`, `unknown_province`, `unknown_carrier`, `unknown_programme`. */
export async function beginSilence(store: Store, author: Author, draft: SilenceDraft, now: number): Promise<Silence> {
  // Nobody can be told less of what is past. Work that was done yesterday may still be taken out of the count.
  const fromAt = draft.kind === 'silence' ? Math.max(draft.fromAt, now) : draft.fromAt;
  requireSpan(draft, fromAt, now);
  return store.db.transaction().execute(async (tx) => {
    await requireReach(tx, author.scope, draft.scope);
    const regions = author.scope.kind === 'all' ? null : author.scope.regions;
    const silence = { kind: draft.kind, scope: draft.scope, fromAt, toAt: draft.toAt, reason: draft.reason, author: author.name, createdAt: now, regions };
    const id = await insertSilence(tx, silence);
    const made: GivenSilence = { ...silence, id, endedAt: null, endedBy: null };
    await follow(tx, made, fromAt, draft.toAt, now);
    await writeAudit(tx, { at: now, who: author.name, act: `begin_${draft.kind}`, subject: `silence:${id}`, detail: `${draft.scope.kind} ${draft.scope.id}: ${draft.reason}`, after: { fromAt, toAt: draft.toAt, scope: draft.scope } });
    return shownSilence(made);
  });
}

/** From now on nobody is spared any more. Throws `not_found`; `outside_scope` where it reaches beyond the author's regions; `silence_over`. */
export async function stopSilence(store: Store, author: Author, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const silence = await findSilence(tx, author.scope, id);
    if (silence === null) throw problem('not_found', 'There is no such silence.');
    if (reachesBeyond(silence, author.scope)) throw problem('outside_scope', 'This silence reaches beyond your regions.', { todo: 'Ask its author, or an administrator.' });
    if (!(await endSilence(tx, id, now, author.name))) throw problem('silence_over', 'This silence is over already.');
    await follow(tx, silence, Math.max(now, silence.fromAt), silence.toAt, now);
    await writeAudit(tx, { at: now, who: author.name, act: `end_${silence.kind}`, subject: `silence:${id}`, detail: `${silence.scope.kind} ${silence.scope.id}`, before: { toAt: silence.toAt }, after: { toAt: now } });
  });
}

/** Past days that a maintenance touches are counted again. */
async function follow(tx: Handle, silence: GivenSilence, fromAt: number, toAt: number, now: number): Promise<void> {
  const yesterday = dayAfter(localDayOf(now), -1);
  if (silence.kind === 'maintenance' && localDayOf(fromAt) <= yesterday) await markSilencedStale(tx, silence, localDayOf(fromAt), localDayOf(Math.min(toAt, now)));
}

function requireSpan({ toAt }: SilenceDraft, fromAt: number, now: number): void {
  if (toAt <= fromAt) throw problem('silence_reversed', 'The end lies before the beginning, or is past.', { where: 'toAt', todo: 'Choose a later end.' });
  if (toAt - fromAt > MOST_DAYS * DAY_MS) throw problem('silence_too_long', `A silence lasts ${MOST_DAYS} days at most.`, { where: 'toAt', todo: 'Choose an earlier end; it can be renewed.' });
  if (fromAt < now - MOST_DAYS * DAY_MS) throw problem('silence_too_long', `A maintenance begins ${MOST_DAYS} days ago at the earliest.`, { where: 'fromAt' });
  if (fromAt > now + 366 * DAY_MS) throw problem('silence_too_long', 'A silence begins within a year.', { where: 'fromAt' });
}

/** What it names must exist, and lie in the author's scope: a carrier or a programme with one site there at least. */
async function requireReach(tx: Handle, scope: Scope, { kind, id }: SilenceDraft['scope']): Promise<void> {
  const outside = (region: string) => problem('outside_scope', `Region ${region} is not one of yours.`, { where: 'scope.id', todo: 'Choose one of your regions, or ask an administrator.' });
  switch (kind) {
    case 'region':
      if (!/^MA-(0[1-9]|1[0-2])$/.test(id)) throw problem('bad_field', 'This is not the code of a region.', { where: 'scope.id' });
      if (!holds(scope, id)) throw outside(id);
      return;
    case 'province': {
      const region = await regionOfProvince(tx, id);
      if (region === null) throw problem('unknown_province', `There is no province ${id}.`, { where: 'scope.id' });
      if (!holds(scope, region)) throw outside(region);
      return;
    }
    case 'site':
    case 'carrier':
    case 'programme':
      if (!(await holdsSites(tx, scope, kind, id))) throw problem(`unknown_${kind}`, `There is no ${kind} ${id}.`, { where: 'scope.id' });
      return;
    default:
      kind satisfies never;
  }
}

const holds = (scope: Scope, region: string): boolean => scope.kind === 'all' || (scope.regions as readonly string[]).includes(region);

/** Site, province and region are seen only where they are the author's own: findSilence. */
const reachesBeyond = ({ scope: { kind }, regions }: GivenSilence, scope: Scope): boolean => (kind === 'carrier' || kind === 'programme') && scope.kind !== 'all' && (regions === null || regions.some((region) => !holds(scope, region)));

