/** The page a stranger sees: signing in, a forgotten password, or a link to choose one (`#link=TOKEN`). Small, and without the map. */
import { useSignalEffect } from '@preact/signals';
import { render, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { directionOf, language } from './i18n/language.ts';
import { Mark } from './ui/icons.tsx';
import { LanguageSwitch } from './ui/language-switch.tsx';
import { ForgottenForm } from './ui/sign-in/forgotten-form.tsx';
import { LinkForm } from './ui/sign-in/link-form.tsx';
import { SignInForm } from './ui/sign-in/sign-in-form.tsx';
import { t } from './ui/sign-in/texts.ts';
import './ui/styles/sign-in.css';

type Door = { readonly kind: 'sign_in' | 'forgotten' } | { readonly kind: 'link'; readonly token: string };

function doorOf(hash: string): Door {
  const token = /^#link=([\w-]+)$/.exec(hash)?.[1];
  return token === undefined ? { kind: 'sign_in' } : { kind: 'link', token };
}

function SignIn(): JSX.Element {
  const [door, setDoor] = useState<Door>(() => doorOf(location.hash));
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dir = directionOf(language.value);
    document.title = t('product_title');
  });
  useEffect(() => {
    const follow = (): void => setDoor(doorOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  // Without the link in the address: signing in keeps what follows `#` as the page to open.
  const leave = (kind: 'sign_in' | 'forgotten'): void => {
    if (door.kind === 'link') history.replaceState(null, '', '/sign-in');
    setDoor({ kind });
  };
  return (
    <main class="lone">
      <div class="lone-card">
        <div class="lone-brand">
          <Mark size={40} />
          <h1>{t('product')}</h1>
        </div>
        {door.kind === 'sign_in' && <SignInForm onForgotten={() => leave('forgotten')} />}
        {door.kind === 'forgotten' && <ForgottenForm onBack={() => leave('sign_in')} />}
        {door.kind === 'link' && <LinkForm key={door.token} token={door.token} onForgotten={() => leave('forgotten')} />}
        <div class="lone-foot">
          <LanguageSwitch label={t('language')} />
          {door.kind === 'link' && (
            <button type="button" class="link" onClick={() => leave('sign_in')}>
              {t('sign_in')}
            </button>
          )}
        </div>
      </div>
    </main>
  );
}

render(<SignIn />, document.querySelector('#app')!);
