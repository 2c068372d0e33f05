/**
 * What was told of outages against the true ones, place by place.
 *
 *   Each outage longer than its grace inside opening hours has one telling of the right kind, within [start, start + notice + grace + 60 s];
 *   notice is how long silence or a failing link takes to be known. Outages of a blind time are judged from its end.
 *   No telling is without its outage. Whoever is still in an incident when it falls again is told nothing new.
 */
import type { OutageKind, TrueOutage } from './outages.ts';

export interface Telling {
  site: number;
  incident: number;
  kind: string;
  at: number;
  /** Until when the site was in that incident; Infinity: still. */
  untilAt: number;
  /** The incident's own beginning. */
  sinceAt: number;
  flapping: boolean;
  grouped: boolean;
}

export interface Blind {
  fromAt: number;
  toAt: number;
}

export interface Rules {
  graceMs: number;
  openingGraceMs: number;
}

export interface AlertTable {
  /** By kind: outages that had to be told, and what became of them. */
  kinds: Record<OutageKind, { outages: number; told: number; within: number; missed: number; late: number; wrongKind: number; twice: number; short: number }>;
  tellings: number;
  grouped: number;
  flapping: number;
  unfounded: number;
  examples: string[];
}

const MINUTE_MS = 60_000;
/** Silence: one and a half keepalives and two minutes, after the last ping. A failing link: five minutes between probes, and a round. */
const NOTICE_MS: Record<OutageKind, number> = { site_offline: 210_000 + MINUTE_MS, internet_down: 330_000, did_not_open: 0 };
/** After a blind time everyone has six minutes to return before silence counts. */
const RETURN_MS = 6 * MINUTE_MS;
const SLACK_MS = MINUTE_MS;
/** Just at the edge either is right: a PC takes a minute from its switch to its first report, and a failing link up to five to be found. */
const EDGE_MS: Record<OutageKind, number> = { site_offline: 2 * MINUTE_MS, internet_down: 6 * MINUTE_MS, did_not_open: 4 * MINUTE_MS };

export function compareAlerts(outages: readonly TrueOutage[], tellings: readonly Telling[], blind: readonly Blind[], { graceMs, openingGraceMs }: Rules): AlertTable {
  const none = () => ({ outages: 0, told: 0, within: 0, missed: 0, late: 0, wrongKind: 0, twice: 0, short: 0 });
  const table: AlertTable = { kinds: { site_offline: none(), internet_down: none(), did_not_open: none() }, tellings: tellings.length, grouped: tellings.filter((t) => t.grouped).length, flapping: tellings.filter((t) => t.flapping).length, unfounded: 0, examples: [] };
  const bySite = new Map<number, Telling[]>();
  for (const telling of tellings) bySite.set(telling.site, [...(bySite.get(telling.site) ?? []), telling]);
  const founded = new Set<Telling>();
  const say = (text: string): void => void (table.examples.length < 40 && table.examples.push(text));

  for (const outage of outages) {
    const row = table.kinds[outage.kind];
    const grace = outage.kind === 'did_not_open' || outage.either ? openingGraceMs : graceMs;
    const window = blind.find(({ fromAt, toAt }) => fromAt < outage.fromAt + NOTICE_MS[outage.kind] + grace && toAt > outage.fromAt);
    const fromAt = window === undefined ? outage.fromAt : Math.max(outage.fromAt, window.toAt + RETURN_MS);
    const dueAt = fromAt + NOTICE_MS[outage.kind] + grace + SLACK_MS;
    const own = (bySite.get(outage.site) ?? []).filter(({ at }) => at >= outage.fromAt && at <= outage.toAt + SLACK_MS);
    for (const telling of own) if (outage.toAt - outage.fromAt >= grace - EDGE_MS[outage.kind] || telling.flapping) founded.add(telling);
    // What was told before, and was not over yet, covers it.
    const standing = (bySite.get(outage.site) ?? []).some(({ at, untilAt }) => at < outage.fromAt && untilAt >= outage.fromAt);
    const lasts = outage.firstMs - (fromAt - outage.fromAt);
    if (lasts < NOTICE_MS[outage.kind] + grace + EDGE_MS[outage.kind]) {
      row.short += 1;
      continue;
    }
    row.outages += 1;
    if (standing) {
      row.told += 1;
      row.within += 1;
      continue;
    }
    const first = own.find((telling) => !telling.flapping) ?? own[0];
    if (first === undefined) {
      row.missed += 1;
      say(`missed: ${lineOf(outage)}`);
      continue;
    }
    row.told += 1;
    if (first.at <= dueAt) row.within += 1;
    else {
      row.late += 1;
      say(`late by ${Math.round((first.at - dueAt) / 1000)} s: ${lineOf(outage)}`);
    }
    // Told is what it is by then.
    const kinds = [outage.kind, ...outage.turns.filter(({ at }) => at <= first.at).map(({ kind }) => kind), ...(outage.either ? ['did_not_open'] : [])];
    if (!kinds.includes(first.kind)) {
      row.wrongKind += 1;
      say(`told as ${first.kind}: ${lineOf(outage)}`);
    }
    if (new Set(own.map(({ incident }) => incident)).size > 1) {
      row.twice += 1;
      say(`told ${own.length} times: ${lineOf(outage)}`);
    }
  }
  for (const telling of tellings) {
    if (founded.has(telling)) continue;
    table.unfounded += 1;
    say(`no outage: site ${telling.site} ${telling.kind} told ${iso(telling.at)}, since ${iso(telling.sinceAt)}${telling.grouped ? ' (grouped)' : ''}${telling.flapping ? ' (flapping)' : ''}`);
  }
  return table;
}

const iso = (at: number): string => (Number.isFinite(at) ? new Date(at).toISOString().slice(5, 19) : 'never');
const lineOf = ({ site, kind, fromAt, toAt }: TrueOutage): string => `site ${site} ${kind} ${iso(fromAt)} to ${iso(toAt)}`;

/** Whether the table shows anything that is not as it must be. */
export const isRight = ({ kinds, unfounded }: AlertTable): boolean => unfounded === 0 && Object.values(kinds).every((row) => row.missed + row.late + row.wrongKind + row.twice === 0);
