/** The bar that sums to all of the opening time, and behind it the ratios, each with what it is made of. */
import type { OpeningSums, Ratios } from '@cac/shared/history-api.ts';
import type { JSX } from 'preact';
import { hours, percent } from '../../i18n/format.ts';
import { pt } from '../../i18n/past/text.ts';
import { shownRatio, wholePercents } from './shares.ts';

const PARTS = [
  { name: 'conn', look: 'v-connected', of: (s: OpeningSums) => s.connMs },
  { name: 'disc', look: 'v-no_internet', of: (s: OpeningSums) => s.discMs },
  { name: 'off', look: 'v-no_pc', of: (s: OpeningSums) => s.offMs },
  { name: 'unk', look: 'v-unknown', of: (s: OpeningSums) => s.unkMs },
] as const;

/** The share of each part, as whole percents that add up to 100. */
const sharesOf = (sums: OpeningSums): string[] => (sums.openMs > 0 ? wholePercents(PARTS.map(({ of }) => of(sums))).map((n) => percent(n / 100)) : PARTS.map(() => '–'));

export const ratioText = ({ value }: Ratios['service']): string => (value === null ? '–' : percent(shownRatio(value)));

export function Bar({ sums, slim = false }: { sums: OpeningSums; slim?: boolean }): JSX.Element {
  let x = 0;
  const shares = sharesOf(sums);
  const label = PARTS.map(({ name }, i) => `${pt(name)} ${shares[i]}`).join(', ');
  return (
    <svg class={`sum-bar${slim ? ' slim' : ''}`} viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="v-none" width="1000" height="20" />
      {sums.openMs > 0 &&
        PARTS.map(({ name, look, of }) => {
          const width = (of(sums) * 1000) / sums.openMs;
          const from = x;
          x += width;
          return <rect key={name} class={look} x={from} width={width} height="20" />;
        })}
    </svg>
  );
}

/** What the colours of the bar stand for, with their time and their share. */
export function BarLegend({ sums }: { sums: OpeningSums }): JSX.Element {
  const shares = sharesOf(sums);
  return (
    <ul class="bar-legend">
      {PARTS.map(({ name, look, of }, i) => (
        <li key={name}>
          <svg class="key" viewBox="0 0 12 12" aria-hidden="true">
            <rect class={look} width="12" height="12" />
          </svg>
          <strong>{shares[i]}</strong> {pt(name)} <span class="quiet">{hours(of(sums))}</span>
        </li>
      ))}
    </ul>
  );
}

const RATIOS = ['service', 'link', 'opening', 'observability'] as const;

/** `rows`: where the lines are that make these figures. */
export const RatioList = ({ sums, ratios, rows }: { sums: OpeningSums; ratios: Ratios; rows: string }): JSX.Element => (
  <div class="ratios">
    {RATIOS.map((name) => {
      const { numerator, denominator } = ratios[name];
      return (
        <details key={name} class="ratio" data-testid={`ratio-${name}`}>
          <summary>
            <span>{pt(`ratio_${name}`)}</span>
            <strong>{ratioText(ratios[name])}</strong>
          </summary>
          <dl>
            <dt>{pt('formula')}</dt>
            <dd>{pt(`formula_${name}`)}</dd>
            <dt>{pt('numerator')}</dt>
            <dd>{hours(numerator)}</dd>
            <dt>{pt('denominator')}</dt>
            <dd>{hours(denominator)}</dd>
            <dt>{pt('exclusions')}</dt>
            <dd>{sums.excludedMs > 0 ? pt('excluded_note', { duration: hours(sums.excludedMs) }) : pt('exclusions_none')}</dd>
          </dl>
          <p class="quiet">{rows}</p>
        </details>
      );
    })}
  </div>
);
