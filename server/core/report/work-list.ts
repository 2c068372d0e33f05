/**
 * Whom to visit, and why. The most telling reason comes first:
 *
 *   gone_silent        a PC reported once, none does any more
 *   never_reported     declared connected, and no agent ever answered
 *   telephone_failing  somebody attested that it does not work
 *   stuck              a stage with a dated cause
 *   pcs_missing        fewer PCs enrolled than are said to stand there
 *   telephone_expired  its last attestation is too old to count
 *
 * Pure.
 */
import type { WorkReason } from '@cac/shared/report.ts';
import { dayAfter, type LocalDay } from '@cac/shared/wall-time.ts';

export interface WorkFacts {
  connectedOn: LocalDay | null;
  provenRung: number;
  /** The last day on which one of its PCs was heard. */
  heardOn: LocalDay | null;
  telephoneWorks: boolean | null;
  telephoneOn: LocalDay | null;
  stuckCause: string | null;
  stuckOn: LocalDay | null;
  expectedComputers: number | null;
  machines: number;
}

const REPORTING = 2;

/** `telephoneDays`: for so long an attestation of a telephone counts. */
export function workReasons(site: WorkFacts, today: LocalDay, telephoneDays: number): WorkReason[] {
  const reasons: WorkReason[] = [];
  const add = (reason: WorkReason['reason'], since: LocalDay | null, detail: string | null = null): void => void reasons.push({ reason, since, detail });
  if (site.heardOn !== null && site.provenRung < REPORTING && site.heardOn < dayAfter(today, -1)) add('gone_silent', site.heardOn);
  if (site.heardOn === null && site.connectedOn !== null) add('never_reported', site.connectedOn);
  if (site.telephoneWorks === false) add('telephone_failing', site.telephoneOn);
  if (site.stuckCause !== null) add('stuck', site.stuckOn, site.stuckCause);
  if (site.machines > 0 && site.expectedComputers !== null && site.machines < site.expectedComputers) add('pcs_missing', null, `${site.machines}/${site.expectedComputers}`);
  if (site.telephoneWorks === true && site.telephoneOn !== null && site.telephoneOn < dayAfter(today, -telephoneDays)) add('telephone_expired', site.telephoneOn);
  return reasons;
}
