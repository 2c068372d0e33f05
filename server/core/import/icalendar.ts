/** Events of an iCalendar file (RFC 5545) as rows of a calendar: whole days, or one day's hours. Repeated events are left out and said to be. Pure. */
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { TableRow } from './table.ts';

const HEADS = ['Portée', 'Du', 'Au', 'Effet', 'Heures', 'Motif', 'Libellé', 'Libellé arabe', 'Confirmé', 'Source'] as const;

interface Property {
  name: string;
  parameters: string;
  value: string;
}

/** Long lines go on after a break and a blank. */
const unfolded = (text: string): string[] => text.replaceAll(/(\r\n|\n|\r)[ \t]/g, '').split(/\r\n|\n|\r/);

/** No two parts of the pattern take the same letter: a line of semicolons would be tried in every way there is. */
function propertyOf(line: string): Property | null {
  const found = /^([A-Za-z-]+)((?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(.*)$/.exec(line);
  return found ? { name: found[1]!.toUpperCase(), parameters: found[2]!.toUpperCase(), value: found[3]! } : null;
}

const plain = (text: string): string => text.replaceAll(/\\[nN]/g, ' ').replaceAll(/\\([,;\\])/g, '$1').trim();
const day = (digits: string): string => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;

/** What is no day stays as it is: it is refused where days are read. */
function before(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) ? text : new Date(at - 86_400_000).toISOString().slice(0, 10);
}

/** A DATE stands as it is; a DATE-TIME in UTC becomes a Moroccan day. */
function dayOf({ value }: Property): { day: string; whole: boolean } {
  const at = /^(\d{8})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?/.exec(value);
  if (!at) return { day: value, whole: true };
  if (at[2] === undefined) return { day: day(at[1]!), whole: true };
  const instant = at[5] === 'Z' ? Date.parse(`${day(at[1]!)}T${at[2]}:${at[3]}:${at[4]}Z`) : Number.NaN;
  return { day: Number.isNaN(instant) ? day(at[1]!) : localDayOf(instant), whole: false };
}

/** The row of an event is the line it begins in. Its end is not part of it where it is a whole day. */
export function tableOfIcs(text: string): { headRow: number; heads: readonly string[]; rows: TableRow[] } {
  const rows: TableRow[] = [];
  let event: Map<string, Property> | null = null;
  let row = 0;
  for (const [i, line] of unfolded(text).entries()) {
    const property = propertyOf(line);
    if (property === null) continue;
    if (property.name === 'BEGIN' && property.value.toUpperCase() === 'VEVENT') {
      event = new Map();
      row = i + 1;
    } else if (property.name === 'END' && property.value.toUpperCase() === 'VEVENT') {
      if (event !== null) rows.push({ row, cells: cellsOf(event) });
      event = null;
    } else if (event !== null && !event.has(property.name)) event.set(property.name, property);
  }
  return { headRow: 0, heads: HEADS, rows };
}

function cellsOf(event: ReadonlyMap<string, Property>): string[] {
  const start = event.get('DTSTART');
  const from = start === undefined ? { day: '', whole: true } : dayOf(start);
  const end = event.get('DTEND');
  const last = end === undefined ? from : dayOf(end);
  const to = end !== undefined && last.whole && last.day > from.day ? before(last.day) : last.day;
  // A rule without an end would stand for ever; one with an end, for days that this format of ours does not hold.
  const repeated = event.has('RRULE') ? `RRULE ${event.get('RRULE')!.value}` : '';
  const tentative = event.get('STATUS')?.value.toUpperCase() === 'TENTATIVE';
  return ['', repeated === '' ? from.day : repeated, to, '', '', '', plain(event.get('SUMMARY')?.value ?? ''), '', tentative ? 'non' : 'oui', plain(event.get('UID')?.value ?? 'iCalendar')];
}
