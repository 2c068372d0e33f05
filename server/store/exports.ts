/** Sites and communes as they are exported: in scope, narrowed as the map is. */
import type { Scope } from '@cac/shared/api.ts';
import type { Commune } from '@cac/shared/registry.ts';
import { searchKey } from '@cac/shared/search-key.ts';
import type { Csp } from '@cac/shared/site-fields.ts';
import { sql } from 'kysely';
import type { ExportedSite } from '../core/import/export.ts';
import { recordOfColumns, SITE_COLUMNS } from '../core/registry/site-record.ts';
import { communeOf } from './communes.ts';
import { inScope } from './scope.ts';
import { dominantOf } from './sites.ts';
import type { Handle } from './store.ts';

export interface ExportQuery {
  programme?: string | undefined;
  region?: string | undefined;
  province?: string | undefined;
  zone?: string | undefined;
  carrier?: string | undefined;
  technology?: string | undefined;
  /** The dominant category of a site's commune. */
  csp?: Csp | undefined;
  states?: readonly string[] | undefined;
  /** Exactly this rung of the ladder: 0 nothing to 4 connected, 0 nothing to 3 in service. */
  declaredRung?: number | undefined;
  provenRung?: number | undefined;
  /** Words that must all stand in a name or a code. */
  q?: string | undefined;
  ids?: readonly string[] | undefined;
}

const like = (word: string): string => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
const wordsOf = (text: string | undefined): string[] => searchKey(text).split(' ').filter((word) => word !== '' && word !== '|');
/** The day each declared stage was reached, from the first to the last. */
const RUNGS = ['s.identified_on', 's.built_on', 's.equipped_on', 's.connected_on'] as const;

/** One page, by id: shorter than asked for only where there are no more. */
export async function sitesToExport(db: Handle, scope: Scope, query: ExportQuery, after: string | null, limit: number): Promise<ExportedSite[]> {
  if (query.csp === undefined) return (await rowsAfter(db, scope, query, after, limit)).map(exportedOf);
  // A dominant category is worked out from its commune's mix, which no database is asked to do.
  const found: ExportedSite[] = [];
  for (let last = after; ; ) {
    const rows = await rowsAfter(db, scope, query, last, limit);
    found.push(...rows.filter(({ mix }) => mix !== null && dominantOf(mix) === query.csp).map(exportedOf));
    if (found.length >= limit) return found.slice(0, limit);
    if (rows.length < limit) return found;
    last = rows.at(-1)!.id;
  }
}

async function rowsAfter(db: Handle, scope: Scope, query: ExportQuery, after: string | null, limit: number) {
  let select = db
    .selectFrom('sites as s')
    .leftJoin('communes as c', 'c.code', 's.commune')
    .select('c.csp as mix')
    .select(['s.id', ...Object.values(SITE_COLUMNS).map((name) => `s.${name}` as const), 's.identified_on', 's.built_on', 's.equipped_on', 's.connected_on', 's.declared_source', 's.demo'])
    .where(inScope(scope, 's.region'))
    .where('s.kind', '<>', 'local')
    .orderBy('s.id')
    .limit(limit);
  if (after !== null) select = select.where('s.id', '>', after);
  for (const name of ['programme', 'region', 'province', 'zone', 'carrier', 'technology'] as const) if (query[name] !== undefined) select = select.where(`s.${name}`, '=', query[name]);
  for (const word of wordsOf(query.q)) select = select.where(sql<boolean>`s.search like ${like(word)} escape '\\'`);
  if (query.ids !== undefined) select = select.where('s.id', 'in', query.ids);
  if (query.states !== undefined) select = select.where('s.state', 'in', query.states);
  if (query.provenRung !== undefined) select = select.where('s.proven_rung', '=', query.provenRung);
  if (query.declaredRung !== undefined) {
    for (const [i, column] of RUNGS.entries()) {
      if (i === query.declaredRung - 1) select = select.where(column, 'is not', null);
      if (i >= query.declaredRung) select = select.where(column, 'is', null);
    }
  }
  return select.execute();
}

const exportedOf = (row: Awaited<ReturnType<typeof rowsAfter>>[number]): ExportedSite => ({
  id: row.id,
  record: recordOfColumns(row),
  stages: { identifiedOn: row.identified_on, builtOn: row.built_on, equippedOn: row.equipped_on, connectedOn: row.connected_on },
  source: row.declared_source,
  demo: row.demo === 1,
});

/** One page, by code. */
export async function communesToExport(db: Handle, scope: Scope, query: Pick<ExportQuery, 'region' | 'province' | 'zone' | 'q'>, after: string | null, limit: number): Promise<Commune[]> {
  let select = db.selectFrom('communes as c').selectAll().where(inScope(scope, 'c.region')).orderBy('c.code').limit(limit);
  if (after !== null) select = select.where('c.code', '>', after);
  for (const name of ['region', 'province', 'zone'] as const) if (query[name] !== undefined) select = select.where(`c.${name}`, '=', query[name]);
  for (const word of wordsOf(query.q)) select = select.where(sql<boolean>`c.search like ${like(word)} escape '\\'`);
  return (await select.execute()).map(communeOf);
}
