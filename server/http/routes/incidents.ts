/** Incidents: the inbox, one opened, what people do about it, the hand-over, and a copy as plain text. */
import { listOf, Programme } from '@cac/shared/api.ts';
import { ProvinceCode, RegionCode, SiteId } from '@cac/shared/ids.ts';
import { Acknowledgement, Assignment, CarrierTicket, Incident, IncidentEvent, IncidentKind, IncidentNote, IncidentOpened, Severity, Silence } from '@cac/shared/incidents.ts';
import { Language } from '@cac/shared/people.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import { incidentColumns, type AreaNames } from '../../core/alerts/incident-columns.ts';
import { plainText } from '../../core/alerts/plain-text.ts';
import type { Account } from '../../store/accounts.ts';
import { handover } from '../../store/handover.ts';
import { assigneesOf, eventsOf, evidenceOf, membersOf, noticesOf } from '../../store/incident-opened.ts';
import { countIncidents, countWatched, findIncident, INCIDENT_LISTS, listIncidents } from '../../store/incidents.ts';
import { noticeFacts } from '../../store/notice-facts.ts';
import type { Handle } from '../../store/store.ts';
import { listAreas } from '../../store/territory.ts';
import { acknowledge, noIncident, unacknowledge } from '../../usecases/acknowledge.ts';
import { assignIncident } from '../../usecases/assign-incident.ts';
import { fileTicket } from '../../usecases/file-ticket.ts';
import { noteIncident } from '../../usecases/note-incident.ts';
import { csvStream, pagesOf } from '../file-answer.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

export const WATCHERS = ['administrator', 'coordinator', 'operator'] as const;

export const numberOf = (text: string | undefined): number => (text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0);
const Counts = v.object({ mine: v.number(), open: v.number(), urgent: v.number(), acknowledged: v.number(), paused: v.number(), pending: v.number() });
const Words = v.pipe(v.string(), v.regex(/^[^\p{Cc}]{1,60}$/u, 'control_character'));
const Since = v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'since'), v.transform(Number));

async function areaNames(db: Handle): Promise<AreaNames> {
  const { regions, provinces } = await listAreas(db);
  return new Map([...regions, ...provinces].map((area) => [area.code, area]));
}

async function opened(db: Handle, reader: Account, id: number): Promise<IncidentOpened> {
  const incident = await findIncident(db, reader, id);
  if (incident === null) throw noIncident();
  const [evidence, members, events, notices] = await Promise.all([evidenceOf(db, reader.scope, id), membersOf(db, reader.scope, id), eventsOf(db, reader.scope, id), noticesOf(db, reader, id)]);
  return { ...incident, evidence, members, events, notices };
}

