/** What the looks of the strips stand for, patterns included. */
import type { JSX } from 'preact';
import { pt, type PastKey } from '../../i18n/past/text.ts';

const LEGEND = [
  { look: 'v-connected', text: 'v_connected' },
  { look: 'v-degraded', text: 'v_degraded' },
  { look: 'v-no_internet', text: 'v_no_internet' },
  { look: 'v-no_pc', text: 'v_no_pc' },
  { look: 'v-cut', text: 'v_cut', over: 'bolts' },
  { look: 'v-closed', text: 'v_closed' },
  { look: 'v-holiday', text: 'v_holiday' },
  { look: 'v-unknown', text: 'v_unknown', over: 'dots' },
  { look: 'v-excluded', text: 'v_excluded', over: 'dots' },
  { look: 'v-no_pc', text: 'hatched', over: 'hatch' },
] as const satisfies readonly { look: string; text: PastKey; over?: string }[];

export const Legend = (): JSX.Element => (
  <ul class="past-legend" aria-label={pt('legend')}>
    {LEGEND.map(({ look, text, ...more }) => (
      <li key={text}>
        <svg class="key" viewBox="0 0 12 12" aria-hidden="true">
          <rect class={look} width="12" height="12" />
          {'over' in more && <rect width="12" height="12" fill={`url(#${more.over})`} />}
        </svg>
        {pt(text)}
      </li>
    ))}
  </ul>
);
