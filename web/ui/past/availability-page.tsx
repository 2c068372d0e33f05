/** Availability by area, day or site: for each the whole bar first, then the ratios; each line opens to its sites. */
import type { AvailabilityGroup, AvailabilityView, Grouping } from '@cac/shared/history-api.ts';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { day as dayText, hours, number, percent } from '../../i18n/format.ts';
import { t } from '../../i18n/text.ts';
import { filter, hrefOf, now } from '../../state/store.ts';
import { PROGRAMMES } from '../../words.ts';
import { areaName, regionsByName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { availability } from './api.ts';
import { useAnswer } from './answer.ts';
import { Bar, BarLegend, RatioList } from './bar.tsx';
import { Patterns } from './strip.tsx';
import { pt } from './texts.ts';

const GROUPINGS = ['region', 'province', 'zone', 'programme', 'site', 'day'] as const satisfies readonly Grouping[];
const PERIODS = [30, 90, 365] as const;

export function AvailabilityPage(): JSX.Element {
  const [by, setBy] = useState<Grouping>('region');
  const [length, setLength] = useState<number>(30);
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const { region, programme } = filter.value;
  const to = dayAfter(localDayOf(now.value), -1);
  const from = dayAfter(to, 1 - length);
  const cursor = cursors.at(-1) ?? null;
  const question = { by, from, to, region, programme, cursor };
  const { value, error, again } = useAnswer(JSON.stringify(question), () => availability(question));
  const choose = (change: () => void): void => {
    change();
    setCursors([null]);
  };
  return (
    <div class="past-page" data-testid="availability-page">
      <Patterns />
      <header class="page-head">
        <h1>{pt('av_title')}</h1>
        <div class="choices">
          <label class="choice">
            {pt('av_by')}
            <select value={by} data-testid="group-by" onChange={(event) => { const next = event.currentTarget.value as Grouping; choose(() => setBy(next)); }}>
              {GROUPINGS.map((one) => (
                <option key={one} value={one}>
                  {pt(`by_${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label class="choice">
            {t('programme')}
            <select value={programme ?? ''} onChange={(event) => { const next = PROGRAMMES.find((p) => p === event.currentTarget.value) ?? null; choose(() => (filter.value = { ...filter.value, programme: next })); }}>
              <option value="">{t('all_programmes')}</option>
              {PROGRAMMES.map((one) => (
                <option key={one} value={one}>
                  {t(`programme_${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label class="choice">
            {t('region')}
            <select value={region ?? ''} onChange={(event) => { const next = event.currentTarget.value || null; choose(() => (filter.value = { ...filter.value, region: next })); }}>
              <option value="">{t('all_regions')}</option>
              {regionsByName().map((code) => (
                <option key={code} value={code}>
                  {areaName(code)}
                </option>
              ))}
            </select>
          </label>
          <fieldset class="segmented">
            <legend class="hidden">{pt('period')}</legend>
            {PERIODS.map((days) => (
              <button key={days} type="button" class="button small" aria-pressed={length === days} onClick={() => choose(() => setLength(days))}>
                {pt(`period_${days}`)}
              </button>
            ))}
          </fieldset>
        </div>
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={8} />}
      {value !== null && <Told view={value} onMore={() => setCursors([...cursors, value.next])} />}
    </div>
  );
}

function Told({ view, onMore }: { view: AvailabilityView; onMore: () => void }): JSX.Element {
  const { total } = view;
  if (total.measured === 0) return <div class="nothing"><p>{pt('av_none')}</p></div>;
  return (
    <>
      <section class="past-sum lone-sum" data-testid="availability-total">
        <h2>{pt('bar_title', { from: dayText(dayStartAt(view.from)), to: dayText(dayStartAt(view.to)) })}</h2>
        <p class="quiet">{pt('av_measured', { n: number(total.measured), of: number(total.sites) })}</p>
        <Bar sums={total.sums} />
        <BarLegend sums={total.sums} />
        <RatioList sums={total.sums} ratios={total.ratios} />
        <p class="quiet">
          {pt('av_until', { to: dayText(dayStartAt(view.to)) })} {total.sums.openMs > 0 && total.assumedMs > 0 && pt('av_assumed', { share: percent(total.assumedMs / total.sums.openMs) })}{' '}
          {total.sums.provisionalMs > 0 && pt('provisional_note', { duration: hours(total.sums.provisionalMs) })}
        </p>
      </section>
      <div class="table-box">
        <table class="table availability-table">
          <thead>
            <tr>
              <th scope="col">{pt(`by_${view.by}`)}</th>
              <th scope="col">{pt('sites')}</th>
              <th scope="col" class="col-bar">
                {pt('open_time')}
              </th>
              <th scope="col">{pt('ratio_service')}</th>
              <th scope="col">{pt('ratio_link')}</th>
              <th scope="col">{pt('ratio_opening')}</th>
              <th scope="col">{pt('ratio_observability')}</th>
            </tr>
          </thead>
          <tbody>
            {view.groups.map((group) => (
              <Group key={group.key} by={view.by} group={group} />
            ))}
          </tbody>
        </table>
      </div>
      {view.next !== null && (
        <p class="pager">
          <button type="button" class="button small" onClick={onMore}>
            {pt('av_more')}
          </button>
        </p>
      )}
    </>
  );
}

function nameOf(by: Grouping, { key, name }: AvailabilityGroup): string {
  if (key === '') return pt('av_key_none');
  switch (by) {
    case 'region':
    case 'province':
      return areaName(key);
    case 'zone':
      return t(`zone_${key as 'dense'}`);
    case 'programme':
      return t(`programme_${key as 'CAC'}`);
    case 'day':
      return dayText(dayStartAt(key));
    case 'site':
      return name ?? key;
    default:
      return by satisfies never;
  }
}

function Group({ by, group }: { by: Grouping; group: AvailabilityGroup }): JSX.Element {
  const { ratios, sums } = group;
  const share = (ratio: { value: number | null }): string => (ratio.value === null ? '–' : percent(ratio.value));
  return (
    <tr data-testid={`group-${group.key}`}>
      <th scope="row">{by === 'site' ? <a href={hrefOf({ view: 'past', site: group.key })}><bdi>{nameOf(by, group)}</bdi></a> : <bdi>{nameOf(by, group)}</bdi>}</th>
      <td>
        {number(group.measured)} / {number(group.sites)}
      </td>
      <td class="col-bar">{sums.openMs > 0 ? <Bar sums={sums} slim /> : <span class="quiet">–</span>}</td>
      <td>{share(ratios.service)}</td>
      <td>{share(ratios.link)}</td>
      <td>{share(ratios.opening)}</td>
      <td>{share(ratios.observability)}</td>
    </tr>
  );
}
