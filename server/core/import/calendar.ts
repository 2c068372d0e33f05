/** Rows of announced days (a CSV, a workbook, an iCalendar file) as day rules of the calendars. Pure. */
import { RULE_REASONS, type DayRule, type DayRuleDraft, type LayerScope } from '@cac/shared/calendar.ts';
import { rangeFault, type Hours } from '@cac/shared/opening-hours.ts';
import type { Notebook } from './findings.ts';
import type { PlaceReader } from './places.ts';
import { cellsOf, dayIn, flagIn, textIn, type Cells, type Mapping } from './read-cells.ts';
import type { Table } from './table.ts';
import { fold } from './values.ts';
import { wordOf } from './words.ts';

export interface CalendarContext {
  places: PlaceReader;
  programmes: ReadonlySet<string>;
  /** Codes of the sites the author sees. */
  sites: ReadonlySet<string>;
  provinces: ReadonlySet<string>;
  /** Kinds of layers the author may change. */
  mayChange: readonly LayerScope['kind'][];
  standing: readonly DayRule[];
}

export interface CalendarOutcome {
  row: number;
  before: DayRule | null;
  draft: DayRuleDraft;
}

const words = (lines: Readonly<Record<string, string>>): ReadonlyMap<string, string> => new Map(Object.entries(lines).flatMap(([word, spellings]) => [word, ...spellings.split('|')].map((s) => [fold(s), word] as const)));
const NATIONAL = words({ national: 'pays|maroc|tous|toutes|nationale|وطني|الكل|المغرب' });
const EFFECTS = words({ closed: 'fermé|fermée|fermeture|férié|jour férié|مغلق|إغلاق|عطلة', hours: 'horaires|heures|ouvert|ouverture|horaires particuliers|مفتوح|ساعات' });
const WHY = words({
  public_holiday: 'jour férié|férié|fête nationale|عطلة وطنية|عيد وطني', religious_holiday: 'fête religieuse|religieux|عيد ديني|عطلة دينية', school_holiday: 'vacances scolaires|vacances|عطلة مدرسية',
  strike: 'grève|إضراب', works: 'travaux|أشغال', other: 'autre|آخر|أخرى',
});

const key = ({ scope, from, label }: Pick<DayRule, 'scope' | 'from' | 'label'>): string => `${scope.kind}:${scope.id} ${from} ${fold(label.fr)}`;

export function readCalendar(table: Table, mapping: Mapping, context: CalendarContext, book: Notebook): CalendarOutcome[] {
  const standing = new Map(context.standing.map((rule) => [key(rule), rule]));
  const rowOfKey = new Map<string, number>();
  return table.rows.flatMap((line): CalendarOutcome[] => {
    const cells = cellsOf(table, mapping, line, book);
    const said = book.findings.length;
    const draft = draftIn(cells, context, book);
    if (draft === null || book.findings.slice(said).some(({ severity }) => severity === 'error')) return [];
    const earlier = rowOfKey.get(key(draft));
    if (earlier !== undefined) return cells.say('same_days_twice', 'from', String(earlier)), [];
    rowOfKey.set(key(draft), line.row);
    return [{ row: line.row, before: standing.get(key(draft)) ?? null, draft }];
  });
}

function draftIn(cells: Cells, context: CalendarContext, book: Notebook): DayRuleDraft | null {
  const scope = scopeIn(cells, context, book);
  const from = dayIn(cells, 'from', null);
  if (cells.text('from') === '') cells.say('required', 'from');
  const to = dayIn(cells, 'to', null) ?? from;
  if (from !== undefined && to !== undefined && rangeFault(from, to) !== null) cells.say('range_reversed', 'to');
  const hours = hoursIn(cells);
  const effect = cells.text('effect') === '' ? (hours.length > 0 ? 'hours' : 'closed') : EFFECTS.get(fold(cells.text('effect')));
  if (effect === undefined) cells.say('bad_effect', 'effect');
  if (effect === 'hours' && hours.length === 0) cells.say('bad_hours', 'hours');
  const [fr, ar] = [textIn(cells, 'labelFr', 120), textIn(cells, 'labelAr', 120)];
  if (fr === undefined && ar === undefined) cells.say('required', 'labelFr');
  else if (fr === undefined || ar === undefined) book.note('label_copied', cells.row);
  if (scope === null || from === undefined || to === undefined || effect === undefined || (fr ?? ar) === undefined) return null;
  const why = (WHY.get(fold(cells.text('why'))) ?? (cells.text('why') === '' ? 'public_holiday' : 'other')) as (typeof RULE_REASONS)[number];
  return { scope, from, to, effect: effect as 'closed' | 'hours', hours: effect === 'hours' ? hours : [], why, label: { fr: (fr ?? ar)!, ar: (ar ?? fr)! }, confirmed: flagIn(cells, 'confirmed') ?? true, source: textIn(cells, 'source', 300) ?? '' };
}

function scopeIn(cells: Cells, { places, programmes, sites, provinces, mayChange }: CalendarContext, book: Notebook): LayerScope | null {
  const text = cells.text('scope').replace(/^(programme|province|host|site|national):?/i, (head) => (head.toLowerCase() === 'national' ? 'national' : '')).trim();
  const scope = ((): LayerScope | null => {
    if (text === '') return { kind: 'national', id: '' };
    if (NATIONAL.has(fold(text))) return { kind: 'national', id: '' };
    if (programmes.has(text.toUpperCase())) return { kind: 'programme', id: text.toUpperCase() };
    if (sites.has(text.toUpperCase())) return { kind: 'site', id: text.toUpperCase() as never };
    const host = wordOf('hostPremises', text);
    if (host !== null) return { kind: 'host', id: host as never };
    const province = places.province(text);
    return province !== null && provinces.has(province.code) ? { kind: 'province', id: province.code as never } : null;
  })();
  if (scope === null) return cells.say('unknown_scope', 'scope'), null;
  if (text === '') book.note('scope_national', cells.row);
  if (!mayChange.includes(scope.kind)) return cells.say('role_forbidden', 'scope', scope.kind), null;
  return scope;
}

/** `09:00-12:00, 14h30-18h`; after midnight: `21:00-00:30`. Minutes of the day. */
function hoursIn(cells: Cells): Hours[] {
  const text = cells.text('hours');
  if (text === '') return [];
  const hours = text.split(/[,;/]|\bet\b|و/).map((part) => /^\s*(\d{1,2})(?:[:h.](\d{2})?)?\s*(?:-|–|à|a|إلى)\s*(\d{1,2})(?:[:h.](\d{2})?)?\s*$/i.exec(part));
  if (hours.some((found) => found === null)) return cells.say('bad_hours', 'hours'), [];
  return hours.map((found) => {
    const from = Number(found![1]) * 60 + Number(found![2] ?? 0);
    const to = Number(found![3]) * 60 + Number(found![4] ?? 0);
    return { from, to: to <= from ? to + 1440 : to };
  });
}
