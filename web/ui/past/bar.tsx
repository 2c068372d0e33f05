/** The bar that sums to all of the opening time, and behind it the ratios, each with what it is made of. */
import type { OpeningSums, Ratios } from '@cac/shared/history-api.ts';
import type { JSX } from 'preact';
import { hours, percent } from '../../i18n/format.ts';
import { pt, type PastKey } from './texts.ts';

const PARTS = [
  { name: 'conn', look: 'v-connected', of: (s: OpeningSums) => s.connMs },
  { name: 'disc', look: 'v-no_internet', of: (s: OpeningSums) => s.discMs },
  { name: 'off', look: 'v-no_pc', of: (s: OpeningSums) => s.offMs },
  { name: 'unk', look: 'v-unknown', of: (s: OpeningSums) => s.unkMs },
] as const;

export function Bar({ sums, slim = false }: { sums: OpeningSums; slim?: boolean }): JSX.Element {
  let x = 0;
  const label = PARTS.map(({ name, of }) => `${pt(name)} ${sums.openMs > 0 ? percent(of(sums) / sums.openMs) : '–'}`).join(', ');
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
export const BarLegend = ({ sums }: { sums: OpeningSums }): JSX.Element => (
  <ul class="bar-legend">
    {PARTS.map(({ name, look, of }) => (
      <li key={name}>
        <svg class="key" viewBox="0 0 12 12" aria-hidden="true">
          <rect class={look} width="12" height="12" />
        </svg>
        <strong>{sums.openMs > 0 ? percent(of(sums) / sums.openMs) : '–'}</strong> {pt(name)} <span class="quiet">{hours(of(sums))}</span>
      </li>
    ))}
  </ul>
);

const RATIOS = ['service', 'link', 'opening', 'observability'] as const;

export const RatioList = ({ sums, ratios }: { sums: OpeningSums; ratios: Ratios }): JSX.Element => (
  <div class="ratios">
    {RATIOS.map((name) => {
      const { value, numerator, denominator } = ratios[name];
      return (
        <details key={name} class="ratio" data-testid={`ratio-${name}`}>
          <summary>
            <span>{pt(`ratio_${name}` satisfies PastKey)}</span>
            <strong>{value === null ? '–' : percent(value)}</strong>
          </summary>
          <dl>
            <dt>{pt('formula')}</dt>
            <dd>{pt(`formula_${name}` satisfies PastKey)}</dd>
            <dt>{pt('numerator')}</dt>
            <dd>{hours(numerator)}</dd>
            <dt>{pt('denominator')}</dt>
            <dd>{hours(denominator)}</dd>
            <dt>{pt('exclusions')}</dt>
            <dd>{sums.excludedMs > 0 ? pt('excluded_note', { duration: hours(sums.excludedMs) }) : pt('exclusions_none')}</dd>
          </dl>
          <p class="quiet">{pt('rows')}</p>
        </details>
      );
    })}
  </div>
);
