/** A site's ladder as it opens on screen: what was declared and by whom, what evidence proves and on which numbers, services, visits, why it is stuck. */
import type { Scope } from '@cac/shared/api.ts';
import { DECLARED_STAGES, PROVEN_STAGES, type LadderView } from '@cac/shared/ladder.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { servicesOf } from '../core/programme/services.ts';
import { thresholdOn, thresholdsOn } from '../core/programme/thresholds.ts';
import { siteOfPast } from '../store/history.ts';
import { attestationsOf, visitsOf } from '../store/ladder.ts';
import { findSite } from '../store/sites.ts';
import type { Handle } from '../store/store.ts';
import { listThresholds } from '../store/thresholds.ts';
import { provenOn } from './tell-rungs.ts';

/** Null when there is no such site in scope. */
export async function readLadder(db: Handle, scope: Scope, siteId: string, now: number): Promise<LadderView | null> {
  const site = await findSite(db, scope, siteId);
  const past = site && (await siteOfPast(db, siteId));
  if (!site || !past) return null;
  const today = localDayOf(now);
  const all = await attestationsOf(db, siteId);
  const standing = all.filter(({ withdrawn }) => withdrawn === null);
  const newest = (kind: string) => standing.find((one) => one.kind === kind) ?? null;
  const highest = DECLARED_STAGES.findLastIndex((stage) => newest(stage) !== null);
  const reason = past.first_day === null || past.rolled_to === '' ? null : (await provenOn(db, past, past.rolled_to)).reason;
  const thresholds = await listThresholds(db);
  const visits = await visitsOf(db, siteId);
  const telephone = newest('telephone');
  const stuck = newest('stuck');
  const counted = visits.find(({ pcsWorking }) => pcsWorking !== null);
  return {
    siteId: site.id,
    demo: site.demo,
    declared: DECLARED_STAGES.map((stage, i) => ({ stage, reached: i <= highest, attestation: newest(stage) })),
    proven: { stage: PROVEN_STAGES[past.proven_rung] ?? 'none', asOf: past.proven_on, reason },
    thresholds: thresholdsOn(thresholds, past.proven_on ?? today),
    services:
      site.kind === 'school'
        ? null
        : servicesOf(
            {
              rung: past.proven_rung,
              reason,
              visit: counted ? { day: counted.day, pcsWorking: counted.pcsWorking! } : null,
              telephone: telephone && { day: telephone.day, works: telephone.value === 'works' },
            },
            today,
            thresholdOn(thresholds, 'telephone', today)?.validDays ?? null,
          ),
    telephone,
    stuck: stuck?.value === null ? null : stuck,
    visits,
    history: all,
  };
}
