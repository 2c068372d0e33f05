/** Months, figures and units as a report names them. */
import { dayStartAt } from '@cac/shared/wall-time.ts';
import { day, hours, number, percent } from '../../i18n/format.ts';
import { language, LOCALES } from '../../i18n/language.ts';
import { isReportsKey, rt } from '../../i18n/reports/text.ts';
import { areaName } from '../area-names.ts';
import { shownRatio } from '../past/shares.ts';
import { programmeName } from '../programme-name.ts';
import { interruptionName } from './interruptions.ts';

/** "octobre 2026" */
export const monthName = (month: string): string => new Intl.DateTimeFormat(LOCALES[language.value], { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(new Date(`${month}-15T12:00:00Z`));

export const dayName = (local: string): string => day(dayStartAt(local));

/** The month before, of `YYYY-MM`. */
export function monthBefore(month: string): string {
  const [year, number_] = month.split('-').map(Number);
  return number_ === 1 ? `${year! - 1}-12` : `${year}-${String(number_! - 1).padStart(2, '0')}`;
}

const RATIOS: ReadonlySet<string> = new Set(['service', 'link', 'opening', 'observability']);

/** `proven:CAC:MA-04` as "Constatés (en service) · CAC · Rabat-Salé-Kénitra". */
export function figureName(figure: string): string {
  const [name = '', ...rest] = figure.split(':');
  if (name === 'lost') return `${rt('interruptions')} · ${interruptionName(rest[0]!, rest[1]!)}`;
  if (name === 'cause') return `${rt('causes')} · ${programmeName(rest[0]!)} · ${rest[1]!}`;
  const title = name === 'target' ? rt('target', { year: '' }).trim() : isReportsKey(name) ? rt(name) : name;
  return [title, ...rest.map((part) => (part.startsWith('MA-') ? areaName(part) : part === '-' ? rt('area_none') : programmeName(part)))].join(' · ');
}

/** In the unit that its name says. */
export function figureValue(figure: string, value: number | null): string {
  if (value === null) return '–';
  const name = figure.split(':')[0]!;
  if (RATIOS.has(name)) return percent(shownRatio(value));
  return name === 'open' || name === 'lost' ? hours(value * 60_000) : number(value);
}
