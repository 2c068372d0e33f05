/** The dates of a season: moved, or confirmed as they are announced. */
import type { CalendarChange, Season } from '@cac/shared/calendar.ts';
import { rangeFault } from '@cac/shared/opening-hours.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { calendarApi } from '../../calendar-api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { t } from '../../i18n/text.ts';
import { Dialog } from '../dialog.tsx';
import { Reach } from './reach.tsx';
import { calendarError, seasonName } from './words.ts';

const NATIONAL = { kind: 'national', id: '' } as const;

export function SeasonForm({ season, onDone, onClose }: { season: Season; onDone: (change: CalendarChange) => void; onClose: () => void }): JSX.Element {
  const [draft, setDraft] = useState({ ...season, confirmed: true });
  const [wrong, setWrong] = useState<string | null>(null);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const fault = draft.from === '' || draft.to === '' ? ('required' as const) : rangeFault(draft.from, draft.to)?.code;
    if (fault !== undefined) return setWrong(ct(`error_${fault}`));
    try {
      onDone(await calendarApi.moveSeason(season.id, { season: season.season, from: draft.from, to: draft.to, confirmed: draft.confirmed, source: draft.source }));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setWrong(calendarError(failure));
    }
  };
  const date = (name: 'from' | 'to', label: string): JSX.Element => (
    <label class="field">
      <span>{label}</span>
      <input type="date" name={name} value={draft[name]} aria-invalid={wrong !== null} onInput={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })} />
    </label>
  );
  return (
    <Dialog title={ct('edit_season', { season: seasonName(season.season) })} onClose={onClose} testId="season-dialog">
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        <div class="pair">
          {date('from', ct('first_day'))}
          {date('to', ct('last_day'))}
        </div>
        <label class="field">
          <span>{ct('source')}</span>
          <input name="source" dir="auto" maxLength={300} autocomplete="off" value={draft.source} onInput={(event) => setDraft({ ...draft, source: event.currentTarget.value })} />
          <small class="quiet">{ct('source_hint')}</small>
        </label>
        <label class="check">
          <input type="checkbox" checked={draft.confirmed} onChange={(event) => setDraft({ ...draft, confirmed: event.currentTarget.checked })} /> {ct('date_confirmed')}
        </label>
        <Reach scope={NATIONAL} from={draft.from} to={draft.to} />
        {wrong !== null && (
          <p class="field-error" role="alert">
            {wrong}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" data-testid="season-save">
            {ct('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
