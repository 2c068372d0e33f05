/** Declared and proven coverage side by side, and the difference, which is the finding; or what to import to know them. */
import type { CommuneSums, CoverageView, Rule } from '@cac/shared/coverage.ts';
import { dayStartAt } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { day as dayText, number, percent } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { hrefOf } from '../../state/store.ts';

/** Written out: importing the list would bring the validators into the page. */
const RULES = ['own_rate', 'csp_mix', 'zone_rate', 'none'] as const satisfies readonly Rule[];

function One({ which, part, whole }: { which: 'declared' | 'proven' | 'difference'; part: number; whole: number }): JSX.Element {
  return (
    <div class={`coverage-figure ${which}`} data-testid={`coverage-${which}`}>
      <span>{vt(which)}</span>
      <strong>{whole > 0 ? percent(part / whole) : vt('na')}</strong>
      <span class="coverage-bar" aria-hidden="true">
        <i style={{ inlineSize: `${whole > 0 ? (100 * part) / whole : 0}%` }} />
      </span>
      {whole > 0 && <small>{vt('of_households', { part: number(part), whole: number(whole) })}</small>}
      <small class="quiet">{vt(`${which}_rule`)}</small>
    </div>
  );
}

const Rules = ({ rules }: { rules: CommuneSums['rules'] }): JSX.Element => (
  <ul class="coverage-rules quiet small">
    {RULES.map((rule) => (rules[rule] ?? 0) > 0 && <li key={rule}>{vt(`rule_${rule}`, { n: number(rules[rule]!) })}</li>)}
  </ul>
);

export function TwoCoverages({ view: { communes, asOf } }: { view: CoverageView }): JSX.Element {
  return (
    <section class="card coverage-card" aria-labelledby="coverage-two">
      <h2 id="coverage-two">{vt('two_coverages')}</h2>
      {communes === null ? (
        <div class="nothing" data-testid="coverage-no-communes">
          <p>
            <b>{vt('no_communes')}</b>
          </p>
          <p>{vt('no_communes_todo')}</p>
          <a class="button" href={hrefOf({ view: 'registry' })}>
            {vt('to_registry')}
          </a>
        </div>
      ) : (
        <>
          <div class="coverage-figures" data-testid="coverage-two-figures">
            <One which="declared" part={communes.total.declared} whole={communes.total.unserved} />
            <One which="proven" part={communes.total.proven} whole={communes.total.unserved} />
            <One which="difference" part={communes.total.declared - communes.total.proven} whole={communes.total.unserved} />
          </div>
          <p class="quiet small">
            {asOf === null ? vt('as_of_none') : `${vt('as_of')} ${dayText(dayStartAt(asOf))}`}
            {' · '}
            {vt('communes_note', { n: number(communes.total.communes), years: communes.total.years.join(', '), source: communes.sources.map((source) => `\u2068${source}\u2069`).join(', ') })}
          </p>
          <Rules rules={communes.total.rules} />
          {communes.centresElsewhere > 0 && <p class="coverage-warning">{vt('elsewhere', { n: number(communes.centresElsewhere) })}</p>}
        </>
      )}
    </section>
  );
}
