/** What lasts until somebody does something, and wakes nobody: it goes into the daily list. Judged while a site is open and well, so a site-wide outage never raises any of it. */
import type { AlertSettings, IncidentCause, IncidentKind, Reason } from '@cac/shared/incidents.ts';

export interface MinorFacts {
  machines: readonly { id: string; name: string; lastSignAt: number | null; isCloned: boolean; agent: string | null; /** Opening days since it was heard; null: never. */ silentDays: number | null }[];
  telephoneWorks: boolean | null;
  /** Of this month, MB; null: the site has no cap. */
  data: { usedMb: number; capMb: number } | null;
}

/** From this share of its cap on a site is near it. */
const NEAR_CAP = 0.9;

export interface Minor {
  kind: IncidentKind;
  machine: string | null;
  cause: IncidentCause;
  sinceAt: number;
  reason: Reason;
}

/** `a` before `b`, as versions are counted. */
export function isOlderVersion(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i += 1) if ((x![i] ?? 0) !== (y![i] ?? 0)) return (x![i] ?? 0) < (y![i] ?? 0);
  return false;
}

/** `isWell`: somebody else of the site is there, so a PC that is missing is missing by itself. */
export function minorsOf({ machines, telephoneWorks, data }: MinorFacts, isWell: boolean, { missingDays, minimumAgent }: Pick<AlertSettings, 'missingDays' | 'minimumAgent'>, now: number): Minor[] {
  const found: Minor[] = [];
  for (const { id, lastSignAt, isCloned, agent, silentDays } of machines) {
    if (isWell && silentDays !== null && silentDays >= missingDays) found.push({ kind: 'machine_missing', machine: id, cause: 'machine', sinceAt: lastSignAt ?? now, reason: { word: 'silent_days', figures: { n: silentDays } } });
    if (isCloned) found.push({ kind: 'clone_suspected', machine: id, cause: 'clone', sinceAt: now, reason: { word: 'two_at_once', figures: {} } });
    if (minimumAgent !== null && agent !== null && isOlderVersion(agent, minimumAgent)) found.push({ kind: 'agent_too_old', machine: id, cause: 'version', sinceAt: now, reason: { word: 'older_than', figures: { is: agent, wanted: minimumAgent } } });
  }
  if (telephoneWorks === false) found.push({ kind: 'telephone_failing', machine: null, cause: 'telephone', sinceAt: now, reason: { word: 'attested_failing', figures: {} } });
  if (data !== null && data.usedMb >= NEAR_CAP * data.capMb) found.push({ kind: 'data_cap_near', machine: null, cause: 'data', sinceAt: now, reason: { word: 'used_of_cap', figures: { used: Math.round(data.usedMb), cap: data.capMb } } });
  return found;
}
