/**
 * Rows of a file of sites as what they say of each site, and all that is to be said of them. Pure.
 *   1. each row by itself: its code, its place, its fields, its declared stages;
 *   2. what it makes of the site that stands, or of a new one;
 *   3. rows against each other and against the registry: codes twice, several on one point, nearly the same name.
 */
import { DECLARED_STAGES, type DeclaredStage } from '@cac/shared/ladder.ts';
import { isCommuneCode } from '../registry/site-fault.ts';
import type { SiteRecord } from '../registry/site-record.ts';
import type { Notebook } from './findings.ts';
import type { Ground } from './ground.ts';
import type { PlaceReader } from './places.ts';
import { cellsOf, countIn, dayIn, flagIn, numberIn, positionIn, textIn, wordIn, type Cells, type Mapping } from './read-cells.ts';
import { sayLikenesses } from './likenesses.ts';
import type { Table } from './table.ts';
import { fold } from './values.ts';

export interface StandingSite {
  record: SiteRecord;
  /** Null: of another scope, to be answered as taken. */
  seen: boolean;
}
export interface KnownCommune {
  code: string;
  region: string;
  province: string;
  nameFr: string;
  nameAr: string;
  lat: number | null;
  lon: number | null;
}

export interface SiteContext {
  places: PlaceReader;
  ground: Ground;
  /** Kind of its sites by programme. */
  programmes: ReadonlyMap<string, 'centre' | 'school'>;
  /** Names in any language, folded -> code. */
  programmeNames: ReadonlyMap<string, string>;
  communes: readonly KnownCommune[];
  standing: ReadonlyMap<string, StandingSite>;
  /** `site stage day` that stand attested. */
  stages: ReadonlySet<string>;
  /** The author's regions; null: all. */
  regions: ReadonlySet<string> | null;
  today: string;
}

export interface StageDay {
  kind: DeclaredStage;
  day: string;
  source: string;
}

/** A site after the import: `before` null where it is new. */
export interface SiteOutcome {
  row: number;
  id: string;
  before: SiteRecord | null;
  after: SiteRecord;
  /** Attested by the file and not standing yet. */
  stages: StageDay[];
}

/** Beyond these a position is said to lie elsewhere; shapes are simplified, harbours and islands lie off them. */
const NEAR_BORDER_KM = 4;
const NEAR_COAST_KM = 6;
const PAUSE_EVERY = 500;

type Given = { -readonly [F in keyof SiteRecord]?: SiteRecord[F] };

/** Pauses now and then, so that who reads a long file can let others have their turn. */
export function* readSites(table: Table, mapping: Mapping, context: SiteContext, book: Notebook): Generator<void, SiteOutcome[]> {
  const communes = communeIndex(context.communes);
  const rowOfCode = new Map<string, number>();
  const outcomes: SiteOutcome[] = [];
  for (const [i, line] of table.rows.entries()) {
    if (i % PAUSE_EVERY === PAUSE_EVERY - 1) yield;
    const cells = cellsOf(table, mapping, line, book);
    const id = codeIn(cells, rowOfCode);
    const standing = id === null ? undefined : context.standing.get(id);
    if (standing && !standing.seen) cells.say('outside_scope', 'id', standing.record.region);
    const before = standing?.record ?? null;
    const said = book.findings.length;
    const given = fieldsIn(cells, before, context, communes, book);
    const stages = stagesIn(cells, id, context);
    const bad = book.findings.slice(said).some(({ severity }) => severity === 'error');
    if (before === null && bad) sayWhatIsEmpty(cells, given);
    else if (before === null) completeNew(cells, given, communes, book);
    const place = { province: null, ...before, ...given };
    if (place.lat !== undefined && place.lon !== undefined) sayWhereItLies(cells, place as SiteRecord, context.ground);
    if (id === null || book.findings.slice(said).some(({ severity }) => severity === 'error')) continue;
    const after = { ...(before ?? blank(given, context)), ...given } as SiteRecord;
    if (context.regions !== null && !context.regions.has(after.region)) cells.say('outside_scope', 'region', after.region);
    outcomes.push({ row: line.row, id, before, after, stages });
  }
  yield;
  yield* sayLikenesses(table, mapping, outcomes, context.standing, book);
  return outcomes;
}