export const incidentRoutes = [
  route({
    method: 'get',
    path: '/api/v1/incidents',
    summary: 'Incidents in scope, newest first (`state`: live, open, acknowledged, paused, resolved; `mine=1`; `since`: changed at or after this instant); `?format=csv`',
    access: 'any',
    query: v.strictObject({
      ...paging, state: v.optional(v.picklist(INCIDENT_LISTS, 'incident_state')), mine: v.optional(v.picklist(['1'])), kind: v.optional(IncidentKind), severity: v.optional(Severity), region: v.optional(RegionCode),
      province: v.optional(ProvinceCode), programme: v.optional(Programme), carrier: v.optional(Words), site: v.optional(SiteId), since: v.optional(Since), format: v.optional(v.picklist(['json', 'csv'], 'format'), 'json'),
    }),
    answer: listOf(Incident),
    async handle({ deps, account, query: { cursor, limit, format, mine, since, ...named }, now, c }) {
      const filter = { ...named, mine: mine === '1', sinceAt: since };
      const { db } = deps.store;
      if (format === 'csv') return csvStream(c, `incidents-${localDayOf(now)}`, incidentColumns(await areaNames(db)), pagesOf<Incident>((last, most) => listIncidents(db, account, filter, last?.id ?? null, most)));
      return page(await listIncidents(db, account, filter, numberOfCursor(cursor) || null, limit + 1), limit, (incident) => String(incident.id));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents/counts',
    summary: 'How many incidents in scope are open (nobody has taken them), taken, paused, the reader’s own, and still pending',
    access: 'any',
    answer: Counts,
    handle: ({ deps, account }) => countIncidents(deps.store.db, account),
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents/watched',
    summary: 'How many sites in scope are watched, and how many of them are expected now',
    access: 'any',
    answer: v.object({ sites: v.number(), expected: v.number() }),
    handle: ({ deps, account }) => countWatched(deps.store.db, account),
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents/handover',
    summary: 'For the next shift: what is open and paused, what happened in the last twelve hours, promised repairs, silences',
    access: 'any',
    answer: v.object({ at: v.number(), sinceAt: v.number(), counts: Counts, live: v.array(Incident), ended: v.array(Incident), happened: v.array(v.object({ ...IncidentEvent.entries, incident: v.number() })), silences: v.array(Silence) }),
    handle: ({ deps, account, now }) => handover(deps.store.db, account, now),
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents/{id}',
    summary: 'An incident with its members in scope, timeline, evidence, and the messages about it with what the providers answered',
    access: 'any',
    answer: IncidentOpened,
    handle: ({ deps, account, params }) => opened(deps.store.db, account, numberOf(params['id'])),
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents/{id}/text',
    summary: 'The incident as a short plain text for a messaging app, in `language`: fr, ar, en',
    access: 'any',
    query: v.strictObject({ language: v.optional(Language, 'fr') }),
    answer: v.object({ text: v.string() }),
    async handle({ deps, account, params, query }) {
      const id = numberOf(params['id']);
      const seen = await findIncident(deps.store.db, account, id);
      const facts = seen === null ? null : await noticeFacts(deps.store.db, id, account.scope);
      if (facts === null) throw noIncident();
      return { text: plainText(query.language, facts, deps.settings.publicUrl) };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents/{id}/assignees',
    summary: 'Who may be given the incident',
    access: WATCHERS,
    answer: v.object({ items: v.array(v.object({ id: v.number(), name: v.string() })) }),
    async handle({ deps, account, params }) {
      const id = numberOf(params['id']);
      if ((await findIncident(deps.store.db, account, id)) === null) throw noIncident();
      return { items: await assigneesOf(deps.store.db, account, id) };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/incidents/{id}/acknowledge',
    summary: 'Take the incident on, with a reason',
    access: WATCHERS,
    body: Acknowledgement,
    answer: IncidentOpened,
    async handle({ deps, account, params, body, now }) {
      const id = numberOf(params['id']);
      await acknowledge(deps.store, account, id, body.reason, now);
      deps.onChanged();
      return opened(deps.store.db, account, id);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/incidents/{id}/unacknowledge',
    summary: 'Give the incident back: it is nobody’s again',
    access: WATCHERS,
    body: v.strictObject({}),
    answer: IncidentOpened,
    async handle({ deps, account, params, now }) {
      const id = numberOf(params['id']);
      await unacknowledge(deps.store, account, id, now);
      deps.onChanged();
      return opened(deps.store.db, account, id);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/incidents/{id}/notes',
    summary: 'Add a note to the timeline',
    access: WATCHERS,
    body: IncidentNote,
    answer: IncidentOpened,
    status: 201,
    async handle({ deps, account, params, body, now }) {
      const id = numberOf(params['id']);
      await noteIncident(deps.store, account, id, body.text, now);
      deps.onChanged();
      return opened(deps.store.db, account, id);
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/incidents/{id}/assignee',
    summary: 'Give the incident to somebody (`account`), or to nobody (null)',
    access: WATCHERS,
    body: Assignment,
    answer: IncidentOpened,
    async handle({ deps, account, params, body, now }) {
      const id = numberOf(params['id']);
      await assignIncident(deps.store, account, id, body.account, now);
      deps.onChanged();
      return opened(deps.store.db, account, id);
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/incidents/{id}/ticket',
    summary: 'The carrier’s ticket, and when it promised the repair',
    access: WATCHERS,
    body: CarrierTicket,
    answer: IncidentOpened,
    async handle({ deps, account, params, body, now }) {
      const id = numberOf(params['id']);
      await fileTicket(deps.store, account, id, body, now);
      deps.onChanged();
      return opened(deps.store.db, account, id);
    },
  }),
];
