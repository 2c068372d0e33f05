/** The page a stranger sees: a name, a password, and what went wrong. Small, and without the map. */
import { useSignalEffect } from '@preact/signals';
import { render, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, RequestError } from './api.ts';
import { arSignIn } from './i18n/ar.ts';
import { enSignIn } from './i18n/en.ts';
import { frSignIn } from './i18n/fr.ts';
import { directionOf, language, type Language } from './i18n/language.ts';
import { Icon, Mark } from './ui/icons.tsx';
import { LanguageSwitch } from './ui/language-switch.tsx';
import './ui/styles/sign-in.css';

type Key = keyof typeof frSignIn;
const CATALOGUES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { fr: frSignIn, ar: arSignIn, en: enSignIn };
const t = (key: Key): string => CATALOGUES[language.value][key];

function reasonOf({ status }: RequestError): Key {
  if (status === 0) return 'unreachable';
  if (status === 400 || status === 401) return 'wrong';
  return status === 429 ? 'too_many' : 'failed';
}

function SignIn(): JSX.Element {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState<Key | null>(null);
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dir = directionOf(language.value);
    document.title = t('product_title');
  });
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
      setReason(reasonOf(error));
      setBusy(false);
    }
  };
  return (
    <main class="lone">
      <div class="lone-card">
        <div class="lone-brand">
          <Mark size={40} />
          <h1>{t('product')}</h1>
        </div>
        <p class="quiet tagline">{t('tagline')}</p>
        <form class="form" noValidate onSubmit={(event) => void submit(event)} data-testid="sign-in-form">
          <label class="field">
            <span>{t('name')}</span>
            <input name="name" aria-required autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" value={name} aria-invalid={reason === 'wrong' || (reason === 'required' && name.trim() === '')} onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <div class="field">
            <label for="password">{t('password')}</label>
            <span class="with-button" dir="ltr">
              <input id="password" name="password" aria-required type={(shown ? 'text' : 'password') as 'password'} autocomplete="current-password" value={password} aria-invalid={reason === 'wrong' || (reason === 'required' && password === '')} aria-describedby="sign-in-error" onInput={(event) => setPassword(event.currentTarget.value)} />
              <button type="button" class="icon-button" aria-pressed={shown} aria-label={t(shown ? 'password_hide' : 'password_show')} title={t(shown ? 'password_hide' : 'password_show')} onClick={() => setShown(!shown)}>
                <Icon name="eye" />
              </button>
            </span>
          </div>
          <p id="sign-in-error" class="field-error" role="alert" data-testid="sign-in-error">
            {reason === null ? '' : t(reason)}
          </p>
          <button class="button primary wide" disabled={busy}>
            {t('sign_in')}
          </button>
        </form>
        <p class="quiet small">{t('no_account')}</p>
        <div class="lone-foot">
          <LanguageSwitch label={t('language')} />
        </div>
      </div>
    </main>
  );
}

render(<SignIn />, document.querySelector('#app')!);
