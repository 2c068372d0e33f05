/**
 * Opens what is ripe. In one transaction:
 *
 *   1. who fell with an incident of several sites that stands, and shares what they share, joins it; told to whom it concerns only now: of a region it had no site in;
 *   2. who fell together becomes one incident, those whose grace still runs among them, and single ones that were opened a moment ago;
 *   3. who is left gets an incident of its own: the former one again where it was told as over less than half an hour ago;
 *   4. each new one is told, unless a silence holds for all of its sites.
 */
import type { AlertSettings, Grouping, IncidentCause, SiteCondition } from '@cac/shared/incidents.ts';
import { evidenceOf, judge } from '../core/alerts/judge.ts';
import { groupsOf, wavesOf, windowOf, type Group } from '../core/alerts/grouping.ts';
import { endOf as silenceEnd, silenceOf } from '../core/alerts/silenced.ts';
import { readAlertSettings } from '../store/alert-settings.ts';
import { changeIncident, holdWatch, insertIncident, insertMembers, knownMembers, lastOnset, leaveMembers, liveGroups, memberRegions, memberSites, resolvedSince, singlesSince, untoldIncidents, writeEvent, type IncidentRow } from '../store/incident-writes.ts';
import { runningSilences } from '../store/silences.ts';
import type { Handle, Store } from '../store/store.ts';
import { anyRipe, enterIncident, fallenSites, heardBefore, sitesUnderWatch, type FallenRow } from '../store/watches.ts';
import { announce, type IncidentNews } from './announce.ts';

/** The same trouble of the same site within this time is the same incident. */
const REOPENS_MS = 30 * 60_000;
/** A straggler joins until so long after the last that fell. */
const JOINS_MS = 30 * 60_000;

type Single = FallenRow & { incident: IncidentRow | null };

/** Returns how many were opened or grew. */
export async function openRipe(store: Store, now: number): Promise<number> {
  if (!(await anyRipe(store.db, now))) return 0;
  return store.db.transaction().execute(async (tx) => {
    await holdWatch(tx);
    const settings = await readAlertSettings(tx);
    const fallen = await fallenSites(tx, now);
    let opened = 0;
    const counted = fallen.filter((site) => site.condition !== 'did_not_open' || site.opensAt <= now);
    const taken = new Set<string>();
    for (const whole of wavesOf(counted, settings.group.windowMs) as FallenRow[][]) {
      const wave = whole.filter((site) => !taken.has(site.id));
      if (wave.some((site) => site.opensAt <= now)) opened += await openWave(tx, wave, { all: counted, taken }, settings, now);
    }
    return opened;
  });
}

/** `taken`: those that are in an incident by now. Where one wave ends and the next begins is chance: what fell a window before or after is looked at with it. */
async function openWave(tx: Handle, wave: readonly FallenRow[], { all: fallen, taken }: { all: readonly FallenRow[]; taken: Set<string> }, settings: AlertSettings, now: number): Promise<number> {
  const condition = wave[0]!.condition;
  if (condition === 'link_degraded') {
    const ripe = wave.filter((site) => site.opensAt <= now);
    for (const site of ripe) await openAlone(tx, site, settings, now);
    return ripe.length;
  }
  const joined = await joinStanding(tx, wave, settings, now);
  for (const id of joined) taken.add(id);
  const left = wave.filter((site) => !joined.has(site.id));
  if (!left.some((site) => site.opensAt <= now)) return joined.size;
  const windowMs = windowOf(condition, settings.group.windowMs);
  const [fromAt, toAt] = [left[0]!.sinceAt - windowMs, left.at(-1)!.sinceAt + windowMs];
  const near = fallen.filter((site) => site.condition === condition && site.sinceAt >= fromAt && site.sinceAt <= toAt && !taken.has(site.id));
  const singles = await asFallen(tx, await singlesSince(tx, condition, fromAt, toAt));
  const all: Single[] = [...near.map((site) => ({ ...site, incident: null })), ...singles];
  const heard = await heardBefore(tx, condition, condition === 'did_not_open' ? now : left[0]!.sinceAt);
  const { groups, alone } = groupsOf(all, heard, settings.group);
  let opened = joined.size;
  for (const group of groups) {
    const members = group.sites as Single[];
    // Only single ones that stand already, or whose grace still runs: nothing has ripened here.
    if (!members.some((site) => site.incident === null && site.opensAt <= now)) continue;
    await openGroup(tx, condition as Exclude<SiteCondition, ''>, group, members, now);
    for (const site of members) taken.add(site.id);
    opened += 1;
  }
  const own = new Set(left.map((site) => site.id));
  for (const site of alone as Single[]) {
    if (site.incident !== null || site.opensAt > now || !own.has(site.id)) continue;
    await openAlone(tx, site, settings, now);
    taken.add(site.id);
    opened += 1;
  }
  return opened;
}

