/** A day's stretches as lines: from when to when, what, why, and where it applies the records that prove it. */
import { dayAfter, dayStartAt } from '@cac/shared/wall-time.ts';
import type { ComponentChildren, JSX } from 'preact';
import { clock } from '../../i18n/format.ts';
import { pt } from '../../i18n/past/text.ts';

export interface Stretch {
  fromAt: number;
  toAt: number;
  look: string;
  what: string;
  cause: string;
  settled: boolean;
  evidence?: ComponentChildren;
}

/** Of what lasted less than a minute the strip tells enough. */
const LEAST_MS = 60_000;

export const Provisional = (): JSX.Element => <em class="mark-provisional">{pt('provisional')}</em>;

export function Stretches({ day, caption, lines }: { day: string; caption: string; lines: readonly Stretch[] }): JSX.Element {
  const shown = lines.filter(({ fromAt, toAt }) => toAt - fromAt >= LEAST_MS);
  const proven = shown.some(({ evidence }) => evidence !== undefined);
  const endAt = dayStartAt(dayAfter(day));
  return (
    <table class="stretches">
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          {(['from_to', 'state', 'cause', ...(proven ? ['evidence' as const] : [])] as const).map((key) => (
            <th key={key} scope="col">
              {pt(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map(({ fromAt, toAt, look, what, cause, settled, evidence }) => (
          <tr key={fromAt}>
            <td class="times">
              <bdi dir="ltr">
                {clock(fromAt)} – {toAt === endAt ? '24:00' : clock(toAt)}
              </bdi>
            </td>
            <td>
              <i class={`swatch ${look}`} aria-hidden="true" /> {what} {!settled && <Provisional />}
            </td>
            <td>{cause}</td>
            {proven && <td class="quiet">{evidence}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
