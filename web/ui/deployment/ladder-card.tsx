/** A site's ladder in its panel: each declared stage with its paper, what evidence proves and why, services, visits; and the forms that add a word. */
import type { Attestation, LadderView, StuckCause } from '@cac/shared/ladder.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dt } from '../../i18n/deployment/text.ts';
import { hours, number, percent } from '../../i18n/format.ts';
import { mayEdit } from '../../state/store.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { deploymentApi } from './api.ts';
import { AttestForm, CauseForm, VisitForm } from './ladder-forms.tsx';
import { Rules } from './rules.tsx';
import { causeName, dayText } from './words.ts';

type Form = 'attest' | 'visit' | 'cause' | null;

export function LadderCard({ id }: { id: string }): JSX.Element {
  const { value, error, again } = useAnswer(`ladder ${id}`, () => deploymentApi.ladder(id));
  const causes = useAnswer('causes', () => deploymentApi.causes()).value?.items ?? [];
  const [form, setForm] = useState<Form>(null);
  const [leaving, setLeaving] = useState<Attestation | null>(null);
  const done = (): void => {
    setForm(null);
    setLeaving(null);
    again();
  };
  if (value === null) return <section class="block ladder">{error === null ? <Skeleton lines={5} /> : <Failure error={error} onRetry={again} />}</section>;
  const close = (): void => setForm(null);
  return (
    <section class="block ladder" data-testid="ladder">
      <h3>{dt('ladder')}</h3>
      <Rungs view={value} />
      <Proven view={value} />
      {value.services !== null && <ServiceList view={value} />}
      {value.stuck !== null && (
        <p class="finding" data-testid="stuck">
          <strong>{dt('stuck')}</strong> {dt('stuck_since', { cause: nameOf(causes, value.stuck.value), day: dayText(value.stuck.day) })}
        </p>
      )}
      <Visits view={value} />
      {mayEdit.value && (
        <p class="ladder-acts">
          <button type="button" class="button small" data-testid="ladder-attest" onClick={() => setForm('attest')}>
            {dt('attest')}
          </button>
          <button type="button" class="button small" data-testid="ladder-visit" onClick={() => setForm('visit')}>
            {dt('record_visit')}
          </button>
          <button type="button" class="button small" data-testid="ladder-cause" onClick={() => setForm('cause')}>
            {dt('set_cause')}
          </button>
        </p>
      )}
      {value.history.length > 0 && <History view={value} causes={causes} onWithdraw={setLeaving} />}
      {form === 'attest' && <AttestForm id={id} onDone={done} onClose={close} />}
      {form === 'visit' && <VisitForm id={id} onDone={done} onClose={close} />}
      {form === 'cause' && <CauseForm id={id} causes={causes} stuck={value.stuck?.value ?? null} onDone={done} onClose={close} />}
      {leaving !== null && <Confirm title={dt('withdraw_title')} text={dt('withdraw_text')} verb={dt('withdraw')} act={() => deploymentApi.withdraw(leaving.id)} onDone={done} onClose={() => setLeaving(null)} />}
    </section>
  );
}

const nameOf = (causes: readonly StuckCause[], code: string | null): string => causeName(code, causes.find((one) => one.code === code)?.names ?? null);

/** What an attestation rests on, and who recorded it. */
function paperOf({ source, author, visitId }: Attestation, visits: LadderView['visits']): string {
  const visit = visits.find(({ id }) => id === visitId);
  return dt('attested_by', { source: visit === undefined ? source || '–' : dt('by_visit', { who: dt(`visitor_${visit.byFunction}`) }), author });
}

const Rungs = ({ view }: { view: LadderView }): JSX.Element => (
  <ol class="rungs">
    {view.declared.map(({ stage, reached, attestation }) => (
      <li key={stage} class={reached ? 'reached' : ''} data-testid={`rung-${stage}`}>
        <b>{dt(`step_${stage}`)}</b>
        <span>{attestation !== null ? dayText(attestation.day) : dt(reached ? 'not_dated' : 'not_reached')}</span>
        {attestation !== null && (
          <small class="quiet" dir="auto">
            {paperOf(attestation, view.visits)}
            {attestation.note !== '' && ` · ${attestation.note}`}
          </small>
        )}
      </li>
    ))}
  </ol>
);

