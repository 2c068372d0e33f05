/** Availability by area, day or site: for all of them the whole bar first, then line by line; each line opens to its sites. */
import type { AvailabilityView, Grouping } from '@cac/shared/history-api.ts';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { day as dayText, hours, number, percent } from '../../i18n/format.ts';
import { pt } from '../../i18n/past/text.ts';
import { t } from '../../i18n/text.ts';
import type { Filter } from '../../state/filter.ts';
import { filter, now } from '../../state/store.ts';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { ZONES } from '../../words.ts';
import { useAnswer } from './answer.ts';
import { availability, availabilityCsv, type AvailabilityQuestion } from './api.ts';
import { AvailabilityTable, lineName, type OpenedLine } from './availability-table.tsx';
import { Bar, BarLegend, RatioList } from './bar.tsx';
import { Choice, PeriodChoice, type Period } from './choices.tsx';
import { shownRatio } from './shares.ts';

const GROUPINGS = ['region', 'province', 'zone', 'programme', 'site', 'day'] as const satisfies readonly Grouping[];

/** An opened line, and the choice of programme and region to return to. */
interface Opened extends OpenedLine {
  readonly before: Pick<Filter, 'programme' | 'region'>;
}

/** Of everything that is chosen the question asks; an opened line narrows it. */
function questionOf(by: Grouping, length: Period, opened: Opened | null, cursor: string | null): AvailabilityQuestion {
  const { region, programme, province, zone } = filter.value;
  const yesterday = dayAfter(localDayOf(now.value), -1);
  const key = (of: OpenedLine['by']): string | null => (opened?.by === of ? opened.key : null);
  return { by, from: key('day') ?? dayAfter(yesterday, 1 - length), to: key('day') ?? yesterday, region, programme, province: key('province') ?? province, zone: key('zone') ?? zone, cursor };
}

export function AvailabilityPage(): JSX.Element {
  const [by, setBy] = useState<Grouping>('region');
  const [length, setLength] = useState<Period>(30);
  const [opened, setOpened] = useState<Opened | null>(null);
  /** Where each page seen so far begins. */
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const title = useRef<HTMLHeadingElement>(null);
  const moved = useRef(false);
  // Where the line or the way back was pressed is nothing any more: the keyboard goes on from the top.
  useEffect(() => {
    if (moved.current) title.current?.focus();
    moved.current = false;
  }, [opened]);
  const question = questionOf(by, length, opened, cursors.at(-1) ?? null);
  const { value, error, again } = useAnswer(JSON.stringify(question), () => availability(question));
  const group = (next: Grouping): void => {
    setBy(next);
    setCursors([null]);
  };
  const open = (line: OpenedLine): void => {
    const { programme, region } = filter.value;
    moved.current = true;
    setOpened({ ...line, before: { programme, region } });
    if (line.by === 'region') filter.value = { ...filter.value, region: line.key };
    if (line.by === 'programme') filter.value = { ...filter.value, programme: line.key as Filter['programme'] };
    group('site');
  };
  const back = ({ by: of, before }: Opened): void => {
    moved.current = true;
    filter.value = { ...filter.value, ...before };
    setOpened(null);
    group(of);
  };
  /** Another choice by hand leaves the opened line. */
  const narrow = (change: Partial<Filter>): void => {
    filter.value = { ...filter.value, ...change };
    if (opened !== null) setOpened(null);
    setCursors([null]);
  };
  return (
    <div class="past-page" data-testid="availability-page">
      <header class="page-head">
        <h1 ref={title} tabIndex={-1}>
          {pt('av_title')} {opened !== null && <bdi class="quiet">{lineName(opened.by, opened)}</bdi>}
        </h1>
        {opened !== null && (
          <button type="button" class="link" data-testid="line-back" onClick={() => back(opened)}>
            {pt('av_back', { by: pt(`by_${opened.by}`) })}
          </button>
        )}
        <div class="choices">
          <Choice label={pt('av_by')} value={by} options={GROUPINGS.map((one) => [one, pt(`by_${one}`)])} onChoose={group} testId="group-by" />
          <Choice label={t('programme')} value={filter.value.programme ?? ''} options={[['', t('all_programmes')], ...programmeCodes().map((one) => [one, programmeName(one)] as const)]} onChoose={(next) => narrow({ programme: next === '' ? null : next })} />
          <Choice<string> label={t('region')} value={filter.value.region ?? ''} options={[['', t('all_regions')], ...regionsByName().map((code) => [code, areaName(code)] as const)]} onChoose={(next) => narrow({ region: next === '' ? null : next, province: null })} />
          {(filter.value.region !== null || filter.value.province !== null) && <Choice<string> label={t('province')} value={filter.value.province ?? ''} options={[['', t('all_provinces')], ...(filter.value.region === null ? [filter.value.province!] : provincesOf(filter.value.region)).map((code) => [code, areaName(code)] as const)]} onChoose={(next) => narrow({ province: next === '' ? null : next })} />}
          <Choice<string> label={t('zone')} value={filter.value.zone ?? ''} options={[['', t('all_zones')], ...ZONES.map((zone) => [zone, t(`zone_${zone}`)] as const)]} onChoose={(next) => narrow({ zone: (next || null) as Filter['zone'] })} />
          <PeriodChoice value={length} onChoose={(days) => { setLength(days); setCursors([null]); }} />
          <a class="button small" href={availabilityCsv(question)} download data-testid="availability-csv">
            CSV
          </a>
        </div>
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={8} />}
      {value !== null && value.total.measured === 0 && (
        <div class="nothing" data-testid="availability-nothing">
          <p>{pt('av_none')}</p>
        </div>
      )}
      {value !== null && value.total.measured > 0 && (
        <>
          <Total view={value} />
          <AvailabilityTable view={value} onOpen={open} />
          <Pager first={cursors.length === 1} next={value.next} onBefore={() => setCursors(cursors.slice(0, -1))} onAfter={() => setCursors([...cursors, value.next])} />
        </>
      )}
    </div>
  );
}

function Total({ view: { from, to, total } }: { view: AvailabilityView }): JSX.Element {
  const { sums, ratios, measured, sites, assumedMs } = total;
  return (
    <section class="past-sum" data-testid="availability-total">
      <h2>{pt('bar_title', { from: dayText(dayStartAt(from)), to: dayText(dayStartAt(to)) })}</h2>
      <p class="quiet">{pt('av_measured', { n: number(measured), of: number(sites) })}</p>
      <Bar sums={sums} />
      <BarLegend sums={sums} />
      <RatioList sums={sums} ratios={ratios} rows={pt('rows_sites')} />
      <p class="quiet">
        {pt('av_until', { to: dayText(dayStartAt(to)) })} {sums.openMs > 0 && assumedMs > 0 && pt('av_assumed', { share: percent(shownRatio(assumedMs / sums.openMs)) })}{' '}
        {sums.provisionalMs > 0 && pt('provisional_note', { duration: hours(sums.provisionalMs) })}
      </p>
    </section>
  );
}

function Pager({ first, next, onBefore, onAfter }: { first: boolean; next: string | null; onBefore: () => void; onAfter: () => void }): JSX.Element | null {
  if (first && next === null) return null;
  return (
    <nav class="pager" aria-label={t('pages')}>
      <button type="button" class="button small" disabled={first} onClick={onBefore}>
        {t('page_before')}
      </button>
      <button type="button" class="button small" disabled={next === null} onClick={onAfter}>
        {t('page_after')}
      </button>
    </nav>
  );
}
