/** Who holds a link chooses a password by it, and is in. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { request, RequestError, V1 } from '../../api.ts';
import { PasswordField } from './password-field.tsx';
import { reasonOf, t, type SignInKey } from './texts.ts';

const SHORTEST = 12;

export function LinkForm({ token, onForgotten }: { token: string; onForgotten: () => void }): JSX.Element {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState<SignInKey | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (password.length < SHORTEST) return setReason('too_short');
    if (password !== again) return setReason('differs');
    setBusy(true);
    setReason(null);
    try {
      await request('POST', `${V1}/password-links/redeem`, { token, password });
      // The link stays in no history.
      location.replace('/');
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setReason(reasonOf(error, 'link_refused'));
      setBusy(false);
    }
  };
  return (
    <>
      <h2>{t('choose')}</h2>
      <form class="form" noValidate onSubmit={(event) => void submit(event)} data-testid="link-form">
        <p class="quiet">{t('choose_text')}</p>
        <PasswordField name="password" label={t('password_new')} value={password} onValue={setPassword} invalid={reason === 'too_short'} autocomplete="new-password" errorId="link-error" />
        <PasswordField name="again" label={t('password_again')} value={again} onValue={setAgain} invalid={reason === 'differs'} autocomplete="new-password" errorId="link-error" />
        <p id="link-error" class="field-error" role="alert" data-testid="link-error">
          {reason === null ? '' : t(reason)}
        </p>
        <button class="button primary wide" disabled={busy}>
          {t('choose_save')}
        </button>
      </form>
      {reason === 'link_refused' && (
        <p class="small">
          <button type="button" class="link" onClick={onForgotten}>
            {t('forgotten')}
          </button>
        </p>
      )}
    </>
  );
}