/** Those that joined an incident that stands. */
async function joinStanding(tx: Handle, wave: readonly FallenRow[], settings: AlertSettings, now: number): Promise<Set<string>> {
  const joined = new Set<string>();
  for (const row of await liveGroups(tx, wave[0]!.condition)) {
    const until = (await lastOnset(tx, row.id)) + Math.max(JOINS_MS, windowOf(wave[0]!.condition, settings.group.windowMs));
    const by = row.group_by as Grouping;
    const joining = wave.filter((site) => !joined.has(site.id) && site.opensAt <= now && (by === 'fleet' || site[by] === row.group_key) && site.sinceAt >= row.since_at - settings.group.windowMs && site.sinceAt <= until);
    if (joining.length === 0) continue;
    const known = await knownMembers(tx, row.id, joining.map((site) => site.id));
    const fresh = joining.filter((site) => !known.has(site.id));
    const regions = await memberRegions(tx, row.id);
    const sites = row.sites + fresh.length;
    const isRaised = row.severity === 'minor' && joining.some((site) => site.isCentre);
    await enter(tx, row.id, joining, causeOf(wave[0]!.condition), now);
    await changeIncident(tx, row.id, { sites, pcs: row.pcs + sum(fresh), expected_sites: Math.max(row.expected_sites, sites), state: 'open', paused_at: null, severity: isRaised ? 'critical' : row.severity }, now);
    await writeEvent(tx, row.id, 'joined', now, { n: joining.length, sites: joining.slice(0, 20).map((site) => site.id) });
    for (const site of joining) joined.add(site.id);
    // Who was told is not told again: a message of the same name is written once.
    if (row.told_at !== null && (isRaised || fresh.some((site) => !regions.has(site.region)))) await tell(tx, row.id, 'opened', now);
  }
  return joined;
}

async function enter(tx: Handle, incident: number, sites: readonly FallenRow[], cause: IncidentCause, now: number): Promise<void> {
  await insertMembers.run(tx, sites.map((site) => ({ incident_id: incident, site_id: site.id, since_at: site.sinceAt, joined_at: now, cause })));
  await enterIncident.run(tx, sites.map((site) => ({ site_id: site.id, incident_id: incident })));
}

const causeOf = (condition: SiteCondition): IncidentCause => (condition === 'internet_down' ? 'internet' : condition === 'did_not_open' ? 'never_on' : 'lost_together');
const sum = (sites: readonly FallenRow[]): number => sites.reduce((total, site) => total + site.pcs, 0);

async function openGroup(tx: Handle, condition: Exclude<SiteCondition, ''>, { by, key, expected }: Group, sites: readonly Single[], now: number): Promise<void> {
  // So many that nothing but our own sight explains it: the administrator hears of it, and nobody else.
  const isPlatform = by === 'fleet' && condition !== 'did_not_open';
  const cause = isPlatform ? 'fleet_silent' : causeOf(condition);
  const sinceAt = Math.min(...sites.map((site) => site.sinceAt));
  const id = await insertIncident(
    tx,
    {
      kind: isPlatform ? 'platform_blind' : condition, severity: isPlatform || sites.some((site) => site.isCentre) ? 'critical' : 'minor', site: null, machine: null, group: { by, key, expected }, sinceAt, cause,
      reason: { word: 'fell_together', figures: { n: sites.length, of: expected, by, key, withinMs: Math.max(...sites.map((site) => site.sinceAt)) - sinceAt } },
      evidence: [], sites: sites.length, pcs: sum(sites), flapping: false, demo: sites.every((site) => site.demo === 1),
    },
    now,
  );
  await enter(tx, id, sites, cause, now);
  for (const { incident } of sites) {
    if (incident === null) continue;
    await leaveMembers.run(tx, [{ incident_id: incident.id, site_id: incident.site_id!, left_at: now }]);
    await changeIncident(tx, incident.id, { state: 'resolved', resolved_at: now, end_at: now }, now);
    await writeEvent(tx, incident.id, 'merged', now, { into: id });
  }
  await tell(tx, id, 'opened', now);
}

