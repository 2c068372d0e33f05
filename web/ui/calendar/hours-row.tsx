/** One day's openings as pairs of times, with what is wrong beside the time it is wrong with. */
import type { JSX } from 'preact';
import { ct } from '../../i18n/calendar/text.ts';
import { Icon } from '../icons.tsx';
import { endsNextDay, type TypedHours } from './hours-text.ts';

interface HoursRowProps {
  /** What the day is called, for those who hear the page. */
  name: string;
  hours: readonly TypedHours[];
  /** `1.to` and what to say there; null: all is well. */
  wrong: { where: string; text: string } | null;
  /** What the fields are called: `week.5`. */
  field: string;
  onChange: (hours: TypedHours[]) => void;
}

export function HoursRow({ name, hours, wrong, field, onChange }: HoursRowProps): JSX.Element {
  const set = (i: number, end: 'from' | 'to', text: string): void => onChange(hours.map((pair, n) => (n === i ? { ...pair, [end]: text } : pair)));
  return (
    <div class="hours-row">
      {hours.length === 0 && <span class="quiet">{ct('closed')}</span>}
      {hours.map((pair, i) => (
        <div key={i} class="hours-pair" role="group" aria-label={ct('slot', { day: name, n: i + 1 })}>
          {(['from', 'to'] as const).map((end) => (
            <input
              key={end}
              name={`${field}.${i}.${end}`}
              value={pair[end]}
              dir="ltr"
              inputMode="numeric"
              maxLength={5}
              placeholder="00:00"
              autocomplete="off"
              aria-label={`${name} ${ct(end === 'from' ? 'opens' : 'closes')}`}
              aria-invalid={wrong?.where === `${i}.${end}`}
              onInput={(event) => set(i, end, event.currentTarget.value)}
            />
          ))}
          {endsNextDay(pair) && <small class="tag">{ct('next_day')}</small>}
          <button type="button" class="icon-button" aria-label={`${ct('hours_take')} ${i + 1}, ${name}`} title={ct('hours_take')} onClick={() => onChange(hours.filter((_, n) => n !== i))}>
            <Icon name="close" size={14} />
          </button>
          {wrong !== null && wrong.where.startsWith(`${i}.`) && (
            <span class="field-error" role="alert" data-testid={`wrong-${field}.${wrong.where}`}>
              {ct('error_named', { day: name, error: wrong.text })}
            </span>
          )}
        </div>
      ))}
      <button type="button" class="icon-button add" aria-label={`${ct('hours_add')}, ${name}`} title={ct('hours_add')} data-testid={`add-${field}`} onClick={() => onChange([...hours, { from: '', to: '' }])}>
        <Icon name="plus" size={16} />
      </button>
    </div>
  );
}
