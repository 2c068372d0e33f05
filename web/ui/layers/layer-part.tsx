/** The choice of what lies under the sites, what its colours mean, of which year and source it is, and its twin as a table. */
import type { AreaKind } from '@cac/shared/coverage.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { percent } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { t } from '../../i18n/text.ts';
import { CSP_COLOURS, SCALES } from '../../map/scales.ts';
import { COLOURED_BY, type ColouredBy } from '../../state/choices.ts';
import { BREAKS, LAYERS, LEVELS, readingOf, type Layer, type ShareLayer } from '../../state/layers.ts';
import { choices, choose, hrefOf, layer, level, programmes } from '../../state/store.ts';
import { CSP, ZONES } from '../../words.ts';
import { colouring } from '../colouring.ts';
import { errorText } from '../error-text.ts';
import { StateShape } from '../shapes.tsx';
import { colouredBy } from './colourings.ts';
import { LayerTable } from './layer-table.tsx';
import { areas, failure } from './painting.ts';

const FROM_COMMUNES: ReadonlySet<Layer> = new Set(['csp', 'poor', 'declared', 'proven', 'difference']);
/** Counted with the plan's rates where a commune has none of its own. */
const BY_RATES: ReadonlySet<Layer> = new Set(['declared', 'proven', 'difference']);

function Classes({ of }: { of: ShareLayer }): JSX.Element {
  const bounds = [0, ...BREAKS[of], 1];
  return (
    <ul class="scale">
      {SCALES[of].map((colour, i) => (
        <li key={colour}>
          <i class="swatch" style={{ background: colour }} />
          <bdi>{vt('class_upto', { from: percent(bounds[i]!), to: percent(bounds[i + 1]!) })}</bdi>
        </li>
      ))}
      <NoData />
    </ul>
  );
}

const NoData = (): JSX.Element => (
  <li>
    <i class="swatch none" /> {vt('no_data')}
  </li>
);

function Colours({ of }: { of: Layer }): JSX.Element {
  if (of !== 'zones' && of !== 'csp') return <Classes of={of} />;
  return (
    <ul class="scale">
      {of === 'zones'
        ? ZONES.map((zone) => (
            <li key={zone}>
              <i class={`swatch ${zone}`} /> {t(`zone_${zone}`)}
            </li>
          ))
        : CSP.map((csp) => (
            <li key={csp}>
              <i class="swatch" style={{ background: CSP_COLOURS[csp] }} /> {vt('csp_one', { csp })}
            </li>
          ))}
      <NoData />
    </ul>
  );
}

/** What is shown, and of which year: a map without its source is an opinion. */
function Notes({ of }: { of: Layer }): JSX.Element {
  const shown = areas.value;
  const items = shown?.items ?? [];
  const years = [...new Set(items.flatMap(({ sums }) => sums?.years ?? []))].sort();
  const lines = [of === 'zones' ? vt(items.some(({ zones }) => zones.of === 'households') ? 'note_zones_households' : 'note_zones_sites') : of === 'availability' ? vt('note_availability', { from: shown?.from ?? '', to: shown?.to ?? '' }) : vt(`note_${of}`)];
  if (of === 'gap') lines.push(vt(items.some(({ gap }) => gap.of === 'milestones') ? 'note_gap_milestones' : 'note_gap_registered'));
  if (years.length > 0 && (of === 'zones' || FROM_COMMUNES.has(of))) lines.push(vt('note_years', { years: years.join(', ') }));
  if (shown?.planYear && BY_RATES.has(of)) lines.push(vt('note_plan_rates', { year: String(shown.planYear) }));
  return (
    <>
      {items.some(({ demo }) => demo) && <span class="demo-badge inline">{t('demo')}</span>}
      {lines.map((line) => (
        <p key={line} class="quiet">
          {line}
        </p>
      ))}
    </>
  );
}

/** What the sites themselves are coloured by; by state their legend stands above. */
function Colouring(): JSX.Element {
  const by = choices.value.colours;
  const { colouring: next, legend } = colouredBy(by);
  // Programmes may be read later than this, and names follow the language.
  useEffect(() => void (colouring.value = next), [by, programmes.value]);
  return (
    <>
      <label class="layer-select">
        <span>{vt('coloured_by')}</span>
        <select value={by} data-testid="coloured-by" onChange={(event) => choose({ colours: event.currentTarget.value as ColouredBy })}>
          {COLOURED_BY.map((one) => (
            <option key={one} value={one}>
              {vt(`coloured_${one}`)}
            </option>
          ))}
        </select>
      </label>
      {legend.length > 0 && (
        <ul class="scale looks">
          {legend.map(({ look, text }) => (
            <li key={text}>
              <StateShape state={look.shape} size={13} colour={look.colour} /> {text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function LayerPart(): JSX.Element {
  const [table, setTable] = useState(false);
  const of = layer.value;
  const shown = areas.value;
  const known = of !== 'none' && shown !== null && shown.by === level.value && shown.items.some((area) => readingOf(of, area).kind !== 'none');
  return (
    <div class="layer-choice">
      <Colouring />
      <label class="layer-select">
        <span>{vt('layer')}</span>
        <select value={of} data-testid="layer-choice" onChange={(event) => choose({ layer: event.currentTarget.value as Layer | 'none' })}>
          {(['none', ...LAYERS] as const).map((one) => (
            <option key={one} value={one}>
              {vt(`layer_${one}`)}
            </option>
          ))}
        </select>
      </label>
      {of !== 'none' && (
        <div class="layer-legend" data-testid="layer-legend">
          <fieldset class="segmented">
            <legend class="hidden">{vt('level')}</legend>
            {LEVELS.map((one: AreaKind) => (
              <button key={one} type="button" class="button small" aria-pressed={level.value === one} data-testid={`level-${one}`} onClick={() => choose({ level: one })}>
                {vt(`by_${one}`)}
              </button>
            ))}
          </fieldset>
          {failure.value !== null && <p role="alert">{errorText(failure.value)}</p>}
          {shown !== null && !known && shown.by === level.value ? (
            <p class="quiet" role="status" data-testid="layer-none-known">
              {FROM_COMMUNES.has(of) || level.value === 'commune' ? vt('needs_communes') : vt('layer_empty')}
            </p>
          ) : (
            <>
              <Colours of={of} />
              <Notes of={of} />
              <button type="button" class="link" data-testid="layer-table-open" onClick={() => setTable(true)}>
                {vt('layer_table')}
              </button>
            </>
          )}
          <a class="link" href={hrefOf({ view: 'coverage' })}>
            {vt('to_coverage')}
          </a>
        </div>
      )}
      {table && of !== 'none' && <LayerTable of={of} onClose={() => setTable(false)} />}
    </div>
  );
}
