/** One programme at a glance: target, declared and proven together, the gap and its causes, the pace. Every number opens. */
import type { DeploymentRow } from '@cac/shared/programme.ts';
import type { FunnelRow } from '@cac/shared/deployment.ts';
import type { JSX } from 'preact';
import { dt } from '../../i18n/deployment/text.ts';
import { number, percent } from '../../i18n/format.ts';
import { t } from '../../i18n/text.ts';
import { programmeName } from '../programme-name.ts';
import type { OpenedList } from './opened.ts';
import { causeName, dayText, whole } from './words.ts';

export type Open = (programme: string, to: Partial<OpenedList> & Pick<OpenedList, 'list'>) => void;

interface CardProps {
  row: FunnelRow;
  /** Of the country or the account's regions, today; null under a filter. */
  figures: DeploymentRow | null;
  onOpen: Open;
}

const share = (part: number, all: number): string => `${all > 0 ? Math.min(100, (part / all) * 100) : 0}%`;

export function ProgrammeCard({ row, figures, onOpen }: CardProps): JSX.Element {
  const { programme, target, steps, causes, demo } = row;
  const all = target?.value ?? Math.max(steps.registered, 1);
  const open = (list: OpenedList['list'], cause: string | null = null) => (): void => onOpen(programme, { list, cause });
  return (
    <section class="card programme-card" data-testid={`card-${programme}`}>
      <header class="card-head">
        <h2>{programmeName(programme, true)}</h2>
        {demo && <span class="demo-badge">{t('demo')}</span>}
      </header>
      <div class="three">
        <div class="three-target">
          <b data-figure="target">{target === null ? '–' : number(target.value)}</b>
          <span>{target === null ? dt('target_none') : dt('target_by', { year: target.year })}</span>
          {target !== null && (
            <small class="quiet">
              <bdi>{target.source}</bdi>
              {target.page !== null && <span>, {t('page', { page: target.page })}</span>}
              {target.sourceYear !== null && <span> ({target.sourceYear})</span>}
            </small>
          )}
        </div>
        <div class="three-declared">
          <button type="button" class="big-number" data-figure="declared" onClick={open('connected')}>
            {number(steps.connected)}
          </button>
          <span>{dt('declared')}</span>
          <small class="quiet">{dt('declared_means')}</small>
          {steps.built !== steps.connected && (
            <button type="button" class="link small" data-testid="declared-built" onClick={open('built')}>
              {dt('declared_built', { n: number(steps.built) })}
            </button>
          )}
        </div>
        <div class="three-proven">
          <button type="button" class="big-number" data-figure="proven" onClick={open('in_service')}>
            {number(steps.in_service)}
          </button>
          <span>{dt('proven')}</span>
          <small class="quiet">{dt('proven_means')}</small>
          {steps.complete !== null && steps.complete > 0 && (
            <button type="button" class="link small" onClick={open('complete')}>
              {dt('complete_of', { n: number(steps.complete) })}
            </button>
          )}
        </div>
      </div>
      <div class="three-bar" role="img" aria-label={`${dt('target')} ${target === null ? '–' : number(target.value)}, ${dt('declared')} ${number(steps.connected)}, ${dt('proven')} ${number(steps.in_service)}`}>
        <i class="bar-built" style={{ inlineSize: share(steps.built, all) }} />
        <i class="bar-declared" style={{ inlineSize: share(steps.connected, all) }} />
        <i class="bar-proven" style={{ inlineSize: share(steps.in_service, all) }} />
      </div>
      {steps.reporting === 0 && (
        <p class="finding" data-testid="none-heard">
          {dt('none_heard')}
        </p>
      )}
      {target !== null && (
        <p class="gap-line" data-testid="gap">
          <strong>{dt('gap')}</strong> {dt('gap_proven', { n: number(target.value - steps.in_service) })} · {dt('gap_declared', { n: number(target.value - steps.connected) })}
          {figures?.planned != null && <span class="quiet"> · {dt('planned', { n: whole(figures.planned) })}</span>}
        </p>
      )}
      <Causes row={row} causes={causes} onOpen={onOpen} />
      {figures !== null && (
        <p class="pace-line" data-testid="pace">
          <strong>{dt('pace_title')}</strong> <PaceText pace={figures.pace} />
          {figures.provenOn !== null && <span class="quiet"> · {dt('as_of', { day: dayText(figures.provenOn) })}</span>}
        </p>
      )}
    </section>
  );
}

function PaceText({ pace }: { pace: DeploymentRow['pace'] }): JSX.Element {
  if (pace === null) return <>{dt('pace_unknown')}</>;
  const arrival = pace.arrival === 'never' ? dt('pace_never') : pace.arrival === 'reached' ? dt('pace_reached') : dt('pace_arrival', { when: dayText(pace.arrival) });
  return (
    <>
      {dt('pace_rate', { n: number(Math.round(pace.perMonth * 10) / 10), from: dayText(pace.from), to: dayText(pace.to) })} {arrival}
    </>
  );
}

/** What the gap is made of: sites that are stuck, by cause, and those that no registry names yet. They add up to it. */
function Causes({ row, causes, onOpen }: { row: FunnelRow; causes: FunnelRow['causes']; onOpen: Open }): JSX.Element | null {
  const { target, steps, programme } = row;
  const missing = target === null ? 0 : target.value - steps.registered;
  const most = Math.max(1, missing, ...causes.map(({ sites }) => sites));
  const gap = Math.max(1, target === null ? steps.registered - steps.in_service : target.value - steps.in_service);
  if (causes.length === 0 && missing <= 0) return null;
  const line = (key: string, name: string, n: number, open: (() => void) | null): JSX.Element => (
    <li key={key} data-testid={`cause-${key}`}>
      <span class="cause-name">{open === null ? name : <button type="button" class="link" onClick={open}>{name}</button>}</span>
      <span class="cause-bar" aria-hidden="true">
        <i style={{ inlineSize: share(n, most) }} />
      </span>
      <b>{number(n)}</b>
      <span class="quiet">{percent(Math.min(1, n / gap))}</span>
    </li>
  );
  return (
    <div class="causes">
      <h3>{dt('gap_by_cause')}</h3>
      <ul>
        {causes.map(({ cause, names, sites }) => line(cause ?? 'none', causeName(cause, names), sites, () => onOpen(programme, { list: 'gap', cause: cause ?? 'none' })))}
        {missing > 0 && line('unregistered', dt('cause_unregistered'), missing, null)}
      </ul>
      {missing < 0 && <p class="quiet small">{dt('cause_beyond', { n: number(-missing) })}</p>}
    </div>
  );
}
