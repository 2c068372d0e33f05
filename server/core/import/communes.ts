/** Rows of a file of communes as what they say of each, and all that is to be said of them. Pure. */
import { CSP, type Csp } from '@cac/shared/site-fields.ts';
import type { Fields } from '@cac/shared/registry.ts';
import type { Notebook } from './findings.ts';
import type { Ground } from './ground.ts';
import type { PlaceReader } from './places.ts';
import { cellsOf, countIn, positionIn, textIn, wordIn, type Cells, type Mapping } from './read-cells.ts';
import type { Table } from './table.ts';
import { countOf, numberOf, shareOf } from './values.ts';

export interface CommuneContext {
  places: PlaceReader;
  ground: Ground;
  /** As flat fields, by code. */
  standing: ReadonlyMap<string, { fields: Fields; seen: boolean }>;
  regions: ReadonlySet<string> | null;
  /** Of the households of D and E together, the part that is D, in the plan's own figures; null where they are not known. */
  dOfDe: number | null;
}

export interface CommuneOutcome {
  row: number;
  id: string;
  before: Fields | null;
  after: Fields;
}

const NEAR_BORDER_KM = 8;
const NEW: Fields = { zone: null, onlineShare: null, ...Object.fromEntries(CSP.map((c) => [`csp${c}`, null])), lat: null, lon: null };

export function readCommunes(table: Table, mapping: Mapping, context: CommuneContext, book: Notebook): CommuneOutcome[] {
  const rowOfCode = new Map<string, number>();
  const percent = percentColumns(table, mapping);
  const outcomes: CommuneOutcome[] = [];
  for (const line of table.rows) {
    const cells = cellsOf(table, mapping, line, book);
    const said = book.findings.length;
    const id = codeIn(cells, rowOfCode);
    const standing = id === null ? undefined : context.standing.get(id);
    if (standing && !standing.seen) cells.say('outside_scope', 'code', String(standing.fields['region']));
    const before = standing?.fields ?? null;
    const given = fieldsIn(cells, percent, context, book);
    if (before === null) for (const field of ['province', 'households', 'year', 'source'] as const) if (cells.text(field) === '') cells.say('required', field);
    if (before === null && given['nameFr'] === undefined && given['nameAr'] === undefined) cells.say('missing_name', 'nameFr');
    if (id === null || book.findings.slice(said).some(({ severity }) => severity === 'error')) continue;
    const names = before === null ? { nameFr: given['nameFr'] ?? given['nameAr']!, nameAr: given['nameAr'] ?? given['nameFr']! } : {};
    const after: Fields = { ...(before ?? NEW), ...given, ...names };
    const province = String(after['province']);
    if (context.regions !== null && !context.regions.has(String(after['region']))) cells.say('outside_scope', 'province', String(after['region']));
    if (typeof after['lat'] === 'number' && typeof after['lon'] === 'number') {
      const at = [after['lon'], after['lat']] as const;
      if (context.ground.distanceTo(province, at) > NEAR_BORDER_KM) cells.say('outside_province', 'lat', context.ground.provinceAt(at) ?? `${after['lat']} / ${after['lon']}`);
    }
    outcomes.push({ row: line.row, id, before, after });
  }
  return outcomes;
}

function codeIn(cells: Cells, rowOfCode: Map<string, number>): string | null {
  const text = cells.text('code');
  const id = text.toUpperCase();
  if (text === '') return cells.say('missing_code', 'code'), null;
  if (/^\d([.,]\d+)?E\+\d+$/.test(id)) return cells.say('code_mangled', 'code'), null;
  if (!/^[A-Z0-9][A-Z0-9.-]{0,31}$/.test(id)) return cells.say('bad_code', 'code'), null;
  const earlier = rowOfCode.get(id);
  if (earlier !== undefined) return cells.say('code_twice', 'code', String(earlier)), null;
  rowOfCode.set(id, cells.row);
  return id;
}