const blank = (given: Given, { programmes }: SiteContext): Given => ({
  name: '', nameAr: null, officialCode: null, programme: null, kind: (given.programme && programmes.get(given.programme)) || 'centre', equipment: null, hostPremises: null, province: null,
  commune: null, zone: null, manager: null, dutyPhone: null, carrier: null, technology: null, contractedMbps: null, lineNumber: null, metered: null, capMb: null,
  expectedComputers: null, expectedTelephones: null, students: null, openedOn: null, countsTowardsTarget: true,
});

function codeIn(cells: Cells, rowOfCode: Map<string, number>): string | null {
  const text = cells.text('id');
  const id = text.toUpperCase();
  if (text === '') return cells.say('missing_code', 'id'), null;
  if (/^\d([.,]\d+)?E\+\d+$/.test(id)) return cells.say('code_mangled', 'id'), null;
  if (!/^[A-Z0-9][A-Z0-9-]{1,31}$/.test(id)) return cells.say('bad_code', 'id'), null;
  const earlier = rowOfCode.get(id);
  if (earlier !== undefined) return cells.say('code_twice', 'id', String(earlier)), null;
  rowOfCode.set(id, cells.row);
  return id;
}

function fieldsIn(cells: Cells, before: SiteRecord | null, context: SiteContext, communes: CommuneIndex, book: Notebook): Given {
  const position = positionIn(cells);
  const area = areaIn(cells, before, context, book);
  const given = {
    name: textIn(cells, 'name', 120),
    nameAr: textIn(cells, 'nameAr', 120),
    officialCode: textIn(cells, 'officialCode', 64),
    programme: programmeIn(cells, context),
    kind: wordIn(cells, 'kind'),
    equipment: wordIn(cells, 'equipment'),
    hostPremises: wordIn(cells, 'hostPremises'),
    ...area,
    commune: communeIn(cells, before, area, communes),
    zone: wordIn(cells, 'zone'),
    lat: position?.lat,
    lon: position?.lon,
    manager: textIn(cells, 'manager', 120),
    dutyPhone: textIn(cells, 'dutyPhone', 40),
    carrier: textIn(cells, 'carrier', 60),
    technology: wordIn(cells, 'technology'),
    contractedMbps: numberIn(cells, 'contractedMbps', 100_000),
    lineNumber: textIn(cells, 'lineNumber', 60),
    metered: flagIn(cells, 'metered'),
    capMb: countIn(cells, 'capMb', 100_000_000),
    expectedComputers: countIn(cells, 'expectedComputers', 10_000),
    expectedTelephones: countIn(cells, 'expectedTelephones', 1_000),
    students: countIn(cells, 'students', 100_000),
    openedOn: dayIn(cells, 'openedOn', null),
    countsTowardsTarget: flagIn(cells, 'countsTowardsTarget'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given;
}

function programmeIn(cells: Cells, { programmes, programmeNames }: SiteContext): string | undefined {
  const text = cells.text('programme');
  if (text === '') return undefined;
  const code = text.toUpperCase();
  const found = programmes.has(code) ? code : programmeNames.get(fold(text));
  return found ?? void cells.say('unknown_programme', 'programme', [...programmes.keys()].join(', '));
}

type AreaGiven = { region?: string; province?: string };

/** The province decides the region; a region of before 2015 that was split needs it. */
function areaIn(cells: Cells, before: SiteRecord | null, { places }: SiteContext, book: Notebook): AreaGiven {
  const [regionText, provinceText] = [cells.text('region'), cells.text('province')];
  const province = provinceText === '' ? null : places.province(provinceText);
  if (provinceText !== '' && province === null) return cells.say('unknown_province', 'province'), {};
  if (regionText === '') {
    if (province === null) return {};
    if (before === null) book.note('region_by_province', cells.row);
    return { region: province.region, province: province.code };
  }
  const region = places.region(regionText);
  if (region === null) return cells.say('unknown_region', 'region'), {};
  const decided = province?.region ?? (region.codes.length === 1 ? region.codes[0]! : undefined) ?? (before !== null && before.province !== null && region.codes.includes(before.region) ? before.region : undefined);
  if (decided === undefined) return cells.say('old_region_split', 'region', region.codes.join(', ')), {};
  if (!region.codes.includes(decided)) return cells.say('province_elsewhere', 'region', decided), {};
  if (region.old) book.note(region.codes.length === 1 ? 'old_region' : 'old_region_by_province', cells.row, regionText, decided);
  if (province !== null) return { region: decided, province: province.code };
  // A site that is moved to another region by its name alone leaves its province.
  return before !== null && before.province !== null && before.region !== decided ? { region: decided, province: null as never } : { region: decided };
}

interface CommuneIndex {
  byCode: ReadonlyMap<string, KnownCommune>;
  /** `province name`, folded -> the commune, null where two have that name. */
  byName: ReadonlyMap<string, KnownCommune | null>;
  /** Provinces of which communes are known. */
  provinces: ReadonlySet<string>;
}

function communeIndex(communes: readonly KnownCommune[]): CommuneIndex {
  const byName = new Map<string, KnownCommune | null>();
  for (const commune of communes) {
    for (const name of new Set([fold(commune.nameFr), fold(commune.nameAr)])) {
      const key = `${commune.province} ${name}`;
      byName.set(key, byName.has(key) ? null : commune);
    }
  }
  return { byCode: new Map(communes.map((c) => [c.code, c])), byName, provinces: new Set(communes.map((c) => c.province)) };
}

/** Its code where it is known; a name that nobody knows is kept, and said where the communes of the province are known. */
function communeIn(cells: Cells, before: SiteRecord | null, area: AreaGiven, { byCode, byName, provinces }: CommuneIndex): string | undefined {
  const text = textIn(cells, 'commune', 120);
  if (text === undefined || text === before?.commune) return text;
  const province = area.province ?? before?.province ?? null;
  const commune = byCode.get(text.toUpperCase());
  if (commune) return province !== null && commune.province !== province ? void cells.say('commune_elsewhere', 'commune', commune.province) : commune.code;
  if (isCommuneCode(text)) return void cells.say('unknown_commune_code', 'commune');
  const named = province === null ? undefined : byName.get(`${province} ${fold(text)}`);
  if (named) return named.code;
  if (province !== null && provinces.has(province)) cells.say('unknown_commune', 'commune');
  return text;
}

/** What a new site cannot do without. */
function completeNew(cells: Cells, given: Given, { byCode }: CommuneIndex, book: Notebook): void {
  if (given.name === undefined) cells.say('missing_name', 'name');
  const commune = given.commune ? byCode.get(given.commune) : undefined;
  if (given.province === undefined && commune !== undefined) Object.assign(given, { province: commune.province, region: commune.region });
  if (given.region === undefined) cells.say('missing_region', 'region');
  if (given.lat !== undefined) return;
  if (commune?.lat == null || commune.lon === null) return cells.say('missing_position', 'lat');
  Object.assign(given, { lat: commune.lat, lon: commune.lon });
  book.note('commune_position', cells.row, commune.nameFr);
}

/** Of a new site whose row is wrong elsewhere: what it lacks is said too, so that one pass over the file is enough. */
function sayWhatIsEmpty(cells: Cells, given: Given): void {
  if (given.name === undefined && cells.text('name') === '') cells.say('missing_name', 'name');
  if (given.region === undefined && cells.text('region') === '' && cells.text('province') === '' && cells.text('commune') === '') cells.say('missing_region', 'region');
}

function stagesIn(cells: Cells, id: string | null, { stages, today }: SiteContext): StageDay[] {
  const read = DECLARED_STAGES.flatMap((kind) => {
    const day = dayIn(cells, `${kind}On`, today);
    return day === undefined ? [] : [{ kind, day, source: '' }];
  });
  for (const [i, { kind, day }] of read.entries()) {
    const earlier = read.slice(0, i).find((other) => other.day > day);
    if (earlier) cells.say('stages_reversed', `${kind}On`, `${cells.head(`${earlier.kind}On`)} ${earlier.day}`);
  }
  const fresh = read.filter(({ kind, day }) => !stages.has(`${id} ${kind} ${day}`));
  if (fresh.length === 0) return [];
  const source = textIn(cells, 'stageSource', 200);
  if (source === undefined) {
    if (cells.text('stageSource') === '') cells.say('source_missing', `${fresh[0]!.kind}On`, cells.head('stageSource'));
    return [];
  }
  return fresh.map((stage) => ({ ...stage, source }));
}

function sayWhereItLies(cells: Cells, { province, lat, lon }: SiteRecord, ground: Ground): void {
  const at = [lon, lat] as const;
  const told = `${lat} / ${lon}`;
  if (province !== null && ground.distanceTo(province, at) === 0) return;
  const holds = ground.provinceAt(at);
  if (holds === null) {
    if (ground.distanceToLand(at) > NEAR_COAST_KM) return cells.say('at_sea', 'lat', told);
  }
  if (province !== null && ground.distanceTo(province, at) > NEAR_BORDER_KM) cells.say('outside_province', 'lat', holds ?? told);
}
