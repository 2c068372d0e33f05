/** Weekly hours of one layer and season, written anew: seven days, from when on, and whom it concerns. */
import type { CalendarChange, LayerScope, Timetable, TimetableDraft } from '@cac/shared/calendar.ts';
import { WEEKDAYS, weekFault, type Week } from '@cac/shared/opening-hours.ts';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { calendarApi } from '../../calendar-api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { t } from '../../i18n/text.ts';
import { Dialog } from '../dialog.tsx';
import { HoursRow } from './hours-row.tsx';
import { readWeek, typedWeek, type TypedWeek } from './hours-text.ts';
import { Reach } from './reach.tsx';
import { calendarError, layerName, seasonName, weekdayName } from './words.ts';

interface Wrong {
  where: string;
  text: string;
}

const EMPTY = Object.fromEntries(WEEKDAYS.map((day) => [day, []])) as unknown as Week;

interface WeekFormProps {
  scope: LayerScope;
  season: Timetable['season'];
  /** What to begin with: the hours that hold so far. */
  week: Week | null;
  today: string;
  onDone: (change: CalendarChange) => void;
  onClose: () => void;
}

export function WeekForm({ scope, season, week, today, onDone, onClose }: WeekFormProps): JSX.Element {
  const [typed, setTyped] = useState<TypedWeek>(() => typedWeek(week ?? EMPTY));
  const [from, setFrom] = useState(today);
  const [to, setTo] = useState('');
  const [always, setAlways] = useState(false);
  const [source, setSource] = useState('');
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isPeriod = season === 'period';
  const say = (where: string, text: string): void => {
    setWrong({ where, text });
    form.current?.querySelector<HTMLElement>(`[name="${where}"]`)?.focus();
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setWrong(null);
    const read = readWeek(typed);
    if (!read.ok) return say(read.where, ct('error_hours_clock'));
    const fault = weekFault(read.week);
    if (fault !== null) return say(fault.where, ct(`error_${fault.code}`));
    if (!always && from === '') return say('from', ct('error_required'));
    if (isPeriod && to === '') return say('to', ct('error_required'));
    setBusy(true);
    const draft: TimetableDraft = { scope, season, from: always ? null : from, to: isPeriod ? to : null, week: read.week, confirmed: true, source };
    try {
      onDone(await calendarApi.setHours(draft));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setBusy(false);
      say(failure.where ?? '', calendarError(failure));
    }
  };
  const said = (where: string): JSX.Element | null =>
    wrong?.where === where ? (
      <span class="field-error" role="alert" data-testid={`wrong-${where}`}>
        {wrong.text}
      </span>
    ) : null;
  const isOfField = wrong !== null && (wrong.where.startsWith('week.') || ['from', 'to'].includes(wrong.where));
  return (
    <Dialog title={`${layerName(scope)} · ${seasonName(season)}`} onClose={onClose} testId="week-dialog" wide>
      <form ref={form} class="form" noValidate onSubmit={(event) => void save(event)} data-testid="week-form">
        <p class="quiet small">{ct('hours_hint')}</p>
        <div class="week-grid">
          {WEEKDAYS.map((day) => (
            <div key={day} class="week-day">
              <b>{weekdayName(day)}</b>
              <HoursRow
                name={weekdayName(day)}
                hours={typed[day]}
                field={`week.${day}`}
                wrong={wrong?.where.startsWith(`week.${day}.`) ? { where: wrong.where.slice(7), text: wrong.text } : null}
                onChange={(hours) => {
                  setTyped({ ...typed, [day]: hours });
                  setWrong(null);
                }}
              />
            </div>
          ))}
        </div>
        <div class="pair">
          <label class="field">
            <span>{ct('holds_from')}</span>
            <input type="date" name="from" value={always ? '' : from} disabled={always} aria-invalid={wrong?.where === 'from'} onInput={(event) => setFrom(event.currentTarget.value)} />
            {said('from')}
          </label>
          {isPeriod ? (
            <label class="field">
              <span>{ct('holds_until')}</span>
              <input type="date" name="to" value={to} aria-invalid={wrong?.where === 'to'} onInput={(event) => setTo(event.currentTarget.value)} />
              {said('to')}
            </label>
          ) : (
            <label class="field">
              <span>{ct('source')}</span>
              <input name="source" value={source} maxLength={300} dir="auto" autocomplete="off" onInput={(event) => setSource(event.currentTarget.value)} />
            </label>
          )}
        </div>
        {!isPeriod && (
          <label class="check">
            <input type="checkbox" checked={always} onChange={(event) => setAlways(event.currentTarget.checked)} /> {ct('holds_always')}
          </label>
        )}
        <Reach scope={scope} from={always ? null : from} to={isPeriod ? to : null} />
        {wrong !== null && (!isOfField || wrong.where === 'week') && (
          <p class="field-error" role="alert" data-testid="wrong-week">
            {wrong.text}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="week-save">
            {ct('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
