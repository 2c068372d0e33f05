/** Our estimate of households by zone and category: behind a switch, labelled ours, with what it misses of the printed rates. */
import type { CoverageView } from '@cac/shared/coverage.ts';
import type { JSX } from 'preact';
import { coverageApi } from '../../coverage-api.ts';
import { number, percent } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { t } from '../../i18n/text.ts';
import { NO_FILTER } from '../../state/filter.ts';
import { CSP } from '../../words.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';

function Table({ cells }: { cells: NonNullable<CoverageView['cells']> }): JSX.Element {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={vt('cells')}>
      <table class="table coverage-table" data-testid="cells">
        <thead>
          <tr>
            <th scope="col">{vt('zone')}</th>
            {CSP.map((csp) => (
              <th key={csp} scope="col">
                {vt('csp_one', { csp })}
              </th>
            ))}
            <th scope="col">{vt('literacy')}</th>
            <th scope="col">{vt('home_internet')}</th>
          </tr>
        </thead>
        <tbody>
          {cells.residuals.map(({ zone, literacy, literacyPlan, homeInternet, homeInternetPlan }) => (
            <tr key={zone}>
              <th scope="row">{t(`zone_${zone}`)}</th>
              {cells.cells
                .filter((cell) => cell.zone === zone)
                .map(({ csp, households }) => (
                  <td key={csp}>{number(households)}</td>
                ))}
              <td>{vt('residual_of', { shown: exact(literacy), printed: percent(literacyPlan) })}</td>
              <td>{vt('residual_of', { shown: exact(homeInternet), printed: percent(homeInternetPlan) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** To a tenth of a per cent: the residuals are small. */
const exact = (share: number): string => `${number(Math.round(share * 1000) / 10)} %`;

function Estimate(): JSX.Element {
  const { value, error, again } = useAnswer('cells', () => coverageApi.view(NO_FILTER, null, true));
  if (error !== null) return <Failure error={error} onRetry={again} />;
  if (value === null) return <Skeleton lines={4} />;
  return (
    <>
      <p class="coverage-warning">
        {vt('cells_ours')} · {vt('note_years', { years: String(value.plan.year) })}
      </p>
      <p class="quiet small">{vt('cells_note')}</p>
      {value.cells === null ? <p>{vt('cells_none')}</p> : <Table cells={value.cells} />}
    </>
  );
}

export function Cells({ shown, onShow }: { shown: boolean; onShow: (on: boolean) => void }): JSX.Element {
  return (
    <section class="card coverage-card" aria-labelledby="coverage-cells">
      <div class="coverage-head">
        <h2 id="coverage-cells">{vt('cells')}</h2>
        <button type="button" class="button small" aria-pressed={shown} data-testid="cells-switch" onClick={() => onShow(!shown)}>
          {vt(shown ? 'cells_hide' : 'cells_show')}
        </button>
      </div>
      {shown && <Estimate />}
    </section>
  );
}
