/** The three languages, each named in itself. */
import type { JSX } from 'preact';
import { language, LANGUAGES, setLanguage, type Language } from '../i18n/language.ts';

const NAMES: Readonly<Record<Language, { short: string; long: string }>> = { fr: { short: 'FR', long: 'Français' }, ar: { short: 'ع', long: 'العربية' }, en: { short: 'EN', long: 'English' } };

export function LanguageSwitch({ label }: { label: string }): JSX.Element {
  return (
    <div class="languages" role="group" aria-label={label} data-testid="language-switch">
      {LANGUAGES.map((of) => (
        <button key={of} type="button" lang={of} title={NAMES[of].long} aria-label={`${NAMES[of].short} ${NAMES[of].long}`} aria-pressed={language.value === of} data-language={of} onClick={() => setLanguage(of)}>
          {NAMES[of].short}
        </button>
      ))}
    </div>
  );
}
