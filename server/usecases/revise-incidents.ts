/** Late evidence revises what an incident is said to come from: a line in its timeline that names both, never a second message (D-04). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { dayAfter, dayStartAt, daysBetween, localDayOf } from '@cac/shared/wall-time.ts';
import { causeOfPast, type ToldStretch } from '../core/alerts/cause.ts';
import { changeIncident, commonCause, holdWatch, incidentsOfSite, setMemberCause, writeEvent } from '../store/incident-writes.ts';
import type { Store } from '../store/store.ts';
import type { Touched } from '../store/watches.ts';
import { siteDayOpened } from './read-history.ts';

const EVERYTHING = { kind: 'all' } as const;
const MOST_DAYS = 7;

/** `touched`: sites of new lines of the log; those that correct earlier ones are looked at. */
export async function reviseCauses(store: Store, touched: readonly Touched[], now: number): Promise<void> {
  for (const { site, revisedAt } of touched) {
    if (revisedAt === null) continue;
    for (const incident of await incidentsOfSite(store.db, site, revisedAt)) {
      const endAt = incident.left_at ?? now;
      const first = localDayOf(incident.since_at);
      const last = localDayOf(endAt);
      const days = daysBetween(first, last < dayAfter(first, MOST_DAYS) ? last : dayAfter(first, MOST_DAYS));
      const stretches: ToldStretch[] = [];
      for (const day of days) stretches.push(...((await siteDayOpened(store.db, EVERYTHING, site, day, now))?.intervals ?? []).map((one) => ({ ...one, toAt: Math.min(one.toAt, dayStartAt(dayAfter(day))) })));
      const cause = causeOfPast(stretches, incident.since_at, endAt);
      if (cause !== null && cause !== 'silence' && cause !== incident.member_cause) await revise(store, incident.id, site, { from: incident.member_cause, to: cause }, incident.group_by !== null, now);
      await nextTurn();
    }
  }
}

async function revise(store: Store, incident: number, site: string, { from, to }: { from: string; to: string }, isGroup: boolean, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdWatch(tx);
    await setMemberCause(tx, incident, site, to);
    const common = isGroup ? ((await commonCause(tx, incident)) ?? to) : to;
    await changeIncident(tx, incident, { cause: common }, now);
    // Of a hundred sites each would write its line: of a group, the timeline tells the common cause only when it changes.
    if (!isGroup) await writeEvent(tx, incident, 'revised', now, { from, to });
  });
}
