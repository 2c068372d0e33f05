/** Who changed which calendar and when, what stood before and after, newest first. */
import type { CalendarChange, LayerScope } from '@cac/shared/calendar.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { calendarApi, scopeText } from '../../calendar-api.ts';
import { ct, isCalendarKey } from '../../i18n/calendar/text.ts';
import { dateTime } from '../../i18n/format.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { factText, layerName } from './words.ts';

const actText = (act: string): string => {
  const key = `act_${act}`;
  return isCalendarKey(key) ? ct(key) : act;
};

/** `version` changes when something was done: the list is read again. */
export function History({ scope, today, version }: { scope: LayerScope | null; today: string; version: number }): JSX.Element {
  const [items, setItems] = useState<readonly CalendarChange[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const read = async (cursor: string | null): Promise<void> => {
    try {
      const page = await calendarApi.changes(scope, cursor);
      setItems((before) => (cursor === null ? page.items : [...(before ?? []), ...page.items]));
      setNext(page.next);
      setError(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => void read(null), [scope === null ? '' : scopeText(scope), version]);
  return (
    <section class="card wide" data-testid="history">
      <header class="card-head">
        <h2>{ct('history')}</h2>
      </header>
      {error !== null && <Failure error={error} onRetry={() => void read(null)} />}
      {items === null && error === null && <Skeleton lines={3} />}
      {items?.length === 0 && <p class="nothing quiet">{ct('history_none')}</p>}
      <ol class="changes">
        {items?.map((change) => (
          <li key={change.id} data-testid="change" data-act={change.act}>
            <p>
              <b>
                <bdi>{change.author}</bdi>
              </b>{' '}
              {actText(change.act)} · <bdi>{layerName(change.scope)}</bdi>
              {change.retroactive && <em class="tag now">{ct('retroactive')}</em>}
              <time class="quiet" dateTime={new Date(change.at).toISOString()}>
                {dateTime(change.at)}
              </time>
            </p>
            <dl>
              <div>
                <dt>{ct('before')}</dt>
                <dd>{change.before === null ? <i>{ct('nothing')}</i> : <bdi>{factText(change.before, today)}</bdi>}</dd>
              </div>
              <div>
                <dt>{ct('after')}</dt>
                <dd>{change.after === null ? <i>{ct('nothing')}</i> : <bdi>{factText(change.after, today)}</bdi>}</dd>
              </div>
            </dl>
          </li>
        ))}
      </ol>
      {next !== null && (
        <div class="actions">
          <button type="button" class="button small" onClick={() => void read(next)}>
            {ct('history_more')}
          </button>
        </div>
      )}
    </section>
  );
}
