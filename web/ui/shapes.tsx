/** The shape of a site's state, as the map draws it, for legends, lists and panels. */
import type { SiteState } from '@cac/shared/states.ts';
import type { JSX } from 'preact';
import { STATE_COLOURS } from '../map/look.ts';

/** `colour`: where the shape stands for something else than the state. */
export function StateShape({ state, size = 14, colour = STATE_COLOURS[state] }: { state: SiteState; size?: number; colour?: string }): JSX.Element {
  return (
    <svg class="shape" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {state === 'connected' && <circle cx="8" cy="8" r="6" fill={colour} />}
      {state === 'no_internet' && <path d="M8 1.500l7 12.500H1z" fill={colour} />}
      {state === 'unreachable' && (
        <g>
          <rect x="2" y="2" width="12" height="12" fill={colour} />
          <path d="M5.200 5.200l5.600 5.600M10.800 5.200l-5.600 5.600" stroke="#fff" stroke-width="1.800" />
        </g>
      )}
      {state === 'off' && <circle cx="8" cy="8" r="5" fill="#fff" stroke={colour} stroke-width="2.500" />}
      {state === 'unseen' && <circle cx="8" cy="8" r="3.400" fill={colour} />}
    </svg>
  );
}