/** A column with a value above one, or whose head says so, holds percents. */
function percentColumns(table: Table, mapping: Mapping): ReadonlySet<string> {
  const fields = ['onlineShare', 'cspA', 'cspB', 'cspC', 'cspD', 'cspE', 'cspDE'];
  const above = (at: number): boolean => table.rows.some(({ cells }) => (numberOf((cells[at] ?? '').replace(/[%٪]\s*$/, '')) ?? 0) > 1);
  const percent = fields.filter((field) => mapping.has(field) && (/%|٪/.test(table.heads[mapping.get(field)!] ?? '') || above(mapping.get(field)!)));
  // The categories are one table: one of them in percent means all.
  return new Set(percent.some((field) => field.startsWith('csp')) ? [...percent, ...fields.filter((field) => field.startsWith('csp'))] : percent);
}

function fieldsIn(cells: Cells, percent: ReadonlySet<string>, context: CommuneContext, book: Notebook): Fields {
  const position = positionIn(cells);
  const province = provinceIn(cells, context.places, book);
  const share = (field: string): number | undefined => {
    const text = cells.text(field);
    if (text === '') return undefined;
    return shareOf(text, percent.has(field)) ?? void cells.say('bad_share', field);
  };
  const given = {
    nameFr: textIn(cells, 'nameFr', 120),
    nameAr: textIn(cells, 'nameAr', 120),
    ...province,
    zone: wordIn(cells, 'zone'),
    households: countIn(cells, 'households', 2_000_000),
    onlineShare: share('onlineShare'),
    ...mixIn(cells, share, context.dOfDe, book),
    lat: position?.lat,
    lon: position?.lon,
    year: yearIn(cells),
    source: textIn(cells, 'source', 200),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Fields;
}

function provinceIn(cells: Cells, places: PlaceReader, book: Notebook): { province?: string; region?: string } {
  const text = cells.text('province');
  if (text === '') return {};
  const province = places.province(text);
  if (province === null) return cells.say('unknown_province', 'province'), {};
  const regionText = cells.text('region');
  const region = regionText === '' ? null : places.region(regionText);
  if (regionText !== '' && region === null) return cells.say('unknown_region', 'region'), {};
  if (region !== null && !region.codes.includes(province.region)) return cells.say('province_elsewhere', 'region', province.region), {};
  if (region?.old) book.note(region.codes.length === 1 ? 'old_region' : 'old_region_by_province', cells.row, regionText, province.region);
  return { province: province.code, region: province.region };
}

function yearIn(cells: Cells): number | undefined {
  const text = cells.text('year');
  if (text === '') return undefined;
  const year = countOf(text);
  return year !== null && year >= 1960 && year <= 2100 ? year : void cells.say('bad_year', 'year');
}

/** All five, or none. D and E given together (they have the same bound of income) are divided as the plan's own figures are. */
function mixIn(cells: Cells, share: (field: string) => number | undefined, dOfDe: number | null, book: Notebook): Fields {
  const mix: Partial<Record<Csp, number>> = {};
  for (const csp of CSP) {
    const value = share(`csp${csp}`);
    if (value !== undefined) mix[csp] = value;
  }
  const together = share('cspDE');
  if (together !== undefined && mix.D === undefined && mix.E === undefined && dOfDe !== null) {
    mix.D = Math.round(together * dOfDe * 1e6) / 1e6;
    mix.E = Math.round((together - mix.D) * 1e6) / 1e6;
    book.note('csp_together', cells.row, '', `${Math.round(dOfDe * 100)} / ${100 - Math.round(dOfDe * 100)}`);
  }
  const missing = CSP.filter((csp) => mix[csp] === undefined);
  if (missing.length === CSP.length) return {};
  // A share that could not be read was said already.
  if (missing.length > 0) {
    if (missing.every((csp) => cells.text(`csp${csp}`) === '')) cells.say('csp_incomplete', `csp${missing[0]!}`, missing.join(', '));
    return {};
  }
  const sum = CSP.reduce((total, csp) => total + mix[csp]!, 0);
  if (Math.abs(sum - 1) > 0.02) return cells.say('csp_sum', 'cspA', String(Math.round(sum * 1000) / 10)), {};
  return Object.fromEntries(CSP.map((csp) => [`csp${csp}`, mix[csp]!]));
}
