/**
 * Asks what is expected and not there. A round, in the order of the code:
 *
 *   1. who is to be judged: sites of new lines of the log, and those whose watch is due;
 *   2. each is judged from its PCs, its hours and our own blindness (core/alerts/judge.ts), and its watch goes a step on (core/alerts/life.ts):
 *      incidents pause at closing, go on at the next opening, are left by who is well again;
 *   3. who has been in trouble for its grace becomes an incident: together with those that fell with it, or alone (open-incidents.ts);
 *   4. what a silence held back is told when the silence is over and the trouble is not.
 *
 * Rows, events and messages of an act are one transaction. While the platform itself may be deaf nothing is decided (`holds`); messages that wait are sent all the same.
 */
import type { AlertSettings } from '@cac/shared/incidents.ts';
import { openMs } from '../core/calendar/day-plan.ts';
import type { SiteCalendar } from '../core/calendar/facts.ts';
import { createHours } from '../core/alerts/hours.ts';
import { EXPECTED_OPENING_DAYS, judge, type Judgement } from '../core/alerts/judge.ts';
import { stepOf, type Step } from '../core/alerts/life.ts';
import { graceMs as blindGraceMs } from '../core/blindness.ts';
import { readAlertSettings } from '../store/alert-settings.ts';
import { siteCalendars } from '../store/calendars.ts';
import { holdWatch, lastBlindEnd } from '../store/incident-writes.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import type { Handle, Store } from '../store/store.ts';
import { lastTransition } from '../store/transitions.ts';
import { dueSites, sitesOfLines, sitesUnderWatch, watchEverySite, watchRow, wholeUntil, writeWatches, type SiteUnderWatch, type WatchWrite } from '../store/watches.ts';
import { carryOut, type Judged } from './end-incidents.ts';
import { openRipe, tellUnsilenced } from './open-incidents.ts';
import { releaseGroups } from './release-groups.ts';
import { reviseCauses } from './revise-incidents.ts';
import { watchMinors } from './watch-minors.ts';
import type { Patience as Waiting } from './stay-awake.ts';

export interface WatchRound {
  judged: number;
  opened: number;
  /** Incidents that are told as over. */
  resolved: number;
  /** Whether messages were put out, or a page would show something else now. */
  changed: boolean;
  /** More is to be done at once. */
  more: boolean;
}

const CURSOR = 'watch_cursor';
/** A transaction keeps ingest waiting: it is kept short. */
const AT_ONCE = 200;
const LINES_AT_ONCE = 5_000;
const TRIED_AGAIN_MS = 10 * 60_000;

type Failure = (site: string, cause: unknown) => void;
const rethrow: Failure = (_site, cause) => {
  throw cause;
};

export interface WatchOptions {
  waiting: Waiting;
  /** A site that could not be judged: it is tried again later, and keeps no other one waiting. */
  onFailure?: (site: string, cause: unknown) => void;
  /** The platform may be deaf: nothing is decided. */
  holds: boolean;
}

export async function watchSites(store: Store, now: number, { waiting, holds, onFailure = rethrow }: WatchOptions): Promise<WatchRound> {
  const round: WatchRound = { judged: 0, opened: 0, resolved: 0, changed: false, more: false };
  if (holds) return round;
  const cursor = await cursorOf(store, now);
  const newest = await lastTransition(store.db);
  const until = await wholeUntil(store.db, cursor, newest, LINES_AT_ONCE, now);
  const touched = until > cursor ? await sitesOfLines(store.db, cursor, until) : [];
  const due = await dueSites(store.db, now, 5 * AT_ONCE);
  const ids = [...new Set([...touched.map((line) => line.site), ...due])];
  round.more = until - cursor === LINES_AT_ONCE || due.length === 5 * AT_ONCE;
  if (ids.length > 0) {
    const settings = await readAlertSettings(store.db);
    const blind = await lastBlindEnd(store.db);
    const patience = { now, hearingSince: blind === null ? 0 : blind.toAt + blindGraceMs(waiting.livenessMs, waiting.spreadMs), graceMs: settings.graceMs, openingGraceMs: settings.openingGraceMs };
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      const { judged, resolved, changed } = await store.db.transaction().execute((tx) => judgeSome(tx, some, patience, settings, onFailure, now));
      round.judged += judged;
      round.resolved += resolved;
      round.changed ||= changed;
    }
  }
  if (until > cursor) await writeMeta(store.db, CURSOR, String(until));
  // Who waits to be judged may be well again, or closed: nothing opens before it was.
  if (!round.more) {
    const released = await releaseGroups(store, now);
    round.opened = await openRipe(store, now);
    const told = await tellUnsilenced(store, now);
    round.changed ||= round.opened > 0 || told > 0 || released > 0;
  }
  // Last: an annotation keeps no message waiting.
  await reviseCauses(store, touched, now);
  return round;
}

