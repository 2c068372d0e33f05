/** The monthly report: a draft of any month, issued when the month is over, and each issued one as it was sent. */
import type { IssuedReportLine } from '@cac/shared/report.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dateTime, number } from '../../i18n/format.ts';
import { rt } from '../../i18n/reports/text.ts';
import { t } from '../../i18n/text.ts';
import { go, hrefOf, mayEdit, now, route, session } from '../../state/store.ts';
import { areaName, regionsByName } from '../area-names.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { Choice } from '../past/choices.tsx';
import { reportsApi } from './api.ts';
import { ReportSheet } from './report-sheet.tsx';
import { Revised } from './revised.tsx';
import { dayName, monthBefore, monthName } from './words.ts';

const MONTHS_BACK = 24;

export function ReportsPage(): JSX.Element {
  const opened = route.value.site;
  return <div class="past-page reports-page">{opened === null ? <Drafts /> : <Issued key={opened} no={opened} />}</div>;
}

/** Regions this account may report on; '' is the country. */
function regionChoices(): (readonly [string, string])[] {
  const scope = session.value?.scope;
  const mine = scope?.kind === 'regions' ? regionsByName().filter((code) => (scope.regions as readonly string[]).includes(code)) : regionsByName();
  return [...(scope?.kind === 'all' ? [['', rt('whole_country')] as const] : []), ...mine.map((code) => [code, areaName(code)] as const)];
}

function Drafts(): JSX.Element {
  const present = localDayOf(now.value).slice(0, 7);
  const [month, setMonth] = useState(monthBefore(present));
  const regions = regionChoices();
  const [chosen, setRegion] = useState<string | null>(null);
  const region = chosen ?? regions[0]?.[0] ?? '';
  const [issuing, setIssuing] = useState(false);
  const draft = useAnswer(`${month} ${region}`, () => reportsApi.draft(month, region));
  const issued = useAnswer('issued', reportsApi.list);
  const months = Array.from({ length: MONTHS_BACK }, (_, i) => i).reduce<string[]>((all) => [...all, monthBefore(all.at(-1)!)], [present]);
  const isOver = month < present;
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>{rt('title')}</h1>
        <div class="choices">
          <Choice label={rt('month')} value={month} options={months.map((one) => [one, monthName(one)])} onChoose={setMonth} testId="report-month" />
          <Choice label={t('region')} value={region} options={regions} onChoose={setRegion} testId="report-region" />
          <a class="button small" href={hrefOf({ view: 'work' })} data-testid="to-work">
            {rt('work')}
          </a>
          <button type="button" class="button small" onClick={() => print()}>
            {rt('print')}
          </button>
          {mayEdit.value && (
            <button type="button" class="button primary small" disabled={!isOver || draft.value === null} data-testid="issue" onClick={() => setIssuing(true)}>
              {rt('issue')}
            </button>
          )}
        </div>
      </header>
      <IssuedList answer={issued} />
      {draft.error !== null && <Failure error={draft.error} onRetry={draft.again} />}
      {draft.value === null && draft.error === null && <Skeleton lines={10} />}
      {draft.value !== null && (
        <ReportSheet
          body={draft.value}
          head={
            <p class="draft-note">
              <b>{rt('draft')}</b> {rt('draft_note')} {!isOver && rt('draft_running', { to: dayName(draft.value.to) })}
            </p>
          }
        />
      )}
      {issuing && (
        <Confirm
          title={rt('issue_title', { month: monthName(month) })}
          text={rt('issue_text')}
          verb={rt('issue')}
          act={async () => {
            const line = await reportsApi.issue(month, region);
            go({ view: 'reports', site: String(line.no) });
          }}
          onDone={() => setIssuing(false)}
          onClose={() => setIssuing(false)}
        />
      )}
    </>
  );
}

function IssuedList({ answer: { value, error, again } }: { answer: ReturnType<typeof useAnswer<{ items: IssuedReportLine[] }>> }): JSX.Element {
  return (
    <section class="issued-list no-print" aria-label={rt('issued')}>
      <h2>{rt('issued')}</h2>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value?.items.length === 0 && <p class="quiet">{rt('issued_none')}</p>}
      <ul>
        {value?.items.map((line) => (
          <li key={line.no}>
            <a href={hrefOf({ view: 'reports', site: String(line.no) })} data-testid="issued-line">
              {rt('number', { no: number(line.no) })} · {monthName(line.month)} · {line.region === '' ? rt('whole_country') : areaName(line.region)}
            </a>{' '}
            <span class="quiet">{dateTime(line.issuedAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Issued({ no }: { no: string }): JSX.Element {
  const { value, error, again } = useAnswer(no, () => reportsApi.report(no));
  return (
    <>
      <header class="page-head no-print">
        <a class="link" href={hrefOf({ view: 'reports' })} data-testid="reports-back">
          {rt('back')}
        </a>
        <span class="grow" />
        <button type="button" class="button small" onClick={() => print()}>
          {rt('print')}
        </button>
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={10} />}
      {value !== null && (
        <>
          <Revised report={value} />
          <ReportSheet
            body={value.body}
            head={
              <>
                <p>
                  <b data-testid="report-number">{rt('number', { no: number(value.no) })}</b> {rt('issued_by', { at: dateTime(value.issuedAt), author: value.author })} · {rt('data_as_of', { at: dateTime(value.dataAsOf) })}
                </p>
                <p class="digest">
                  {rt('digest')} <code dir="ltr">{value.digest}</code>{' '}
                  <a class="no-print" href={reportsApi.textPath(value.no)} target="_blank" rel="noreferrer">
                    {rt('digest_text')}
                  </a>
                </p>
              </>
            }
          />
        </>
      )}
    </>
  );
}
