/** The technicians' pages, public: the guide, the notice for the room (`#notice`), the declaration sheet (`#declaration`). Each prints alone. */
import { useSignalEffect } from '@preact/signals';
import { render, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { guide } from './i18n/guide/text.ts';
import { directionOf, language } from './i18n/language.ts';
import { Declaration } from './ui/guide/declaration.tsx';
import { GuideText } from './ui/guide/guide-text.tsx';
import { Notice } from './ui/guide/notice.tsx';
import { Mark } from './ui/icons.tsx';
import { LanguageSwitch } from './ui/language-switch.tsx';
import './ui/styles/guide.css';

const TABS = ['guide', 'notice', 'declaration'] as const;
type Tab = (typeof TABS)[number];
/** A section of the guide may be named too: `#check`. */
const tabOf = (hash: string): Tab => TABS.find((tab) => `#${tab}` === hash) ?? 'guide';

function GuidePage(): JSX.Element {
  const [tab, setTab] = useState<Tab>(() => tabOf(location.hash));
  useSignalEffect(() => {
    const { title, product } = guide();
    document.documentElement.lang = language.value;
    document.documentElement.dir = directionOf(language.value);
    document.title = `${product} · ${title}`;
  });
  useEffect(() => {
    const follow = (): void => setTab(tabOf(location.hash));
    addEventListener('hashchange', follow);
    // The section that the address names is there only now.
    document.querySelector(location.hash === '' ? 'main' : CSS.escape(location.hash.slice(1)).replace(/^/, '#'))?.scrollIntoView();
    return () => removeEventListener('hashchange', follow);
  }, []);
  const texts = guide();
  return (
    <div class="lane">
      <header class="lane-head no-print">
        <span class="lane-brand">
          <Mark size={30} />
          {texts.product}
        </span>
        <LanguageSwitch label={texts.language} />
      </header>
      <main class="lane-main">
        <nav class="guide-tabs no-print" aria-label={texts.title}>
          {TABS.map((one) => (
            <a key={one} class="button" href={`#${one}`} aria-current={one === tab ? 'page' : undefined} data-testid={`tab-${one}`}>
              {texts.tabs[one]}
            </a>
          ))}
          <button type="button" class="button primary" onClick={() => print()}>
            {texts.print}
          </button>
        </nav>
        {tab === 'guide' && <GuideText server={location.origin} />}
        {tab === 'notice' && <Notice />}
        {tab === 'declaration' && <Declaration />}
      </main>
    </div>
  );
}

render(<GuidePage />, document.querySelector('#app')!);
