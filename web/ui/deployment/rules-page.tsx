/** The dated rules of evidence and the list of causes: everybody reads them, administrators change them. */
import type { Threshold, ThresholdKey, ThresholdsView, ThresholdVersion } from '@cac/shared/ladder.ts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { dt, type DeploymentKey } from '../../i18n/deployment/text.ts';
import { dateTime } from '../../i18n/format.ts';
import { session } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { deploymentApi } from './api.ts';
import { CausesCard } from './causes-card.tsx';
import { THRESHOLD_FIELDS, ThresholdForm } from './threshold-form.tsx';
import { dayText, ruleText } from './words.ts';

const KEYS = Object.keys(THRESHOLD_FIELDS) as ThresholdKey[];
const nameOf = (key: ThresholdKey): string => dt(`rule_name_${key.replace('.', '_')}` as DeploymentKey);

export function RulesPage({ onBack }: { onBack: () => void }): JSX.Element {
  const { value, error, again } = useAnswer('thresholds', deploymentApi.thresholds);
  const [changing, setChanging] = useState<ThresholdKey | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const mayChange = session.value?.role === 'administrator';
  return (
    <>
      <section class="card" data-testid="rules-page">
        <header class="card-head">
          <h2 ref={title} tabIndex={-1}>
            {dt('rules_title')}
          </h2>
        </header>
        <p class="no-print">
          <button type="button" class="link" data-testid="rules-back" onClick={onBack}>
            {dt('back')}
          </button>
        </p>
        <p class="quiet">
          {dt('rules_intro')} {!mayChange && dt('rules_read_only')}
        </p>
        {error !== null && <Failure error={error} onRetry={again} />}
        {value === null && error === null && <Skeleton lines={6} />}
        {value !== null && (
          <ul class="rule-list">
            {KEYS.map((key) => (
              <Rule key={key} of={key} view={value} onChange={mayChange ? () => setChanging(key) : null} />
            ))}
          </ul>
        )}
        {changing !== null && (
          <ThresholdForm
            of={changing}
            title={nameOf(changing)}
            inForce={value?.inForce.find(({ key }) => key === changing) ?? null}
            onClose={() => setChanging(null)}
            onDone={() => {
              setChanging(null);
              again();
            }}
          />
        )}
      </section>
      <CausesCard mayChange={mayChange} />
    </>
  );
}

function Rule({ of, view, onChange }: { of: ThresholdKey; view: ThresholdsView; onChange: (() => void) | null }): JSX.Element {
  const own = <T extends Threshold>(all: readonly T[]): T[] => all.filter(({ key }) => key === of);
  const [now] = own(view.inForce);
  const later = own(view.items).filter(({ fromDay }) => fromDay > (now?.fromDay ?? '') && now !== undefined);
  return (
    <li data-testid={`rule-${of}`}>
      <div class="rule-head">
        <h3>{nameOf(of)}</h3>
        {onChange !== null && (
          <button type="button" class="button small no-print" data-testid={`rule-change-${of}`} aria-label={`${dt('rule_change')} · ${nameOf(of)}`} onClick={onChange}>
            {dt('rule_change')}
          </button>
        )}
      </div>
      {now === undefined ? <p>{dt('rules_none')}</p> : <p>{ruleText(now)} <span class="quiet">({dt('rule_from', { day: dayText(now.fromDay) })})</span></p>}
      {later.map((one) => (
        <p key={one.fromDay} class="quiet">
          {dt('rules_next', { day: dayText(one.fromDay), text: ruleText(one) })}
        </p>
      ))}
      <details>
        <summary>{dt('rule_history')}</summary>
        <ul class="versions">
          {own(view.versions).map((one) => (
            <Version key={`${one.fromDay} ${one.writtenAt}`} version={one} />
          ))}
        </ul>
      </details>
    </li>
  );
}

const Version = ({ version }: { version: ThresholdVersion }): JSX.Element => (
  <li>
    {ruleText(version)}{' '}
    <span class="quiet">
      {dt('rule_from', { day: dayText(version.fromDay) })} · {dt('rule_by', { author: version.author, at: dateTime(version.writtenAt) })}
      {version.note !== '' && <> · <bdi>{version.note}</bdi></>}
      {version.replacedAt !== null && ` · ${dt('rule_replaced', { at: dateTime(version.replacedAt) })}`}
    </span>
  </li>
);
