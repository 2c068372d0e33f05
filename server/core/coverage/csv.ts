/** Coverage as a table of figures, one a row: what it is of, its value and unit, the year of its data, whose estimate it is, its source. Pure. */
import type { CommuneSums, CoverageView } from '@cac/shared/coverage.ts';
import { csvOf } from '../csv.ts';

interface Figure {
  table: string;
  key: string;
  figure: string;
  value: number | null;
  unit: string;
  year: number | string;
  nature: string;
  source: string;
  demo: boolean;
}

const PLAN = 'estimation propre au plan, mars 2008';
const OURS = 'notre estimation';
const COUNTED = 'compté sur les sites';
const FROM_COMMUNES = 'calculé à partir des communes';
const HOUSEHOLDS = 'foyers';
const SHARE = 'part';

const columns = [
  { head: 'Tableau', of: (f: Figure) => f.table },
  { head: 'Clé', of: (f: Figure) => f.key },
  { head: 'Indicateur', of: (f: Figure) => f.figure },
  { head: 'Valeur', of: (f: Figure) => f.value },
  { head: 'Unité', of: (f: Figure) => f.unit },
  { head: 'Année des données', of: (f: Figure) => f.year },
  { head: 'Nature', of: (f: Figure) => f.nature },
  { head: 'Source', of: (f: Figure) => f.source },
  { head: 'Démonstration', of: (f: Figure) => f.demo },
];

export const coverageCsv = (view: CoverageView): string => csvOf(columns, [...planRows(view), ...cellRows(view), ...siteRows(view), ...communeRows(view)]);

type Measured = CoverageView['plan']['zones'][number] | CoverageView['plan']['csp'][number] | NonNullable<CoverageView['plan']['country']>;

function planRows({ plan }: CoverageView): Figure[] {
  const of = (table: string, key: string, source: string, row: Measured, more: [string, number | null, string][] = []): Figure[] =>
    [
      ...more,
      ['foyers', row.households, HOUSEHOLDS],
      ['internet_domicile', row.homeInternet, SHARE],
      ['alphabetisation', row.literacy, SHARE],
      ['penetration_corrigee', row.corrected, SHARE],
      ['penetration_corrigee_recalculee', row.recomputed, SHARE],
      ['foyers_non_desservis', row.unserved, HOUSEHOLDS],
    ].map(([figure, value, unit]) => ({ table, key, figure, value, unit, year: plan.year, nature: PLAN, source, demo: false }) as Figure);
  const [zones, csp] = [plan.zonesSource?.title ?? '', plan.cspSource?.title ?? ''];
  return [
    ...plan.zones.flatMap((row) => of('plan_zones', row.zone, zones, row)),
    ...(plan.country ? of('plan_zones', 'maroc', zones, plan.country) : []),
    ...plan.csp.flatMap((row) =>
      of('plan_csp', row.csp, csp, row, [
        ['revenu_de', row.incomeFrom, 'MAD par mois'],
        ['revenu_a', row.incomeTo, 'MAD par mois'],
        ['internet_domicile_dense', row.dense, SHARE],
        ['internet_domicile_moderate', row.moderate, SHARE],
        ['internet_domicile_grey-white', row.greyWhite, SHARE],
      ]),
    ),
  ];
}

function cellRows({ cells, plan }: CoverageView): Figure[] {
  if (cells === null) return [];
  const row = (key: string, figure: string, value: number, unit: string): Figure => ({ table: 'cellules_zone_csp', key, figure, value, unit, year: plan.year, nature: OURS, source: plan.cspSource?.title ?? '', demo: false });
  return [
    ...cells.cells.map(({ zone, csp, households }) => row(`${zone} ${csp}`, 'foyers', households, HOUSEHOLDS)),
    ...cells.residuals.flatMap((r) => [row(r.zone, 'ecart_alphabetisation', r.literacy - r.literacyPlan, SHARE), row(r.zone, 'ecart_internet_domicile', r.homeInternet - r.homeInternetPlan, SHARE)]),
  ];
}

function siteRows({ sites, asOf, demo }: CoverageView): Figure[] {
  const row = (key: string, figure: string, value: number | null, unit: string): Figure => ({ table: 'sites_par_zone', key: key || 'zone_inconnue', figure, value, unit, year: asOf ?? '', nature: COUNTED, source: '', demo });
  return sites.flatMap((s) => [
    row(s.zone, 'cac_enregistres', s.centres, 'CAC'),
    row(s.zone, 'cac_declares', s.centresDeclared, 'CAC'),
    row(s.zone, 'cac_constates', s.centresProven, 'CAC'),
    row(s.zone, 'pc_en_marche_7_jours', s.workingPcs, 'PC'),
    row(s.zone, 'foyers_non_desservis_par_cac_constate', s.perProvenCentre, HOUSEHOLDS),
    row(s.zone, 'foyers_non_desservis_par_pc_en_marche', s.perWorkingPc, HOUSEHOLDS),
    row(s.zone, 'ecoles_enregistrees', s.schools, 'écoles'),
    row(s.zone, 'ecoles_declarees', s.schoolsDeclared, 'écoles'),
    row(s.zone, 'ecoles_constatees', s.schoolsProven, 'écoles'),
  ]);
}

function communeRows({ communes }: CoverageView): Figure[] {
  if (communes === null) return [];
  const source = communes.sources.join(' ; ');
  const of = (table: string, key: string, sums: CommuneSums): Figure[] => {
    const row = (figure: string, value: number | null, unit: string): Figure => ({ table, key: key || 'inconnue', figure, value, unit, year: sums.years.join(' '), nature: FROM_COMMUNES, source, demo: sums.demo });
    const share = (part: number): number | null => (sums.unserved > 0 ? part / sums.unserved : null);
    return [
      row('communes', sums.communes, 'communes'),
      row('foyers', sums.households, HOUSEHOLDS),
      row('foyers_non_desservis', sums.unserved, HOUSEHOLDS),
      row('foyers_couverts_declares', sums.declared, HOUSEHOLDS),
      row('foyers_couverts_constates', sums.proven, HOUSEHOLDS),
      row('couverture_declaree', share(sums.declared), SHARE),
      row('couverture_constatee', share(sums.proven), SHARE),
      row('communes_sans_donnee', sums.rules.none ?? 0, 'communes'),
    ];
  };
  const years = communes.total.years.join(' ');
  return [
    ...of('communes_total', 'total', communes.total),
    ...communes.byZone.flatMap((group) => of('communes_par_zone', group.key, group)),
    ...communes.byCsp.flatMap(({ csp, households, unserved }) =>
      [['foyers', households] as const, ['foyers_non_desservis', unserved] as const].map(([figure, value]) => ({ table: 'communes_par_csp', key: csp, figure, value, unit: HOUSEHOLDS, year: years, nature: FROM_COMMUNES, source, demo: communes.total.demo })),
    ),
    ...communes.byRegion.flatMap((group) => of('communes_par_region', group.key, group)),
    ...communes.byProvince.flatMap((group) => of('communes_par_province', group.key, group)),
  ];
}
