/** The plan's other indicators: what they aim at, and the values that people entered, each with its source. */
import type { Indicator } from '@cac/shared/report.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { number, percent } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { rt } from '../../i18n/reports/text.ts';
import { now, session } from '../../state/store.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { reportsApi } from './api.ts';
import { dayName } from './words.ts';

const isShare = ({ unit }: Indicator): boolean => unit.startsWith('share');
const shown = (indicator: Indicator, value: number): string => (isShare(indicator) ? percent(value) : number(value));

export function Indicators(): JSX.Element {
  const { value, error, again } = useAnswer('indicators', reportsApi.indicators);
  return (
    <section class="indicators" data-testid="indicators">
      <h2>{rt('ind_title')}</h2>
      <p class="quiet">{rt('ind_note')}</p>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={4} />}
      <div class="indicator-cards">{value?.items.map((one) => <Card key={one.code} indicator={one} onChanged={again} />)}</div>
    </section>
  );
}

function Card({ indicator, onChanged }: { indicator: Indicator; onChanged: () => void }): JSX.Element {
  const [withdrawing, setWithdrawing] = useState<Indicator['values'][number] | null>(null);
  const mayEnter = session.value?.role === 'administrator';
  return (
    <article class="indicator" data-testid={`indicator-${indicator.code}`}>
      <h3>{indicator.names[language.value]}</h3>
      <p>{goal(indicator)}</p>
      <Path indicator={indicator} />
      {indicator.values.length === 0 && <p class="quiet">{rt('ind_none')}</p>}
      <ul class="sheet-list">
        {indicator.values.map((one) => (
          <li key={one.id}>
            <b>{shown(indicator, one.value)}</b> {dayName(one.day)} · <cite dir="auto">{one.source}</cite> <span class="quiet">{rt('ind_by', { author: one.author })}</span>{' '}
            {mayEnter && (
              <button type="button" class="link" onClick={() => setWithdrawing(one)}>
                {rt('ind_withdraw')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p class="quiet">
        <cite dir="auto">{rt('source_line', { title: indicator.source.title, year: String(indicator.source.year) })}</cite>
      </p>
      {mayEnter && <Entry indicator={indicator} onDone={onChanged} />}
      {withdrawing !== null && (
        <Confirm
          title={rt('ind_withdraw_title', { day: dayName(withdrawing.day) })}
          text={rt('ind_withdraw_text')}
          verb={rt('ind_withdraw')}
          act={() => reportsApi.withdraw(indicator.code, withdrawing.id)}
          onDone={() => { setWithdrawing(null); onChanged(); }}
          onClose={() => setWithdrawing(null)}
        />
      )}
    </article>
  );
}

function goal(indicator: Indicator): string {
  const point = (value: number | null, year: number | null): string => (value === null || year === null ? '–' : rt('ind_at', { value: shown(indicator, value), year: String(year) }));
  return rt('ind_target', { base: point(indicator.baseValue, indicator.baseYear), target: point(indicator.targetValue, indicator.targetYear) });
}

const WIDTH = 320;
const HEIGHT = 84;

/** The line from base to target, dashed, and the entered values as points on it or off it. The list beside it says the same. */
function Path({ indicator }: { indicator: Indicator }): JSX.Element | null {
  const { baseYear, baseValue, targetYear, targetValue, values } = indicator;
  const aim = [...(baseYear !== null && baseValue !== null ? [{ at: baseYear, value: baseValue }] : []), ...(targetYear !== null && targetValue !== null ? [{ at: targetYear + 1, value: targetValue }] : [])];
  const entered = values.map(({ day, value }) => ({ at: Number(day.slice(0, 4)) + (Number(day.slice(5, 7)) - 1) / 12, value }));
  const all = [...aim, ...entered];
  if (entered.length === 0 || all.length < 2) return null;
  const [from, to] = [Math.min(...all.map((p) => p.at)), Math.max(...all.map((p) => p.at))];
  const most = Math.max(...all.map((p) => p.value)) * 1.1;
  const x = (at: number): number => 6 + ((WIDTH - 12) * (at - from)) / Math.max(1, to - from);
  const y = (value: number): number => HEIGHT - 6 - ((HEIGHT - 12) * value) / (most || 1);
  const line = (points: readonly { at: number; value: number }[]): string => points.map((p) => `${x(p.at)},${y(p.value)}`).join(' ');
  return (
    <svg class="indicator-path" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" dir="ltr">
      <polyline class="aim" points={line(aim)} />
      <polyline class="entered" points={line(entered)} />
      {entered.map((p) => (
        <circle key={p.at} cx={x(p.at)} cy={y(p.value)} r="3.5" />
      ))}
    </svg>
  );
}

function Entry({ indicator, onDone }: { indicator: Indicator; onDone: () => void }): JSX.Element {
  const [error, setError] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form);
    const typed = Number(String(given.get('value')).replace(',', '.'));
    setBusy(true);
    setError(null);
    try {
      await reportsApi.enter(indicator.code, { day: String(given.get('day')), value: isShare(indicator) ? typed / 100 : typed, source: String(given.get('source')) });
      form.reset();
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <details class="indicator-entry">
      <summary>{rt('ind_add')}</summary>
      <form onSubmit={(event) => { event.preventDefault(); void save(event.currentTarget); }}>
        <label>
          {rt('ind_day')}
          <input type="date" name="day" required max={localDayOf(now.value)} />
        </label>
        <label>
          {isShare(indicator) ? rt('ind_value_percent') : rt('ind_value')}
          <input name="value" inputMode="decimal" required pattern="[0-9]+([.,][0-9]+)?" />
        </label>
        <label>
          {rt('ind_source')}
          <input name="source" required maxLength={200} />
        </label>
        {error !== null && <Failure error={error} />}
        <button type="submit" class="button small primary" disabled={busy}>
          {rt('ind_save')}
        </button>
      </form>
    </details>
  );
}
