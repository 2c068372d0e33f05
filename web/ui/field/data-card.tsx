/** A site's bytes of the month: used of the cap, where the pace leads, what is postponed, and when a silence is told. */
import type { DataUse } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { ft } from '../../i18n/field/text.ts';
import { number } from '../../i18n/format.ts';
import { Failure } from '../notice.tsx';
import { fieldApi } from './api.ts';
import { useAnswer } from './use-answer.ts';
import { bytesText, minutesOf, postponedText } from './words.ts';

const MB = 1_000_000;
const AGAIN_MS = 60_000;
/** From here on the month nears its cap. */
const NEAR = 0.8;

function Bar({ used, forecast, cap }: { used: number; forecast: number | null; cap: number }): JSX.Element {
  const most = Math.max(cap, used, forecast ?? 0, 1);
  const level = used > cap ? 'over' : used > NEAR * cap ? 'near' : 'fine';
  return (
    <svg class={`data-bar ${level}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="ground" width="100" height="8" rx="1" />
      {forecast !== null && <rect class="ahead" width={(100 * forecast) / most} height="8" />}
      <rect class="used" width={(100 * used) / most} height="8" />
      <rect class="cap" x={Math.min(99, (100 * cap) / most - 0.5)} width="1" height="8" />
    </svg>
  );
}

/** One column a day of the month so far. */
function Days({ days }: { days: DataUse['days'] }): JSX.Element {
  const most = Math.max(...days.map(({ bytes }) => bytes), 1);
  return (
    <svg class="data-days" viewBox="0 0 31 10" preserveAspectRatio="none" role="img" aria-label={`${ft('data_days')} : ${days.map(({ day, bytes }) => `${Number(day.slice(8))}, ${bytesText(bytes)}`).join(' ; ')}`}>
      {days.map(({ day, bytes }) => {
        const height = (9.6 * bytes) / most;
        return <rect key={day} x={Number(day.slice(8)) - 0.9} y={10 - height} width="0.8" height={height} />;
      })}
    </svg>
  );
}

export function DataCard({ id }: { id: string }): JSX.Element | null {
  const { value: use, error, reload } = useAnswer(() => fieldApi.dataUse(id), id, AGAIN_MS);
  if (use === null) return error === null ? null : <Failure error={error} onRetry={reload} />;
  const { capMb, usedBytes, forecastBytes, days, machines, metered, detectionS, keepaliveS } = use;
  const cap = capMb === null ? null : capMb * MB;
  const waiting = new Map<string, string[]>();
  for (const { name, postponed } of machines) if (postponed !== null) waiting.set(postponed, [...(waiting.get(postponed) ?? []), name]);
  return (
    <section class="block data-card" data-testid="data-use">
      <h3>{ft('data')}</h3>
      <p class="data-figures">
        <b>{cap === null ? ft('data_used_free', { used: bytesText(usedBytes) }) : ft('data_used', { used: bytesText(usedBytes), cap: bytesText(cap) })}</b>
        {cap !== null && <span class={usedBytes > cap ? 'over' : 'quiet'}>{usedBytes > cap ? ft('data_over', { over: bytesText(usedBytes - cap) }) : ft('data_left', { left: bytesText(cap - usedBytes) })}</span>}
      </p>
      {cap !== null && <Bar used={usedBytes} forecast={forecastBytes} cap={cap} />}
      {forecastBytes !== null && <p class={cap !== null && forecastBytes > cap ? 'over small' : 'quiet small'}>{ft(cap !== null && forecastBytes > cap ? 'data_forecast_over' : 'data_forecast', { bytes: bytesText(forecastBytes) })}</p>}
      {[...waiting].map(([why, names]) => (
        <p key={why} class="small data-postponed">
          {ft('data_postponed', { names: names.join(', '), why: postponedText(why) })}
        </p>
      ))}
      <p class="quiet small">
        {metered && `${ft('data_metered')}. `}
        {ft('data_silence', { n: minutesOf(detectionS), s: number(keepaliveS) })}
      </p>
      {days.length > 0 && (
        <details class="data-more">
          <summary>{ft('data_days')}</summary>
          <Days days={days} />
          <dl class="facts">
            {machines.map(({ id: machine, name, bytes }) => (
              <div key={machine}>
                <dt>
                  <bdi>{name}</bdi>
                </dt>
                <dd>{bytesText(bytes)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}
