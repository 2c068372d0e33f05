/** Weekly hours of one layer, by season, as they hold today; what decides where it has none; and the way to change them. */
import type { CalendarView, LayerScope, Timetable } from '@cac/shared/calendar.ts';
import type { Site } from '@cac/shared/api.ts';
import { WEEKDAYS, type Week } from '@cac/shared/opening-hours.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { scopeText } from '../../calendar-api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { LayerSelect, type LayerChoice } from './layer-select.tsx';
import { hoursShown } from './hours-text.ts';
import { dayText, layerName, rangeText, seasonName, weekdayName } from './words.ts';

const SEASONS = ['usual', 'ramadan', 'summer', 'winter', 'period'] as const satisfies readonly Timetable['season'][];

/** Those that hold from the latest day on come first. */
const newest = (timetables: readonly Timetable[]): Timetable[] => [...timetables].sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? 1 : -1));

interface HoursCardProps {
  layers: CalendarView['layers'];
  /** The site the page is about, for what its hours are without own ones. */
  site: Site | null;
  choices: readonly LayerChoice[];
  scope: LayerScope;
  onScope: (scope: LayerScope) => void;
  today: string;
  mayChange: boolean;
  onEdit: (season: Timetable['season'], week: Week | null) => void;
  onRemove: (timetable: Timetable) => void;
}

/** The layer that speaks for a site without hours of its own. */
function decidingFor(site: Site | null, layers: CalendarView['layers'], season: Timetable['season']): Timetable | null {
  const above = [`host:${site?.hostPremises}`, `province:${site?.province}`, `programme:${site?.programme}`, 'national'];
  for (const key of site === null ? ['national'] : above) {
    const timetables = layers.find(({ scope }) => scopeText(scope) === key)?.timetables ?? [];
    const found = timetables.find((of) => of.season === season) ?? timetables.find((of) => of.season === 'usual');
    if (found !== undefined) return found;
  }
  return null;
}

export function HoursCard({ layers, site, choices, scope, onScope, today, mayChange, onEdit, onRemove }: HoursCardProps): JSX.Element {
  const [season, setSeason] = useState<Timetable['season']>('usual');
  const all = layers.find((layer) => scopeText(layer.scope) === scopeText(scope))?.timetables ?? [];
  const own = newest(all.filter((of) => of.season === season));
  const holding = season === 'period' ? null : (own.find(({ from }) => from === null || from <= today) ?? null);
  const instead = holding === null && season !== 'period' ? (newest(all.filter((of) => of.season === 'usual'))[0] ?? decidingFor(scope.kind === 'site' ? site : null, layers, season)) : null;
  const others = own.filter((of) => of !== holding);
  return (
    <section class="card" data-testid="hours">
      <header class="card-head">
        <h2>{ct('hours')}</h2>
      </header>
      <div class="pair">
        <label class="field">
          <span>{ct('hours_of')}</span>
          <LayerSelect name="hours" choices={choices} value={scope} onChange={onScope} />
        </label>
        <label class="field">
          <span>{ct('season')}</span>
          <select value={season} data-testid="hours-season" onChange={(event) => setSeason(event.currentTarget.value as Timetable['season'])}>
            {SEASONS.map((of) => (
              <option key={of} value={of}>
                {seasonName(of)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {holding !== null && <WeekShown timetable={holding} today={today} />}
      {holding === null && others.length === 0 && (
        <p class="nothing quiet">
          {ct('hours_none')} {instead !== null && ct('hours_fallback', { layer: `${layerName(instead.scope)} · ${seasonName(instead.season)}` })}
        </p>
      )}
      {others.map((timetable) => (
        <WeekShown key={timetable.id} timetable={timetable} today={today} other {...(mayChange ? { onRemove } : {})} />
      ))}
      {mayChange && (
        <div class="actions">
          {holding !== null && holding.writtenAt > 0 && (
            <button type="button" class="link danger" data-testid="hours-remove" onClick={() => onRemove(holding)}>
              {ct('hours_remove')}
            </button>
          )}
          <button type="button" class="button" data-testid="hours-edit" onClick={() => onEdit(season, (holding ?? instead)?.week ?? null)}>
            {ct(holding === null ? 'hours_set' : 'hours_edit')}
          </button>
        </div>
      )}
    </section>
  );
}

function WeekShown({ timetable, today, other = false, onRemove }: { timetable: Timetable; today: string; other?: boolean; onRemove?: (timetable: Timetable) => void }): JSX.Element {
  const { week, from, to, confirmed, source } = timetable;
  return (
    <div class={`week-shown ${other ? 'other' : ''}`} data-testid="week">
      <p class="week-head">
        {from !== null && <span>{to === null ? ct('holds_since', { day: dayText(from, today) }) : rangeText(from, to, today)}</span>}
        {!confirmed && <em class="tag">{ct('to_confirm')}</em>}
        {source !== '' && (
          <small class="quiet" dir="auto">
            {source}
          </small>
        )}
        {onRemove && (
          <button type="button" class="link danger" onClick={() => onRemove(timetable)}>
            {ct('hours_remove')}
          </button>
        )}
      </p>
      <dl class="week-table">
        {WEEKDAYS.map((day) => (
          <div key={day} class={week[day].length === 0 ? 'shut' : ''}>
            <dt>{weekdayName(day)}</dt>
            <dd>{week[day].length === 0 ? ct('closed') : hoursShown(week[day])}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
