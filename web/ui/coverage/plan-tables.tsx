/** The plan's two tables as it prints them, with the one figure that follows exactly: households without Internet at home. */
import type { Source } from '@cac/shared/programme.ts';
import type { PlanCsp, PlanFigures } from '@cac/shared/coverage.ts';
import type { ComponentChildren, JSX } from 'preact';
import { number, percent } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { t } from '../../i18n/text.ts';

const total = (rows: readonly { unserved: number }[]): number => rows.reduce((sum, row) => sum + row.unserved, 0);

/** Whose figure it is, of which year, and where it is printed. */
function Origin({ year, source }: { year: number; source: Source | null }): JSX.Element {
  return (
    <p class="coverage-origin">
      <strong>{vt('plan_estimate', { year: String(year) })}</strong>
      {source !== null && (
        <>
          {' · '}
          <cite dir="auto">{source.title}</cite>
          {source.page !== null && `, ${t('page', { page: source.page })}`} ({String(source.year)})
        </>
      )}
    </p>
  );
}

/** As printed; beside it, where our own count differs, that one. */
function Corrected({ corrected, recomputed }: { corrected: number | null; recomputed: number | null }): JSX.Element {
  return (
    <td>
      {corrected === null ? vt('na') : percent(corrected)}
      {corrected !== null && recomputed !== null && corrected !== recomputed && <small>{vt('corrected_differs', { n: percent(recomputed) })}</small>}
    </td>
  );
}

const Table = ({ label, heads, children }: { label: string; heads: readonly string[]; children: ComponentChildren }): JSX.Element => (
  <div class="table-box" tabIndex={0} role="region" aria-label={label}>
    <table class="table coverage-table">
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      {children}
    </table>
  </div>
);

function ZonesTable({ plan: { zones, country } }: { plan: PlanFigures }): JSX.Element {
  return (
    <Table label={vt('by_zone')} heads={[vt('zone'), vt('households'), vt('home_internet'), vt('literacy'), vt('corrected'), vt('unserved')]}>
      <tbody>
        {zones.map((row) => (
          <tr key={row.zone} data-testid={`plan-${row.zone}`}>
            <th scope="row">{t(`zone_${row.zone}`)}</th>
            <td>{number(row.households)}</td>
            <td>{percent(row.homeInternet)}</td>
            <td>{percent(row.literacy)}</td>
            <Corrected {...row} />
            <td>
              <b>{number(row.unserved)}</b>
            </td>
          </tr>
        ))}
      </tbody>
      {country !== null && (
        <tfoot>
          <tr data-testid="plan-country">
            <th scope="row">{vt('country')}</th>
            <td>{number(country.households)}</td>
            <td>{percent(country.homeInternet)}</td>
            <td>{percent(country.literacy)}</td>
            <Corrected {...country} />
            <td>
              <b>{number(total(zones))}</b>
            </td>
          </tr>
        </tfoot>
      )}
    </Table>
  );
}

function incomeText({ incomeFrom, incomeTo }: PlanCsp): string {
  if (incomeFrom !== null && incomeTo !== null) return vt('income_between', { from: number(incomeFrom), to: number(incomeTo) });
  if (incomeFrom !== null) return vt('income_over', { n: number(incomeFrom) });
  return incomeTo === null ? '–' : vt('income_under', { n: number(incomeTo) });
}

const Rate = ({ of }: { of: number | null }): JSX.Element => (
  <td>
    {of === null ? (
      <span title={vt('blank')}>
        <span aria-hidden="true">–</span>
        <span class="hidden">{vt('blank')}</span>
      </span>
    ) : (
      percent(of)
    )}
  </td>
);

function CspTable({ plan: { csp } }: { plan: PlanFigures }): JSX.Element {
  return (
    <Table label={vt('by_csp')} heads={[vt('csp'), vt('income'), vt('households'), t('zone_dense'), t('zone_moderate'), t('zone_grey-white'), vt('home_internet'), vt('literacy'), vt('corrected'), vt('unserved')]}>
      <tbody>
        {csp.map((row) => (
          <tr key={row.csp} data-testid={`plan-${row.csp}`}>
            <th scope="row">{row.csp}</th>
            <td>
              <bdi>{incomeText(row)}</bdi>
            </td>
            <td>{number(row.households)}</td>
            <Rate of={row.dense} />
            <Rate of={row.moderate} />
            <Rate of={row.greyWhite} />
            <td>{percent(row.homeInternet)}</td>
            <td>{percent(row.literacy)}</td>
            <Corrected {...row} />
            <td>
              <b>{number(row.unserved)}</b>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{vt('sum')}</th>
          <td />
          <td>{number(csp.reduce((sum, row) => sum + row.households, 0))}</td>
          <td colSpan={6} />
          <td>
            <b>{number(total(csp))}</b>
          </td>
        </tr>
      </tfoot>
    </Table>
  );
}

/** The headline: one bar a line, as long as its households are many. */
function Bars({ rows }: { rows: readonly { key: string; name: string; unserved: number }[] }): JSX.Element {
  const most = Math.max(1, ...rows.map(({ unserved }) => unserved));
  return (
    <ul class="unserved-bars">
      {rows.map(({ key, name, unserved }) => (
        <li key={key} data-testid={`unserved-${key}`}>
          <span>{name}</span>
          <i aria-hidden="true">
            <i style={{ inlineSize: `${(100 * unserved) / most}%` }} />
          </i>
          <b>{number(unserved)}</b>
        </li>
      ))}
    </ul>
  );
}

export function PlanTables({ plan, narrowed }: { plan: PlanFigures; narrowed: boolean }): JSX.Element {
  return (
    <section class="card coverage-card" aria-labelledby="coverage-plan">
      <h2 id="coverage-plan">{vt('headline')}</h2>
      <Origin year={plan.year} source={plan.zonesSource} />
      <div class="coverage-two">
        <div>
          <h3>{vt('by_zone')}</h3>
          <Bars rows={plan.zones.map(({ zone, unserved }) => ({ key: zone, name: t(`zone_${zone}`), unserved }))} />
        </div>
        <div>
          <h3>{vt('by_csp')}</h3>
          <Bars rows={plan.csp.map(({ csp, unserved }) => ({ key: csp, name: vt('csp_one', { csp }), unserved }))} />
        </div>
      </div>
      <p class="quiet small">{vt('plan_exact')}</p>
      {narrowed && <p class="quiet small">{vt('plan_country')}</p>}
      <h3>{vt('by_zone')}</h3>
      <ZonesTable plan={plan} />
      <h3>{vt('by_csp')}</h3>
      <CspTable plan={plan} />
      <p class="quiet small">
        {vt('corrected_note')} {vt('plan_totals', { zones: number(total(plan.zones)), csp: number(total(plan.csp)) })}
      </p>
    </section>
  );
}
