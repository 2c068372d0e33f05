/**
 * Tells again what evidence proves of a site at the end of each day that a change reaches, in the caller's transaction: of the changed days, and
 * of the later ones whose rule looks back at them. It goes on until a day lies beyond that reach and is found as it was told.
 */
import { dayAfter, dayStartAt, daysBetween, type LocalDay } from '@cac/shared/wall-time.ts';
import { openMs } from '../core/calendar/day-plan.ts';
import type { SiteCalendar } from '../core/calendar/facts.ts';
import { MOST_DAYS_BACK, serviceRuleOf, serviceRung, type ProofDay, type Proven, type SiteProof } from '../core/programme/rung.ts';
import { siteCalendars } from '../store/calendars.ts';
import type { SiteOfPast } from '../store/history.ts';
import { firstHeardOn, replaceRungs, ruleFactsOf, rungDays, type RungDay } from '../store/rungs.ts';
import type { Handle } from '../store/store.ts';
import { listThresholds } from '../store/thresholds.ts';

/** `changed`: days whose evidence, hours or rule are not what they were. Returns the rung of the last day that is told; null where none is. */
export async function tellRungs(tx: Handle, site: SiteOfPast, calendar: SiteCalendar, changed: readonly LocalDay[], rolledTo: LocalDay): Promise<number | null> {
  const first = changed.reduce<LocalDay | null>((least, day) => (least === null || day < least ? day : least), null);
  if (first === null || site.first_day === null) return null;
  const last = changed.reduce((most, day) => (day > most ? day : most), first);
  const rows = await rungDays(tx, site.id, dayAfter(first, -MOST_DAYS_BACK), rolledTo);
  const told = new Map(rows.map((row) => [row.day, row]));
  const proof = await proofOf(tx, site, calendar, told);
  const thresholds = await listThresholds(tx);
  const moved: { day: LocalDay; assumed: number; before: number; rung: number }[] = [];
  for (const day of daysBetween(first, rolledTo)) {
    const row = told.get(day);
    if (row === undefined) continue;
    const { rung, reason } = serviceRung(proof, day, thresholds);
    if (rung !== row.rung) moved.push({ day, assumed: row.assumed, before: row.rung, rung });
    else if (day > last && (reason.from === null || reason.from > last) && (reason.lastHeard === null || reason.lastHeard > last)) break;
  }
  await replaceRungs(tx, site.id, site, moved);
  return moved.at(-1)?.day === rolledTo ? moved.at(-1)!.rung : (told.get(rolledTo)?.rung ?? null);
}

/** The rung of one day with what it rests on, as it would be told now. */
export async function provenOn(db: Handle, site: SiteOfPast, day: LocalDay): Promise<Proven> {
  const rows = await rungDays(db, site.id, dayAfter(day, -MOST_DAYS_BACK), day);
  const calendar = (await siteCalendars(db, [site.id])).get(site.id)!;
  return serviceRung(await proofOf(db, site, calendar, new Map(rows.map((row) => [row.day, row]))), day, await listThresholds(db));
}

async function proofOf(db: Handle, site: SiteOfPast, calendar: SiteCalendar, told: ReadonlyMap<LocalDay, RungDay>): Promise<SiteProof> {
  const { programmeKind, equipment } = await ruleFactsOf(db, site.id);
  const days: ReadonlyMap<LocalDay, ProofDay> = told;
  return { rule: serviceRuleOf(programmeKind, equipment), beginsOn: site.first_day, firstHeard: await firstHeardOn(db, site.id), days, openMs: openingsOf(calendar) };
}

/** Opening time of days, each looked up once. */
function openingsOf(calendar: SiteCalendar): (day: LocalDay) => number {
  const known = new Map<LocalDay, number>();
  return (day) => {
    let ms = known.get(day);
    if (ms === undefined) known.set(day, (ms = openMs(calendar, dayStartAt(day), dayStartAt(dayAfter(day)))));
    return ms;
  };
}
