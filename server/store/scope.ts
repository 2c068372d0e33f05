/** What an account may see, as a condition in the query: rows outside never leave the database. */
import type { Scope } from '@cac/shared/api.ts';
import { sql, type Expression, type SqlBool } from 'kysely';

/** `region` names the column that holds the site's region. An empty scope sees nothing. */
export function inScope(scope: Scope, region: string): Expression<SqlBool> {
  if (scope.kind === 'all') return sql<SqlBool>`1 = 1`;
  if (scope.regions.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`${sql.ref(region)} in (${sql.join(scope.regions)})`;
}
