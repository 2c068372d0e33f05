/** Days, layers and facts of calendars, in words of the page's language. */
import type { DayRule, Fact, LayerScope, Season, Timetable } from '@cac/shared/calendar.ts';
import type { Week, Weekday } from '@cac/shared/opening-hours.ts';
import { RequestError } from '../../api.ts';
import { ct, isCalendarKey } from '../../i18n/calendar/text.ts';
import { language, LOCALES } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { siteAt } from '../../state/store.ts';
import { areaName } from '../area-names.ts';
import { errorText } from '../error-text.ts';
import { hoursShown, weekRuns } from './hours-text.ts';
import { programmeName } from '../programme-name.ts';

const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(LOCALES[language.value], { timeZone: 'UTC', ...options });
/** Noon: the same day whatever the clock says. */
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

/** "mer. 18 nov. 2026"; the year only where it is not this one. */
export const dayText = (day: string, today: string): string => format({ weekday: 'short', day: 'numeric', month: 'short', ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }) }).format(noon(day));

export const rangeText = (from: string, to: string, today: string): string => (from === to ? dayText(from, today) : `${dayText(from, today)} – ${dayText(to, today)}`);

// 2026-11-16 is a Monday.
export const weekdayName = (day: Weekday, weekday: 'long' | 'short' = 'long'): string => format({ weekday }).format(Date.UTC(2026, 10, 15 + Number(day)));

export const weekText = (week: Week): string =>
  weekRuns(week)
    .filter(({ hours }) => hours.length > 0)
    .map(({ first, last, hours }) => `${weekdayName(first, 'short')}${first === last ? '' : `–${weekdayName(last, 'short')}`} ${hoursShown(hours)}`)
    .join(' ; ');

export function layerName({ kind, id }: LayerScope): string {
  switch (kind) {
    case 'national':
      return ct('layer_national');
    case 'programme':
      return programmeName(id);
    case 'province':
      return areaName(id);
    case 'host':
      return t(`host_${id}`);
    case 'site':
      return siteAt(id)?.name ?? id;
    default:
      return kind satisfies never;
  }
}

export const labelOf = (rule: Pick<DayRule, 'label'>): string => (language.value === 'ar' ? rule.label.ar : rule.label.fr);
export const seasonName = (season: Season['season'] | Timetable['season']): string => ct(`season_${season}`);

/** A fact in one line, as the history shows it before and after. */
export function factText(fact: Fact, today: string): string {
  const sure = fact.confirmed ? '' : ` · ${ct('to_confirm')}`;
  switch (fact.kind) {
    case 'rule':
      return `${labelOf(fact)} · ${rangeText(fact.from, fact.to, today)} · ${fact.effect === 'closed' ? ct('closed') : hoursShown(fact.hours)}${sure}`;
    case 'season':
      return `${seasonName(fact.season)} · ${rangeText(fact.from, fact.to, today)}${sure}`;
    case 'timetable': {
      const from = fact.from === null ? '' : ` · ${fact.to === null ? ct('holds_since', { day: dayText(fact.from, today) }) : rangeText(fact.from, fact.to, today)}`;
      return `${seasonName(fact.season)}${from} · ${weekText(fact.week)}`;
    }
    default:
      return fact satisfies never;
  }
}

/** The calendars' own errors by their code; the others as everywhere. */
export function calendarError(error: RequestError): string {
  const key = `error_${error.code}`;
  return isCalendarKey(key) ? ct(key) : errorText(error);
}
