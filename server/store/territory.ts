/** Regions and provinces: reference data, put in place at start. */
import type { Handle } from './store.ts';

export interface RegionRow {
  code: string;
  name_fr: string;
  name_ar: string;
}

export interface ProvinceRow extends RegionRow {
  region: string;
}

export async function putTerritory(db: Handle, regions: readonly RegionRow[], provinces: readonly ProvinceRow[]): Promise<void> {
  await db
    .insertInto('regions')
    .values([...regions])
    .onConflict((c) => c.column('code').doUpdateSet((eb) => ({ name_fr: eb.ref('excluded.name_fr'), name_ar: eb.ref('excluded.name_ar') })))
    .execute();
  await db
    .insertInto('provinces')
    .values([...provinces])
    .onConflict((c) =>
      c.column('code').doUpdateSet((eb) => ({ region: eb.ref('excluded.region'), name_fr: eb.ref('excluded.name_fr'), name_ar: eb.ref('excluded.name_ar') })),
    )
    .execute();
}

export async function provinceRegions(db: Handle): Promise<Map<string, string>> {
  const rows = await db.selectFrom('provinces').select(['code', 'region']).execute();
  return new Map(rows.map((row) => [row.code, row.region]));
}

/** Regions and provinces with their names. */
export async function listAreas(db: Handle): Promise<{ regions: NamedArea[]; provinces: (NamedArea & { region: string })[] }> {
  const named = ({ code, name_fr: nameFr, name_ar: nameAr }: RegionRow): NamedArea => ({ code, nameFr, nameAr });
  const [regions, provinces] = [await db.selectFrom('regions').selectAll().execute(), await db.selectFrom('provinces').selectAll().execute()];
  return { regions: regions.map(named), provinces: provinces.map((row) => ({ ...named(row), region: row.region })) };
}

interface NamedArea {
  code: string;
  nameFr: string;
  nameAr: string;
}
