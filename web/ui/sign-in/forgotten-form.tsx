/** Asks for a link by mail. What is answered is the same for every name: who reads that mail knows more. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { request, RequestError, V1 } from '../../api.ts';
import { reasonOf, t, type SignInKey } from './texts.ts';

export function ForgottenForm({ onBack }: { onBack: () => void }): JSX.Element {
  const [name, setName] = useState('');
  const [state, setState] = useState<'asking' | 'busy' | 'asked'>('asking');
  const [reason, setReason] = useState<SignInKey | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (name.trim() === '') return setReason('name_required');
    setState('busy');
    setReason(null);
    try {
      await request('POST', `${V1}/password-resets`, { name: name.trim() });
      setState('asked');
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setReason(reasonOf(error, 'failed'));
      setState('asking');
    }
  };
  return (
    <>
      <h2>{t('forgotten')}</h2>
      {state === 'asked' ? (
        <p role="status" data-testid="forgotten-asked">
          {t('forgotten_asked')}
        </p>
      ) : (
        <form class="form" noValidate onSubmit={(event) => void submit(event)} data-testid="forgotten-form">
          <p class="quiet">{t('forgotten_text')}</p>
          <label class="field">
            <span>{t('name')}</span>
            <input name="name" aria-required autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" value={name} aria-invalid={reason === 'name_required'} onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <p class="field-error" role="alert">
            {reason === null ? '' : t(reason)}
          </p>
          <button class="button primary wide" disabled={state === 'busy'}>
            {t('forgotten_send')}
          </button>
        </form>
      )}
      <p class="small">
        <button type="button" class="link" onClick={onBack}>
          {t('back')}
        </button>
      </p>
    </>
  );
}
