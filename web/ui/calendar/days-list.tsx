/** Announced days and seasons, in order, with what is still to be confirmed. */
import type { CalendarView, DayRule, LayerScope, Season } from '@cac/shared/calendar.ts';
import { dayAfter } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ct } from '../../i18n/calendar/text.ts';
import { hoursShown } from './hours-text.ts';
import { labelOf, layerName, rangeText, seasonName } from './words.ts';

const SPANS = { coming: [0, 60], year: [0, 366], past: [-366, -1] } as const;
type Span = keyof typeof SPANS;

interface DaysListProps {
  layers: CalendarView['layers'];
  seasons: readonly Season[];
  today: string;
  mayChange: readonly LayerScope['kind'][];
  onConfirm: (fact: DayRule | Season) => void;
  onEdit: (fact: DayRule | Season) => void;
  onRemove: (rule: DayRule) => void;
}

export function DaysList({ layers, seasons, today, mayChange, onConfirm, onEdit, onRemove }: DaysListProps): JSX.Element {
  const [span, setSpan] = useState<Span>('coming');
  const [first, last] = SPANS[span].map((days) => dayAfter(today, days)) as [string, string];
  const facts: (DayRule | Season)[] = [...layers.flatMap(({ rules }) => rules), ...seasons].filter(({ from, to }) => to >= first && from <= last);
  const direction = span === 'past' ? -1 : 1;
  facts.sort((a, b) => direction * (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return (
    <section class="card" data-testid="days">
      <header class="card-head">
        <h2>{ct('days')}</h2>
        <select aria-label={ct('days_span')} value={span} data-testid="days-span" onChange={(event) => setSpan(event.currentTarget.value as Span)}>
          {(Object.keys(SPANS) as Span[]).map((of) => (
            <option key={of} value={of}>
              {ct(`span_${of}`)}
            </option>
          ))}
        </select>
      </header>
      {facts.length === 0 && <p class="nothing quiet">{ct('days_none')}</p>}
      <ul class="day-list">
        {facts.map((fact) => {
          const name = fact.kind === 'season' ? seasonName(fact.season) : labelOf(fact);
          const may = mayChange.includes(fact.kind === 'season' ? 'national' : fact.scope.kind);
          const effect = fact.kind === 'season' ? ct('season') : fact.effect === 'hours' ? hoursShown(fact.hours) : ct(`why_${fact.why}`);
          return (
            <li key={fact.id} data-testid="day" data-id={fact.id} class={fact.kind === 'season' ? 'season' : fact.effect}>
              <div class="day-what">
                <b>
                  <bdi>{name}</bdi>
                  {!fact.confirmed && <em class="tag">{ct('to_confirm')}</em>}
                  {fact.from <= today && today <= fact.to && <em class="tag now">{ct('running')}</em>}
                </b>
                <span>{rangeText(fact.from, fact.to, today)}</span>
                <small class="quiet" title={fact.source === '' ? undefined : `${ct('source')} : ${fact.source}`}>
                  {effect} · <bdi>{fact.kind === 'season' ? ct('layer_national') : layerName(fact.scope)}</bdi>
                </small>
              </div>
              {may && (
                <div class="day-acts">
                  {!fact.confirmed && (
                    <button type="button" class="link" data-testid="day-confirm" aria-label={`${ct('confirm')} : ${name}`} onClick={() => onConfirm(fact)}>
                      {ct('confirm')}
                    </button>
                  )}
                  <button type="button" class="link" data-testid="day-edit" aria-label={`${ct('edit')} : ${name}`} onClick={() => onEdit(fact)}>
                    {ct('edit')}
                  </button>
                  {fact.kind === 'rule' && (
                    <button type="button" class="link danger" data-testid="day-remove" aria-label={`${ct('remove')} : ${name}`} onClick={() => onRemove(fact)}>
                      {ct('remove')}
                    </button>
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
