/** An account, new or to be changed: its name, role and regions, and how its person is reached. */
import type { Scope } from '@cac/shared/api.ts';
import type { AccountLink, Person } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { pt } from '../../i18n/people/text.ts';
import { t } from '../../i18n/text.ts';
import { areaName, regionsByName } from '../area-names.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { peopleApi } from './api.ts';
import { ProfileFields, profileOf, profileTexts } from './profile-fields.tsx';
import { peopleError, ROLE_WORDS, roleName } from './words.ts';

interface PersonFormProps {
  /** Null: a new one. */
  person: Person | null;
  onInvited: (link: AccountLink) => void;
  onSaved: (person: Person) => void;
  onClose: () => void;
}

const OWN_FIELDS = new Set(['name', 'role', 'scope', 'fullName', 'email', 'phone']);

export function PersonForm({ person, onInvited, onSaved, onClose }: PersonFormProps): JSX.Element {
  const [name, setName] = useState(person?.name ?? '');
  const [role, setRole] = useState<Person['role']>(person?.role ?? 'viewer');
  const [everywhere, setEverywhere] = useState(person !== null && person.scope.kind === 'all');
  const [regions, setRegions] = useState<readonly string[]>(person?.scope.kind === 'regions' ? person.scope.regions : []);
  const [texts, setTexts] = useState(() => profileTexts(person));
  const [error, setError] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // The form is longer than the window: what is wrong is brought into sight, and typed into at once.
  useEffect(() => {
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], .field-error');
    wrong?.scrollIntoView({ block: 'center' });
    wrong?.focus({ preventScroll: true });
  }, [error]);
  const all = everywhere || role === 'administrator';
  const field = error === null ? null : fieldOf(error);
  const wrong = error === null || field === null || !OWN_FIELDS.has(field) ? null : { field, text: peopleError(error) };
  const toggle = (code: string): void => setRegions((now) => (now.includes(code) ? now.filter((one) => one !== code) : [...now, code]));

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const scope: Scope = all ? { kind: 'all' } : { kind: 'regions', regions: regions as (Scope & { kind: 'regions' })['regions'] };
    try {
      if (person === null) onInvited(await peopleApi.invite({ name: name.trim().toLowerCase(), role, scope, ...profileOf(texts) }));
      else onSaved(await peopleApi.edit(person.id, { role, scope, disabled: person.disabled, ...profileOf(texts) }));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  const said = (of: string): JSX.Element | null =>
    wrong?.field === of ? (
      <small class="field-error" role="alert">
        {wrong.text}
      </small>
    ) : null;
  return (
    <Dialog title={person === null ? pt('invite') : person.name} onClose={onClose} testId="person-form" wide>
      <form ref={form} class="form person-form" noValidate onSubmit={(event) => void save(event)}>
        {person === null && (
          <label class="field">
            <span>{pt('field_name')}</span>
            <input name="name" dir="ltr" aria-required maxLength={40} autocapitalize="none" autocomplete="off" spellcheck={false} value={name} aria-invalid={wrong?.field === 'name'} onInput={(event) => setName(event.currentTarget.value)} />
            {said('name') ?? <small class="quiet">{pt('field_name_hint')}</small>}
          </label>
        )}
        <fieldset class="roles">
          <legend>{pt('field_role')}</legend>
          {ROLE_WORDS.map((one) => (
            <label key={one} class="check">
              <input type="radio" name="role" value={one} checked={role === one} onChange={() => setRole(one)} />
              <span>
                <b>{roleName(one)}</b>
                <small class="quiet">{pt(`role_says_${one}`)}</small>
              </span>
            </label>
          ))}
          {said('role')}
        </fieldset>
        <fieldset class="regions">
          <legend>{pt('field_scope')}</legend>
          <label class="check">
            <input type="checkbox" name="everywhere" checked={all} disabled={role === 'administrator'} onChange={(event) => setEverywhere(event.currentTarget.checked)} />
            <span>{pt('all_regions')}</span>
          </label>
          {!all && (
            <div class="region-list">
              {regionsByName().map((code) => (
                <label key={code} class="check">
                  <input type="checkbox" name="region" value={code} checked={regions.includes(code)} onChange={() => toggle(code)} />
                  <span>{areaName(code)}</span>
                </label>
              ))}
            </div>
          )}
          {said('scope')}
        </fieldset>
        <ProfileFields texts={texts} onTexts={(change) => setTexts((now) => ({ ...now, ...change }))} wrong={wrong} own={false} />
        {error !== null && wrong === null && (
          <p class="field-error" role="alert">
            {peopleError(error)}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="person-save">
            {pt(person === null ? 'invite_send' : 'save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