/** Up to where the log was read. At the first start with alerts every site with a PC is looked at once, and its past is left alone. */
async function cursorOf(store: Store, now: number): Promise<number> {
  const known = await readMeta(store.db, CURSOR);
  if (known !== null) return Number(known);
  const newest = await lastTransition(store.db);
  await watchEverySite(store.db, now);
  await writeMeta(store.db, CURSOR, String(newest));
  return newest;
}

async function judgeSome(tx: Handle, ids: readonly string[], patience: Parameters<typeof judge>[1], settings: AlertSettings, onFailure: Failure, now: number): Promise<{ judged: number; resolved: number; changed: boolean }> {
  await holdWatch(tx);
  const sites = await sitesUnderWatch(tx, ids);
  const calendars = await siteCalendars(tx, sites.map((site) => site.id));
  const hours = createHours(now);
  const gone = new Set(ids);
  const judged: Judged[] = [];
  const writes: WatchWrite[] = [];
  for (const site of sites) {
    gone.delete(site.id);
    try {
      const { write, one } = judgedSite(site, calendars.get(site.id)!, hours, patience, settings, now);
      writes.push(write);
      judged.push(one);
    } catch (cause) {
      onFailure(site.id, cause);
      writes.push(watchRow(site.id, site.watch, { from: null, to: null }, false, now + TRIED_AGAIN_MS));
    }
  }
  await writeWatches.run(tx, writes);
  // A site that was never watched for anything: nothing is due of it.
  if (gone.size > 0) await tx.updateTable('site_watches').set({ due_at: null }).where('site_id', 'in', [...gone]).where('due_at', '<=', now).execute();
  const { resolved, changed } = await carryOut(tx, judged, now);
  const minors = await watchMinors(tx, judged, settings, now);
  return { judged: sites.length, resolved, changed: changed || minors > 0 };
}

function judgedSite(site: SiteUnderWatch, calendar: SiteCalendar, hours: ReturnType<typeof createHours>, patience: Parameters<typeof judge>[1], settings: AlertSettings, now: number): { write: WatchWrite; one: Judged } {
  const { opening, next, silentDays } = hours(calendar);
  const facts = { isCentre: site.isCentre, opening, silentDays: silentDays(lastSign(site)), machines: site.machines };
  const judgement = judge(facts, patience);
  const step = stepOf(site.watch, judgement, opening === null ? null : opening.fromAt + settings.openingGraceMs, now, settings);
  const shown = opening ?? next;
  const isExpected = facts.silentDays !== null && facts.silentDays <= EXPECTED_OPENING_DAYS;
  return {
    write: watchRow(site.id, step.watch, { from: shown?.fromAt ?? null, to: shown?.toAt ?? null }, isExpected, dueOf(judgement, step, opening, next, settings, now)),
    one: { site, step, judgement, openMsOf: (fromAt, toAt) => openMs(calendar, fromAt, toAt), silentDaysOf: silentDays },
  };
}

const lastSign = (site: SiteUnderWatch): number | null => site.machines.reduce<number | null>((latest, { lastSignAt }) => (lastSignAt !== null && (latest === null || lastSignAt > latest) ? lastSignAt : latest), null);

/** Of the watch itself; else at closing, or a grace after the next opening. */
function dueOf(judgement: Judgement, step: Step, opening: { fromAt: number; toAt: number } | null, next: { fromAt: number } | null, settings: AlertSettings, now: number): number | null {
  // Whom nobody expects is judged again when it is heard.
  if (judgement.kind === 'not_expected') return null;
  const instants = [step.dueAt, opening === null ? (next === null ? null : next.fromAt + settings.openingGraceMs) : opening.toAt];
  const ahead = instants.filter((at) => at !== null && at > now) as number[];
  return ahead.length === 0 ? null : Math.min(...ahead);
}
