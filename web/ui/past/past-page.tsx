/** A site's past: what it is now, the sum of its opening time, and its days, each of which opens. */
import type { SiteDaysView, SiteDayView } from '@cac/shared/history-api.ts';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ago, clock, dateTime, day as dayText, hours, weekday } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { go, hrefOf, now, route, siteAt } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { siteDays } from './api.ts';
import { useAnswer } from './answer.ts';
import { Bar, BarLegend, RatioList } from './bar.tsx';
import { DayOpened } from './day-opened.tsx';
import { HourScale, lookOfVerdict, Patterns, Strip, type Piece } from './strip.tsx';
import { pt, type PastKey } from './texts.ts';

const PERIODS = [30, 90, 365] as const;
const AGAIN_MS = 60_000;
const LEGEND = [
  ['v-connected', 'v_connected'], ['v-degraded', 'v_degraded'], ['v-no_internet', 'v_no_internet'], ['v-no_pc', 'v_no_pc'], ['v-cut', 'v_cut'],
  ['v-closed', 'v_closed'], ['v-holiday', 'c_public_holiday'], ['v-unknown', 'v_unknown'], ['v-excluded', 'v_excluded'],
] as const satisfies readonly (readonly [string, PastKey])[];

export const piecesOf = ({ intervals }: Pick<SiteDayView, 'intervals'>): Piece[] =>
  intervals.map(({ fromAt, toAt, verdict, cause, settled }) => ({ fromAt, toAt, look: lookOfVerdict(verdict, cause), provisional: !settled }));

export function PastPage(): JSX.Element {
  const { site: id, day } = route.value;
  const [length, setLength] = useState<number>(90);
  const today = localDayOf(now.value);
  const from = dayAfter(today, 1 - length);
  const { value, error, again } = useAnswer(`${id} ${from}`, () => siteDays(id ?? '', from, today), AGAIN_MS);
  const name = siteAt(id ?? '')?.name ?? id;
  return (
    <div class="past-page" data-testid="past-page">
      <Patterns />
      <header class="page-head">
        <a class="link" href={hrefOf({ view: 'map', site: id })}>
          {pt('back')}
        </a>
        <p class="site-code">
          <bdi>{id}</bdi>
        </p>
        <h1>
          <bdi>{name}</bdi> <span class="quiet">{pt('title')}</span>
        </h1>
        <fieldset class="segmented">
          <legend class="hidden">{pt('period')}</legend>
          {PERIODS.map((days) => (
            <button key={days} type="button" class="button small" aria-pressed={length === days} onClick={() => setLength(days)}>
              {pt(`period_${days}`)}
            </button>
          ))}
        </fieldset>
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={8} />}
      {value !== null && (value.verdict === null && value.sums.openMs === 0 && value.days.every((d) => d.intervals.length === 0) ? <Nothing /> : <Told view={value} opened={day} />)}
    </div>
  );
}

const Nothing = (): JSX.Element => (
  <div class="nothing" data-testid="past-nothing">
    <p>{pt('never')}</p>
    <p class="quiet">{pt('never_todo')}</p>
  </div>
);

