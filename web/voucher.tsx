/**
 * The page that an installation code opens, without an account: `/v`, or `/v#CODE` from a QR code, the code behind `#` so that no log of a server sees it.
 * `/v#CODE/print` prints the sheet once it is open. Small, and nothing else of the platform in it.
 */
import { useSignalEffect } from '@preact/signals';
import { render, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { directionOf, language } from './i18n/language.ts';
import { vt } from './i18n/voucher/text.ts';
import { Mark } from './ui/icons.tsx';
import { LanguageSwitch } from './ui/language-switch.tsx';
import { CodeForm } from './ui/voucher/code-form.tsx';
import { OpenedPage } from './ui/voucher/opened-page.tsx';
import './ui/styles/voucher.css';

interface Address {
  readonly code: string | null;
  readonly toPrint: boolean;
}

const addressOf = (hash: string): Address => {
  const [code = '', act = ''] = hash.replace(/^#/, '').split('/');
  return { code: code === '' ? null : code, toPrint: act === 'print' };
};

function VoucherPage(): JSX.Element {
  const [{ code, toPrint }, setAddress] = useState<Address>(() => addressOf(location.hash));
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dir = directionOf(language.value);
    document.title = vt('title');
  });
  useEffect(() => {
    const follow = (): void => setAddress(addressOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const go = (next: string | null): void => {
    history.replaceState(null, '', next === null ? '/v' : `/v#${next}`);
    setAddress({ code: next, toPrint: false });
  };
  return (
    <div class="lane">
      <header class="lane-head no-print">
        <span class="lane-brand">
          <Mark size={30} />
          {vt('product')}
        </span>
        <LanguageSwitch label={vt('language')} />
      </header>
      <main class="lane-main">{code === null ? <CodeForm onCode={go} /> : <OpenedPage key={code} code={code} toPrint={toPrint} onOther={() => go(null)} />}</main>
    </div>
  );
}

render(<VoucherPage />, document.querySelector('#app')!);
