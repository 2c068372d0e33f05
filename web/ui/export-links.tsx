/** The sites that are shown, as files: a table for spreadsheets and features for map programs. */
import type { JSX } from 'preact';
import { V1 } from '../api.ts';
import { t } from '../i18n/text.ts';
import { exportQueryOf } from '../state/export-query.ts';
import { filter } from '../state/store.ts';

export const ExportLinks = (): JSX.Element => (
  <span class="export-links no-print" role="group" aria-label={t('export_shown')}>
    {(['csv', 'geojson'] as const).map((format) => (
      <a key={format} class="button small" href={`${V1}/export/sites?${exportQueryOf(filter.value, format)}`} download title={t('export_shown')} data-testid={`export-${format}`}>
        {format === 'csv' ? 'CSV' : 'GeoJSON'}
      </a>
    ))}
  </span>
);