/** What evidence proves, with the numbers it rests on and the rule. */
function Proven({ view: { proven, thresholds } }: { view: LadderView }): JSX.Element {
  const { reason } = proven;
  return (
    <div class={`proven-now ${proven.stage}`} data-testid="proven-now" data-stage={proven.stage}>
      <p>
        <strong>{dt('ladder_proven')}</strong> {dt(`stage_${proven.stage}`)} {proven.asOf !== null && <span class="quiet">{dt('as_of', { day: dayText(proven.asOf) })}</span>}
      </p>
      <details>
        <summary>{dt('why_proven')}</summary>
        {reason !== null && (
          <ul>
            {reason.lastHeard !== null && <li>{dt('reason_heard', { day: dayText(reason.lastHeard), silent: number(reason.silentDays ?? 0) })}{reason.simple && ` ${dt('reason_simple')}`}</li>}
            {reason.openMs > 0 && reason.from !== null && (
              <li>
                {dt('reason_centre', {
                  open: hours(reason.openMs), days: number(reason.openingDays), from: dayText(reason.from), conn: hours(reason.connMs), connShare: percent(reason.connMs / reason.openMs),
                  known: hours(reason.knownMs), knownShare: percent(reason.knownMs / reason.openMs), observed: number(reason.observedDays),
                })}
              </li>
            )}
            {reason.weeks > 0 && <li>{dt('reason_weeks', { connected: number(reason.weeksConnected), weeks: number(reason.weeks), sessions: number(reason.sessions) })}</li>}
            {reason.missing.length > 0 && (
              <li>
                <strong>{dt('missing')}</strong> {reason.missing.map((word) => dt(`missing_${word}`)).join(' · ')}
              </li>
            )}
          </ul>
        )}
        {reason === null && <p class="quiet">{dt('missing_never_heard')}</p>}
        <Rules thresholds={thresholds.filter(({ key }) => !key.startsWith('service.') || reason === null || key === `service.${reason.rule}`)} />
      </details>
    </div>
  );
}

const ServiceList = ({ view: { services, telephone } }: { view: LadderView }): JSX.Element => (
  <dl class="services" data-testid="services">
    {(['computers', 'internet', 'telephone'] as const).map((name) => (
      <div key={name} class={services![name]}>
        <dt>{dt(`service_${name}`)}</dt>
        <dd>
          {dt(`service_${services![name]}`)}
          {name === 'telephone' && telephone !== null && <small class="quiet"> {dayText(telephone.day)}</small>}
        </dd>
      </div>
    ))}
    {services!.complete && <div class="working">{dt('service_complete')}</div>}
  </dl>
);

const Visits = ({ view: { visits } }: { view: LadderView }): JSX.Element | null =>
  visits.length === 0 ? null : (
    <details open>
      <summary>{dt('visits')}</summary>
      <ul data-testid="visits">
        {visits.map((visit) => (
          <li key={visit.id}>
            {dt('visit_line', {
              day: dayText(visit.day), who: dt(`visitor_${visit.byFunction}`), found: visit.pcsFound === null ? '–' : number(visit.pcsFound), working: visit.pcsWorking === null ? '–' : number(visit.pcsWorking),
              phone: dt(visit.telephone === null ? 'phone_untried' : `phone_${visit.telephone}`),
            })}
            {visit.note !== '' && <small class="quiet" dir="auto"> {visit.note}</small>}
          </li>
        ))}
      </ul>
    </details>
  );

function History({ view: { history, visits }, causes, onWithdraw }: { view: LadderView; causes: readonly StuckCause[]; onWithdraw: (one: Attestation) => void }): JSX.Element {
  const what = ({ kind, value }: Attestation): string => {
    switch (kind) {
      case 'telephone':
        return `${dt('kind_telephone')} : ${dt(value === 'works' ? 'phone_works' : 'phone_fails')}`;
      case 'stuck':
        return value === null ? dt('unstuck') : `${dt('stuck')} : ${nameOf(causes, value)}`;
      case 'identified':
      case 'built':
      case 'equipped':
      case 'connected':
        return dt(`step_${kind}`);
      default:
        return kind satisfies never;
    }
  };
  return (
    <details>
      <summary>{dt('history')}</summary>
      <ul class="attestations" data-testid="attestations">
        {history.map((one) => (
          <li key={one.id} class={one.withdrawn === null ? '' : 'withdrawn'}>
            <span>
              {dayText(one.day)} · {what(one)}
            </span>
            <small class="quiet" dir="auto">
              {paperOf(one, visits)}
              {one.withdrawn !== null && ` · ${dt('withdrawn_by', { by: one.withdrawn.by })}`}
            </small>
            {one.withdrawn === null && mayEdit.value && (
              <button type="button" class="link danger" data-testid={`withdraw-${one.kind}`} aria-label={`${dt('withdraw')} ${what(one)}`} onClick={() => onWithdraw(one)}>
                {dt('withdraw')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
