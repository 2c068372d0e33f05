/** What colours and shapes mean, and the switch of the layer below. Choosing a state here shows only it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { number } from '../i18n/format.ts';
import { t } from '../i18n/text.ts';
import { choices, filter, shown } from '../state/store.ts';
import { SITE_STATES } from '../words.ts';
import { Icon } from './icons.tsx';
import { LayerPart } from './layers/lazy.tsx';
import { isWide } from './layout.ts';
import { StateShape } from './shapes.tsx';

export function Legend(): JSX.Element {
  const [open, setOpen] = useState(isWide());
  const { states } = filter.value;
  const { byState } = shown.value;
  // What a link asks for is painted with the legend folded too.
  const isPictured = choices.value.layer !== 'none' || choices.value.colours !== 'state';
  return (
    <section class={`legend ${open ? 'open' : ''}`} aria-label={t('legend')} data-testid="legend">
      <button type="button" class="legend-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="layers" size={16} />
        <span>{t('legend')}</span>
        <Icon name="chevron" size={14} />
      </button>
      {(open || isPictured) && (
        <div class="legend-body" hidden={!open}>
          <ul>
            {SITE_STATES.map((state) => (
              <li key={state}>
                <button
                  type="button"
                  class="legend-state"
                  aria-pressed={states.includes(state)}
                  data-testid={`legend-${state}`}
                  onClick={() => (filter.value = { ...filter.value, states: states.includes(state) ? states.filter((s) => s !== state) : [...states, state] })}
                >
                  <StateShape state={state} />
                  <span>{t(`state_${state}`)}</span>
                  <b>{number(byState[state])}</b>
                </button>
              </li>
            ))}
          </ul>
          <LayerPart />
        </div>
      )}
    </section>
  );
}