function Told({ view, opened }: { view: SiteDaysView; opened: string | null }): JSX.Element {
  const { verdict, sums, ratios, reporting } = view;
  return (
    <>
      <section class="past-top">
        {verdict !== null && (
          <div class={`verdict-now ${lookOfVerdict(verdict.verdict, verdict.cause)}`} data-testid="verdict-now" data-verdict={verdict.verdict}>
            <p class="quiet">{pt('now')}</p>
            <p class="verdict-word">
              <i class="swatch" aria-hidden="true" />
              <strong>{pt(`v_${verdict.verdict}`)}</strong>
              {!verdict.settled && <em class="mark-provisional">{pt('provisional')}</em>}
            </p>
            <p>{pt(`c_${verdict.cause}`)}</p>
            <p class="quiet">
              {pt('since', { at: dateTime(verdict.since) })} · {ago(verdict.since, now.value)}
            </p>
            <p class="quiet">
              {pt('reporting')} : {pt(`reporting_${reporting.status}`)}
              {reporting.openingDays !== null && reporting.openingDays > 0 && ` · ${pt('reporting_days', { n: reporting.openingDays })}`}
            </p>
          </div>
        )}
        <div class="past-sum" data-testid="past-sum">
          <h2>{pt('bar_title', { from: dayText(dayStartAt(view.from)), to: dayText(dayStartAt(view.to)) })}</h2>
          {sums.openMs === 0 ? (
            <p class="quiet">{pt('bar_none')}</p>
          ) : (
            <>
              <Bar sums={sums} />
              <BarLegend sums={sums} />
              <RatioList sums={sums} ratios={ratios} />
            </>
          )}
          {sums.provisionalMs > 0 && <p class="quiet">{pt('provisional_note', { duration: hours(sums.provisionalMs) })}</p>}
          {view.assumedMs > 0 && <p class="quiet">{pt('assumed')}</p>}
        </div>
      </section>
      <section class="past-days" aria-labelledby="days-title">
        <h2 id="days-title">{pt('days_title')}</h2>
        <p class="quiet">{pt('days_help')}</p>
        <Legend />
        <HourScale />
        <ol class="past-list">
          {view.days.toReversed().map((day) => (
            <DayRow key={day.day} site={view.siteId} day={day} isOpened={opened === day.day} />
          ))}
        </ol>
      </section>
    </>
  );
}

const Legend = (): JSX.Element => (
  <ul class="past-legend" aria-label={pt('legend')}>
    {LEGEND.map(([look, key]) => (
      <li key={look}>
        <svg class="key" viewBox="0 0 12 12" aria-hidden="true">
          <rect class={look} width="12" height="12" />
          {look === 'v-cut' && <rect width="12" height="12" fill="url(#bolts)" />}
          {(look === 'v-unknown' || look === 'v-excluded') && <rect width="12" height="12" fill="url(#dots)" />}
        </svg>
        {pt(key)}
      </li>
    ))}
    <li>
      <svg class="key" viewBox="0 0 12 12" aria-hidden="true">
        <rect class="v-no_pc" width="12" height="12" />
        <rect width="12" height="12" fill="url(#hatch)" />
      </svg>
      {pt('hatched')}
    </li>
  </ul>
);

function summaryOf({ sums, closed, intervals, openings }: SiteDayView): string {
  if (intervals.length === 0 && openings.length > 0) return pt('day_nothing');
  if (closed !== null && sums.openMs === 0) return pt('day_closed', { why: pt(`c_${closed.why}` as PastKey) });
  return pt('day_summary', { conn: hours(sums.connMs), open: hours(sums.openMs) });
}

function DayRow({ site, day, isOpened }: { site: string; day: SiteDayView; isOpened: boolean }): JSX.Element {
  const startAt = dayStartAt(day.day);
  const summary = summaryOf(day);
  return (
    <li class={isOpened ? 'past-row opened' : 'past-row'} data-testid={`day-${day.day}`}>
      <button type="button" class="past-button" aria-expanded={isOpened} onClick={() => go({ view: 'past', site, day: isOpened ? null : day.day })}>
        <span class="past-name">
          <span class="quiet">{weekday(startAt)}</span> {dayText(startAt)}
        </span>
        <Strip day={day.day} pieces={piecesOf(day)} openings={day.openings} />
        <span class="past-part">{day.closed?.label ? <span class="holiday-name">{day.closed.label[language.value === 'ar' ? 'ar' : 'fr']}</span> : summary}</span>
      </button>
      {isOpened && <DayOpened site={site} day={day.day} openings={day.openings.map((o) => `${clock(o.fromAt)}–${clock(o.toAt)}`).join(', ')} />}
    </li>
  );
}
