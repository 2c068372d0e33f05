/** What the probes measured on a day: response times and lost tries. uPlot draws; a table says the same. */
import type { SamplesView } from '@cac/shared/history-api.ts';
import { dayAfter, dayStartAt } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clock, number } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { pt } from '../../i18n/past/text.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from './answer.ts';
import { samples } from './api.ts';

/** Told apart by lightness too, for those who do not tell colours apart. */
const LINES = [
  { name: 'net', stroke: '#0f5f57', width: 2 },
  { name: 'dns', stroke: '#b45f06', width: 1.5 },
  { name: 'gw', stroke: '#7a8fb5', width: 1.5 },
  { name: 'srv', stroke: '#a8322a', width: 1, dash: [4, 3] },
] as const;

/** A measurement that stands alone has no line to be seen by. */
const dots = (fill: string): uPlot.Series.Points => ({ size: 5, width: 1, fill });

const GRID = { stroke: '#e3e1d8', width: 1 };
const HEIGHT = 180;
/** Samples come every five minutes; where none came for longer, the line breaks. */
const BREAK_MS = 12 * 60_000;

export function Charts({ machine, day }: { machine: string; day: string }): JSX.Element {
  const { value, error, again } = useAnswer(`${machine} ${day}`, () => samples(machine, day));
  if (error !== null) return <Failure error={error} onRetry={again} />;
  if (value === null) return <Skeleton lines={3} />;
  if (value.at.length === 0) return <p class="quiet">{pt('chart_none')}</p>;
  return <Drawn view={withBreaks(value)} day={day} />;
}

/** An empty point in each long silence. */
function withBreaks(view: SamplesView): SamplesView {
  const broken: SamplesView = { ...view, at: [], net: [], dns: [], gw: [], srv: [], loss: [] };
  for (const [i, at] of view.at.entries()) {
    const before = view.at[i - 1];
    if (before !== undefined && at - before > BREAK_MS) {
      broken.at.push(before + 1);
      for (const name of ['net', 'dns', 'gw', 'srv', 'loss'] as const) broken[name].push(null);
    }
    broken.at.push(at);
    for (const name of ['net', 'dns', 'gw', 'srv', 'loss'] as const) broken[name].push(view[name][i] ?? null);
  }
  return broken;
}

function Drawn({ view, day }: { view: SamplesView; day: string }): JSX.Element {
  const at = view.at.map((ms) => ms / 1_000);
  const latency: uPlot.AlignedData = [at, ...LINES.map(({ name }) => view[name])];
  const loss: uPlot.AlignedData = [at, view.loss.map((share) => (share === null ? null : Math.round(share * 100)))];
  return (
    <div class="charts" dir="ltr">
      <Plot day={day} title={pt('chart_latency')} data={latency} series={LINES.map(({ name, stroke, width, ...more }) => ({ label: pt(`chart_${name}`), stroke, width, ...('dash' in more && { dash: [...more.dash] }), points: dots(stroke) }))} />
      <Plot day={day} title={pt('chart_loss')} data={loss} most={100} series={[{ label: pt('chart_loss'), stroke: '#a8322a', fill: 'rgba(168, 50, 42, 0.15)', width: 1.5, points: dots('#a8322a') }]} />
      <details class="chart-table" dir={language.value === 'ar' ? 'rtl' : 'ltr'}>
        <summary>{pt('chart_table')}</summary>
        <table class="stretches">
          <thead>
            <tr>
              <th scope="col">{pt('time')}</th>
              {LINES.map(({ name }) => (
                <th key={name} scope="col">
                  {pt(`chart_${name}`)}
                </th>
              ))}
              <th scope="col">{pt('chart_loss')}</th>
            </tr>
          </thead>
          <tbody>
            {view.at.map((ms, i) =>
              view.loss[i] === null && view.net[i] === null ? null : (
                <tr key={ms}>
                  <td>{clock(ms)}</td>
                  {LINES.map(({ name }) => (
                    <td key={name}>{view[name][i] === null ? '–' : number(Math.round(view[name][i]!))}</td>
                  ))}
                  <td>{view.loss[i] === null ? '–' : number(Math.round(view.loss[i]! * 100))}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </details>
    </div>
  );
}

interface PlotProps {
  day: string;
  title: string;
  data: uPlot.AlignedData;
  series: uPlot.Series[];
  most?: number;
}

function Plot({ day, title, data, series, most }: PlotProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = box.current!;
    const [startAt, endAt] = [dayStartAt(day), dayStartAt(dayAfter(day))];
    const hour = (seconds: number): string => (seconds * 1_000 === endAt ? '24:00' : clock(seconds * 1_000));
    const plot = new uPlot(
      {
        title,
        width: parent.clientWidth,
        height: HEIGHT,
        scales: { x: { time: true, range: [startAt / 1_000, endAt / 1_000] }, y: { range: (_plot, _least, highest) => [0, most ?? Math.max(100, highest * 1.1)] } },
        axes: [{ values: (_plot, ticks) => ticks.map(hour), space: 60, grid: GRID, ticks: GRID }, { size: 50, grid: GRID, ticks: GRID }],
        series: [{ label: pt('time'), value: (_plot, s: number | null) => (s === null ? '–' : clock(s * 1_000)) }, ...series.map((line) => ({ ...line, spanGaps: false, value: (_plot: uPlot, v: number | null) => (v === null ? '–' : number(Math.round(v))) }))],
        legend: { live: true },
        cursor: { y: false },
      },
      data,
      parent,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: HEIGHT }));
    resize.observe(parent);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [day, data, language.value]);
  return <div ref={box} class="plot" role="img" aria-label={title} />;
}
