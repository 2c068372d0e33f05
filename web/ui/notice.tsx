/** A failure with what can be done about it. */
import type { JSX } from 'preact';
import type { RequestError } from '../api.ts';
import { t } from '../i18n/text.ts';
import { errorText } from './error-text.ts';
import { Icon } from './icons.tsx';

export function Failure({ error, onRetry }: { error: RequestError; onRetry?: () => void }): JSX.Element {
  return (
    <div class="failure" role="alert">
      <Icon name="alert" />
      <div>
        <p>{errorText(error)}</p>
        {error.todo !== null && <p class="quiet">{error.todo}</p>}
        {onRetry && (
          <button type="button" class="button small" onClick={onRetry}>
            {t('retry')}
          </button>
        )}
      </div>
    </div>
  );
}

/** Grey lines where text will be. */
export function Skeleton({ lines }: { lines: number }): JSX.Element {
  return (
    <div class="skeleton" role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}
