/** Which PCs bring a past along: one of a site, in every region as many as there are, and two centres for each school. Pure. */
import type { PlannedMachine } from './fleet-plan.ts';

const CENTRES_A_ROUND = 2;
const SCHOOLS_A_ROUND = 1;

/** At most so many. Whoever is off at first has none. */
export function whoBringsPasts(fleet: readonly PlannedMachine[], most: number): Set<PlannedMachine> {
  const sites = new Set<string>();
  const regions = new Map<string, { centres: PlannedMachine[]; schools: PlannedMachine[] }>();
  for (const planned of fleet) {
    if (planned.presence.kind === 'off' || sites.has(planned.siteId)) continue;
    sites.add(planned.siteId);
    const own = regions.get(planned.region) ?? { centres: [], schools: [] };
    regions.set(planned.region, own);
    (planned.school ? own.schools : own.centres).push(planned);
  }
  const chosen: PlannedMachine[] = [];
  while (chosen.length < most && [...regions.values()].some(({ centres, schools }) => centres.length + schools.length > 0)) {
    for (const { centres, schools } of regions.values()) chosen.push(...centres.splice(0, CENTRES_A_ROUND), ...schools.splice(0, SCHOOLS_A_ROUND));
  }
  return new Set(chosen.slice(0, most));
}
