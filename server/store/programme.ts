/** Figures of the plan, and what stands beside them. Sums are made in the database, in scope. */
import type { ProgrammeView } from '@cac/shared/programme.ts';
import type { Handle } from './store.ts';
import type { Tables } from './tables.ts';

/** The shipped ones first, then the others by code. */
export async function listProgrammes(db: Handle): Promise<ProgrammeView[]> {
  const rows = await db.selectFrom('programmes').selectAll().orderBy('by_file', 'desc').orderBy('code').execute();
  return rows.map((row) => ({ code: row.code, kind: row.kind as ProgrammeView['kind'], names: { fr: row.name_fr, ar: row.name_ar, en: row.name_en } }));
}

/** False when its code is taken. */
export async function insertProgramme(db: Handle, row: Tables['programmes']): Promise<boolean> {
  const added = await db.insertInto('programmes').values(row).onConflict((c) => c.column('code').doNothing()).returning('code').execute();
  return added.length === 1;
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
