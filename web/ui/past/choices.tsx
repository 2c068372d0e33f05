/** What is chosen above the past: how far back it goes, and one of a few things from a list. */
import type { JSX } from 'preact';
import { pt } from '../../i18n/past/text.ts';

const PERIODS = [30, 90, 365] as const;
export type Period = (typeof PERIODS)[number];

export const PeriodChoice = ({ value, onChoose }: { value: Period; onChoose: (days: Period) => void }): JSX.Element => (
  <fieldset class="segmented">
    <legend class="hidden">{pt('period')}</legend>
    {PERIODS.map((days) => (
      <button key={days} type="button" class="button small" aria-pressed={value === days} onClick={() => onChoose(days)}>
        {pt(`period_${days}`)}
      </button>
    ))}
  </fieldset>
);

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [value: T, text: string])[];
  onChoose: (value: T) => void;
  testId?: string;
}

export const Choice = <T extends string>({ label, value, options, onChoose, testId }: ChoiceProps<T>): JSX.Element => (
  <label class="choice">
    {label}
    <select value={value} data-testid={testId} onChange={(event) => onChoose(event.currentTarget.value as T)}>
      {options.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
