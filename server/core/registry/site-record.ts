/** A site as the registry knows it: its fields by the names people and files use, and the columns they are kept in. Pure. */
import type { SiteEdit } from '@cac/shared/registry.ts';

/** Field -> column, in the order in which a history or a file shows them. */
export const SITE_COLUMNS = {
  name: 'name',
  nameAr: 'name_ar',
  officialCode: 'official_code',
  programme: 'programme',
  kind: 'kind',
  equipment: 'equipment',
  hostPremises: 'host_premises',
  region: 'region',
  province: 'province',
  commune: 'commune',
  zone: 'zone',
  lat: 'lat',
  lon: 'lon',
  manager: 'manager',
  dutyPhone: 'duty_phone',
  carrier: 'carrier',
  technology: 'technology',
  contractedMbps: 'contracted_mbps',
  lineNumber: 'line_number',
  metered: 'metered',
  capMb: 'cap_mb',
  expectedComputers: 'expected_computers',
  expectedTelephones: 'expected_telephones',
  students: 'students',
  openedOn: 'opened_on',
  countsTowardsTarget: 'counts_towards_target',
} as const satisfies Record<keyof SiteEdit, string>;

export type SiteField = keyof SiteEdit;
export const SITE_FIELDS = Object.keys(SITE_COLUMNS) as SiteField[];
const FLAGS: ReadonlySet<string> = new Set(['metered', 'countsTowardsTarget']);

export type SiteRecord = { [F in SiteField]: SiteEdit[F] };
export type SiteColumns = { [F in SiteField as (typeof SITE_COLUMNS)[F]]: SiteEdit[F] extends infer V ? (V extends boolean ? number : V) : never };

/** What a draft, an edit or a whole site says, and no more; what is absent is null. */
export const siteRecordOf = (site: Partial<SiteRecord>): SiteRecord => Object.fromEntries(SITE_FIELDS.map((field) => [field, site[field] ?? null])) as SiteRecord;

/** A row's columns as fields. */
export const recordOfColumns = (row: Record<string, unknown>): SiteRecord =>
  Object.fromEntries(SITE_FIELDS.map((field) => [field, FLAGS.has(field) && row[SITE_COLUMNS[field]] !== null ? row[SITE_COLUMNS[field]] === 1 : (row[SITE_COLUMNS[field]] ?? null)])) as SiteRecord;

/** Fields as columns: booleans as 0 and 1. */
export const siteColumnsOf = (record: SiteRecord): SiteColumns =>
  Object.fromEntries(SITE_FIELDS.map((field) => [SITE_COLUMNS[field], typeof record[field] === 'boolean' ? Number(record[field]) : record[field]])) as SiteColumns;
