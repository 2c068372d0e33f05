/** Incidents as rows, where a test is about what people see of them and not about how they come to be. */
import type { Handle } from '@cac/server/store/store.ts';
import { T0 } from './fixtures.ts';

interface PutMember {
  site: string;
  sinceAt?: number;
  leftAt?: number | null;
  paused?: boolean;
  cause?: string;
}

export interface PutIncident {
  kind?: string;
  severity?: string;
  state?: string;
  site_id?: string | null;
  machine_id?: string | null;
  group_by?: string | null;
  group_key?: string | null;
  since_at?: number;
  opened_at?: number | null;
  paused_at?: number | null;
  resolved_at?: number | null;
  end_at?: number | null;
  open_ms?: number;
  acknowledged_at?: number | null;
  acknowledged_by?: string | null;
  ack_reason?: string | null;
  assignee?: number | null;
  ticket?: string | null;
  promised_at?: number | null;
  cause?: string;
  expected_sites?: number;
  pcs?: number;
  demo?: number;
  touched_at?: number;
  members?: readonly (string | PutMember)[];
  evidence?: readonly object[];
  reason?: { word: string; figures: Record<string, number | string> };
  events?: readonly { at?: number; act: string; who?: string; detail?: Record<string, unknown> }[];
}

/** An open incident of ten minutes before T0, of its one member's site where there is one; returns its number. */
export async function putIncident(db: Handle, { members = [], evidence = [], reason = { word: 'last_fell_silent', figures: { n: 1 } }, events, ...over }: PutIncident = {}): Promise<number> {
  const list = members.map((member) => (typeof member === 'string' ? { site: member } : member));
  const sinceAt = over.since_at ?? T0 - 600_000;
  const row = {
    kind: 'site_offline', severity: 'major', state: 'open', site_id: list.length === 1 ? list[0]!.site : null, machine_id: null, group_by: list.length > 1 ? 'carrier' : null, group_key: list.length > 1 ? 'Inwi' : null,
    since_at: sinceAt, opened_at: T0, paused_at: null, resolved_at: null, end_at: null, acknowledged_at: null, acknowledged_by: null, ack_reason: null, assignee: null, ticket: null, promised_at: null,
    cause: 'silence', sites: list.length, expected_sites: list.length, pcs: 5, touched_at: T0, ...over, evidence: JSON.stringify(evidence), reason: JSON.stringify(reason),
  };
  const { id } = await db.insertInto('incidents').values(row).returning('id').executeTakeFirstOrThrow();
  for (const member of list) {
    await db
      .insertInto('incident_members')
      .values({ incident_id: id, site_id: member.site, since_at: member.sinceAt ?? sinceAt, joined_at: sinceAt, left_at: member.leftAt ?? null, paused: member.paused ? 1 : 0, cause: member.cause ?? 'silence' })
      .execute();
  }
  for (const event of events ?? [{ act: 'opened' }]) {
    await db.insertInto('incident_events').values({ incident_id: id, at: event.at ?? row.opened_at ?? T0, act: event.act, who: event.who ?? '', detail: JSON.stringify(event.detail ?? {}) }).execute();
  }
  return id;
}

export async function putNotice(db: Handle, incident: number, over: { account?: number | null; event?: string; state?: string; answer?: string | null; at?: number; kind?: string; key?: string } = {}): Promise<void> {
  const at = over.at ?? T0;
  const sent = (over.state ?? 'sent') === 'sent';
  await db
    .insertInto('outbox')
    .values({
      key: over.key ?? `${incident}:${over.event ?? 'opened'}:${over.account ?? 0}:${over.state ?? 'sent'}`, incident_id: incident, event: over.event ?? 'opened', account_id: over.account ?? null, channel_kind: over.kind ?? 'email', channel_id: null,
      address: 'x@example.org', language: 'fr', payload: '{}', created_at: at, due_at: at, state: over.state ?? 'sent', attempts: 1, claim: null, claimed_until: null, first_tried_at: at, closed_at: sent ? at + 2_000 : null, answer: over.answer ?? (sent ? '250 2.0.0 OK' : null),
    })
    .execute();
}
