/** One world from curtain to the table of what was told of its outages. */
import { play } from '../../seeds/world/player.ts';
import type { Drama } from '../../seeds/world/mix.ts';
import { isOpenDay, timeOf, type SitePlan } from '../../seeds/world/routine.ts';
import { recount } from '../../server/usecases/recount.ts';
import { USUAL_ALERTS } from '../../shared/incidents.ts';
import { compareAlerts, type AlertTable, type Blind, type Telling } from './alerts.ts';
import { outagesOf, type Opening, type TrueOutage } from './outages.ts';
import { wireServer, type Watched, type Wired } from './wiring.ts';

export interface AlertVerdict {
  seed: number;
  sites: number;
  days: number;
  table: AlertTable;
  incidents: Record<string, number>;
  messages: Record<string, number>;
  playMs: number;
}

const RAMADAN = { from: 9 * 60, to: 15 * 60 };

/** Every PC tells its sleep: one that only falls silent cannot be told from one whose plug was pulled until it wakes. */
export async function judgeAlerts(drama: Drama, seed: number, onDay: (day: number) => void = () => {}): Promise<AlertVerdict> {
  drama.tellsSleep = 1;
  const wired = await wireServer(drama, { announced: announcedOf(drama) });
  try {
    const began = performance.now();
    const played = await play(drama, wired.transport, seed, async (day) => {
      while ((await recount(wired.store, drama.fromAt + day * 86_400_000 + 60_000)).more);
      onDay(day);
    });
    const blind = blindOf(drama);
    const broken = blind.map(({ fromAt }) => fromAt);
    const outages = drama.plans.flatMap((plan): TrueOutage[] => outagesOf(plan.site, played.labels[plan.site]!, openingsOf(plan, drama), broken));
    const tellings = await tellingsOf(wired);
    const table = compareAlerts(outages, tellings, blind, USUAL_ALERTS);
    const kinds = await wired.store.db.selectFrom('incidents').select('kind').execute();
    const events = await wired.store.db.selectFrom('outbox').select('event').execute();
    return { seed, sites: drama.plans.length, days: drama.plans[0]!.days.length, table, incidents: tally(kinds.map(({ kind }) => kind)), messages: tally(events.map(({ event }) => event)), playMs: performance.now() - began };
  } finally {
    await wired.close();
  }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Days whose other hours were announced: nobody is missed on them. */
function announcedOf({ played, plans }: Drama): Watched['announced'] {
  return played.flatMap(({ name, site, day }) => {
    if (site === null || (name !== 'public holiday' && name !== 'Ramadan hours')) return [];
    const { days } = plans[site]!;
    return [{ site, from: days[day]!, to: name === 'public holiday' ? days[day]! : (days[day + 1] ?? days[day]!), hours: name === 'public holiday' ? null : RAMADAN }];
  });
}

/** The hours its people mean to keep, true time. */
function openingsOf(plan: SitePlan, drama: Drama): Opening[] {
  const own = announcedOf(drama).filter(({ site }) => site === plan.site);
  return plan.days.flatMap((date, day): Opening[] => {
    const rule = own.find(({ from, to }) => from <= date && date <= to);
    if (rule !== undefined ? rule.hours === null : !isOpenDay(plan, day)) return [];
    const { from, to } = rule?.hours ?? { from: plan.opens, to: plan.closes };
    return [{ fromAt: timeOf(plan, day, from), toAt: timeOf(plan, day, to) }];
  });
}

/** When nobody could be heard: the server away, or the way to it. */
function blindOf({ acts, toAt }: Drama): Blind[] {
  const found: Blind[] = [];
  for (const what of ['server', 'broker'] as const) {
    let since: number | null = null;
    for (const { at, of, act } of acts) {
      if (of !== 'nation' || act.do !== what) continue;
      if (!act.up) since ??= at;
      else if (since !== null) {
        found.push({ fromAt: since, toAt: at });
        since = null;
      }
    }
    if (since !== null) found.push({ fromAt: since, toAt });
  }
  return found;
}

/** Each time that a site's outage was told: it opened, joined, or fell again. */
async function tellingsOf({ store }: Wired): Promise<Telling[]> {
  const incidents = new Map((await store.db.selectFrom('incidents').selectAll().where('severity', '<>', 'minor').execute()).map((row) => [row.id, row]));
  const members = await store.db.selectFrom('incident_members').selectAll().execute();
  const again = await store.db.selectFrom('incident_events').select(['incident_id', 'at', 'act']).where('act', '=', 'reopened').execute();
  const found: Telling[] = [];
  for (const member of members) {
    const incident = incidents.get(member.incident_id);
    if (incident === undefined) continue;
    const own = { site: Number(member.site_id.slice(2)), incident: incident.id, kind: incident.kind, untilAt: member.left_at ?? Infinity, sinceAt: member.since_at, flapping: incident.flapping === 1, grouped: incident.group_by !== null };
    found.push({ ...own, at: member.joined_at });
    for (const event of again) if (event.incident_id === incident.id) found.push({ ...own, at: event.at });
  }
  return found;
}
