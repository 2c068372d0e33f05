/** Deployment: per programme what was aimed at, declared and proven, the gap and why, over time, step by step; `#/deployment/LIST` shows the sites behind a number. */
import type { Zone } from '@cac/shared/api.ts';
import { ZONES } from '@cac/shared/api.ts';
import type { FunnelRow } from '@cac/shared/deployment.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dt } from '../../i18n/deployment/text.ts';
import { number } from '../../i18n/format.ts';
import { t } from '../../i18n/text.ts';
import type { Filter } from '../../state/filter.ts';
import { deployment, filter, go, now, route, session } from '../../state/store.ts';
import { areaName, regionsByName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { Choice } from '../past/choices.tsx';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { deploymentApi, queryOf, type Narrowing } from './api.ts';
import { Crossing } from './crossing.tsx';
import { Funnel } from './funnel.tsx';
import { Milestones } from './milestones.tsx';
import { openedOf, wordOf } from './opened.ts';
import { OverTime } from './over-time.tsx';
import { ProgrammeCard, type Open } from './programme-card.tsx';
import { Rules } from './rules.tsx';
import { SiteList } from './site-list.tsx';
import { dayText, listName } from './words.ts';
import { Indicators } from '../reports/lazy.tsx';

const FIRST_YEAR = 2009;

export function DeploymentPage(): JSX.Element {
  const opened = openedOf(route.value.site);
  const [year, setYear] = useState<number | null>(opened?.year ?? null);
  const [version, setVersion] = useState(0);
  const { programme, region, province, zone } = filter.value;
  const place: Narrowing = { region, province, zone };
  const question: Narrowing = { ...place, programme, year };
  const { value, error, again } = useAnswer(`${queryOf(question)} ${version}`, () => deploymentApi.funnel(question));
  const narrow = (change: Partial<Filter>): void => void (filter.value = { ...filter.value, ...change });
  const open: Open = (of, { list, cause = null, equipment = null }) => {
    narrow({ programme: of });
    go({ view: 'deployment', site: wordOf({ list, cause, equipment, year }) });
  };
  const isWhole = region === null && province === null && zone === null && year === null;
  return (
    <div class="past-page deployment" data-testid="deployment-page">
      <header class="page-head">
        <h1>
          {dt('title')} {value !== null && <span class="quiet">{dt('as_of', { day: dayText(value.asOf) })}</span>}
        </h1>
        <Choices year={year} onYear={setYear} narrow={narrow} />
      </header>
      {opened !== null ? (
        <SiteList key={`${route.value.site} ${queryOf(question)}`} opened={opened} narrowing={{ ...place, programme }} onBack={() => go({ view: 'deployment', site: null })} />
      ) : (
        <>
          <p class="quiet">
            {dt('intro')} {session.value?.scope.kind === 'regions' && dt('scope_note')}
          </p>
          {error !== null && <Failure error={error} onRetry={again} />}
          {value === null && error === null && <Skeleton lines={10} />}
          {value !== null && value.items.length === 0 && <p class="nothing">{dt('no_programme')}</p>}
          {value !== null && (
            <>
              <div class="programme-cards">
                {value.items.map((row) => (
                  <ProgrammeCard key={row.programme} row={row} figures={isWhole ? (deployment.value.find((one) => one.programme === row.programme) ?? null) : null} onOpen={open} />
                ))}
              </div>
              <section class="card">
                <h2>{dt('rule')}</h2>
                <Rules thresholds={value.thresholds} />
              </section>
              {value.items.map((row) => (
                <Programme key={`${row.programme} ${version}`} row={row} place={place} onOpen={open} onChanged={() => setVersion(version + 1)} />
              ))}
              <Crossing narrowing={question} />
            </>
          )}
        </>
      )}
      <Indicators />
    </div>
  );
}

function Programme({ row, place, onOpen, onChanged }: { row: FunnelRow; place: Narrowing; onOpen: Open; onChanged: () => void }): JSX.Element {
  return (
    <>
      <div class="deployment-pair">
        <Funnel row={row} onOpen={onOpen} />
        <div class="deployment-side">
          <OverTime programme={row.programme} narrowing={place} />
          <Milestones programme={row.programme} narrowing={place} onChanged={onChanged} />
          <TwoLists row={row} onOpen={onOpen} />
        </div>
      </div>
    </>
  );
}

/** Where what was declared and what is proven contradict each other. */
const TwoLists = ({ row, onOpen }: { row: FunnelRow; onOpen: Open }): JSX.Element => (
  <section class="card" data-testid={`contradictions-${row.programme}`}>
    <h2>
      {dt('two_lists')} · {programmeName(row.programme)}
    </h2>
    <ul class="two-lists">
      {(['silent', 'undeclared'] as const).map((list) => (
        <li key={list}>
          <button type="button" class="link" data-testid={`open-${list}`} onClick={() => onOpen(row.programme, { list })}>
            <b>{number(row[list])}</b> {listName(list)}
          </button>
          <small class="quiet">{dt(`${list}_help`)}</small>
        </li>
      ))}
      <li>
        <button type="button" class="link" onClick={() => onOpen(row.programme, { list: 'uncounted' })}>
          {listName('uncounted')}
        </button>
        <small class="quiet">{dt('uncounted_help')}</small>
      </li>
    </ul>
  </section>
);

function Choices({ year, onYear, narrow }: { year: number | null; onYear: (year: number | null) => void; narrow: (change: Partial<Filter>) => void }): JSX.Element {
  const { programme, region, zone } = filter.value;
  const thisYear = Number(localDayOf(now.value).slice(0, 4));
  const years = Array.from({ length: thisYear - FIRST_YEAR }, (_, i) => String(thisYear - 1 - i));
  return (
    <div class="choices">
      <Choice<string> label={t('programme')} value={programme ?? ''} options={[['', t('all_programmes')], ...programmeCodes().map((one) => [one, programmeName(one)] as const)]} onChoose={(next) => narrow({ programme: next === '' ? null : next })} testId="choose-programme" />
      <Choice<string> label={t('region')} value={region ?? ''} options={[['', t('all_regions')], ...regionsByName().map((code) => [code, areaName(code)] as const)]} onChoose={(next) => narrow({ region: next === '' ? null : next, province: null })} testId="choose-region" />
      <Choice<string> label={dt('zone')} value={zone ?? ''} options={[['', dt('all_zones')], ...ZONES.map((one) => [one, t(`zone_${one}`)] as const)]} onChoose={(next) => narrow({ zone: next === '' ? null : (next as Zone) })} testId="choose-zone" />
      <Choice<string> label={dt('year')} value={year === null ? '' : String(year)} options={[['', dt('year_now')], ...years.map((one) => [one, one] as const)]} onChoose={(next) => onYear(next === '' ? null : Number(next))} testId="choose-year" />
    </div>
  );
}
