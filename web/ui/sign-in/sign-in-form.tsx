/** A name, a password, and what went wrong. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, RequestError } from '../../api.ts';
import { PasswordField } from './password-field.tsx';
import { reasonOf, t, type SignInKey } from './texts.ts';

export function SignInForm({ onForgotten }: { onForgotten: () => void }): JSX.Element {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState<SignInKey | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (name.trim() === '' || password === '') return setReason('required');
    setBusy(true);
    setReason(null);
    try {
      await api.signIn(name.trim(), password);
      location.replace(`/${location.hash}`);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setReason(reasonOf(error, 'wrong'));
      setBusy(false);
    }
  };
  const wrong = (value: string): boolean => reason === 'wrong' || (reason === 'required' && value.trim() === '');
  return (
    <>
      <p class="quiet tagline">{t('tagline')}</p>
      <form class="form" noValidate onSubmit={(event) => void submit(event)} data-testid="sign-in-form">
        <label class="field">
          <span>{t('name')}</span>
          <input name="name" aria-required autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" value={name} aria-invalid={wrong(name)} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <PasswordField name="password" label={t('password')} value={password} onValue={setPassword} invalid={wrong(password)} autocomplete="current-password" errorId="sign-in-error" />
        <p id="sign-in-error" class="field-error" role="alert" data-testid="sign-in-error">
          {reason === null ? '' : t(reason)}
        </p>
        <button class="button primary wide" disabled={busy}>
          {t('sign_in')}
        </button>
      </form>
      <p class="small">
        <button type="button" class="link" data-testid="forgotten" onClick={onForgotten}>
          {t('forgotten')}
        </button>
      </p>
      <p class="quiet small">{t('no_account')}</p>
      <p class="small">
        <a href="/v" data-testid="have-code">
          {t('have_code')}
        </a>
      </p>
    </>
  );
}
