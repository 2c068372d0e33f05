/** What messages say of an incident: as it is when the message leaves, in the receiver's scope. */
import type { IncidentKind, Reason, Severity } from '@cac/shared/incidents.ts';

interface Named {
  fr: string;
  ar: string;
}

export interface NoticeSite {
  id: string;
  name: string;
  nameAr: string | null;
  region: Named | null;
  province: Named | null;
  carrier: string | null;
  technology: string | null;
  lineNumber: string | null;
  dutyPhone: string | null;
}

export interface NoticeFacts {
  id: number;
  kind: IncidentKind;
  severity: Severity;
  state: string;
  sinceAt: number;
  openedAt: number | null;
  resolvedAt: number | null;
  endAt: number | null;
  /** Of its duration, what lies in opening time; of several sites, their sum. */
  openMs: number;
  cause: string;
  reason: Reason;
  flapping: boolean;
  acknowledgedBy: string | null;
  ticket: string | null;
  promisedAt: number | null;
  sites: number;
  /** Of the group: how many were expected. */
  expectedSites: number;
  pcs: number;
  demo: boolean;
  site: NoticeSite | null;
  machineName: string | null;
  group: { by: string; key: string; name: Named | null } | null;
  /** Those of a group that the receiver may see, the first of them. */
  members: NoticeSite[];
  /** How many of them there are. */
  membersSeen: number;
}

/** Names in a message's list of members. */
export const MEMBERS_NAMED = 12;
