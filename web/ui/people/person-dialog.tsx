/** One account opened: what it may, its sessions, and the acts on it. */
import type { AccountLink, Person } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { day } from '../../i18n/format.ts';
import { pt } from '../../i18n/people/text.ts';
import { session } from '../../state/store.ts';
import { Confirm } from '../confirm.tsx';
import { Dialog } from '../dialog.tsx';
import { peopleApi } from './api.ts';
import { SessionList } from './session-list.tsx';
import { peopleError, roleName, scopeText, standingOf } from './words.ts';

interface PersonDialogProps {
  person: Person;
  onEdit: () => void;
  onChanged: (person: Person) => void;
  onLink: (link: AccountLink) => void;
  onClose: () => void;
}

export function PersonDialog({ person, onEdit, onChanged, onLink, onClose }: PersonDialogProps): JSX.Element {
  const [asking, setAsking] = useState<'disable' | 'reset' | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [version, setVersion] = useState(0);
  const own = session.value?.id === person.id;
  const turn = async (disabled: boolean): Promise<void> => {
    const { role, scope, fullName, email, phone, language, quiet } = person;
    onChanged(await peopleApi.edit(person.id, { role, scope, disabled, fullName, email, phone, language, quiet }));
    setVersion((n) => n + 1);
  };
  const enable = (): void => {
    setError(null);
    turn(false).catch((failure: unknown) => {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    });
  };
  const facts: [string, string][] = [
    [pt('field_role'), roleName(person.role)],
    [pt('field_scope'), scopeText(person.scope)],
    [pt('field_email'), person.email ?? '–'],
    [pt('field_phone'), person.phone ?? '–'],
    [pt('column_state'), `${pt(`state_${standingOf(person)}`)} · ${day(person.createdAt)}`],
  ];
  return (
    <Dialog title={person.fullName === '' ? person.name : `${person.fullName} · ${person.name}`} onClose={onClose} testId="person-dialog" wide>
      <dl class="person-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <div class="person-acts">
        <button type="button" class="button" data-testid="person-edit" onClick={onEdit}>
          {pt('edit')}
        </button>
        {!own && !person.disabled && (
          <button type="button" class="button" data-testid="person-reset" onClick={() => setAsking('reset')}>
            {pt('reset')}
          </button>
        )}
        {person.disabled ? (
          <button type="button" class="button" data-testid="person-enable" onClick={enable}>
            {pt('enable')}
          </button>
        ) : (
          <button type="button" class="button" data-testid="person-disable" onClick={() => setAsking('disable')}>
            {pt('disable')}
          </button>
        )}
      </div>
      {error !== null && (
        <p class="field-error" role="alert">
          {peopleError(error)}
        </p>
      )}
      <h3>{pt('sessions')}</h3>
      <SessionList account={person.id} version={version} />
      {asking === 'disable' && (
        <Confirm title={pt('disable_title', { name: person.name })} text={pt('disable_text')} verb={pt('disable')} act={() => turn(true).catch(inWords)} onDone={() => setAsking(null)} onClose={() => setAsking(null)} />
      )}
      {asking === 'reset' && (
        <Confirm title={pt('reset_title', { name: person.name })} text={pt('reset_text')} verb={pt('reset_verb')} act={async () => onLink(await peopleApi.reset(person.id).catch(inWords))} onDone={() => setAsking(null)} onClose={() => setAsking(null)} />
      )}
    </Dialog>
  );
}

/** The question's window knows the main catalogue only: a refusal of ours is put into words before it gets there. */
function inWords(failure: unknown): never {
  if (!(failure instanceof RequestError) || failure.status >= 500) throw failure;
  throw new RequestError(400, { code: failure.code, message: peopleError(failure) });
}
