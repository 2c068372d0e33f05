/** Sites rewritten by an edit or an import, many in one statement. */
import { searchKey } from '@cac/shared/search-key.ts';
import { SITE_COLUMNS, siteColumnsOf, type SiteRecord } from '../core/registry/site-record.ts';
import { rowStatement, type RowColumns } from './rows.ts';
import type { Handle } from './store.ts';
import type { Tables } from './tables.ts';

export interface SiteUpdate {
  id: string;
  before: SiteRecord;
  after: SiteRecord;
}

const COLUMNS = Object.values(SITE_COLUMNS);
const WHOLE = new Set(['metered', 'cap_mb', 'expected_computers', 'expected_telephones', 'students', 'counts_towards_target']);
const REAL = new Set(['lat', 'lon', 'contracted_mbps']);
const types = Object.fromEntries(COLUMNS.map((name) => [name, WHOLE.has(name) ? 'bigint' : REAL.has(name) ? 'double precision' : 'text'])) as RowColumns;

const update = rowStatement<Record<string, unknown>>(
  { id: 'text', ...types, search: 'text', changed_at: 'bigint' },
  `update sites set ${[...COLUMNS, 'search', 'changed_at'].map((name) => `${name} = r.${name}`).join(', ')} from {rows} where sites.id = r.id`,
);

export const updateSites = (tx: Handle, updates: readonly SiteUpdate[], now: number): Promise<never[]> =>
  update.run(tx, updates.map(({ id, after }) => ({ id, ...siteColumnsOf(after), search: searchKey(id, after.name, after.nameAr, after.officialCode), changed_at: now })));

const remove = rowStatement<{ id: string }>({ id: 'text' }, `delete from sites where id in (select r.id from {rows})`);
export const removeSites = (tx: Handle, ids: readonly string[]): Promise<never[]> => remove.run(tx, ids.map((id) => ({ id })));

const insertStale = rowStatement<Omit<Tables['stale_days'], 'mark'>>(
  { from_day: 'text', to_day: 'text', scope_kind: 'text', scope_id: 'text' },
  `insert into stale_days (from_day, to_day, scope_kind, scope_id) select r.from_day, r.to_day, r.scope_kind, r.scope_id from {rows}
   where exists (select 1 from machines m where m.site_id = r.scope_id)`,
);

/** All told days of these sites: the hours that decide about them have changed. Only where there are machines there is something to count. */
export const markSitesStale = (tx: Handle, ids: readonly string[], until: string): Promise<never[]> =>
  insertStale.run(tx, ids.map((id) => ({ from_day: '1970-01-01', to_day: until, scope_kind: 'site', scope_id: id })));
