/** Changing one's password: by choice, or because the first one must not stay. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, RequestError } from '../api.ts';
import { t } from '../i18n/text.ts';
import { errorText, fieldOf } from './error-text.ts';

const SHORTEST = 12;

export function PasswordForm({ onDone }: { onDone: () => void }): JSX.Element {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [wrong, setWrong] = useState<{ field: string | null; text: string } | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (current === '') return setWrong({ field: 'current', text: t('error_required') });
    if (next.length < SHORTEST) return setWrong({ field: 'next', text: t('password_too_short', { n: SHORTEST }) });
    if (next !== again) return setWrong({ field: 'again', text: t('password_differs') });
    setBusy(true);
    setWrong(null);
    try {
      await api.changePassword(current, next);
      onDone();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const refused = error.status === 401 || error.code === 'wrong_password' || error.code === 'bad_credentials';
      setWrong({ field: refused ? 'current' : fieldOf(error), text: refused ? t('password_wrong') : errorText(error) });
    } finally {
      setBusy(false);
    }
  };

  const field = (name: string, label: string, value: string, set: (value: string) => void, autocomplete: 'current-password' | 'new-password') => (
    <label class="field">
      <span>{label}</span>
      <input type="password" name={name} aria-required dir="ltr" autocomplete={autocomplete} value={value} aria-invalid={wrong?.field === name} onInput={(event) => set(event.currentTarget.value)} />
      {wrong?.field === name && <span class="field-error" role="alert">{wrong.text}</span>}
    </label>
  );

  return (
    <form class="form" noValidate onSubmit={(event) => void submit(event)} data-testid="password-form">
      {field('current', t('password_current'), current, setCurrent, 'current-password')}
      {field('next', t('password_next', { n: SHORTEST }), next, setNext, 'new-password')}
      {field('again', t('password_again'), again, setAgain, 'new-password')}
      {wrong !== null && !['current', 'next', 'again'].includes(wrong.field ?? '') && <p class="field-error" role="alert">{wrong.text}</p>}
      <button class="button primary" disabled={busy}>
        {t('password_save')}
      </button>
    </form>
  );
}
