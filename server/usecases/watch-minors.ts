/** Missing machines, failing telephones, suspected clones, old agents, data caps nearly used: one incident each while it lasts, for the daily list. In the caller's transaction. */
import type { AlertSettings } from '@cac/shared/incidents.ts';
import { BYTES_PER_MB } from '../core/agent-config.ts';
import { minorsOf, type Minor } from '../core/alerts/minors.ts';
import { changeIncident, insertIncident, insertMembers, leaveMembers, liveMinors, writeEvent } from '../store/incident-writes.ts';
import { useOfSites } from '../store/machine-field.ts';
import type { Handle } from '../store/store.ts';
import { announce } from './announce.ts';
import type { Judged } from './end-incidents.ts';
import { monthOf } from './greet-machines.ts';

const keyOf = (kind: string, machine: string | null): string => `${kind} ${machine ?? ''}`;

/** Returns how many were opened or ended. Outside opening hours nothing is judged, so nothing changes. */
export async function watchMinors(tx: Handle, judged: readonly Judged[], settings: AlertSettings, now: number): Promise<number> {
  const open = judged.filter(({ judgement }) => judgement.kind !== 'closed');
  if (open.length === 0) return 0;
  const live = new Map<string, Awaited<ReturnType<typeof liveMinors>>>();
  for (const row of await liveMinors(tx, open.map(({ site }) => site.id))) live.set(row.site_id!, [...(live.get(row.site_id!) ?? []), row]);
  let changed = 0;
  const used = await useOfSites(tx, open.filter(({ site }) => (site.capMb ?? 0) > 0).map(({ site }) => site.id), monthOf(now));
  for (const { site, judgement, silentDaysOf } of open) {
    const machines = site.machines.map((machine) => ({ ...machine, silentDays: machine.word === 'on' || machine.word.startsWith('on:') ? 0 : silentDaysOf(machine.lastSignAt) }));
    const isWell = judgement.kind === 'well';
    const wanted = new Map(minorsOf({ machines, telephoneWorks: site.telephoneWorks === null ? null : site.telephoneWorks === 1, data: site.capMb ? { usedMb: (used.get(site.id) ?? 0) / BYTES_PER_MB, capMb: site.capMb } : null }, isWell, settings, now).map((minor) => [keyOf(minor.kind, minor.machine), minor]));
    for (const row of live.get(site.id) ?? []) {
      const key = keyOf(row.kind, row.machine_id);
      // Of a site in trouble nobody can say whether a PC is missing by itself: what stands, stands.
      const holds = wanted.delete(key) || (row.kind === 'machine_missing' && !isWell && site.machines.some(({ id }) => id === row.machine_id));
      if (holds) continue;
      await leaveMembers.run(tx, [{ incident_id: row.id, site_id: site.id, left_at: now }]);
      await changeIncident(tx, row.id, { state: 'resolved', resolved_at: now, end_at: now }, now);
      await writeEvent(tx, row.id, 'resolved', now, { why: 'well' });
      changed += 1;
    }
    for (const minor of wanted.values()) await openMinor(tx, site.id, site.demo === 1, minor, now);
    changed += wanted.size;
  }
  return changed;
}

async function openMinor(tx: Handle, site: string, demo: boolean, { kind, machine, cause, sinceAt, reason }: Minor, now: number): Promise<void> {
  const id = await insertIncident(tx, { kind, severity: 'minor', site, machine, group: null, sinceAt, cause, reason, evidence: [], sites: 1, pcs: machine === null ? 0 : 1, flapping: false, demo }, now);
  await insertMembers.run(tx, [{ incident_id: id, site_id: site, since_at: sinceAt, joined_at: now, cause }]);
  await changeIncident(tx, id, { told_at: now }, now);
  await announce(tx, id, 'opened', now);
}
