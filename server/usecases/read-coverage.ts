/** Reads coverage at this moment: the plan's figures, what communes add to them, and the centres beside both. */
import type { Scope } from '@cac/shared/api.ts';
import type { AreaKind, CellsView, CoverageArea, CoverageAreas, CoverageView, PlanFigures } from '@cac/shared/coverage.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { groupCommunes, sumByCsp, sumCommunes } from '../core/coverage/communes.ts';
import { cellsOf, communesView, countCommunes, coveredBy, coverageRows, planFigures, ratesOf, zoneMix, zoneSites } from '../core/coverage/view.ts';
import { centresByCommune, communesIn, openingByArea, planTables, provenDay, regionTargets, sitesByArea, sitesByZone, zoneShares, type CoverageQuery } from '../store/coverage.ts';
import type { Handle } from '../store/store.ts';
import { provinceRegions } from '../store/territory.ts';

/** A PC that was heard within this time is a working one. */
const WORKING_WITHIN_MS = 7 * 86_400_000;
const OPENING_DAYS = 30;

/** The fit takes a tenth of a second and follows from the plan alone: the last one is kept. */
let fitted: { plan: string; cells: CellsView | null } | null = null;
function fittedOnce(plan: PlanFigures): CellsView | null {
  const key = JSON.stringify([plan.zones, plan.csp]);
  if (fitted?.plan !== key) fitted = { plan: key, cells: cellsOf(plan) };
  return fitted.cells;
}

export async function readCoverage(db: Handle, scope: Scope, query: CoverageQuery & { cells: boolean }, now: number): Promise<CoverageView> {
  const plan = planFigures(await planTables(db));
  const found = await communesIn(db, scope, query);
  const communes = countCommunes(query.zone === undefined ? found : found.filter(({ zone }) => zone === query.zone), ratesOf(plan));
  const ofCommunes = communesView(communes, await centresByCommune(db, scope, query), new Set(found.map(({ code }) => code)));
  // The plan speaks of the whole country: its households are not held against the centres of a part of it.
  const national = scope.kind === 'all' && query.region === undefined && query.province === undefined;
  const unserved = ofCommunes !== null ? new Map(ofCommunes.byZone.map(({ key, unserved: n }) => [key, n])) : national ? new Map(plan.zones.map((z) => [z.zone as string, z.unserved])) : null;
  const counted = await sitesByZone(db, scope, query, now - WORKING_WITHIN_MS);
  const sites = zoneSites(counted, unserved);
  return {
    items: coverageRows(plan, sites),
    provinces: await zoneShares(db, scope),
    plan,
    cells: query.cells ? fittedOnce(plan) : null,
    asOf: query.asOf ?? (await provenDay(db, scope)),
    sites,
    communes: ofCommunes,
    years: [...new Set([...(plan.zones.length > 0 ? [plan.year] : []), ...(ofCommunes?.total.years ?? [])])].sort(),
    demo: counted.some(({ demo }) => demo === 1) || (ofCommunes?.total.demo ?? false),
  };
}

/** What the map's layers show, area by area; those nobody knows anything of are left out. */
export async function readCoverageAreas(db: Handle, scope: Scope, query: CoverageQuery & { by: AreaKind }, now: number): Promise<CoverageAreas> {
  const { by } = query;
  const plan = planFigures(await planTables(db));
  const found = await communesIn(db, scope, query);
  const communes = countCommunes(query.zone === undefined ? found : found.filter(({ zone }) => zone === query.zone), ratesOf(plan));
  const covered = coveredBy(await centresByCommune(db, scope, query));
  const to = query.asOf ?? dayAfter(localDayOf(now), -1);
  const from = dayAfter(to, 1 - OPENING_DAYS);
  const opening = new Map((by === 'commune' ? [] : await openingByArea(db, scope, query, by, from, to)).map((row) => [row.code, row]));
  const targets = by === 'region' ? await regionTargets(db, query.programme) : new Map<string, { target: number; year: number }>();
  const counts = new Map((await sitesByArea(db, scope, query, by)).map((row) => [row.code, row]));
  const groups = groupCommunes(communes, (commune) => (by === 'commune' ? commune.code : commune[by]));
  const regionOf = await provinceRegions(db);
  // A site may name a commune that nobody imported: there is no such area to show.
  const codes = [...new Set([...groups.keys(), ...(by === 'commune' ? [] : [...counts.keys(), ...opening.keys()])])].filter((code) => code !== '').sort();
  const items = codes.map((code): CoverageArea => {
    const own = groups.get(code) ?? [];
    const only = by === 'commune' ? own[0] : undefined;
    const count = counts.get(code);
    const target = targets.get(code);
    const time = opening.get(code);
    const mix = zoneMix(own);
    return {
      code,
      region: only?.region ?? (by === 'region' ? code : (regionOf.get(code) ?? '')),
      name: only === undefined ? null : { fr: only.nameFr, ar: only.nameAr },
      at: only === undefined || only.lat === null || only.lon === null ? null : { lat: only.lat, lon: only.lon },
      sums: own.length === 0 ? null : sumCommunes(own, covered),
      csp: sumByCsp(own, 'byCsp'),
      zones: mix === null ? { of: 'sites', dense: count?.dense ?? 0, moderate: count?.moderate ?? 0, greyWhite: count?.greyWhite ?? 0 } : { of: 'households', ...mix },
      gap: { of: target ? 'milestones' : 'registered', target: target?.target ?? count?.registered ?? 0, year: target?.year ?? null, declared: count?.declared ?? 0, proven: count?.proven ?? 0 },
      opening: { openMs: time?.openMs ?? 0, connMs: time?.connMs ?? 0, unkMs: time?.unkMs ?? 0 },
      demo: count?.demo === 1 || own.some((commune) => commune.demo),
    };
  });
  return { by, items, from, to, planYear: plan.zones.length > 0 ? plan.year : null };
}
