/**
 * Incidents, as outsiders read them. Instants are ms UTC, durations ms. A life: pending (grace) -> open -> resolved, paused while its sites are
 * closed; acknowledged beside it. `reason` is what the decision returned, in words of a fixed list with their figures: screens and messages
 * write the sentence.
 */
import * as v from 'valibot';
import { ProvinceCode, RegionCode, SiteId } from './ids.ts';
import { PlainText } from './site-fields.ts';

export const INCIDENT_KINDS = ['site_offline', 'did_not_open', 'internet_down', 'link_degraded', 'machine_missing', 'telephone_failing', 'clone_suspected', 'data_cap_near', 'agent_too_old', 'platform_blind'] as const;
export const IncidentKind = v.picklist(INCIDENT_KINDS, 'incident_kind');
export type IncidentKind = v.InferOutput<typeof IncidentKind>;

/** In what trouble a site can be at a moment, at most one; the first that holds. */
export type SiteCondition = '' | 'site_offline' | 'did_not_open' | 'internet_down' | 'link_degraded';

/** `minor` is said in daily lists, `major` at once, `critical` (many sites, or the platform) at once too. */
export const SEVERITIES = ['minor', 'major', 'critical'] as const;
export const Severity = v.picklist(SEVERITIES, 'severity');
export type Severity = v.InferOutput<typeof Severity>;

export const INCIDENT_STATES = ['pending', 'open', 'paused', 'resolved'] as const;
export const IncidentState = v.picklist(INCIDENT_STATES, 'incident_state');
export type IncidentState = v.InferOutput<typeof IncidentState>;

/** What the sites of one incident share. `fleet`: so many at once that the platform itself is suspected. */
export const GROUPINGS = ['province', 'carrier', 'technology', 'fleet'] as const;
export const Grouping = v.picklist(GROUPINGS);
export type Grouping = v.InferOutput<typeof Grouping>;

/** The cause as far as is known; `silence`: nothing is heard and nothing explains it yet. Later evidence revises it. */
export const INCIDENT_CAUSES = ['silence', 'lost_together', 'never_on', 'lan', 'gateway', 'dns', 'portal', 'internet', 'server', 'power', 'off', 'asleep', 'agent', 'degraded', 'machine', 'telephone', 'clone', 'data', 'version', 'server_stopped', 'nobody_heard', 'clock_step', 'fleet_silent', 'was_open'] as const;
export type IncidentCause = (typeof INCIDENT_CAUSES)[number];

/** What is known of one PC when the decision was made. */
export const EvidenceLine = v.object({ machine: v.string(), name: v.string(), state: v.string(), since: v.number(), lastSeenAt: v.nullable(v.number()) });
export type EvidenceLine = v.InferOutput<typeof EvidenceLine>;

/** Why it was decided so: a word, and its figures (`{n: 120, of: 130}`, `{opensAt: ...}`, `{graceMs: ...}`). */
export const Reason = v.object({ word: v.string(), figures: v.record(v.string(), v.union([v.number(), v.string()])) });
export type Reason = v.InferOutput<typeof Reason>;

const Instant = v.number();

export const Incident = v.object({
  id: v.number(),
  kind: IncidentKind,
  severity: Severity,
  state: IncidentState,
  site: v.nullable(v.object({ id: SiteId, name: v.string(), nameAr: v.nullable(v.string()), region: RegionCode, province: v.nullable(ProvinceCode), lat: v.number(), lon: v.number() })),
  machine: v.nullable(v.object({ id: v.string(), name: v.string() })),
  group: v.nullable(v.object({ by: Grouping, key: v.string() })),
  sinceAt: Instant,
  openedAt: v.nullable(Instant),
  pausedAt: v.nullable(Instant),
  resolvedAt: v.nullable(Instant),
  endAt: v.nullable(Instant),
  openMs: v.number(),
  acknowledged: v.nullable(v.object({ at: Instant, by: v.string(), reason: v.string() })),
  assignee: v.nullable(v.object({ id: v.number(), name: v.string() })),
  ticket: v.nullable(v.string()),
  promisedAt: v.nullable(Instant),
  cause: v.string(),
  reason: Reason,
  /** Sites in it that the reader sees, those still in it, all of them, and how many were expected in the group. */
  sites: v.object({ seen: v.number(), left: v.number(), all: v.number(), expected: v.number() }),
  pcs: v.number(),
  flapping: v.boolean(),
  reopened: v.number(),
  demo: v.boolean(),
  touchedAt: Instant,
});
export type Incident = v.InferOutput<typeof Incident>;

export const IncidentMember = v.object({
  site: v.object({ id: SiteId, name: v.string(), nameAr: v.nullable(v.string()), region: RegionCode, province: v.nullable(ProvinceCode), carrier: v.nullable(v.string()), technology: v.nullable(v.string()), lat: v.number(), lon: v.number(), dutyPhone: v.nullable(v.string()), lineNumber: v.nullable(v.string()), expectedComputers: v.nullable(v.number()) }),
  sinceAt: Instant,
  leftAt: v.nullable(Instant),
  paused: v.boolean(),
  cause: v.string(),
});
export type IncidentMember = v.InferOutput<typeof IncidentMember>;

