/** Coverage as it is shown, put together from rows. Pure. */
import { ZONES, type Zone } from '@cac/shared/api.ts';
import { type Source } from '@cac/shared/programme.ts';
import type { CellsView, CommuneGroup, CoverageArea, CoverageView, PlanFigures, ZoneSites } from '@cac/shared/coverage.ts';
import { CSP } from '@cac/shared/site-fields.ts';
import { countCommune, groupCommunes, sumByCsp, sumCommunes, type CommuneFacts, type CountedCommune, type Covered, type PlanRateTable } from './communes.ts';
import { fitCells } from './cells.ts';
import { recomputedOf, unservedOf, type PlanRates } from './plan-figures.ts';

interface PlanRow extends PlanRates {
  year: number;
  corrected: number | null;
  source: Source;
}
export interface PlanTables {
  zones: readonly (PlanRow & { zone: string })[];
  csp: readonly (PlanRow & Pick<PlanFigures['csp'][number], 'csp' | 'incomeFrom' | 'incomeTo' | 'dense' | 'moderate' | 'greyWhite'>)[];
}

const measured = ({ households, homeInternet, literacy, corrected }: PlanRow) => {
  const rates = { households, homeInternet, literacy };
  return { ...rates, corrected, recomputed: recomputedOf(rates), unserved: unservedOf(rates) };
};

export function planFigures({ zones, csp }: PlanTables): PlanFigures {
  const country = zones.find(({ zone }) => zone === '');
  return {
    year: zones[0]?.year ?? csp[0]?.year ?? 0,
    zones: ZONES.flatMap((zone) => zones.filter((row) => row.zone === zone).map((row) => ({ zone, ...measured(row) }))),
    country: country ? measured(country) : null,
    csp: csp.map((row) => ({ csp: row.csp, incomeFrom: row.incomeFrom, incomeTo: row.incomeTo, dense: row.dense, moderate: row.moderate, greyWhite: row.greyWhite, ...measured(row) })),
    zonesSource: zones[0]?.source ?? null,
    cspSource: csp[0]?.source ?? null,
  };
}

/** Our estimate of the cells; null where the plan's margins are not all there. */
export function cellsOf({ zones, csp }: PlanFigures): CellsView | null {
  if (zones.length !== ZONES.length || csp.length !== CSP.length) return null;
  const fit = fitCells(zones, csp.map((c) => ({ ...c, rates: [c.dense, c.moderate, c.greyWhite] })));
  return {
    cells: zones.flatMap(({ zone }, i) => csp.map((c, j) => ({ zone, csp: c.csp, households: fit.households[i]![j]! }))),
    residuals: zones.map(({ zone, literacy, homeInternet }, i) => ({ zone, literacy: fit.literacy[i]!, literacyPlan: literacy, homeInternet: fit.homeInternet[i]!, homeInternetPlan: homeInternet })),
  };
}

export const ratesOf = ({ zones, csp }: PlanFigures): PlanRateTable => ({
  zone: Object.fromEntries(zones.map(({ zone, homeInternet }) => [zone, homeInternet])),
  csp: csp.length === CSP.length ? (Object.fromEntries(csp.map((c) => [c.csp, c.homeInternet])) as NonNullable<PlanRateTable['csp']>) : null,
});

export const countCommunes = <T extends CommuneFacts>(communes: readonly T[], rates: PlanRateTable): (T & CountedCommune)[] => communes.map((commune) => ({ ...commune, ...countCommune(commune, rates) }));

export interface CentresOfCommune {
  commune: string;
  registered: number;
  declared: number;
  proven: number;
}

export const coveredBy = (centres: readonly CentresOfCommune[]): Covered => ({
  declared: new Set(centres.flatMap((c) => (c.declared > 0 ? c.commune : []))),
  proven: new Set(centres.flatMap((c) => (c.proven > 0 ? c.commune : []))),
});

/** Null without communes. `known`: the codes of all communes in sight, those of other zones too. */
export function communesView(communes: readonly (CountedCommune & { source: string })[], centres: readonly CentresOfCommune[], known: ReadonlySet<string>): CoverageView['communes'] {
  if (communes.length === 0) return null;
  const covered = coveredBy(centres);
  const grouped = (keyOf: (commune: CountedCommune) => string): CommuneGroup[] => [...groupCommunes(communes, keyOf)].map(([key, own]) => ({ key, ...sumCommunes(own, covered) }));
  const households = sumByCsp(communes, 'byCsp');
  const unserved = sumByCsp(communes, 'unservedByCsp');
  return {
    total: sumCommunes(communes, covered),
    byZone: grouped(({ zone }) => zone ?? ''),
    byCsp: households === null || unserved === null ? [] : CSP.map((csp) => ({ csp, households: households[csp], unserved: unserved[csp] })),
    byRegion: grouped(({ region }) => region),
    byProvince: grouped(({ province }) => province),
    sources: [...new Set(communes.map(({ source }) => source))].sort(),
    centresElsewhere: centres.reduce((sum, { commune, registered }) => (known.has(commune) ? sum : sum + registered), 0),
  };
}

export interface ZoneCountRow {
  zone: string;
  kind: string;
  registered: number;
  declared: number;
  proven: number;
  workingPcs: number;
}

/** `unserved`: households by zone to hold against the centres there; null where none of the figures fits what is looked at. */
export function zoneSites(rows: readonly ZoneCountRow[], unserved: ReadonlyMap<string, number> | null): ZoneSites[] {
  const zones = [...ZONES, ...(rows.some(({ zone }) => zone === '') ? [''] : [])];
  return zones.map((zone) => {
    const of = (kind: string) => rows.find((row) => row.zone === zone && row.kind === kind);
    const [centres, schools] = [of('centre'), of('school')];
    const [proven, workingPcs] = [centres?.proven ?? 0, centres?.workingPcs ?? 0];
    const without = zone === '' ? undefined : unserved?.get(zone);
    const per = (n: number): number | null => (without === undefined || n === 0 ? null : Math.round(without / n));
    return {
      zone,
      centres: centres?.registered ?? 0, centresDeclared: centres?.declared ?? 0, centresProven: proven,
      schools: schools?.registered ?? 0, schoolsDeclared: schools?.declared ?? 0, schoolsProven: schools?.proven ?? 0,
      workingPcs, perProvenCentre: per(proven), perWorkingPc: per(workingPcs),
    };
  });
}

/** The header's and the map's rows: the plan's zones beside the sites counted there. */
export const coverageRows = ({ zones, year, zonesSource }: PlanFigures, sites: readonly ZoneSites[]): CoverageView['items'] =>
  zonesSource === null
    ? []
    : zones.map(({ zone, households, homeInternet, unserved }) => {
        const own = sites.find((row) => row.zone === zone);
        return {
          zone, households, servedShare: homeInternet, unserved, year, source: zonesSource,
          centresDeclared: own?.centresDeclared ?? 0, centresProven: own?.centresProven ?? 0, schoolsDeclared: own?.schoolsDeclared ?? 0, schoolsProven: own?.schoolsProven ?? 0,
        };
      });

/** Households of some communes by zone, where any gives its zone. */
export function zoneMix(communes: readonly CommuneFacts[]): Omit<CoverageArea['zones'], 'of'> | null {
  const of = (zone: Zone): number => communes.reduce((sum, c) => (c.zone === zone ? sum + c.households : sum), 0);
  const mix = { dense: of('dense'), moderate: of('moderate'), greyWhite: of('grey-white') };
  return mix.dense + mix.moderate + mix.greyWhite > 0 ? mix : null;
}
