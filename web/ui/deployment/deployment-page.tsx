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
import { choices, choose, deployment, filter, go, hrefOf, now, route, session } from '../../state/store.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { Choice } from '../past/choices.tsx';
import { PrintedNarrowing } from '../printed-narrowing.tsx';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { Indicators } from '../reports/lazy.tsx';
import { deploymentApi, queryOf, type Narrowing } from './api.ts';
import { Crossing } from './crossing.tsx';
import { Funnel } from './funnel.tsx';
import { Milestones } from './milestones.tsx';
import { openedOf, wordOf } from './opened.ts';
import { OverTime } from './over-time.tsx';
import { ProgrammeCard, type Open } from './programme-card.tsx';
import { Rules } from './rules.tsx';
import { RulesPage } from './rules-page.tsx';
import { SiteList } from './site-list.tsx';
import { dayText, listName } from './words.ts';

const FIRST_YEAR = 2009;
/** `#/deployment/rules` */
const RULES = 'rules';

export function DeploymentPage(): JSX.Element {
  const opened = openedOf(route.value.site);
  const year = opened === null ? choices.value.year : opened.year;
  const isRules = route.value.site === RULES;
  const onYear = (next: number | null): void => {
    choose({ year: next });
    if (opened !== null) go({ site: wordOf({ ...opened, year: next }) });
  };
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
        {!isRules && <PrintedNarrowing also={[year === null ? null : `${dt('year')} ${year}`]} />}
        {!isRules && <Choices year={year} onYear={onYear} narrow={narrow} />}
      </header>
      {isRules && <RulesPage onBack={() => { setVersion(version + 1); go({ view: 'deployment', site: null }); }} />}
      {isRules ? null : opened !== null ? (
        <SiteList key={`${route.value.site} ${queryOf(question)}`} opened={opened} narrowing={{ ...place, programme }} onBack={() => { choose({ year: opened.year }); go({ view: 'deployment', site: null }); }} />
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
                <a class="link no-print" href={hrefOf({ view: 'deployment', site: RULES })} data-testid="rules-open">
                  {dt('rules_open')}
                </a>
              </section>
              {value.items.map((row) => (
                <Programme key={`${row.programme} ${version}`} row={row} place={place} onOpen={open} onChanged={() => setVersion(version + 1)} />
              ))}
              <Crossing narrowing={question} />
              <Indicators />
            </>
          )}
        </>
      )}
    </div>
  );
}

function Programme({ row, place, onOpen, onChanged }: { row: FunnelRow; place: Narrowing; onOpen: Open; onChanged: () => void }): JSX.Element {
  return (
    <>
      <div class="deployment-pair">
        <div class="deployment-side">
          <Funnel row={row} onOpen={onOpen} />
          <TwoLists row={row} onOpen={onOpen} />
        </div>
        <div class="deployment-side">
          <OverTime programme={row.programme} narrowing={place} />
          <Milestones programme={row.programme} narrowing={place} onChanged={onChanged} />
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
  const { programme, region, province, zone } = filter.value;
  const provinces = region === null ? (province === null ? [] : [province]) : provincesOf(region);
  const thisYear = Number(localDayOf(now.value).slice(0, 4));
  const years = Array.from({ length: thisYear - FIRST_YEAR }, (_, i) => String(thisYear - 1 - i));
  return (
    <div class="choices">
      <Choice<string> label={t('programme')} value={programme ?? ''} options={[['', t('all_programmes')], ...programmeCodes().map((one) => [one, programmeName(one)] as const)]} onChoose={(next) => narrow({ programme: next === '' ? null : next })} testId="choose-programme" />
      <Choice<string> label={t('region')} value={region ?? ''} options={[['', t('all_regions')], ...regionsByName().map((code) => [code, areaName(code)] as const)]} onChoose={(next) => narrow({ region: next === '' ? null : next, province: null })} testId="choose-region" />
      {provinces.length > 0 && <Choice<string> label={t('province')} value={province ?? ''} options={[['', t('all_provinces')], ...provinces.map((code) => [code, areaName(code)] as const)]} onChoose={(next) => narrow({ province: next === '' ? null : next })} testId="choose-province" />}
      <Choice<string> label={dt('zone')} value={zone ?? ''} options={[['', dt('all_zones')], ...ZONES.map((one) => [one, t(`zone_${one}`)] as const)]} onChoose={(next) => narrow({ zone: next === '' ? null : (next as Zone) })} testId="choose-zone" />
      <Choice<string> label={dt('year')} value={year === null ? '' : String(year)} options={[['', dt('year_now')], ...years.map((one) => [one, one] as const)]} onChoose={(next) => onYear(next === '' ? null : Number(next))} testId="choose-year" />
      <button type="button" class="button small" onClick={() => print()}>
        {dt('print')}
      </button>
    </div>
  );
}
