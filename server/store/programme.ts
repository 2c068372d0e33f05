/** Figures of the plan, and what stands beside them. Sums are made in the database, in scope. */
import type { CoverageRow, DeploymentRow, ProgrammeView, Scope, Source, ZoneShare } from '@cac/shared/api.ts';
import { ZONES } from '@cac/shared/api.ts';
import { sql } from 'kysely';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { Tables } from './tables.ts';

/** At this stage a site is proven when one of its machines was heard in this time: "reporting". */
const PROVEN_WITHIN_MS = 7 * 86_400_000;
export const PROVEN_RULE = 'reporting_7_days';

interface SiteSum {
  programme: string | null;
  zone: string | null;
  registered: number;
  declared: number;
  proven: number;
  demo: number;
}

async function siteSums(db: Handle, scope: Scope, now: number): Promise<SiteSum[]> {
  const heard = db.selectFrom('machines').select('site_id').where('last_sign_at', '>=', now - PROVEN_WITHIN_MS).where('revoked_at', 'is', null).distinct().as('h');
  return db
    .selectFrom('sites as s')
    .leftJoin(heard, (join) => join.onRef('h.site_id', '=', 's.id'))
    .select([
      's.programme',
      's.zone',
      sql<number>`count(*)`.as('registered'),
      sql<number>`sum(case when s.declared_connected_at is not null then 1 else 0 end)`.as('declared'),
      sql<number>`sum(case when h.site_id is not null then 1 else 0 end)`.as('proven'),
      sql<number>`max(s.demo)`.as('demo'),
    ])
    .where('s.programme', 'is not', null)
    .where('s.counts_towards_target', '=', 1)
    .where(inScope(scope, 's.region'))
    .groupBy(['s.programme', 's.zone'])
    .execute()
    .then((rows) => rows.map((row) => ({ ...row, registered: Number(row.registered), declared: Number(row.declared), proven: Number(row.proven) })));
}

const sum = (rows: readonly SiteSum[], of: 'registered' | 'declared' | 'proven'): number => rows.reduce((total, row) => total + row[of], 0);

/** The shipped ones first, then the others by code. */
export async function listProgrammes(db: Handle): Promise<ProgrammeView[]> {
  const rows = await db.selectFrom('programmes').selectAll().orderBy('by_file', 'desc').orderBy('code').execute();
  return rows.map((row) => ({ code: row.code, kind: row.kind as ProgrammeView['kind'], names: { fr: row.name_fr, ar: row.name_ar, en: row.name_en } }));
}

export async function deploymentRows(db: Handle, scope: Scope, now: number): Promise<DeploymentRow[]> {
  const sums = await siteSums(db, scope, now);
  const targets = await db
    .selectFrom('targets as t')
    .innerJoin('programmes as p', 'p.code', 't.programme')
    .selectAll('t')
    .select('p.name_fr')
    .where('t.indicator', '=', 'sites')
    .orderBy('t.year', 'desc')
    .execute();
  return (await listProgrammes(db)).flatMap(({ code: programme }) => {
    const target = targets.find((t) => t.programme === programme);
    if (!target) return [];
    const own = sums.filter((row) => row.programme === programme);
    return {
      programme,
      name: target.name_fr,
      target: target.value,
      targetYear: target.year,
      targetSource: JSON.parse(target.source) as Source,
      declared: sum(own, 'declared'),
      proven: sum(own, 'proven'),
      provenRule: PROVEN_RULE,
      registered: sum(own, 'registered'),
      demo: own.some((row) => row.demo === 1),
    };
  });
}

export async function coverageRows(db: Handle, scope: Scope, now: number): Promise<CoverageRow[]> {
  const sums = await siteSums(db, scope, now);
  const figures = await db.selectFrom('zone_figures').selectAll().orderBy('year', 'desc').execute();
  return ZONES.flatMap((zone) => {
    const figure = figures.find((f) => f.zone === zone);
    if (!figure) return [];
    const of = (programme: string) => sums.filter((row) => row.zone === zone && row.programme === programme);
    return {
      zone,
      households: figure.households,
      servedShare: figure.home_internet,
      unserved: Math.round(figure.households * (1 - figure.home_internet)),
      year: figure.year,
      source: JSON.parse(figure.source) as Source,
      centresDeclared: sum(of('CAC'), 'declared'),
      centresProven: sum(of('CAC'), 'proven'),
      schoolsDeclared: sum(of('GENIE'), 'declared'),
      schoolsProven: sum(of('GENIE'), 'proven'),
    };
  });
}

export async function zoneShares(db: Handle, scope: Scope): Promise<ZoneShare[]> {
  const count = (zone: string) => sql<number>`sum(case when s.zone = ${zone} then 1 else 0 end)`;
  const rows = await db
    .selectFrom('sites as s')
    .select(['s.province', 's.region', count('dense').as('dense'), count('moderate').as('moderate'), count('grey-white').as('greyWhite')])
    .where('s.province', 'is not', null)
    .where('s.zone', 'is not', null)
    .where(inScope(scope, 's.region'))
    .groupBy(['s.province', 's.region'])
    .orderBy('s.province')
    .execute();
  return rows.map((row) => ({
    province: row.province as ZoneShare['province'],
    region: row.region as ZoneShare['region'],
    dense: Number(row.dense),
    moderate: Number(row.moderate),
    greyWhite: Number(row.greyWhite),
  }));
}

export interface PlanRows {
  programmes: readonly Tables['programmes'][];
  targets: readonly Tables['targets'][];
  /** The country's own stands with zone ''. */
  zones: readonly Tables['zone_figures'][];
  categories: readonly Tables['csp_figures'][];
}

/** Puts the plan's figures in place; a row that is there already takes the new values. */
export async function putPlan(db: Handle, plan: PlanRows): Promise<void> {
  await db
    .insertInto('programmes')
    .values([...plan.programmes])
    .onConflict((c) =>
      c.column('code').doUpdateSet((eb) => ({ name_fr: eb.ref('excluded.name_fr'), name_ar: eb.ref('excluded.name_ar'), name_en: eb.ref('excluded.name_en'), kind: eb.ref('excluded.kind'), by_file: eb.ref('excluded.by_file') })),
    )
    .execute();
  await db
    .insertInto('targets')
    .values([...plan.targets])
    .onConflict((c) =>
      c.columns(['programme', 'indicator', 'year']).doUpdateSet((eb) => ({
        value: eb.ref('excluded.value'),
        unit: eb.ref('excluded.unit'),
        base_year: eb.ref('excluded.base_year'),
        base_value: eb.ref('excluded.base_value'),
        source: eb.ref('excluded.source'),
      })),
    )
    .execute();
  await db
    .insertInto('zone_figures')
    .values([...plan.zones])
    .onConflict((c) =>
      c.columns(['zone', 'year']).doUpdateSet((eb) => ({
        households: eb.ref('excluded.households'),
        home_internet: eb.ref('excluded.home_internet'),
        literacy: eb.ref('excluded.literacy'),
        corrected: eb.ref('excluded.corrected'),
        source: eb.ref('excluded.source'),
      })),
    )
    .execute();
  await db
    .insertInto('csp_figures')
    .values([...plan.categories])
    .onConflict((c) => c.columns(['csp', 'year']).doUpdateSet((eb) => Object.fromEntries(CSP_COLUMNS.map((name) => [name, eb.ref(`excluded.${name}`)]))))
    .execute();
}

const CSP_COLUMNS = ['income_from', 'income_to', 'households', 'dense', 'moderate', 'grey_white', 'home_internet', 'literacy', 'corrected', 'source'] as const;
