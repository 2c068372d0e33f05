/** One PC's day: its strip and its uptime; it opens to its states, each with the records it rests on. */
import type { MachineDayView } from '@cac/shared/history-api.ts';
import type { JSX } from 'preact';
import { hours } from '../../i18n/format.ts';
import { pt } from '../../i18n/past/text.ts';
import { Stretches } from './stretches.tsx';
import { lookOfWord, Strip } from './strip.tsx';

type State = MachineDayView['intervals'][number];

const lookOf = ({ word, degraded }: State): string => (degraded ? 'v-degraded' : lookOfWord(word));

export function MachineDay({ day, machine }: { day: string; machine: MachineDayView }): JSX.Element {
  const { name, intervals, onMs, boots, unclean } = machine;
  return (
    <details class="machine-day" data-testid="machine-day">
      <summary>
        <span class="machine-name">
          <bdi>{name}</bdi>
        </span>
        <Strip day={day} pieces={intervals.map((i) => ({ ...i, look: lookOf(i), provisional: !i.settled }))} />
        <span class="past-part">{pt('machine_line', { on: hours(onMs), boots, unclean })}</span>
      </summary>
      <Stretches
        day={day}
        caption={name}
        lines={intervals.map((i) => ({
          ...i,
          look: lookOf(i),
          what: pt(`w_${i.word}`),
          cause: pt(`m_${i.cause}`),
          evidence: <bdi dir="ltr">{i.proof.map(({ kind, seq }) => pt('evidence_of', { kind, seq })).join(' → ')}</bdi>,
        }))}
      />
    </details>
  );
}
