/** How somebody is called and reached, in which language, and when not: the fields an account's form and the own profile share. */
import type { Person, Profile } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { LANGUAGES } from '../../i18n/language.ts';
import { pt } from '../../i18n/people/text.ts';
import { clockText } from './words.ts';

export interface ProfileTexts {
  readonly fullName: string;
  readonly email: string;
  readonly phone: string;
  readonly language: Profile['language'];
  readonly quiet: { readonly from: string; readonly to: string } | null;
}

/** As most people sleep. */
const USUAL_QUIET = { from: '22:00', to: '07:00' } as const;
const LANGUAGE_NAMES = { fr: 'Français', ar: 'العربية', en: 'English' } as const;

export const profileTexts = (person: Person | null): ProfileTexts => ({
  fullName: person?.fullName ?? '', email: person?.email ?? '', phone: person?.phone ?? '', language: person?.language ?? 'fr',
  quiet: person?.quiet ? { from: clockText(person.quiet.from), to: clockText(person.quiet.to) } : null,
});

/** An emptied clock is midnight. */
const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return (hours || 0) * 60 + (minutes || 0);
};

export const profileOf = ({ fullName, email, phone, language, quiet }: ProfileTexts): Profile => ({
  fullName: fullName.trim(), email: email.trim() === '' ? null : email.trim(), phone: phone.trim() === '' ? null : phone.trim(), language,
  quiet: quiet === null ? null : { from: minutesOf(quiet.from), to: minutesOf(quiet.to) },
});

interface ProfileFieldsProps {
  texts: ProfileTexts;
  onTexts: (change: Partial<ProfileTexts>) => void;
  wrong: { readonly field: string; readonly text: string } | null;
  own: boolean;
}

export function ProfileFields({ texts, onTexts, wrong, own }: ProfileFieldsProps): JSX.Element {
  const said = (field: string): JSX.Element | null =>
    wrong?.field === field ? (
      <small class="field-error" role="alert">
        {wrong.text}
      </small>
    ) : null;
  const { quiet } = texts;
  return (
    <>
      <label class="field">
        <span>{pt('field_fullName')}</span>
        <input name="fullName" dir="auto" maxLength={120} autocomplete={own ? 'name' : 'off'} value={texts.fullName} aria-invalid={wrong?.field === 'fullName'} onInput={(event) => onTexts({ fullName: event.currentTarget.value })} />
        {said('fullName')}
      </label>
      <label class="field">
        <span>{pt('field_email')}</span>
        <input name="email" type="email" dir="ltr" maxLength={254} autocomplete={own ? 'email' : 'off'} value={texts.email} aria-invalid={wrong?.field === 'email'} onInput={(event) => onTexts({ email: event.currentTarget.value })} />
        {said('email') ?? <small class="quiet">{pt('field_email_hint')}</small>}
      </label>
      <label class="field">
        <span>{pt('field_phone')}</span>
        <input name="phone" type="tel" dir="ltr" maxLength={30} autocomplete={own ? 'tel' : 'off'} value={texts.phone} aria-invalid={wrong?.field === 'phone'} onInput={(event) => onTexts({ phone: event.currentTarget.value })} />
        {said('phone') ?? <small class="quiet">{pt('field_phone_hint')}</small>}
      </label>
      <label class="field">
        <span>{pt('field_language')}</span>
        <select name="language" value={texts.language} onChange={(event) => onTexts({ language: event.currentTarget.value as Profile['language'] })}>
          {LANGUAGES.map((code) => (
            <option key={code} value={code} lang={code}>
              {LANGUAGE_NAMES[code]}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="quiet-hours">
        <legend>{pt('quiet')}</legend>
        <label class="check">
          <input type="checkbox" name="quiet" checked={quiet !== null} onChange={(event) => onTexts({ quiet: event.currentTarget.checked ? USUAL_QUIET : null })} />
          <span>{pt(own ? 'quiet_on' : 'quiet_on_their')}</span>
        </label>
        {quiet !== null && (
          <div class="pair">
            {(['from', 'to'] as const).map((end) => (
              <label key={end} class="field">
                <span>{pt(`quiet_${end}`)}</span>
                <input type="time" name={`quiet-${end}`} dir="ltr" value={quiet[end]} onInput={(event) => onTexts({ quiet: { ...quiet, [end]: event.currentTarget.value } })} />
              </label>
            ))}
          </div>
        )}
        {quiet !== null && <small class="quiet">{pt('quiet_text')}</small>}
      </fieldset>
    </>
  );
}
