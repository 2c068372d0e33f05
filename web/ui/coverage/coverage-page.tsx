/** Who has no Internet at home, who lives near a centre that is said to be there, and who near one that is: each figure with its year and source. */
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { coverageApi, csvPath, type Narrowed } from '../../coverage-api.ts';
import { day } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { t } from '../../i18n/text.ts';
import type { Filter } from '../../state/filter.ts';
import { choices, choose, filter, now, session } from '../../state/store.ts';
import { ZONES } from '../../words.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { Choice } from '../past/choices.tsx';
import { PrintedNarrowing } from '../printed-narrowing.tsx';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { AreasTable } from './areas-table.tsx';
import { Cells } from './cells.tsx';
import { PlanTables } from './plan-tables.tsx';
import { SitesTable } from './sites-table.tsx';
import { TwoCoverages } from './two-coverages.tsx';

function Narrowing({ asOf, onAsOf }: { asOf: string | null; onAsOf: (day: string | null) => void }): JSX.Element {
  const { programme, region, province, zone } = filter.value;
  const change = (next: Partial<Filter>): void => void (filter.value = { ...filter.value, ...next });
  const provinces = region === null ? (province === null ? [] : [province]) : provincesOf(region);
  return (
    <div class="choices">
      <Choice<string> label={t('programme')} value={programme ?? ''} options={[['', t('all_programmes')], ...programmeCodes().map((one) => [one, programmeName(one)] as const)]} onChoose={(next) => change({ programme: next === '' ? null : next })} />
      <Choice<string> label={t('region')} testId="coverage-region" value={region ?? ''} options={[['', t('all_regions')], ...regionsByName().map((code) => [code, areaName(code)] as const)]} onChoose={(next) => change({ region: next || null, province: null })} />
      {provinces.length > 0 && <Choice<string> label={t('province')} value={province ?? ''} options={[['', t('all_provinces')], ...provinces.map((code) => [code, areaName(code)] as const)]} onChoose={(next) => change({ province: next || null })} />}
      <Choice<string> label={t('zone')} value={zone ?? ''} options={[['', t('all_zones')], ...ZONES.map((one) => [one, t(`zone_${one}`)] as const)]} onChoose={(next) => change({ zone: (next || null) as Filter['zone'] })} />
      <label class="choice">
        {vt('as_of')}
        <input type="date" data-testid="as-of" value={asOf ?? ''} max={dayAfter(localDayOf(now.value), -1)} onChange={(event) => onAsOf(event.currentTarget.value || null)} />
      </label>
    </div>
  );
}

export function CoveragePage(): JSX.Element {
  const { asOf, cells } = choices.value;
  const { programme, region, province, zone } = filter.value;
  const narrowed: Narrowed = { programme, region, province, zone };
  const { value, error, again } = useAnswer(JSON.stringify([narrowed, asOf]), () => coverageApi.view(narrowed, asOf, false), 60_000);
  const known = value;
  return (
    <div class="past-page coverage-page" data-testid="coverage-page">
      <header class="page-head">
        <div class="coverage-head">
          <h1>{vt('title')}</h1>
          {known?.demo === true && <span class="demo-badge">{t('demo')}</span>}
          <a class="button" href={csvPath(narrowed, asOf, cells)} download data-testid="coverage-csv">
            {vt('csv')}
          </a>
          <button type="button" class="button no-print" onClick={() => print()}>
            {vt('print')}
          </button>
        </div>
        <PrintedNarrowing also={[asOf === null ? null : `${vt('as_of')} ${day(dayStartAt(asOf))}`]} />
        <Narrowing asOf={asOf} onAsOf={(day) => choose({ asOf: day })} />
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {known === null && error === null && <Skeleton lines={12} />}
      {known !== null && (
        <>
          {known.years.length > 1 && (
            <p class="coverage-warning" role="status" data-testid="mixed-years">
              {vt('mixed_years', { years: known.years.join(', ') })}
            </p>
          )}
          <PlanTables plan={known.plan} narrowed={region !== null || province !== null || zone !== null} />
          <TwoCoverages view={known} />
          <SitesTable view={known} narrowed={region !== null || province !== null || session.value?.scope.kind !== 'all'} />
          {known.communes !== null && <AreasTable communes={known.communes} />}
          <Cells shown={cells} onShow={(on) => choose({ cells: on })} />
        </>
      )}
    </div>
  );
}
