/** The layer as a table: the same areas, the same figures, for whoever does not see the map. */
import type { CoverageArea } from '@cac/shared/coverage.ts';
import type { JSX } from 'preact';
import { vt } from '../../i18n/coverage/text.ts';
import { language, LOCALES } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { readingOf, type Layer } from '../../state/layers.ts';
import { areaName } from '../area-names.ts';
import { Dialog } from '../dialog.tsx';
import { areas, colourOf, nameOf, wordsOf } from './painting.ts';

/** Rows that one can read through; a country has more communes than that. */
const MOST = 400;

function Row({ area, of, withRegion }: { area: CoverageArea; of: Layer; withRegion: boolean }): JSX.Element {
  const reading = readingOf(of, area);
  const { value, detail } = wordsOf(of, area, reading);
  const colour = colourOf(of, reading);
  return (
    <tr>
      <th scope="row">
        <bdi>{nameOf(area)}</bdi>
        {withRegion && <small class="quiet">{areaName(area.region)}</small>}
      </th>
      <td>
        <span class="layer-value">
          <i class={`swatch ${colour === null ? 'none' : ''}`} style={colour === null ? {} : { background: colour }} aria-hidden="true" />
          {value}
        </span>
      </td>
      <td class="quiet">{detail.join(' · ')}</td>
      <td>{area.sums?.years.join(', ') ?? '–'}</td>
    </tr>
  );
}

export function LayerTable({ of, onClose }: { of: Layer; onClose: () => void }): JSX.Element {
  const shown = areas.value;
  const collator = new Intl.Collator(LOCALES[language.value]);
  const items = (shown?.items ?? []).toSorted((a, b) => collator.compare(nameOf(a), nameOf(b)));
  return (
    <Dialog title={vt(`layer_${of}`)} onClose={onClose} testId="layer-table" wide>
      {items.some(({ demo }) => demo) && <p class="demo-badge inline">{t('demo')}</p>}
      <div class="table-box" tabIndex={0} role="region" aria-label={vt(`layer_${of}`)}>
        <table class="table coverage-table">
          <thead>
            <tr>
              <th scope="col">{vt('area')}</th>
              <th scope="col">{vt('value')}</th>
              <th scope="col">{vt('detail')}</th>
              <th scope="col">{vt('years')}</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, MOST).map((area) => (
              <Row key={area.code} area={area} of={of} withRegion={shown!.by !== 'region'} />
            ))}
          </tbody>
        </table>
      </div>
      {items.length > MOST && <p class="quiet">{vt('table_cut', { n: String(MOST), of: String(items.length) })}</p>}
    </Dialog>
  );
}
