/**
 * The three services of a centre. Computers and Internet are told by evidence first, then by the last visit; the telephone by attestation, which
 * holds for so many days. A complete centre is in service with its telephone attested working.
 */
import type { ProvenReason, Services, ServiceState } from '@cac/shared/ladder.ts';
import { dayAfter, type LocalDay } from '@cac/shared/wall-time.ts';

export interface ServiceFacts {
  rung: number;
  reason: ProvenReason | null;
  /** The last visit that counted PCs. */
  visit: { day: LocalDay; pcsWorking: number } | null;
  telephone: { day: LocalDay; works: boolean } | null;
}

/** `validDays` null: there is no rule, so no attestation counts. */
export function servicesOf({ rung, reason, visit, telephone }: ServiceFacts, today: LocalDay, validDays: number | null): Services {
  const holds = (day: LocalDay): boolean => validDays !== null && day >= dayAfter(today, -validDays) && day <= today;
  const phone: ServiceState = telephone === null || !holds(telephone.day) ? 'unknown' : telephone.works ? 'working' : 'failing';
  return { computers: computersOf(rung, visit !== null && holds(visit.day) ? visit.pcsWorking : null), internet: internetOf(rung, reason), telephone: phone, complete: rung === 3 && phone === 'working' };
}

const computersOf = (rung: number, working: number | null): ServiceState => (rung >= 2 ? 'working' : working === null ? 'unknown' : working > 0 ? 'working' : 'failing');

/** Failing is said only of a centre that was seen for long enough. */
function internetOf(rung: number, reason: ProvenReason | null): ServiceState {
  if (rung === 3) return 'working';
  return reason !== null && reason.missing.length === 1 && reason.missing[0] === 'connected' ? 'failing' : 'unknown';
}
