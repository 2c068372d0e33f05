/** Centres and schools by zone: sites are counted by zone, households by zone and category. */
import type { CoverageView, ZoneSites } from '@cac/shared/coverage.ts';
import type { Zone } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { number } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { t } from '../../i18n/text.ts';

const COUNTS = ['centres', 'centresDeclared', 'centresProven', 'workingPcs'] as const;
const SCHOOLS = ['schools', 'schoolsDeclared', 'schoolsProven'] as const;
const sum = (rows: readonly ZoneSites[], of: (typeof COUNTS | typeof SCHOOLS)[number]): number => rows.reduce((total, row) => total + row[of], 0);

export function SitesTable({ view: { sites, communes, plan }, narrowed }: { view: CoverageView; narrowed: boolean }): JSX.Element {
  const years = communes === null ? [plan.year] : communes.total.years;
  return (
    <section class="card coverage-card" aria-labelledby="coverage-sites">
      <h2 id="coverage-sites">{vt('sites')}</h2>
      <p class="quiet small">{vt('sites_note')}</p>
      <div class="table-box" tabIndex={0} role="region" aria-label={vt('sites')}>
        <table class="table coverage-table">
          <thead>
            <tr>
              {(['zone', 'cac', 'cac_declared', 'cac_proven', 'working_pcs', 'per_cac', 'per_pc', 'schools', 'schools_declared', 'schools_proven'] as const).map((head) => (
                <th key={head} scope="col">
                  {vt(head)}
                  {(head === 'per_cac' || head === 'per_pc') && <small>{years.join(', ')}</small>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sites.map((row) => (
              <tr key={row.zone} data-testid={`sites-${row.zone || 'none'}`}>
                <th scope="row">{row.zone === '' ? vt('zone_none') : t(`zone_${row.zone as Zone}`)}</th>
                {COUNTS.map((of) => (
                  <td key={of}>{number(row[of])}</td>
                ))}
                <td>{row.perProvenCentre === null ? vt('na') : number(row.perProvenCentre)}</td>
                <td>{row.perWorkingPc === null ? vt('na') : number(row.perWorkingPc)}</td>
                {SCHOOLS.map((of) => (
                  <td key={of}>{number(row[of])}</td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{vt('sum')}</th>
              {COUNTS.map((of) => (
                <td key={of}>{number(sum(sites, of))}</td>
              ))}
              <td colSpan={2} />
              {SCHOOLS.map((of) => (
                <td key={of}>{number(sum(sites, of))}</td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {communes === null && narrowed && <p class="quiet small">{vt('per_national')}</p>}
    </section>
  );
}
