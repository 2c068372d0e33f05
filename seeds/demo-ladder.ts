/** What is declared of the demonstration's centres that nobody declared connected: how far each came, why it is stuck, and some visits. Made up from the seed. */
import type { SiteDraftInput } from '@cac/shared/api.ts';
import type { AttestationDraft, VisitDraft } from '@cac/shared/ladder.ts';
import { random as randomOf } from './random.ts';

export interface DemoWord {
  siteId: string;
  /** Either somebody's word, or what a visit found. */
  attestation?: AttestationDraft;
  visit?: VisitDraft;
}

const CAUSES = ['line_not_delivered', 'line_not_delivered', 'premises', 'equipment_missing', 'electricity', 'no_staff', 'contract', 'stolen_or_broken', 'unknown'] as const;
const STAGES = ['identified', 'built', 'built', 'equipped'] as const;
const VISITS_SHARE = 0.18;
const STUCK_SHARE = 0.75;
const SOURCE = 'Tournée régionale (démonstration)';
const VISITED_WITHIN_DAYS = 120;

/** `today`: `YYYY-MM-DD`, on which visits lie back. */
export function demoWords(sites: readonly SiteDraftInput[], seed: number, today: string): DemoWord[] {
  const random = randomOf(seed * 31 + 7);
  const dayBack = (days: number): string => new Date(Date.parse(`${today}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
  const words: DemoWord[] = [];
  const say = (siteId: string, kind: AttestationDraft['kind'], day: string, value: string | null = null): void => void words.push({ siteId, attestation: { kind, day, value, source: SOURCE, note: '' } });
  for (const { id, kind, declaredConnectedAt } of sites) {
    if (kind !== 'centre') continue;
    if (declaredConnectedAt == null) {
      say(id, random.pick(STAGES), `${2010 + random.int(4)}-${String(1 + random.int(12)).padStart(2, '0')}-15`);
      if (random.chance(STUCK_SHARE)) say(id, 'stuck', '2014-02-01', random.pick(CAUSES));
    } else if (random.chance(VISITS_SHARE)) {
      const pcsFound = 4 + random.int(9);
      words.push({
        siteId: id,
        visit: { day: dayBack(random.int(VISITED_WITHIN_DAYS)), byFunction: random.pick(['technician', 'coordinator', 'inspector']), pcsFound, pcsWorking: random.int(pcsFound + 1), telephone: random.chance(0.7) ? 'works' : 'fails', note: 'Démonstration' },
      });
    }
  }
  return words;
}
