/**
 * The list of the day: what is minor, and what is still open, told once a day to whoever is on a route by e-mail, in their regions and language.
 * Severity does not matter to it (minor incidents are told here and nowhere else); the route's regions, programmes and kinds do.
 */
import { dayAfter, localDayOf, wallInstant } from '@cac/shared/wall-time.ts';
import { quietUntil } from '../core/notices/hours.ts';
import { reachOf, type Extent } from '../core/notices/receivers.ts';
import { listRoutes } from '../store/alert-routes.ts';
import { readAlertSettings } from '../store/alert-settings.ts';
import { usableChannels } from '../store/channels.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import { extentOf, incidentsForList } from '../store/notice-facts.ts';
import { tellablePeople } from '../store/notice-people.ts';
import { insertNotices, type OutboxDraft } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';

const KEY = 'daily_lists';
/** What one list may name; the pages have them all. */
const MOST = 500;

/** How many lists it wrote. Looked at as often as you like: a day is done once, and a server that was off then does it when it is back, that day. */
export async function sendDailyLists(store: Store, now: number): Promise<number> {
  const day = localDayOf(now);
  const { digestAt } = await readAlertSettings(store.db);
  if (now < wallInstant(day, digestAt)) return 0;
  const done = await readMeta(store.db, KEY);
  if (done !== null && done >= day) return 0;
  const since = wallInstant(done === null || done < dayAfter(day, -7) ? dayAfter(day, -1) : done, digestAt);
  const channels = await usableChannels(store.db);
  const routes = (await listRoutes(store.db)).filter(({ enabled, by, target }) => enabled && by === 'email' && target.kind !== 'channel').map((route) => ({ ...route, minSeverity: 'minor' as const, hours: null }));
  const drafts: OutboxDraft[] = [];
  if (channels.some(({ kind }) => kind === 'email')) {
    const extents = new Map<number, Extent>();
    for (const person of await tellablePeople(store.db)) {
      if (person.email === null) continue;
      const incidents: number[] = [];
      for (const incident of await incidentsForList(store.db, person.scope, since, MOST)) {
        const extent = extents.get(incident.id) ?? (await extentOf(store.db, incident));
        extents.set(incident.id, extent);
        if (routes.some((route) => reachOf(route, [person], channels, extent, null).to.length > 0)) incidents.push(incident.id);
      }
      if (incidents.length === 0) continue;
      drafts.push({ key: `daily:${day}:${person.id}:email`, incidentId: null, event: 'daily', accountId: person.id, channelKind: 'email', channelId: null, address: person.email, language: person.language, payload: JSON.stringify({ incidents }), dueAt: quietUntil(person.quiet, now) ?? now });
    }
  }
  return store.db.transaction().execute(async (tx) => {
    await writeMeta(tx, KEY, day);
    return insertNotices(tx, drafts, now);
  });
}
