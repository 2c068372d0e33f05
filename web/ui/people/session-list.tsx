/** Open sessions, the own or another's: where from, with what, and ended one by one or together. */
import type { OpenSession } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { ago, dateTime } from '../../i18n/format.ts';
import { pt } from '../../i18n/people/text.ts';
import { now } from '../../state/store.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { peopleApi } from './api.ts';

/** `account` null: the own ones. */
export function SessionList({ account, version = 0 }: { account: number | null; version?: number }): JSX.Element {
  const [items, setItems] = useState<readonly OpenSession[] | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [ending, setEnding] = useState<OpenSession | 'all' | null>(null);
  const read = async (): Promise<void> => {
    try {
      setItems((await peopleApi.sessions(account)).items);
      setError(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => void read(), [account, version]);
  const others = items?.filter(({ own }) => !own) ?? [];
  return (
    <div class="sessions" data-testid="sessions">
      {error !== null && <Failure error={error} onRetry={() => void read()} />}
      {items === null && error === null && <Skeleton lines={2} />}
      {items?.length === 0 && <p class="nothing quiet">{pt('sessions_none')}</p>}
      <ul>
        {items?.map((one) => (
          <li key={one.id} data-testid="session" data-own={one.own}>
            <span>
              <b>
                <bdi>{one.browser === '' ? pt('browser_unknown') : one.browser}</bdi>
              </b>
              {one.own && <em class="tag now">{pt('session_own')}</em>}
              <small class="quiet">
                {pt('session_from', { address: `\u2068${one.address || '–'}\u2069` })} · {pt('session_since', { at: dateTime(one.createdAt) })}
                {one.seenAt !== null && ` · ${pt('session_seen', { ago: ago(one.seenAt, now.value) })}`}
              </small>
            </span>
            {!one.own && (
              <button type="button" class="link danger" data-testid="session-end" onClick={() => setEnding(one)}>
                {pt('session_end')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {others.length > 1 && (
        <button type="button" class="button small" data-testid="sessions-end" onClick={() => setEnding('all')}>
          {pt(account === null ? 'sessions_end_others' : 'sessions_end_all')}
        </button>
      )}
      {ending !== null && (
        <Confirm
          title={pt(ending !== 'all' ? 'session_end_title' : account === null ? 'sessions_end_others' : 'sessions_end_all')}
          text={pt(ending === 'all' ? 'sessions_end_text' : 'session_end_text')}
          verb={pt('session_end')}
          act={() => (ending === 'all' ? peopleApi.endSessions(account) : peopleApi.endSession(account, ending.id))}
          onDone={() => { setEnding(null); void read(); }}
          onClose={() => setEnding(null)}
        />
      )}
    </div>
  );
}
