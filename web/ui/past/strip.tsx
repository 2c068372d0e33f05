/** One day as a strip, midnight to midnight; time runs from left to right in every language. */
import type { Verdict } from '@cac/shared/history.ts';
import { dayAfter, dayStartAt } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';

export interface Piece {
  fromAt: number;
  toAt: number;
  /** The class that colours it. */
  look: string;
  provisional: boolean;
}

/** `v-*` for verdicts; a closed day that is a holiday of some kind looks like one. */
export const lookOfVerdict = (verdict: Verdict, cause: string): string => {
  if (verdict === 'closed') return cause === 'hours' ? 'v-closed' : cause === 'pc_on' ? 'v-closed v-left-on' : 'v-closed v-holiday';
  return `v-${verdict}`;
};

export function lookOfWord(word: string): string {
  if (word === 'on' || word === 'on:server') return 'v-connected';
  if (word.startsWith('on:')) return 'v-no_internet';
  if (word === 'off:unclean') return 'v-cut';
  if (word.startsWith('off')) return 'v-no_pc';
  if (word === 'asleep') return 'v-asleep';
  if (word === 'unseen' || word === 'removed') return 'v-none';
  return 'v-unknown';
}

const MINUTE = 60_000;

/** The patterns that strips refer to; once a page. */
export const Patterns = (): JSX.Element => (
  <svg class="hidden" aria-hidden="true" focusable="false">
    <defs>
      <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-line" width="3" height="7" />
      </pattern>
      <pattern id="dots" width="9" height="9" patternUnits="userSpaceOnUse">
        <circle class="dot" cx="4" cy="4" r="1.6" />
      </pattern>
      <pattern id="bolts" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect class="bolt" width="4" height="12" />
      </pattern>
    </defs>
  </svg>
);

/** `openings` are drawn as a line under the strip. */
export function Strip({ day, pieces, openings = [], height = 18 }: { day: string; pieces: readonly Piece[]; openings?: readonly { fromAt: number; toAt: number }[]; height?: number }): JSX.Element {
  const startAt = dayStartAt(day);
  const length = (dayStartAt(dayAfter(day)) - startAt) / MINUTE;
  const x = (at: number): number => Math.max(0, Math.min(length, (at - startAt) / MINUTE));
  const box = ({ fromAt, toAt }: { fromAt: number; toAt: number }) => ({ x: x(fromAt), width: Math.max(1, x(toAt) - x(fromAt)) });
  // The overlay keeps its pattern's shape: it is not stretched with the strip.
  const percent = (at: number): string => `${(x(at) * 100) / length}%`;
  const overlay = (piece: Piece, fill: string): JSX.Element => (
    <rect x={percent(piece.fromAt)} width={`${((x(piece.toAt) - x(piece.fromAt)) * 100) / length}%`} y="0" height="100%" fill={`url(#${fill})`} />
  );
  return (
    <span class="strip-box" dir="ltr" aria-hidden="true">
      <svg class="strip-day" viewBox={`0 0 ${length} 20`} preserveAspectRatio="none" height={height}>
        <rect class="v-none" x="0" y="0" width={length} height="20" />
        {pieces.map((piece) => (
          <rect key={piece.fromAt} class={piece.look} {...box(piece)} y="0" height="20" />
        ))}
        {[6, 12, 18].map((hour) => (
          <line key={hour} class="hour" x1={hour * 60} x2={hour * 60} y1="0" y2="20" />
        ))}
      </svg>
      <svg class="strip-over" height={height}>
        {pieces.map((piece) => [
          piece.look === 'v-cut' && overlay(piece, 'bolts'),
          (piece.look === 'v-unknown' || piece.look === 'v-excluded') && overlay(piece, 'dots'),
          piece.provisional && overlay(piece, 'hatch'),
        ])}
      </svg>
      <svg class="strip-open" viewBox={`0 0 ${length} 2`} preserveAspectRatio="none" height="3">
        {openings.map((opening) => (
          <rect key={opening.fromAt} {...box(opening)} y="0" height="2" />
        ))}
      </svg>
    </span>
  );
}

/** The hours above the strips. */
export const HourScale = (): JSX.Element => (
  <div class="hour-scale" dir="ltr" aria-hidden="true">
    {[0, 6, 12, 18, 24].map((hour) => (
      <span key={hour} style={{ left: `${(hour * 100) / 24}%` }}>
        {hour}:00
      </span>
    ))}
  </div>
);
