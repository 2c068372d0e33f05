/** The sites behind a number, page by page, and the same as a file. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StuckCause } from '@cac/shared/ladder.ts';
import { DECLARED_STAGES, PROVEN_STAGES } from '@cac/shared/ladder.ts';
import type { DeploymentSite } from '@cac/shared/deployment.ts';
import { dt } from '../../i18n/deployment/text.ts';
import { day as atDay } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { hrefOf } from '../../state/store.ts';
import { areaName } from '../area-names.ts';
import { communeName } from '../commune-name.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { deploymentApi, queryOf, sitesPath, type Narrowing } from './api.ts';
import type { OpenedList } from './opened.ts';
import { causeName, dayText, equipmentName, listName } from './words.ts';

const PAGE = 50;

export function SiteList({ opened, narrowing, onBack }: { opened: OpenedList; narrowing: Narrowing; onBack: () => void }): JSX.Element {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const asked: Narrowing = { ...narrowing, ...opened };
  const page = { ...asked, limit: PAGE, cursor: cursors.at(-1) };
  const { value, error, again } = useAnswer(queryOf(page), () => deploymentApi.sites(page));
  const causes = useAnswer('causes', () => deploymentApi.causes()).value?.items ?? [];
  const names = (code: string | null): StuckCause['names'] | null => causes.find((one) => one.code === code)?.names ?? null;
  const detail = [opened.cause === null ? null : causeName(opened.cause, names(opened.cause)), opened.equipment === null ? null : equipmentName(opened.equipment), opened.year].filter((one) => one !== null).join(' · ');
  const help = opened.list === 'silent' || opened.list === 'undeclared' || opened.list === 'uncounted' ? dt(`${opened.list}_help`) : null;
  return (
    <section class="card" data-testid="deployment-list">
      <header class="card-head">
        <h2 ref={title} tabIndex={-1}>
          {listName(opened.list)} {detail !== '' && <span class="quiet">{detail}</span>}
        </h2>
        <a class="button small" href={sitesPath({ ...asked, format: 'csv' })} download>
          {dt('download')}
        </a>
      </header>
      <p>
        <button type="button" class="link" data-testid="list-back" onClick={onBack}>
          {dt('back')}
        </button>
      </p>
      {help !== null && <p class="quiet">{help}</p>}
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={8} />}
      {value !== null && value.items.length === 0 && <p class="nothing">{dt('list_empty')}</p>}
      {value !== null && value.items.length > 0 && (
        <>
          <div class="table-box" tabIndex={0} role="region" aria-label={listName(opened.list)}>
            <table class="table site-list-table">
              <thead>
                <tr>
                  {[dt('site'), dt('place'), dt('declared'), dt('proven'), dt('last_heard'), dt('cause')].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {value.items.map((site) => (
                  <Line key={site.id} site={site} cause={site.cause === null ? '' : causeName(site.cause, names(site.cause))} />
                ))}
              </tbody>
            </table>
          </div>
          {(cursors.length > 1 || value.next !== null) && (
            <p class="pager">
              <button type="button" class="button small" disabled={cursors.length === 1} onClick={() => setCursors(cursors.slice(0, -1))}>
                {dt('before')}
              </button>
              <button type="button" class="button small" data-testid="list-next" disabled={value.next === null} onClick={() => setCursors([...cursors, value.next])}>
                {dt('after')}
              </button>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Line({ site, cause }: { site: DeploymentSite; cause: string }): JSX.Element {
  const declaredOn = site.connectedOn ?? site.equippedOn ?? site.builtOn ?? site.identifiedOn;
  const stage = DECLARED_STAGES[site.declaredRung - 1];
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf({ view: 'map', site: site.id })}>
          <bdi>{language.value === 'ar' ? (site.nameAr ?? site.name) : site.name}</bdi>
        </a>
        <small class="quiet">
          <bdi>{site.id}</bdi> {site.demo && <em class="demo-badge inline">{t('demo_short')}</em>}
        </small>
      </th>
      <td>
        {areaName(site.region)}
        <small class="quiet">{[areaName(site.province), communeName(site)].filter(Boolean).join(' · ')}</small>
      </td>
      <td>
        {stage === undefined ? dt('not_reached') : dt(`step_${stage}`)}
        {declaredOn !== null && <small class="quiet">{dayText(declaredOn)}</small>}
      </td>
      <td>
        {dt(`stage_${PROVEN_STAGES[site.provenRung] ?? 'none'}`)}
        {site.provenOn !== null && <small class="quiet">{dayText(site.provenOn)}</small>}
      </td>
      <td>{site.lastHeardAt === null ? dt('never') : atDay(site.lastHeardAt)}</td>
      <td>
        {cause}
        {site.stuckOn !== null && <small class="quiet">{dayText(site.stuckOn)}</small>}
      </td>
    </tr>
  );
}
