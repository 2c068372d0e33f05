/** One day, minute by minute: the site's verdicts with their causes, each PC's states with their evidence, and what was measured. */
import type { SiteDayOpened } from '@cac/shared/history-api.ts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock } from '../../i18n/format.ts';
import { language, LOCALES } from '../../i18n/language.ts';
import { pt } from '../../i18n/past/text.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from './answer.ts';
import { siteDay } from './api.ts';
import { Charts } from './charts.tsx';
import { Choice } from './choices.tsx';
import { MachineDay } from './machine-day.tsx';
import { Stretches } from './stretches.tsx';
import { HourScale, lookOfVerdict } from './strip.tsx';

const AGAIN_MS = 60_000;

export function DayOpened({ site, day, openings }: { site: string; day: string; openings: string }): JSX.Element {
  const { value, error, again } = useAnswer(`${site} ${day}`, () => siteDay(site, day), AGAIN_MS);
  const box = useRef<HTMLDivElement>(null);
  // An address that names a day leads to it.
  useEffect(() => box.current?.parentElement?.scrollIntoView({ block: 'nearest' }), [value === null]);
  return (
    <div class="day-opened" data-testid="day-opened" ref={box}>
      <HourScale />
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={5} />}
      {value !== null && <Opened day={value} openings={openings} />}
    </div>
  );
}

function Opened({ day, openings }: { day: SiteDayOpened; openings: string }): JSX.Element {
  const machines = day.machines.toSorted((a, b) => a.name.localeCompare(b.name, LOCALES[language.value], { numeric: true }));
  return (
    <>
      <p class="quiet">{openings === '' ? pt('hours_none') : pt('hours_row', { hours: openings })}</p>
      {day.blind.map(({ fromAt, toAt }) => (
        <p key={fromAt} class="quiet">
          {pt('blind_line', { from: clock(fromAt), to: clock(toAt) })}
        </p>
      ))}
      <Stretches day={day.day} caption={pt('site_states')} lines={day.intervals.map((i) => ({ ...i, look: lookOfVerdict(i.verdict, i.cause), what: pt(`v_${i.verdict}`), cause: pt(`c_${i.cause}`) }))} />
      {machines.length > 0 && <h3>{pt('machine_states')}</h3>}
      {machines.map((machine) => (
        <MachineDay key={machine.id} day={day.day} machine={machine} />
      ))}
      <Measured day={day.day} machines={machines} />
    </>
  );
}

/** The measurements of one PC at a time: first of the one that was on longest. */
function Measured({ day, machines }: { day: string; machines: SiteDayOpened['machines'] }): JSX.Element | null {
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = machines.find(({ id }) => id === chosen) ?? machines.toSorted((a, b) => b.onMs - a.onMs)[0];
  if (shown === undefined) return null;
  return (
    <section class="day-charts" data-testid="day-charts">
      <div class="day-charts-head">
        <h3>{pt('charts_title')}</h3>
        {machines.length > 1 && <Choice<string> label={pt('charts_of')} value={shown.id} options={machines.map(({ id, name }) => [id, name])} onChoose={setChosen} />}
      </div>
      <Charts key={`${shown.id} ${day}`} machine={shown.id} day={day} />
    </section>
  );
}
