/** Says that an act was done, or why not, and offers to take it back. */
import type { CalendarChange } from '@cac/shared/calendar.ts';
import type { JSX } from 'preact';
import { RequestError } from '../../api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { t } from '../../i18n/text.ts';
import { Icon } from '../icons.tsx';
import { calendarError, factText } from './words.ts';

interface DoneProps {
  change: CalendarChange | null;
  error: RequestError | null;
  today: string;
  onUndo: (change: CalendarChange) => void;
  onClose: () => void;
}

/** Always there, so that screen readers hear what comes to stand in it. */
export function Done({ change, error, today, onUndo, onClose }: DoneProps): JSX.Element {
  const fact = change?.after ?? change?.before ?? null;
  return (
    <div role="status" aria-live="polite">
      {(change !== null || error !== null) && (
        <div class={`done ${error === null ? '' : 'refused'}`} data-testid="done" data-act={change?.act}>
          <Icon name={error === null ? 'check' : 'alert'} />
          <p>
            {error !== null && calendarError(error)}
            {change !== null && error === null && (change.act === 'undo' ? ct('undone') : ct(change.retroactive ? 'done_past' : 'done'))}
            {fact !== null && error === null && (
              <small class="quiet">
                <bdi>{factText(fact, today)}</bdi>
              </small>
            )}
          </p>
          {change !== null && error === null && change.act !== 'undo' && (
            <button type="button" class="button small" data-testid="undo" onClick={() => onUndo(change)}>
              {ct('undo')}
            </button>
          )}
          <button type="button" class="icon-button" aria-label={t('close')} onClick={onClose}>
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
    </div>
  );
}
