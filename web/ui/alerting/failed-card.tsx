/** Messages that were given up, with what the provider said, and a way to send them once more. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { at } from '../../i18n/alerting/text.ts';
import { dateTime, number } from '../../i18n/format.ts';
import { hrefOf } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { alertingApi } from './api.ts';
import { wordText } from './words.ts';

export function FailedCard(): JSX.Element {
  const { value, error, again } = useAnswer('failed', alertingApi.failed, 30_000);
  const [refused, setRefused] = useState<RequestError | null>(null);
  const retry = async (id: number): Promise<void> => {
    setRefused(null);
    try {
      await alertingApi.retry(id);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
    }
    again();
  };
  return (
    <section class="card wide" data-testid="failed-card">
      <header class="card-head">
        <h2>{at('failed_title')}</h2>
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {refused !== null && <Failure error={refused} />}
      {value === null && error === null && <Skeleton lines={2} />}
      {value?.items.length === 0 && <p class="quiet">{at('failed_none')}</p>}
      <ul class="alert-list">
        {value?.items.map((notice) => (
          <li key={notice.id} data-testid="failed-line">
            <div>
              <p>
                {at('failed_line', { to: notice.to, by: wordText('by', notice.channel, 'by_email'), at: dateTime(notice.createdAt), n: number(notice.attempts) })}
                {notice.incident !== null && <> · <a href={hrefOf({ view: 'incidents', site: String(notice.incident) })}>{at('failed_incident', { id: String(notice.incident) })}</a></>}
              </p>
              <p class="quiet">
                <code dir="ltr">{notice.answer}</code>
              </p>
            </div>
            <div class="line-acts">
              <button type="button" class="button small" onClick={() => void retry(notice.id)}>
                {at('failed_retry')}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
