/** A site's day in its panel: today's hours, open or closed now, when next, and whether its calendar is only assumed. */
import type { SiteCalendarView } from '@cac/shared/calendar.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { calendarApi } from '../../calendar-api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { clock } from '../../i18n/format.ts';
import { hrefOf, mayEdit, toSignIn } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { openingShown } from './hours-text.ts';
import { dayText, labelOf, layerName } from './words.ts';

/** Openings begin and end on the minute. */
const AGAIN_MS = 60_000;

export function SiteHours({ id }: { id: string }): JSX.Element {
  const [calendar, setCalendar] = useState<SiteCalendarView | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      try {
        const read = await calendarApi.site(id);
        if (!current) return;
        setCalendar(read);
        setError(null);
      } catch (failure) {
        if (!current || !(failure instanceof RequestError)) return;
        if (failure.status === 401) toSignIn();
        else setError(failure);
      }
    };
    void load();
    const again = setInterval(() => void load(), AGAIN_MS);
    return () => {
      current = false;
      clearInterval(again);
    };
  }, [id]);
  const day = calendar?.days[0];
  return (
    <section class="block site-hours" data-testid="site-hours" data-open={calendar?.openNow}>
      <h3>
        {ct('today_hours')}
        {day?.assumed && <em class="tag" data-testid="assumed">{ct('assumed')}</em>}
      </h3>
      {calendar === null && error === null && <Skeleton lines={2} />}
      {calendar === null && error !== null && <Failure error={error} />}
      {calendar !== null && day !== undefined && (
        <>
          <p class="today-hours">
            {day.openings.length > 0 && <span>{day.openings.map(({ fromAt, toAt }) => openingShown(clock(fromAt), clock(wholeEnd(calendar, toAt)))).join(' · ')}</span>}
            {day.closed !== null && (
              <span>
                {ct('closed')} {day.closed.why !== 'hours' && <span class="quiet">· {day.closed.label === null ? ct(`why_${day.closed.why}`) : labelOf({ label: day.closed.label })}</span>}
              </span>
            )}
          </p>
          <p class={calendar.openNow ? 'open-now' : 'closed-now'} data-testid="open-now">
            {calendar.openNow && calendar.closesAt !== null ? ct('open_until', { at: clock(calendar.closesAt) }) : ct('closed_now')}
            {!calendar.openNow && <span class="quiet"> · {calendar.nextOpening === null ? ct('next_none') : ct('next_opening', { at: whenText(calendar.nextOpening.fromAt, day.day) })}</span>}
          </p>
          {day.assumed && <p class="quiet small">{ct('assumed_text', { layer: layerName(day.scope) })}</p>}
          <a class="link" href={hrefOf({ view: 'calendar', site: id })} data-testid="set-own-hours">
            {ct(mayEdit.value && day.assumed ? 'hours_set_own' : 'see_calendar')}
          </a>
        </>
      )}
    </section>
  );
}

/** An evening that goes past midnight is told with its end, which stands in tomorrow's openings. */
const wholeEnd = ({ days }: SiteCalendarView, toAt: number): number => days[1]?.openings.find(({ fromAt }) => fromAt === toAt)?.toAt ?? toAt;

/** The time alone where it is still today. */
const whenText = (at: number, today: string): string => (localDayOf(at) === today ? clock(at) : `${dayText(localDayOf(at), today)} ${clock(at)}`);
