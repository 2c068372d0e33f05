/** Accounts: who may come in, in which role and for which regions; invitations, sessions, and the journal of acts. For administrators. */
import type { AccountLink, Person } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { ago } from '../../i18n/format.ts';
import { pt } from '../../i18n/people/text.ts';
import { t } from '../../i18n/text.ts';
import { now, session } from '../../state/store.ts';
import { Icon } from '../icons.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { peopleApi } from './api.ts';
import { AuditCard } from './audit-card.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { PersonForm } from './person-form.tsx';
import { ROLE_WORDS, roleName, scopeText, standingOf } from './words.ts';

const PAUSE_MS = 250;

type Opened = { readonly kind: 'new' } | { readonly kind: 'person' | 'edit'; readonly person: Person } | { readonly kind: 'link'; readonly link: AccountLink };

export function PeoplePage(): JSX.Element {
  const [version, setVersion] = useState(0);
  const [opened, setOpened] = useState<Opened | null>(null);
  if (session.value?.role !== 'administrator') {
    return (
      <div class="calendar">
        <p class="card wide quiet">{t('error_forbidden')}</p>
      </div>
    );
  }
  const changed = (): void => setVersion((n) => n + 1);
  const close = (): void => setOpened(null);
  return (
    <div class="calendar people" data-testid="people">
      <header class="calendar-head">
        <div>
          <h1>{pt('title')}</h1>
          <p class="quiet">{pt('intro')}</p>
        </div>
        <button type="button" class="button primary" data-testid="invite" onClick={() => setOpened({ kind: 'new' })}>
          <Icon name="plus" />
          {pt('invite')}
        </button>
      </header>
      <div class="calendar-cards">
        <PeopleCard version={version} onOpen={(person) => setOpened({ kind: 'person', person })} />
        <AuditCard version={version} />
      </div>
      {opened?.kind === 'new' && <PersonForm person={null} onInvited={(link) => { changed(); setOpened({ kind: 'link', link }); }} onSaved={close} onClose={close} />}
      {opened?.kind === 'edit' && <PersonForm person={opened.person} onInvited={close} onSaved={(person) => { changed(); setOpened({ kind: 'person', person }); }} onClose={close} />}
      {opened?.kind === 'person' && (
        <PersonDialog
          person={opened.person}
          onEdit={() => setOpened({ kind: 'edit', person: opened.person })}
          onChanged={(person) => { changed(); setOpened({ kind: 'person', person }); }}
          onLink={(link) => { changed(); setOpened({ kind: 'link', link }); }}
          onClose={close}
        />
      )}
      {opened?.kind === 'link' && <LinkDialog link={opened.link} onClose={close} />}
    </div>
  );
}

function PeopleCard({ version, onOpen }: { version: number; onOpen: (person: Person) => void }): JSX.Element {
  const [q, setQ] = useState('');
  const [role, setRole] = useState('');
  const [items, setItems] = useState<readonly Person[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const read = async (cursor: string | null): Promise<void> => {
    try {
      const page = await peopleApi.people(q, role, cursor);
      setItems((before) => (cursor === null ? page.items : [...(before ?? []), ...page.items]));
      setNext(page.next);
      setError(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => {
    const soon = setTimeout(() => void read(null), items === null ? 0 : PAUSE_MS);
    return () => clearTimeout(soon);
  }, [q, role, version]);
  return (
    <section class="card wide" data-testid="accounts">
      <header class="card-head">
        <input type="search" class="short" placeholder={pt('search')} aria-label={pt('search')} value={q} dir="auto" maxLength={80} data-testid="people-search" onInput={(event) => setQ(event.currentTarget.value)} />
        <select aria-label={pt('field_role')} value={role} onChange={(event) => setRole(event.currentTarget.value)}>
          <option value="">{pt('all_roles')}</option>
          {ROLE_WORDS.map((one) => (
            <option key={one} value={one}>
              {roleName(one)}
            </option>
          ))}
        </select>
      </header>
      {error !== null && <Failure error={error} onRetry={() => void read(null)} />}
      {items === null && error === null && <Skeleton lines={5} />}
      {items?.length === 0 && <p class="nothing quiet">{pt('none_match')}</p>}
      {items !== null && items.length > 0 && (
        <ul class="people-list">
          {items.map((person) => {
            const standing = standingOf(person);
            return (
              <li key={person.id} class={standing} data-testid="person" data-name={person.name} data-standing={standing}>
                <button type="button" class="person" onClick={() => onOpen(person)}>
                  <span class="person-who">
                    <b>
                      <bdi>{person.fullName === '' ? person.name : person.fullName}</bdi>
                    </b>
                    <small class="quiet">
                      <bdi>{person.name}</bdi>
                      {person.id === session.value?.id && <em class="tag now">{pt('you')}</em>}
                    </small>
                  </span>
                  <span class="person-role">
                    <b>{roleName(person.role)}</b>
                    <small class="quiet">
                      <bdi>{scopeText(person.scope)}</bdi>
                    </small>
                  </span>
                  <span class="person-state">
                    <em class={`tag ${standing}`}>{pt(`state_${standing}`)}</em>
                    <small class="quiet">{person.lastSeenAt === null ? pt('never') : ago(person.lastSeenAt, now.value)}</small>
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {next !== null && (
        <div class="actions">
          <button type="button" class="button small" onClick={() => void read(next)}>
            {pt('more')}
          </button>
        </div>
      )}
    </section>
  );
}
