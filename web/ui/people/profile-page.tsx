/** The own account: name and ways to be reached, open sessions, password. */
import type { Person } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { pt } from '../../i18n/people/text.ts';
import { session } from '../../state/store.ts';
import { fieldOf } from '../error-text.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { PasswordForm } from '../password-form.tsx';
import { peopleApi } from './api.ts';
import { ProfileFields, profileOf, profileTexts } from './profile-fields.tsx';
import { SessionList } from './session-list.tsx';
import { peopleError, roleName, scopeText } from './words.ts';

function ProfileCard({ person, onSaved }: { person: Person; onSaved: (person: Person) => void }): JSX.Element {
  const [texts, setTexts] = useState(() => profileTexts(person));
  const [error, setError] = useState<RequestError | null>(null);
  const [state, setState] = useState<'open' | 'busy' | 'saved'>('open');
  const field = error === null ? null : fieldOf(error);
  const wrong = error === null || field === null || !(field in texts) ? null : { field, text: peopleError(error) };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setState('busy');
    setError(null);
    try {
      const saved = await peopleApi.putProfile(profileOf(texts));
      setTexts(profileTexts(saved));
      setState('saved');
      onSaved(saved);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
      setState('open');
    }
  };
  return (
    <section class="card" data-testid="profile-card">
      <header class="card-head">
        <h2>{pt('about_me')}</h2>
      </header>
      <p class="person-rights">
        <b>
          <bdi>{person.name}</bdi>
        </b>{' '}
        · {roleName(person.role)} · <bdi>{scopeText(person.scope)}</bdi>
      </p>
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        <ProfileFields
          texts={texts}
          onTexts={(change) => {
            setTexts((before) => ({ ...before, ...change }));
            setState('open');
          }}
          wrong={wrong}
          own
        />
        {error !== null && wrong === null && (
          <p class="field-error" role="alert">
            {peopleError(error)}
          </p>
        )}
        <div class="actions">
          <span role="status" class="saved">
            {state === 'saved' ? pt('saved') : ''}
          </span>
          <button class="button primary" disabled={state === 'busy'} data-testid="profile-save">
            {pt('save')}
          </button>
        </div>
      </form>
    </section>
  );
}

export function ProfilePage(): JSX.Element {
  const [person, setPerson] = useState<Person | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [passwords, setPasswords] = useState(0);
  const read = async (): Promise<void> => {
    try {
      setPerson(await peopleApi.profile());
      setError(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => void read(), []);
  const saved = (next: Person): void => {
    setPerson(next);
    if (session.value !== null) session.value = { ...session.value, fullName: next.fullName };
  };
  return (
    <div class="calendar people" data-testid="profile">
      <header class="calendar-head">
        <div>
          <h1>{pt('profile_title')}</h1>
          <p class="quiet">{pt('profile_intro')}</p>
        </div>
      </header>
      {error !== null && <Failure error={error} onRetry={() => void read()} />}
      <div class="calendar-cards">
        {person === null ? error === null && <Skeleton lines={8} /> : <ProfileCard person={person} onSaved={saved} />}
        <div class="profile-side">
          <section class="card">
            <header class="card-head">
              <h2>{pt('sessions')}</h2>
            </header>
            <p class="quiet small">{pt('sessions_text')}</p>
            <SessionList account={null} version={passwords} />
          </section>
          <section class="card" data-testid="password-card">
            <header class="card-head">
              <h2>{pt('password')}</h2>
            </header>
            <p class="quiet small">{pt('password_text')}</p>
            <PasswordForm key={passwords} onDone={() => setPasswords((n) => n + 1)} />
            <p role="status" class="saved">
              {passwords > 0 ? pt('password_done') : ''}
            </p>
          </section>
        </div>
      </div>
    </div>
  );
}