async function openAlone(tx: Handle, fallen: FallenRow, settings: AlertSettings, now: number): Promise<void> {
  const [site] = await sitesUnderWatch(tx, [fallen.id]);
  if (!site) return;
  const facts = { isCentre: site.isCentre, opening: site.opening, silentDays: 0, machines: site.machines };
  const found = judge(facts, { now, hearingSince: 0, graceMs: settings.graceMs, openingGraceMs: settings.openingGraceMs });
  const { cause, reason } = found.kind === 'trouble' ? found : { cause: causeOf(fallen.condition), reason: { word: 'flapping', figures: {} } };
  const kind = fallen.condition as Exclude<SiteCondition, ''>;
  const former = await resolvedSince(tx, fallen.id, kind, now - REOPENS_MS);
  if (former) {
    await changeIncident(tx, former.id, { state: 'open', resolved_at: null, end_at: null, reopened: former.reopened + 1, acknowledged_at: null, acknowledged_by: null, ack_reason: null, escalated: 0, flapping: fallen.flapping ? 1 : 0, told_at: null, cause }, now);
    await enter(tx, former.id, [fallen], cause, now);
    await writeEvent(tx, former.id, fallen.flapping ? 'flapping' : 'reopened', now, { sinceAt: fallen.sinceAt });
    if (former.flapping === 1 && fallen.flapping) await changeIncident(tx, former.id, { told_at: former.told_at }, now);
    else await tell(tx, former.id, fallen.flapping ? 'flapping' : 'reopened', now);
    return;
  }
  const id = await insertIncident(
    tx,
    {
      kind, severity: site.isCentre && kind !== 'link_degraded' ? 'major' : 'minor', site: fallen.id, machine: null, group: null, sinceAt: fallen.sinceAt, cause, reason,
      evidence: evidenceOf(site.machines), sites: 1, pcs: fallen.pcs, flapping: fallen.flapping, demo: fallen.demo === 1,
    },
    now,
  );
  await enter(tx, id, [fallen], cause, now);
  await tell(tx, id, fallen.flapping ? 'flapping' : 'opened', now);
}

/** Single incidents as sites that fell. */
async function asFallen(tx: Handle, rows: readonly IncidentRow[]): Promise<Single[]> {
  const bySite = new Map(rows.map((row) => [row.site_id!, row]));
  const sites = await sitesUnderWatch(tx, [...bySite.keys()]);
  return sites.map((site) => {
    const incident = bySite.get(site.id)!;
    return { id: site.id, condition: incident.kind as SiteCondition, sinceAt: incident.since_at, opensAt: incident.opened_at!, province: site.province, carrier: site.carrier, technology: site.technology, region: site.region, programme: site.programme, isCentre: site.isCentre, demo: site.demo, pcs: incident.pcs, flapping: false, incident };
  });
}

/** Until when nobody is told: the earliest end of the silences, where all sites of an incident lie in one. */
async function silencedUntil(tx: Handle, incident: number, now: number): Promise<number | null> {
  const silences = await runningSilences(tx, now);
  if (silences.length === 0) return null;
  const sites = await memberSites(tx, incident);
  const found = sites.map((site) => silenceOf(site, silences, now));
  return sites.length > 0 && found.every((silence) => silence !== null) ? Math.min(...found.map((silence) => silenceEnd(silence!))) : null;
}

/** Tells it, or notes that a silence holds it back. */
async function tell(tx: Handle, incident: number, news: IncidentNews, now: number): Promise<void> {
  const until = await silencedUntil(tx, incident, now);
  if (until !== null) return void (await writeEvent(tx, incident, 'silenced', now, { until }));
  await changeIncident(tx, incident, { told_at: now }, now);
  await announce(tx, incident, news, now);
}

/** What a silence held back, and is still going on (E-08). Returns how many were told. */
export async function tellUnsilenced(store: Store, now: number): Promise<number> {
  const untold = await untoldIncidents(store.db);
  let told = 0;
  for (const { id } of untold) {
    told += await store.db.transaction().execute(async (tx) => {
      await holdWatch(tx);
      const row = (await untoldIncidents(tx)).find((one) => one.id === id);
      if (!row || (await silencedUntil(tx, id, now)) !== null) return 0;
      await changeIncident(tx, id, { told_at: now }, now);
      await announce(tx, id, row.flapping === 1 ? 'flapping' : row.reopened > 0 ? 'reopened' : 'opened', now);
      return 1;
    });
  }
  return told;
}
