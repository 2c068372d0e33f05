/** What one shift tells the next: what is open and paused, what happened lately, repairs that are promised, silences that run. */
import type { Incident, IncidentEvent, Silence } from '@cac/shared/incidents.ts';
import { inOwnSites } from './incident-opened.ts';
import { countIncidents, incidentsOf, listIncidents, seenBy, type IncidentCounts, type IncidentReader } from './incidents.ts';
import { listSilences, shownSilence } from './silences.ts';
import type { Handle } from './store.ts';

export interface Handover {
  at: number;
  /** What happened since then is listed. */
  sinceAt: number;
  counts: IncidentCounts;
  /** Open and paused ones, newest first. */
  live: Incident[];
  /** Ended since. */
  ended: Incident[];
  happened: (IncidentEvent & { incident: number })[];
  silences: Silence[];
}

const SHIFT_MS = 12 * 3_600_000;
const MOST = 500;
const MOST_LINES = 200;
/** What a shift is told of; joins, leaves and judgements are on the incident's own page. */
const TOLD_ACTS = ['opened', 'reopened', 'resolved', 'acknowledged', 'unacknowledged', 'assigned', 'note', 'ticket', 'escalated', 'flapping', 'steady'];

export async function handover(db: Handle, reader: IncidentReader, now: number): Promise<Handover> {
  const sinceAt = now - SHIFT_MS;
  // Whatever happened to an incident moved its mark, which is indexed: events are read of those only.
  const lines = await db
    .selectFrom('incidents as i')
    .innerJoin('incident_events as e', 'e.incident_id', 'i.id')
    .select(['e.id', 'e.incident_id', 'e.at', 'e.act', 'e.who', 'e.detail'])
    .where('i.touched_at', '>=', sinceAt)
    .where('i.state', '<>', 'pending')
    .where('e.at', '>=', sinceAt)
    .where('e.act', 'in', TOLD_ACTS)
    .where(seenBy(reader))
    .orderBy('e.at', 'desc')
    .orderBy('e.id', 'desc')
    .limit(MOST_LINES)
    .execute();
  const events = lines.map((row) => ({ id: row.id, incident: row.incident_id, at: row.at, act: row.act, who: row.who, detail: JSON.parse(row.detail) as Record<string, unknown> }));
  const over = await db.selectFrom('incidents as i').select('i.id').where('i.state', '=', 'resolved').where('i.touched_at', '>=', sinceAt).where('i.resolved_at', '>=', sinceAt).where(seenBy(reader)).orderBy('i.id', 'desc').limit(MOST).execute();
  return {
    at: now,
    sinceAt,
    counts: await countIncidents(db, reader),
    live: await listIncidents(db, reader, { state: 'live' }, null, MOST),
    ended: await incidentsOf(db, reader, over.map((row) => row.id)),
    happened: await inOwnSites(db, reader.scope, events),
    silences: (await listSilences(db, reader.scope, { when: 'live', before: null, limit: MOST, now })).map(shownSilence),
  };
}
