/** A site's past: what it is now, the sum of its opening time, and its days, each of which opens. */
import type { SiteDaysView } from '@cac/shared/history-api.ts';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ago, dateTime, day as dayText, hours } from '../../i18n/format.ts';
import { pt } from '../../i18n/past/text.ts';
import { hrefOf, now, route, siteAt } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from './answer.ts';
import { siteDays } from './api.ts';
import { Bar, BarLegend, RatioList } from './bar.tsx';
import { PeriodChoice, type Period } from './choices.tsx';
import { DayRow } from './day-row.tsx';
import { Legend } from './legend.tsx';
import { Provisional } from './stretches.tsx';
import { HourScale, lookOfVerdict, Patterns } from './strip.tsx';

const AGAIN_MS = 60_000;

export function PastPage(): JSX.Element {
  const { site: id, day } = route.value;
  const [length, setLength] = useState<Period>(90);
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
        <PeriodChoice value={length} onChoose={setLength} />
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
              {!verdict.settled && <Provisional />}
            </p>
            <p>{pt(`c_${verdict.cause}`)}</p>
            <p class="quiet">
              {pt('since', { at: dateTime(verdict.since) })} · {ago(verdict.since, now.value)}
            </p>
            <p class="quiet">
              {pt('reporting', { status: pt(`reporting_${reporting.status}`) })}
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
              <RatioList sums={sums} ratios={ratios} rows={pt('rows')} />
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
