/** Target, declared and proven month by month. uPlot draws; a table says the same. */
import type { SeriesView } from '@cac/shared/deployment.ts';
import { dayStartAt } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { dt } from '../../i18n/deployment/text.ts';
import { number } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { programmeName } from '../programme-name.ts';
import { deploymentApi, queryOf, type Narrowing } from './api.ts';
import { dayText, whole } from './words.ts';

const GRID = { stroke: '#e3e1d8', width: 1 };
const HEIGHT = 240;

export function OverTime({ programme, narrowing }: { programme: string; narrowing: Narrowing }): JSX.Element {
  const question = { ...narrowing, programme };
  const { value, error, again } = useAnswer(queryOf(question), () => deploymentApi.series(question));
  return (
    <section class="card" data-testid={`series-${programme}`}>
      <header class="card-head">
        <h2>
          {dt('chart')} · {programmeName(programme)}
        </h2>
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={5} />}
      {value !== null && <Drawn view={value} />}
    </section>
  );
}

function Drawn({ view }: { view: SeriesView }): JSX.Element {
  const rows = view.days.map((day, i) => ({ day, target: view.target[i] ?? null, declared: view.declared[i] ?? null, proven: view.proven[i] ?? null }));
  return (
    <div class="charts">
      <Plot view={view} />
      {view.assumedYears.length > 0 && <p class="quiet small">{dt('chart_assumed')}</p>}
      <details class="chart-table">
        <summary>{dt('chart_table')}</summary>
        <div class="table-box" tabIndex={0} role="region" aria-label={dt('chart_table')}>
          <table class="stretches">
            <thead>
              <tr>
                {[dt('chart_month'), dt('target'), dt('declared'), dt('proven')].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.toReversed().map(({ day, target, declared, proven }) => (
                <tr key={day}>
                  <td>{dayText(day)}</td>
                  {[target, declared, proven].map((n, i) => (
                    <td key={i}>{n === null ? '–' : whole(n)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}

function Plot({ view }: { view: SeriesView }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = box.current!;
    const value = (_plot: uPlot, v: number | null): string => (v === null ? '–' : number(Math.round(v)));
    const plot = new uPlot(
      {
        width: parent.clientWidth,
        height: HEIGHT,
        scales: { x: { time: true }, y: { range: (_plot, _least, highest) => [0, Math.max(10, highest * 1.08)] } },
        axes: [
          { values: (_plot, ticks) => ticks.map((s) => String(new Date(s * 1_000).getUTCFullYear())), incrs: [1, 2, 3, 5].map((n) => n * 365.25 * 86_400), space: 46, grid: GRID, ticks: GRID },
          { size: 56, grid: GRID, ticks: GRID, values: (_plot, ticks) => ticks.map((n) => number(n)) },
        ],
        series: [
          { label: dt('chart_month'), value: (_plot, s: number | null) => (s === null ? '–' : dayText(new Date(s * 1_000).toISOString().slice(0, 10))) },
          { label: dt('chart_target'), stroke: '#7a8fb5', width: 1.5, dash: [6, 4], points: { show: false }, value },
          { label: dt('declared'), stroke: '#b8892b', width: 2, points: { show: false }, value },
          { label: dt('proven'), stroke: '#0f5f57', width: 2.5, points: { size: 5, fill: '#0f5f57' }, value },
        ],
        cursor: { y: false },
      },
      [view.days.map((day) => dayStartAt(day) / 1_000 + 43_200), view.target, view.declared, view.proven],
      parent,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: HEIGHT }));
    resize.observe(parent);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [view, language.value]);
  return <div ref={box} class="plot" dir="ltr" role="img" aria-label={dt('chart')} />;
}
