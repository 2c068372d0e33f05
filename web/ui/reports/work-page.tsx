/** This week in my region: which sites to visit and why, made to be printed and taken along. */
import type { StuckCause } from '@cac/shared/ladder.ts';
import type { WorkItem, WorkReason } from '@cac/shared/report.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RequestError } from '../../api.ts';
import { ago } from '../../i18n/format.ts';
import { rt } from '../../i18n/reports/text.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { filter, hrefOf, now } from '../../state/store.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { communeName } from '../commune-name.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { Choice } from '../past/choices.tsx';
import { PrintedNarrowing } from '../printed-narrowing.tsx';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { reportsApi, type WorkQuestion } from './api.ts';
import { dayName } from './words.ts';

type Causes = readonly StuckCause[];
/** A cause is stored by its code, and said by its name. */
const detailOf = ({ reason, detail }: WorkReason, causes: Causes): string => (reason === 'stuck' ? (causes.find(({ code }) => code === detail)?.names[language.value] ?? detail ?? '') : (detail ?? ''));
const reasonText = (one: WorkReason, causes: Causes): string => rt(`r_${one.reason}`, { since: one.since === null ? '–' : dayName(one.since), detail: detailOf(one, causes) });
const siteName = ({ name, nameAr }: WorkItem): string => (language.value === 'ar' && nameAr !== null ? nameAr : name);

export function WorkPage(): JSX.Element {
  const { region, programme, province } = filter.value;
  const question: WorkQuestion = { region, programme, province };
  return (
    <div class="past-page work-page" data-testid="work-page">
      <header class="page-head">
        <h1 tabIndex={-1}>
          {rt('work_title')} {region !== null && <span class="quiet">{areaName(region)}</span>}
        </h1>
        <PrintedNarrowing />
        <div class="choices">
          <Choice<string> label={t('programme')} value={programme ?? ''} options={[['', t('all_programmes')], ...programmeCodes().map((one) => [one, programmeName(one)] as const)]} onChoose={(next) => (filter.value = { ...filter.value, programme: next === '' ? null : next })} />
          <Choice<string> label={t('region')} value={region ?? ''} options={[['', t('all_regions')], ...regionsByName().map((code) => [code, areaName(code)] as const)]} onChoose={(next) => (filter.value = { ...filter.value, province: null, region: next === '' ? null : next })} testId="work-region" />
          {(region !== null || province !== null) && <Choice<string> label={t('province')} value={province ?? ''} options={[['', rt('work_all')], ...(region === null ? [province!] : provincesOf(region)).map((code) => [code, areaName(code)] as const)]} onChoose={(next) => (filter.value = { ...filter.value, province: next === '' ? null : next })} />}
          <a class="button small" href={reportsApi.workCsv(question)} download>
            {rt('work_csv')}
          </a>
          <button type="button" class="button small" onClick={() => print()}>
            {rt('print')}
          </button>
        </div>
      </header>
      <WorkList key={JSON.stringify(question)} question={question} />
    </div>
  );
}

function WorkList({ question }: { question: WorkQuestion }): JSX.Element {
  const { value, error, again } = useAnswer('first', () => reportsApi.work(question, null));
  const causes = useAnswer('causes', reportsApi.causes).value?.items ?? [];
  const [more, setMore] = useState<{ items: WorkItem[]; next: string | null } | null>(null);
  const [failed, setFailed] = useState<RequestError | null>(null);
  if (error !== null) return <Failure error={error} onRetry={again} />;
  if (value === null) return <Skeleton lines={8} />;
  const items = [...value.items, ...(more?.items ?? [])];
  const next = more === null ? value.next : more.next;
  const showMore = async (): Promise<void> => {
    try {
      const page = await reportsApi.work(question, next);
      setMore({ items: [...(more?.items ?? []), ...page.items], next: page.next });
      setFailed(null);
    } catch (failure) {
      setFailed(failure as RequestError);
    }
  };
  if (items.length === 0 && next === null) return <p class="nothing" data-testid="work-none">{rt('work_none')}</p>;
  return (
    <>
      <ul class="work-list">
        {items.map((item) => (
          <WorkCard key={item.siteId} item={item} causes={causes} />
        ))}
      </ul>
      {failed !== null && <Failure error={failed} />}
      {next !== null && (
        <button type="button" class="button no-print" data-testid="work-more" onClick={() => void showMore()}>
          {rt('work_more')}
        </button>
      )}
    </>
  );
}

function WorkCard({ item, causes }: { item: WorkItem; causes: Causes }): JSX.Element {
  return (
    <li class="work-card" data-testid="work-item">
      <div class="work-where">
        <a href={hrefOf({ view: 'map', site: item.siteId })}>
          <bdi>{siteName(item)}</bdi>
        </a>{' '}
        <span class="quiet">
          <bdi class="work-id">{item.siteId}</bdi> · {programmeName(item.programme)} {item.demo && <em class="demo-badge inline">{t('demo_short')}</em>}
        </span>
        <p class="quiet">
          {areaName(item.province)} {item.commune !== null && <>· <bdi>{communeName(item)}</bdi></>}
        </p>
      </div>
      <ul class="work-why">
        {item.reasons.map((reason) => (
          <li key={reason.reason}>{reasonText(reason, causes)}</li>
        ))}
      </ul>
      <dl class="work-facts">
        <dt>{rt('work_last')}</dt>
        <dd>{item.lastSignAt === null ? rt('work_never') : ago(item.lastSignAt, now.value)}</dd>
        <dt>{rt('work_phone')}</dt>
        <dd>{item.dutyPhone === null ? '–' : <bdi dir="ltr">{item.dutyPhone}</bdi>}</dd>
      </dl>
    </li>
  );
}
