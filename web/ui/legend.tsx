/** What colours and shapes mean, and the switch of the layer below. Choosing a state here shows only it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { number } from '../i18n/format.ts';
import { t } from '../i18n/text.ts';
import { filter, layer, shown } from '../state/store.ts';
import { SITE_STATES, ZONES } from '../words.ts';
import { Icon } from './icons.tsx';
import { isWide } from './layout.ts';
import { StateShape } from './shapes.tsx';
import { ZonesDialog } from './zones.tsx';

export function Legend(): JSX.Element {
  const [open, setOpen] = useState(isWide());
  const [zones, setZones] = useState(false);
  const { states } = filter.value;
  const { byState } = shown.value;
  return (
    <section class={`legend ${open ? 'open' : ''}`} aria-label={t('legend')} data-testid="legend">
      <button type="button" class="legend-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="layers" size={16} />
        <span>{t('legend')}</span>
        <Icon name="chevron" size={14} />
      </button>
      {open && (
        <div class="legend-body">
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
          <fieldset class="layer-choice">
            <legend>{t('layer')}</legend>
            {(['none', 'zones'] as const).map((of) => (
              <label key={of}>
                <input type="radio" name="layer" checked={layer.value === of} data-testid={`layer-${of}`} aria-label={t(`layer_${of}`)} onChange={() => (layer.value = of)} />
                {t(`layer_${of}`)}
              </label>
            ))}
          </fieldset>
          {layer.value === 'zones' && (
            <div class="zone-legend">
              {ZONES.map((zone) => (
                <span key={zone}>
                  <i class={`swatch ${zone}`} /> {t(`zone_${zone}`)}
                </span>
              ))}
              <span>
                <i class="swatch none" /> {t('zone_none')}
              </span>
              <p class="quiet">{t('zones_note')}</p>
              <button type="button" class="link" data-testid="zones-open" onClick={() => setZones(true)}>
                {t('zones_open')}
              </button>
            </div>
          )}
        </div>
      )}
      {zones && <ZonesDialog onClose={() => setZones(false)} />}
    </section>
  );
}
