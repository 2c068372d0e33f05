/** Carries out what judgements mean for incidents that stand: pauses, goes on, lets sites leave, ends, marks who flaps. In the caller's transaction. */
import type { Judgement } from '../core/alerts/judge.ts';
import type { Step } from '../core/alerts/life.ts';
import { changeIncident, incidentRow, leaveMembers, pauseMembers, tallyOf, writeEvent, type IncidentRow } from '../store/incident-writes.ts';
import type { Handle } from '../store/store.ts';
import type { SiteUnderWatch } from '../store/watches.ts';
import { announce } from './announce.ts';

export interface Judged {
  site: SiteUnderWatch;
  step: Step;
  judgement: Judgement;
  /** Opening time of this site between two instants. */
  openMsOf(fromAt: number, toAt: number): number;
  /** Opening days since a PC of it was heard. */
  silentDaysOf(at: number | null): number | null;
}

export async function carryOut(tx: Handle, judged: readonly Judged[], now: number): Promise<{ resolved: number; changed: boolean }> {
  const byIncident = new Map<number, Judged[]>();
  for (const one of judged) {
    const incident = one.site.watch.incident;
    if (incident === null || (one.step.act.do === 'nothing' && !one.step.flapping)) continue;
    const list = byIncident.get(incident);
    if (list) list.push(one);
    else byIncident.set(incident, [one]);
  }
  let resolved = 0;
  for (const [id, members] of [...byIncident].sort((a, b) => a[0] - b[0])) {
    const row = await incidentRow(tx, id);
    if (row && row.state !== 'resolved' && (await moveOn(tx, row, members, now))) resolved += 1;
  }
  return { resolved, changed: byIncident.size > 0 };
}

/** True when it is over. */
async function moveOn(tx: Handle, row: IncidentRow, members: readonly Judged[], now: number): Promise<boolean> {
  const { id } = row;
  const of = (act: Step['act']['do']): Judged[] => members.filter(({ step }) => step.act.do === act);
  const [leaving, pausing, going] = [of('leave'), of('pause'), of('go_on')];
  await pauseMembers.run(tx, [...pausing.map(({ site }) => ({ incident_id: id, site_id: site.id, paused: 1 })), ...going.map(({ site }) => ({ incident_id: id, site_id: site.id, paused: 0 }))]);
  const endOf = ({ step }: Judged): number => (step.act.do === 'leave' ? step.act.endAt : now);
  await leaveMembers.run(tx, leaving.map((one) => ({ incident_id: id, site_id: one.site.id, left_at: endOf(one) })));
  const openMs = leaving.reduce((sum, one) => sum + one.openMsOf(one.site.watch.sinceAt ?? row.since_at, endOf(one)), row.open_ms);
  if (leaving.length > 0 && row.group_by !== null) await writeEvent(tx, id, 'left', now, { n: leaving.length, sites: leaving.slice(0, 20).map(({ site }) => site.id) });
  await noteFlapping(tx, row, members, now);
  if (row.group_by === null && row.flapping === 1 && of('steady').length > 0) await noteSteady(tx, row, now);
  const { left, paused, lastLeftAt } = await tallyOf(tx, id);
  if (left === 0) {
    // Of a group that came back the last one may be expected no longer.
    const isDropped = leaving.length === row.sites && leaving.every(({ step }) => step.act.do === 'leave' && step.act.why === 'not_expected');
    const why = isDropped ? 'not_expected' : 'well';
    await changeIncident(tx, id, { state: 'resolved', resolved_at: now, end_at: lastLeftAt ?? now, open_ms: openMs, paused_at: null }, now);
    await writeEvent(tx, id, 'resolved', now, { why, endAt: lastLeftAt ?? now });
    // Who flapped was told once, and is named in the daily list; of who is expected no longer there is no recovery to tell.
    if (row.told_at !== null && row.flapping === 0 && why === 'well') await announce(tx, id, 'resolved', now);
    return true;
  }
  const isPaused = left === paused;
  if (isPaused && row.state === 'open') await writeEvent(tx, id, 'paused', now, { sites: paused });
  if (!isPaused && row.state === 'paused') await writeEvent(tx, id, 'judged_again', now, { sites: left - paused });
  await changeIncident(tx, id, { state: isPaused ? 'paused' : 'open', paused_at: isPaused ? (row.paused_at ?? now) : null, open_ms: openMs }, now);
  return false;
}

async function noteFlapping(tx: Handle, row: IncidentRow, members: readonly Judged[], now: number): Promise<void> {
  if (row.group_by !== null || row.flapping === 1 || !members.some(({ step }) => step.flapping)) return;
  row.flapping = 1;
  await changeIncident(tx, row.id, { flapping: 1 }, now);
  await writeEvent(tx, row.id, 'flapping', now, { onsets: members[0]!.step.watch.onsets });
  if (row.told_at !== null) await announce(tx, row.id, 'flapping', now);
}

async function noteSteady(tx: Handle, row: IncidentRow, now: number): Promise<void> {
  row.flapping = 0;
  await changeIncident(tx, row.id, { flapping: 0 }, now);
  await writeEvent(tx, row.id, 'steady', now);
  if (row.told_at !== null) await announce(tx, row.id, 'steady', now);
}
