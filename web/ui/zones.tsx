/** Households and centres by zone of density: exact figures of the plan, beside what was declared and what is proven. */
import type { CoverageRow } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { number, percent } from '../i18n/format.ts';
import { t } from '../i18n/text.ts';
import { coverage, hasDemo } from '../state/store.ts';
import { Dialog } from './dialog.tsx';

const COLUMNS = ['households', 'unserved', 'centresDeclared', 'centresProven'] as const;
const sum = (rows: readonly CoverageRow[], of: (typeof COLUMNS)[number]): number => rows.reduce((total, row) => total + row[of], 0);

function Sources({ rows }: { rows: readonly CoverageRow[] }): JSX.Element {
  const years = [...new Set(rows.map((row) => row.year))];
  const { source } = rows[0]!;
  return (
    <p class="quiet small">
      {t(years.length > 1 ? 'zones_mixed_years' : 'zones_year', { year: years.join(', ') })} <cite dir="auto">{source.title}</cite>
      {source.page !== null && <span>, {t('page', { page: source.page })}</span>} ({String(source.year)}).
    </p>
  );
}

export function ZonesDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const rows = coverage.value.items;
  return (
    <Dialog title={t('zones_title')} onClose={onClose} testId="zones-dialog">
      {hasDemo.value && <p class="demo-badge inline">{t('demo')}</p>}
      {rows.length === 0 ? (
        <p class="quiet">{t('zone_none')}</p>
      ) : (
        <>
          <table class="zones">
            <thead>
              <tr>
                <th scope="col">{t('zone')}</th>
                <th scope="col">{t('zones_households')}</th>
                <th scope="col">{t('zones_unserved')}</th>
                <th scope="col">{t('zones_declared')}</th>
                <th scope="col">{t('zones_proven')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.zone} data-testid={`zone-${row.zone}`}>
                  <th scope="row">
                    <span class="zone-name">
                      <i class={`swatch ${row.zone}`} /> {t(`zone_${row.zone}`)}
                    </span>
                  </th>
                  <td>{number(row.households)}</td>
                  <td>
                    {number(row.unserved)} <small class="quiet">{percent(1 - row.servedShare)}</small>
                  </td>
                  <td>{number(row.centresDeclared)}</td>
                  <td class="proven-text">
                    <b>{number(row.centresProven)}</b>
                  </td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t('zones_total')}</th>
                {COLUMNS.map((column) => (
                  <td key={column}>{number(sum(rows, column))}</td>
                ))}
              </tr>
            </tfoot>
          </table>
          <p class="quiet small">{t('zones_unserved_rule')}</p>
          <p class="quiet small">{t('zones_sites_rule')}</p>
          <Sources rows={rows} />
        </>
      )}
    </Dialog>
  );
}
