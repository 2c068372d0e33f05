/** Why a site may be stuck: the list that forms choose from. A cause is retired, never deleted. */
import type { StuckCause } from '@cac/shared/ladder.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { dt } from '../../i18n/deployment/text.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { Confirm } from '../confirm.tsx';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { deploymentApi } from './api.ts';
import { refusalText } from './words.ts';

export function CausesCard({ mayChange }: { mayChange: boolean }): JSX.Element {
  const { value, error, again } = useAnswer('causes', deploymentApi.causes);
  const [adding, setAdding] = useState(false);
  const [retiring, setRetiring] = useState<StuckCause | null>(null);
  const [refused, setRefused] = useState<RequestError | null>(null);
  const restore = async ({ code }: StuckCause): Promise<void> => {
    setRefused(null);
    try {
      await deploymentApi.retireCause(code, false);
      again();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
    }
  };
  const done = (): void => {
    setAdding(false);
    setRetiring(null);
    again();
  };
  return (
    <section class="card" data-testid="causes">
      <header class="card-head">
        <h2>{dt('causes_title')}</h2>
        {mayChange && (
          <button type="button" class="button small no-print" data-testid="cause-add" onClick={() => setAdding(true)}>
            {dt('cause_add')}
          </button>
        )}
      </header>
      <p class="quiet">{dt('causes_intro')}</p>
      {error !== null && <Failure error={error} onRetry={again} />}
      {refused !== null && <Failure error={refused} />}
      {value === null && error === null && <Skeleton lines={5} />}
      {value?.items.length === 0 && <p class="nothing">{dt('causes_none')}</p>}
      <ul class="cause-list">
        {value?.items.map((cause) => (
          <li key={cause.code} data-testid="cause" data-code={cause.code}>
            <span>
              <b>{cause.names[language.value]}</b>{' '}
              <small class="quiet">
                <bdi>{cause.code}</bdi> {cause.retired && `· ${dt('cause_retired')}`}
              </small>
            </span>
            {mayChange && (
              <button type="button" class="link no-print" aria-label={`${dt(cause.retired ? 'cause_restore' : 'cause_retire')} · ${cause.names[language.value]}`} onClick={() => (cause.retired ? void restore(cause) : setRetiring(cause))}>
                {dt(cause.retired ? 'cause_restore' : 'cause_retire')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {adding && <CauseForm onDone={done} onClose={() => setAdding(false)} />}
      {retiring !== null && (
        <Confirm title={dt('cause_retire_title', { name: retiring.names[language.value] })} text={dt('cause_retire_text')} verb={dt('cause_retire')} act={() => deploymentApi.retireCause(retiring.code, true)} onDone={done} onClose={() => setRetiring(null)} />
      )}
    </section>
  );
}

const FIELDS = ['fr', 'ar', 'en', 'code'] as const;

function CauseForm({ onDone, onClose }: { onDone: () => void; onClose: () => void }): JSX.Element {
  const [refused, setRefused] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const wrong = refused === null ? null : fieldOf(refused);
  const save = async (event: SubmitEvent & { currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string): string => String(given.get(name)).trim();
    setBusy(true);
    setRefused(null);
    try {
      await deploymentApi.addCause({ code: text('code'), names: { fr: text('fr'), ar: text('ar'), en: text('en') } });
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={dt('cause_add')} onClose={onClose} testId="cause-form">
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        {FIELDS.map((name) => (
          <label key={name} class="field">
            <span>{dt(`cause_${name}`)}</span>
            <input name={name} maxLength={name === 'code' ? 31 : 120} dir={name === 'code' ? 'ltr' : 'auto'} autocomplete="off" aria-invalid={wrong === name} />
          </label>
        ))}
        {refused !== null && (
          <p class="field-error" role="alert" data-testid="cause-refused">
            {refusalText(refused)}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="cause-save">
            {dt('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
