/** Incidents in words: what, where, why, since when; the same on every page that names one. */
import type { Incident, IncidentEvent, Silence } from '@cac/shared/incidents.ts';
import { RequestError } from '../../api.ts';
import { clock, dateTime, day, duration, number } from '../../i18n/format.ts';
import { isIncidentsKey, ncount, nt, ntOr } from '../../i18n/incidents/text.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { language } from '../../i18n/language.ts';
import { session } from '../../state/store.ts';
import { TECHNOLOGIES } from '../../words.ts';
import { areaName } from '../area-names.ts';
import { errorText } from '../error-text.ts';
import { programmeName } from '../programme-name.ts';
import { siteName } from '../site-name.ts';

/** Viewers look on. */
export const mayAct = (): boolean => session.value !== null && session.value.role !== 'viewer';

export const kindName = ({ kind, group }: Pick<Incident, 'kind' | 'group'>): string => (group === null ? nt(`kind_${kind}`) : ntOr(`kinds_${kind}`, nt(`kind_${kind}`)));
export const causeName = (cause: string): string => ntOr(`cause_${cause}`, cause);

const technologyName = (key: string): string => {
  const known = TECHNOLOGIES.find((one) => one === key);
  return known === undefined ? key : vt(`technology_${known}`);
};

/** Where: the site, what the sites share, or this platform. */
export function placeName({ site, group, kind }: Pick<Incident, 'site' | 'group' | 'kind'>): string {
  if (site !== null) return siteName(site);
  if (kind === 'platform_blind' || group === null) return nt('platform');
  const key = group.by === 'province' ? areaName(group.key) : group.by === 'technology' ? technologyName(group.key) : group.key;
  return nt(`group_${group.by}`, { key });
}

/** How many sites are in it; nothing for one alone. */
export function sitesText({ site, sites, state }: Pick<Incident, 'site' | 'sites' | 'state'>): string | null {
  if (site !== null || sites.all === 0) return null;
  const parts = [state === 'resolved' ? nt('sites_were', { all: number(sites.all) }) : nt('sites_left', { left: number(sites.left), all: number(sites.all) })];
  if (sites.expected > sites.all) parts.push(nt('sites_expected', { n: number(sites.expected) }));
  if (sites.seen < sites.all) parts.push(nt('sites_seen', { n: number(sites.seen) }));
  return parts.join(language.value === 'ar' ? '، ' : ', ');
}

/** Figures of a reason: instants by the clock, durations in words. */
function figureText(name: string, value: number | string): string {
  if (typeof value === 'string') return value;
  if (name.endsWith('At')) return clock(value);
  if (name.endsWith('Ms')) return duration(value);
  return number(value);
}

/** Why it was decided so, as the decision said it; nothing where there is no sentence for its word. */
export function reasonText({ reason }: Pick<Incident, 'reason'>): string {
  const key = `reason_${reason.word}`;
  if (!isIncidentsKey(key)) return '';
  const text = nt(key, Object.fromEntries(Object.entries(reason.figures).map(([name, value]) => [name, figureText(name, value)])));
  // A figure that an older decision did not give leaves no hole in a sentence.
  return /\{\w+\}/.test(text) ? '' : text;
}

export const lengthOf = ({ sinceAt, endAt }: Pick<Incident, 'sinceAt' | 'endAt'>, now: number): string => duration(Math.max(0, (endAt ?? Math.max(now, sinceAt)) - sinceAt));

/** Since when, or from when to when. */
export const spanText = (incident: Pick<Incident, 'sinceAt' | 'endAt'>): string =>
  incident.endAt === null ? nt('since', { at: dateTime(incident.sinceAt) }) : nt('from_to', { from: dateTime(incident.sinceAt), to: dateTime(incident.endAt) });

export const stateName = ({ state, acknowledged }: Pick<Incident, 'state' | 'acknowledged'>): string => (state === 'open' && acknowledged !== null ? nt('state_acknowledged') : nt(`state_${state}`));

/** A line of the timeline; a note's text stands apart. */
export function eventText({ act, detail }: IncidentEvent): string {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(detail)) params[name] = name === 'until' && typeof value === 'number' ? dateTime(value) : typeof value === 'number' ? number(value) : String(value ?? '');
  if ((act === 'joined' || act === 'left') && typeof detail['n'] === 'number') return ncount(`act_${act}`, detail['n']);
  if (act === 'assigned' && detail['to'] === null) return nt('act_assigned_nobody');
  if (act === 'resolved' && detail['why'] === 'not_expected') return nt('act_resolved_gone');
  if (act === 'revised') return nt('act_revised', { from: causeName(params['from'] ?? ''), to: causeName(params['to'] ?? '') });
  if (act === 'ticket') {
    const promisedAt = detail['promisedAt'];
    return [nt('act_ticket', { ticket: params['ticket'] || '–' }), ...(typeof promisedAt === 'number' ? [nt('act_ticket_promised', { at: dateTime(promisedAt) })] : [])].join(', ');
  }
  return ntOr(`act_${act}`, act, params);
}

export const authorName = ({ who }: Pick<IncidentEvent, 'who'>): string => (who === '' ? nt('by_platform') : who);

export function scopeName({ scope }: Pick<Silence, 'scope'>): string {
  const { kind, id } = scope;
  return kind === 'province' || kind === 'region' ? areaName(id) : kind === 'programme' ? programmeName(id) : id;
}

/** What went wrong, with the words of these pages first. */
export function incidentError(error: RequestError): string {
  const key = `error_${error.code}`;
  return isIncidentsKey(key) ? nt(key, { by: error.where ?? '' }) : errorText(error);
}

/** The same act, whose refusal is said in the words of these pages wherever it is shown. */
export const worded = <T>(act: Promise<T>): Promise<T> =>
  act.catch((failure: unknown) => {
    if (!(failure instanceof RequestError)) throw failure;
    throw new RequestError(failure.status, { code: failure.code, message: incidentError(failure) });
  });

const DAY_MS = 86_400_000;

/** "Aujourd'hui", "Hier", else the day. */
export function dayTitle(at: number, now: number): string {
  const name = day(at);
  return name === day(now) ? nt('today') : name === day(now - DAY_MS) ? nt('yesterday') : name;
}

/** By the clock today, with the day before. */
export const shortInstant = (at: number, now: number): string => (day(at) === day(now) ? clock(at) : dateTime(at));

export const phoneLink = (phone: string): string => `tel:${phone.replaceAll(/[^\d+]/g, '')}`;
