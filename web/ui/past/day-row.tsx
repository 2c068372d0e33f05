/** One day of a site as a line: its strip and what it sums to; it opens minute by minute. */
import type { SiteDayView } from '@cac/shared/history-api.ts';
import { dayStartAt } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { clock, day as dayText, hours, weekday } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { pt, type PastKey } from '../../i18n/past/text.ts';
import { go } from '../../state/store.ts';
import { openingShown } from '../calendar/hours-text.ts';
import { DayOpened } from './day-opened.tsx';
import { lookOfVerdict, Strip } from './strip.tsx';

function summaryOf({ sums, closed, intervals, openings }: SiteDayView): JSX.Element | string {
  if (closed?.label) return <span class="holiday-name">{closed.label[language.value === 'ar' ? 'ar' : 'fr']}</span>;
  if (intervals.length === 0 && openings.length > 0) return pt('day_nothing');
  if (closed === null || sums.openMs > 0) return pt('day_summary', { conn: hours(sums.connMs), open: hours(sums.openMs) });
  return closed.why === 'hours' ? pt('day_closed_plain') : pt('day_closed', { why: pt(`c_${closed.why}` as PastKey) });
}

/** The opened day's strip is taller: below it stand its hours. */
const HEIGHT = 18;
const HEIGHT_OPENED = 30;

export function DayRow({ site, day, isOpened }: { site: string; day: SiteDayView; isOpened: boolean }): JSX.Element {
  const startAt = dayStartAt(day.day);
  const pieces = day.intervals.map(({ fromAt, toAt, verdict, cause, settled }) => ({ fromAt, toAt, look: lookOfVerdict(verdict, cause), provisional: !settled }));
  return (
    <li class={isOpened ? 'past-row opened' : 'past-row'} data-testid={`day-${day.day}`}>
      <button type="button" class="past-button" aria-expanded={isOpened} onClick={() => go({ view: 'past', site, day: isOpened ? null : day.day })}>
        <span class="past-name">
          <span class="quiet">{weekday(startAt)}</span> {dayText(startAt)}
        </span>
        <Strip day={day.day} pieces={pieces} openings={day.openings} height={isOpened ? HEIGHT_OPENED : HEIGHT} />
        <span class="past-part">{summaryOf(day)}</span>
      </button>
      {isOpened && <DayOpened site={site} day={day.day} openings={day.openings.map(({ fromAt, toAt }) => openingShown(clock(fromAt), clock(toAt))).join(' · ')} />}
    </li>
  );
}