/** Words of the timeline: pending, opened, joined, left, paused, judged_again, reopened, acknowledged, unacknowledged, assigned, note, ticket, escalated, flapping, steady, revised, silenced, resolved, merged. */
export const IncidentEvent = v.object({ id: v.number(), at: Instant, act: v.string(), who: v.string(), detail: v.record(v.string(), v.any()) });
export type IncidentEvent = v.InferOutput<typeof IncidentEvent>;

/** A message about it: to whom (a name, never an address outside the reader's rights), how, and what the provider said. */
export const Notice = v.object({ id: v.number(), event: v.string(), channel: v.string(), to: v.string(), createdAt: Instant, dueAt: Instant, state: v.picklist(['queued', 'sending', 'sent', 'failed', 'cancelled']), attempts: v.number(), closedAt: v.nullable(Instant), answer: v.nullable(v.string()) });
export type Notice = v.InferOutput<typeof Notice>;

export const IncidentOpened = v.object({ ...Incident.entries, evidence: v.array(EvidenceLine), members: v.array(IncidentMember), events: v.array(IncidentEvent), notices: v.array(Notice) });
export type IncidentOpened = v.InferOutput<typeof IncidentOpened>;

const Words = (most: number) => v.pipe(PlainText, v.trim(), v.minLength(1, 'required'), v.maxLength(most, 'too_long'));
export const Acknowledgement = v.strictObject({ reason: Words(500) });
export const IncidentNote = v.strictObject({ text: Words(2000) });
export const Assignment = v.strictObject({ account: v.nullable(v.number()) });
export const CarrierTicket = v.strictObject({ ticket: v.nullable(v.pipe(PlainText, v.trim(), v.maxLength(60, 'too_long'))), promisedAt: v.nullable(Instant) });

export const SILENCE_KINDS = ['silence', 'maintenance'] as const;
export const SILENCE_SCOPES = ['site', 'province', 'region', 'carrier', 'programme'] as const;
/** Nobody is told of what falls into it; a maintenance's time does not count either. Who is still in trouble at its end is told then. */
export const SilenceDraft = v.strictObject({
  kind: v.picklist(SILENCE_KINDS, 'silence_kind'),
  scope: v.strictObject({ kind: v.picklist(SILENCE_SCOPES, 'silence_scope'), id: Words(120) }),
  fromAt: Instant,
  toAt: Instant,
  reason: Words(300),
});
export type SilenceDraft = v.InferOutput<typeof SilenceDraft>;
export const Silence = v.object({ id: v.number(), kind: v.picklist(SILENCE_KINDS), scope: v.object({ kind: v.picklist(SILENCE_SCOPES), id: v.string() }), fromAt: Instant, toAt: Instant, reason: v.string(), author: v.string(), createdAt: Instant, endedAt: v.nullable(Instant), endedBy: v.nullable(v.string()) });
export type Silence = v.InferOutput<typeof Silence>;

/** What decides when somebody is told. Durations in ms, days are opening days. */
export const AlertSettings = v.strictObject({
  /** How long a trouble must last, after it is known, before its incident opens. */
  graceMs: v.pipe(v.number(), v.integer(), v.minValue(0, 'grace'), v.maxValue(4 * 3_600_000, 'grace')),
  /** After opening time, until the first PC must have been seen. */
  openingGraceMs: v.pipe(v.number(), v.integer(), v.minValue(5 * 60_000, 'grace'), v.maxValue(4 * 3_600_000, 'grace')),
  /** How long a site must be well again before its incident closes. */
  recoveryMs: v.pipe(v.number(), v.integer(), v.minValue(0, 'grace'), v.maxValue(3_600_000, 'grace')),
  /** Several sites are one incident: falling silent within `windowMs`, at least `sites` of them, and at least this share of those expected. */
  group: v.strictObject({ windowMs: v.pipe(v.number(), v.integer(), v.minValue(60_000), v.maxValue(3_600_000)), sites: v.pipe(v.number(), v.integer(), v.minValue(2)), share: v.pipe(v.number(), v.minValue(0.05), v.maxValue(1)) }),
  missingDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)),
  /** Agents below it are too old; null: none is. */
  minimumAgent: v.nullable(v.pipe(v.string(), v.regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, 'version'))),
  /** Hour and minute of the daily list, minutes after midnight. */
  digestAt: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439)),
});
export type AlertSettings = v.InferOutput<typeof AlertSettings>;
export const USUAL_ALERTS: AlertSettings = {
  graceMs: 10 * 60_000,
  openingGraceMs: 30 * 60_000,
  recoveryMs: 3 * 60_000,
  group: { windowMs: 10 * 60_000, sites: 3, share: 0.5 },
  missingDays: 5,
  minimumAgent: null,
  digestAt: 8 * 60,
};
