/** One day, minute by minute: the site's verdicts with their causes, each PC's states with their evidence, and what was measured. */
import type { MachineDayView, SiteDayOpened } from '@cac/shared/history-api.ts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock, hours } from '../../i18n/format.ts';
import { language, LOCALES } from '../../i18n/language.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { siteDay } from './api.ts';
import { useAnswer } from './answer.ts';
import { Charts } from './charts.tsx';
import { HourScale, lookOfVerdict, lookOfWord, Strip } from './strip.tsx';
import { pt, type PastKey } from './texts.ts';

const AGAIN_MS = 60_000;

/** Of what lasted less than a minute the strip tells enough. */
const isWorthALine = ({ fromAt, toAt }: { fromAt: number; toAt: number }): boolean => toAt - fromAt >= 60_000;

export function DayOpened({ site, day, openings }: { site: string; day: string; openings: string }): JSX.Element {
  const { value, error, again } = useAnswer(`${site} ${day}`, () => siteDay(site, day), AGAIN_MS);
  const box = useRef<HTMLDivElement>(null);
  // An address that names a day leads to it.
  useEffect(() => box.current?.parentElement?.scrollIntoView({ block: 'nearest' }), [value === null]);
  return (
    <div class="day-opened" data-testid="day-opened" ref={box}>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={5} />}
      {value !== null && <Opened day={value} openings={openings} />}
    </div>
  );
}

function Opened({ day, openings }: { day: SiteDayOpened; openings: string }): JSX.Element {
  const [machine, setMachine] = useState<string | null>(null);
  const machines = day.machines.toSorted((a, b) => a.name.localeCompare(b.name, LOCALES[language.value], { numeric: true }));
  const shown = machines.find((m) => m.id === machine) ?? machines.toSorted((a, b) => b.onMs - a.onMs)[0];
  return (
    <>
      <p class="quiet">{openings === '' ? pt('hours_none') : pt('hours_row', { hours: openings })}</p>
      {day.blind.map((window) => (
        <p key={window.fromAt} class="quiet">
          {pt('blind_line', { from: clock(window.fromAt), to: clock(window.toAt) })}
        </p>
      ))}
      <HourScale />
      <Strip day={day.day} height={30} openings={day.openings} pieces={day.intervals.map((i) => ({ ...i, look: lookOfVerdict(i.verdict, i.cause), provisional: !i.settled }))} />
      <table class="stretches">
        <caption class="hidden">{pt('site_states')}</caption>
        <thead>
          <tr>
            <th scope="col">{pt('from_to')}</th>
            <th scope="col">{pt('state')}</th>
            <th scope="col">{pt('cause')}</th>
          </tr>
        </thead>
        <tbody>
          {day.intervals.filter(isWorthALine).map((i) => (
            <tr key={i.fromAt}>
              <td class="times">
                <bdi dir="ltr">
                  {clock(i.fromAt)} – {clock(i.toAt)}
                </bdi>
              </td>
              <td>
                <i class={`swatch ${lookOfVerdict(i.verdict, i.cause)}`} aria-hidden="true" /> {pt(`v_${i.verdict}`)} {!i.settled && <em class="mark-provisional">{pt('provisional')}</em>}
              </td>
              <td>{pt(`c_${i.cause}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{pt('machine_states')}</h3>
      {machines.map((m) => (
        <MachineDay key={m.id} day={day.day} machine={m} />
      ))}
      {shown && (
        <section class="day-charts">
          <h3>
            {machines.length > 1 ? (
              <label>
                {pt('charts_of')}{' '}
                <select value={shown.id} onChange={(event) => setMachine(event.currentTarget.value)}>
                  {machines.map((m) => (
                    <option key={m.id} value={m.id}>
                      {m.name}
                    </option>
                  ))}
                </select>
              </label>
            ) : (
              pt('charts_title')
            )}
          </h3>
          <Charts key={`${shown.id} ${day.day}`} machine={shown.id} day={day.day} />
        </section>
      )}
    </>
  );
}

function MachineDay({ day, machine }: { day: string; machine: MachineDayView }): JSX.Element {
  return (
    <details class="machine-day" data-testid="machine-day">
      <summary>
        <span class="machine-name">
          <bdi>{machine.name}</bdi>
        </span>
        <Strip day={day} pieces={machine.intervals.map((i) => ({ ...i, look: i.degraded ? 'v-degraded' : lookOfWord(i.word), provisional: !i.settled }))} />
        <span class="quiet past-part">{pt('machine_line', { on: hours(machine.onMs), boots: machine.boots, unclean: machine.unclean })}</span>
      </summary>
      <table class="stretches">
        <thead>
          <tr>
            <th scope="col">{pt('from_to')}</th>
            <th scope="col">{pt('state')}</th>
            <th scope="col">{pt('cause')}</th>
            <th scope="col">{pt('evidence')}</th>
          </tr>
        </thead>
        <tbody>
          {machine.intervals.filter(isWorthALine).map((i) => (
            <tr key={i.fromAt}>
              <td class="times">
                <bdi dir="ltr">
                  {clock(i.fromAt)} – {clock(i.toAt)}
                </bdi>
              </td>
              <td>
                <i class={`swatch ${lookOfWord(i.word)}`} aria-hidden="true" /> {pt(`w_${i.word}` as PastKey)} {!i.settled && <em class="mark-provisional">{pt('provisional')}</em>}
              </td>
              <td>{pt(`m_${i.cause}`)}</td>
              <td class="quiet">
                <bdi dir="ltr">{i.proof.map((p) => pt('evidence_of', { kind: p.kind, seq: p.seq })).join(' → ')}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
